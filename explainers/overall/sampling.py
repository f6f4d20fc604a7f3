"""How sure a mean over rows is when rows come in clusters: the rows of one product run are near copies of each other.

Resampling rows treats every copy as news and gives intervals several times too narrow (4 to 8 times on product runs), so whole
clusters are drawn: cluster bootstrap (Davison & Hinkley 1997, Bootstrap Methods and their Application, section 3.8) and the
cluster-robust standard error of a ratio of sums (Cochran 1977, Sampling Techniques, section 11.8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

WEIGHTS = 4_000_000
"""Most weights held at once, resamples times clusters: 32 MB."""


def stretches(asset: pd.Series, time: pd.Series, minutes: int = 10) -> np.ndarray:
    """(n,) int64 codes of clusters: readings of one asset within the same ``minutes`` are near copies of each other."""
    import pandas as pd

    return pd.factorize(asset)[0].astype(np.int64) * 2**40 + (time.astype("int64") // (minutes * _per_minute(time))).to_numpy()


def some_rows(n: int, most: int, seed: int) -> np.ndarray:
    """Places of at most ``most`` of ``n`` rows, drawn without replacement and in order; the same for the same seed."""
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, size=most, replace=False))


def cluster_bootstrap(
    values: np.ndarray, clusters: np.ndarray, resamples: int = 500, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval of each column's mean when whole clusters are drawn again.

    Args:
        values: (n, m), for instance absolute contributions; NaN and infinities are left out.
        clusters: (n,) integer codes, any integers, in any order.
        resamples: how many times the clusters are drawn.
        seed: equal seeds give equal intervals.

    Returns:
        low (m,) and high (m,) in the unit of ``values``. NaN for a column with values in fewer than two clusters: one cluster
        says nothing about the next.

    Raises:
        ValueError: values and clusters have different lengths.
    """
    sums, counts = _per_cluster(values, clusters)
    k, m = sums.shape
    low, high = np.full(m, np.nan), np.full(m, np.nan)
    known = (counts > 0).sum(axis=0) >= 2
    if not known.any():
        return low, high
    rng = np.random.default_rng(seed)
    step = max(1, WEIGHTS // k)
    means = []
    for start in range(0, resamples, step):
        weights = rng.multinomial(k, np.full(k, 1 / k), size=min(step, resamples - start)).astype(float)
        held = weights @ counts[:, known]
        means.append(np.divide(weights @ sums[:, known], held, out=np.full(held.shape, np.nan), where=held > 0))
    low[known], high[known] = np.nanquantile(np.concatenate(means), [0.025, 0.975], axis=0)
    return low, high


def standard_error(values: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Standard error (m,) of each column's mean, robust to clusters, in the unit of ``values``; nothing is drawn.

    Arguments, errors and what is left out as in ``cluster_bootstrap``. With every row its own cluster it is the usual
    standard deviation over the root of n.
    """
    sums, counts = _per_cluster(values, clusters)
    total, held = counts.sum(axis=0), (counts > 0).sum(axis=0)
    mean = np.divide(sums.sum(axis=0), total, out=np.zeros(sums.shape[1]), where=total > 0)
    square = ((sums - counts * mean) ** 2).sum(axis=0)
    error = np.full(sums.shape[1], np.nan)
    known = held >= 2
    error[known] = np.sqrt(square[known] * held[known] / (held[known] - 1)) / total[known]
    return error


def relative_error(values: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Standard error of the mean of ``|values|`` as a share of that mean, (m,): 0.1 is ten per cent.

    0 where every value is zero, NaN where fewer than two clusters have a value. Arguments and errors as in
    ``cluster_bootstrap``.
    """
    size = np.abs(np.asarray(values, float))
    error = standard_error(size, clusters)
    sums, counts = _per_cluster(size, clusters)
    total = counts.sum(axis=0)
    mean = np.divide(sums.sum(axis=0), total, out=np.zeros(len(error)), where=total > 0)
    return np.where(np.isnan(error), np.nan, np.divide(error, mean, out=np.zeros(len(error)), where=mean > 0))


def _per_cluster(values: np.ndarray, clusters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sums and counts of the finite values, each (clusters, m) float64."""
    values, clusters = np.asarray(values, float), np.asarray(clusters)
    if clusters.shape != values.shape[:1]:
        raise ValueError(f"{len(values)} rows need as many cluster codes, not {clusters.shape}")
    if not len(values):
        return np.zeros((0, values.shape[1])), np.zeros((0, values.shape[1]))
    order = np.argsort(clusters, kind="stable")
    codes = clusters[order]
    starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
    finite = np.isfinite(values)
    sums = np.add.reduceat(np.where(finite, values, 0.0)[order], starts, axis=0)
    return sums, np.add.reduceat(finite[order].astype(float), starts, axis=0)


def _per_minute(time: pd.Series) -> int:
    """How many of a time column's own units (ns, us, …) a minute has."""
    return 60 * {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[time.dt.unit]

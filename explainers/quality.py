"""How good an explanation is: measures over a batch of rows, each with a known direction. Figures for data scientists; for operators one badge.

A release carries the distribution of each measure over a fixed sample; a live explanation that is worse than nearly all of those is
shown as "unsure why". Sources: prediction gaps PGI and PGU (Dai et al. 2022, arXiv 2205.07277; OpenXAI, arXiv 2206.11104), faithfulness
correlation (Bhatt et al. 2020, arXiv 2005.00631), relative input stability (Agarwal et al. 2022, arXiv 2203.06877).
"""

from collections.abc import Callable

import numpy as np

HIGHER_IS_BETTER = {
    "completeness": False,
    "pgi": True,
    "pgu": False,
    "faithfulness": True,
    "input_stability": False,
    "local_variability": False,
    "sparsity": False,
    "seed_stability": True,
    "second_fit": True,
    "agreement_features": True,
    "agreement_ranks": True,
    "agreement_signs": True,
}
"""Every measure. ``sparsity`` is the entropy of the shares (0: one reason, 1: all alike)."""
FEWEST = 50
"""Rows below which a release's distribution says nothing about a live explanation."""
QUANTILES = (5, 25, 50, 75, 95)
Predict = Callable[[np.ndarray], np.ndarray]


def completeness(base: np.ndarray, phi: np.ndarray, fx: np.ndarray) -> np.ndarray:
    """|base + sum of shares - f(x)| of each row, (n,): how far the shares are from adding up."""
    return np.abs(np.asarray(base) + phi.sum(axis=1) - fx)


def prediction_gap(
    predict: Predict, x: np.ndarray, phi: np.ndarray, background: np.ndarray, k: int = 3, draws: int = 20, seed: int = 0,
    of: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """PGI and PGU, (n,) each: mean change of f when the k strongest features, or all the others, are those of real other rows.

    ``of``: (groups, features) which columns belong to which share, where shares are told by groups. A donor row gives all replaced values together, so that what is put in has really occurred (no independent noise).
    PGI should be high (what is named matters), PGU low (what is not named does not).
    """
    n, m = x.shape
    fx = predict(x)
    top = np.zeros(phi.shape, bool)
    np.put_along_axis(top, np.argsort(-np.abs(phi), axis=1, kind="stable")[:, : min(k, phi.shape[1])], True, axis=1)
    top = top if of is None else top @ of
    donors = background[np.random.default_rng(seed).integers(0, len(background), (n, draws))]
    gaps = []
    for replaced in (top, ~top):
        rows = np.where(replaced[:, None, :], donors, x[:, None, :]).reshape(-1, m)
        gaps.append(np.abs(predict(rows).reshape(n, draws) - fx[:, None]).mean(axis=1))
    return gaps[0], gaps[1]


def faithfulness(
    predict: Predict,
    x: np.ndarray,
    phi: np.ndarray,
    background: np.ndarray,
    subsets: int = 40,
    seed: int = 0,
    of: np.ndarray | None = None,
) -> np.ndarray:
    """Correlation, (n,), of what a random subset of features is said to add with what f loses when they are those of another row.

    ``of``: as in :func:`prediction_gap`.

    A row for which either side never varies has no correlation: NaN.
    """
    n, m = x.shape
    rng = np.random.default_rng(seed)
    size = max(1, phi.shape[1] // 3)
    chosen = rng.random((subsets, phi.shape[1])).argsort(axis=1) < size
    donors = background[rng.integers(0, len(background), (n, subsets))]
    columns = chosen if of is None else chosen @ of
    rows = np.where(columns[None, :, :], donors, x[:, None, :]).reshape(-1, m)
    lost = predict(x)[:, None] - predict(rows).reshape(n, subsets)
    said = phi @ chosen.T
    return _correlation(said, lost)


def input_stability(x: np.ndarray, phi: np.ndarray, near: np.ndarray, near_phi: np.ndarray) -> np.ndarray:
    """Relative input stability, (n,): the largest relative change of the shares over the relative change of the inputs.

    Args:
        near: (n, k, features) rows near each of ``x`` with the same prediction; ``near_phi`` their shares.
    """
    tiny = 1e-3

    def relative(after: np.ndarray, before: np.ndarray) -> np.ndarray:
        scale = np.where(np.abs(before) < tiny, tiny, before)[:, None, :]
        return np.linalg.norm((after - before[:, None, :]) / scale, axis=2)

    with np.errstate(all="ignore"):
        return np.nanmax(relative(near_phi, phi) / np.maximum(relative(near, x), tiny), axis=1)


def local_variability(phi: np.ndarray, near_phi: np.ndarray) -> np.ndarray:
    """(n,) 1 - cosine between a row's shares and those of (n, k, features) rows near it, on average. 0: the same reasons."""
    dot = (near_phi * phi[:, None, :]).sum(axis=2)
    with np.errstate(all="ignore"):
        cosine = dot / (np.linalg.norm(near_phi, axis=2) * np.linalg.norm(phi, axis=1)[:, None])
    return (1 - np.clip(cosine, -1, 1)).mean(axis=1)


def sparsity(phi: np.ndarray) -> np.ndarray:
    """(n,) entropy of the |shares|, 0 (a single reason) to 1 (all alike). NaN where there is no share at all."""
    size = np.abs(phi)
    total = size.sum(axis=1, keepdims=True)
    with np.errstate(all="ignore"):
        share = size / total
        entropy = -np.where(share > 0, share * np.log(share), 0.0).sum(axis=1) / np.log(max(phi.shape[1], 2))
    return np.where(total[:, 0] > 0, np.clip(entropy, 0, 1), np.nan)


def seed_stability(runs: np.ndarray, k: int = 3) -> np.ndarray:
    """(n,) mean Jaccard overlap of the k strongest features between every two of (n, seeds, features) runs."""
    n, seeds, m = runs.shape
    top = np.zeros(runs.shape, bool)
    np.put_along_axis(top, np.argsort(-np.abs(runs), axis=2, kind="stable")[:, :, : min(k, m)], True, axis=2)
    first, second = np.triu_indices(seeds, 1)
    if not len(first):
        return np.full(n, np.nan)
    both, either = top[:, first] & top[:, second], top[:, first] | top[:, second]
    return (both.sum(axis=2) / either.sum(axis=2)).mean(axis=1)


def summary(values: dict[str, np.ndarray]) -> dict[str, dict]:
    """The distribution of each measure as plain JSON: quantiles, mean, how many rows had one. NaN are left out."""
    told = {}
    for name, column in values.items():
        column = np.asarray(column, float)
        column = column[np.isfinite(column)]
        quantiles = np.percentile(column, QUANTILES) if len(column) else [None] * len(QUANTILES)
        told[name] = {f"p{q}": None if v is None else float(v) for q, v in zip(QUANTILES, quantiles, strict=True)}
        told[name] |= {"mean": float(column.mean()) if len(column) else None, "rows": len(column)}
    return told


def unsure(one: dict[str, float], kept: dict[str, dict]) -> tuple[str, ...]:
    """The measures in which a live explanation is worse than 95 in 100 of the release's own."""
    found = []
    for name, value in one.items():
        usual = kept.get(name)
        if usual is None or usual["rows"] < FEWEST or not np.isfinite(value):
            continue
        if value < usual["p5"] if HIGHER_IS_BETTER[name] else value > usual["p95"]:
            found.append(name)
    return tuple(found)


def _correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    scale = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    with np.errstate(all="ignore"):
        return np.where(scale > 1e-12, (a * b).sum(axis=1) / scale, np.nan)

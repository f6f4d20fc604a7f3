"""How good a model is, on rows that no release has trained on: figures with 95 % bootstrap intervals, per cause and segment."""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from data.usecase.use_case import UseCase

RESAMPLES = 300
HIGHER_IS_BETTER = {
    "precision": True,
    "recall": True,
    "f1": True,
    "average_precision": True,
    "auc": True,
    "brier": False,
    "cost_per_1000": False,
}
SHARES = ("precision", "recall", "f1", "average_precision", "auc")
FEW_SPEAK = ("precision", "recall", "f1", "average_precision", "auc", "brier", "cost_per_1000")
"""Figures that a few rows decide, the failures among many or the warnings: their intervals go by how many units have one."""


def evaluate(
    use_case: UseCase, risk: np.ndarray, y: np.ndarray, table: pd.DataFrame, unit: np.ndarray | None = None, seed: int = 0,
    weight: np.ndarray | None = None,
) -> dict:  # fmt: skip
    """Figures of (n,) risks against (n,) outcomes; ``table`` gives cause, asset and product for the segments. Plain JSON.

    Args:
        unit: (n,) which rows are not independent of each other.
        weight: (n,) for how many each row stands where rows were drawn more or less often than others; ``share`` is that of the failures then.
    """
    threshold = use_case.advice.possible.enter
    weight = np.ones(len(y)) if weight is None else np.asarray(weight, float)
    weights = resampled(len(y), seed, unit)
    units, advised, failed = independent(len(y), unit), risk >= threshold, y > 0
    counts = speaking(failed, advised, unit)
    figures = {
        name: interval(
            value, spread, max(2, counts[name]), name in SHARES
        )  # at least two, of which an interval says next to nothing
        for name, (value, spread) in scored(use_case, risk, y, threshold, weights, weight).items()
    }
    cost = figures["cost_per_1000"]
    if cost["high"] == 0:  # of so many units none was told wrongly, which is not never (Clopper & Pearson 1934)
        cost["high"] = 1000 * max(use_case.costs.miss, use_case.costs.false_alarm) * (1 - 0.025 ** (1 / units))
    causes = table["cause"].to_numpy(dtype=object)
    return {
        "rows": len(y),
        "units": units,
        "failures": int(failed.sum()),
        "share": _share((weight * failed).sum(), weight.sum()),
        "threshold": threshold,
        **figures,
        "by_cause": {
            cause: {
                "failures": int((causes == cause).sum()),
                "recall": _share((weight * advised)[causes == cause].sum(), weight[causes == cause].sum()),
            }
            for cause in use_case.target.causes
        },
        "segments": segments(use_case, advised, failed, table, weight),
        "calibration": calibration(risk, y, weight=weight),
    }


def scored(
    use_case: UseCase, risk: np.ndarray, y: np.ndarray, threshold: float, weights: np.ndarray, weight: np.ndarray | None = None,
    only: tuple[str, ...] = (),
) -> dict[str, tuple[float, np.ndarray]]:  # fmt: skip
    """Each figure (or ``only`` some) and its bootstrap replicates: name -> (value, (resamples,)). ``weights`` is (resamples, n): how often a row
    was drawn; ``weight`` (n,) for how many it stands."""
    advised, failed = risk >= threshold, y > 0
    whole = np.concatenate([np.ones((1, len(y))), weights])
    whole = whole if weight is None else whole * weight
    if only == ("auc",):
        area = _ranked(risk, y, whole)[1]
        return {"auc": (float(area[0]), area[1:])}
    hit, advice, failures = (whole @ column.astype(float) for column in (advised & failed, advised, failed))
    with np.errstate(all="ignore"):
        precision, recall = hit / advice, hit / failures
        f1 = 2 * hit / (advice + failures)
    costs = np.where(failed & ~advised, use_case.costs.miss, np.where(advised & ~failed, use_case.costs.false_alarm, 0.0))
    n = np.where(whole.any(axis=1), whole.sum(axis=1), np.nan)  # a draw of few units may hold none
    ranked = _ranked(risk, y, whole)
    found = {
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "average_precision": ranked[0],
        "auc": ranked[1],
        "brier": whole @ ((risk - y) ** 2) / n,
        "cost_per_1000": whole @ costs / n * 1000,
    }
    return {name: (float(column[0]), column[1:]) for name, column in found.items()}


def _ranked(risk: np.ndarray, y: np.ndarray, whole: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Average precision and area under the ROC curve for each row of weights, in one pass over the ranking.

    The definitions are those of ``sklearn.metrics`` (tests hold them equal), which takes one set of weights at a time.
    """
    order = np.argsort(-risk, kind="stable")
    r, positive, w = risk[order], (y > 0)[order].astype(float), whole[:, order]
    if not len(y):
        return np.full(len(whole), np.nan), np.full(len(whole), np.nan)
    last = np.flatnonzero(np.r_[r[1:] != r[:-1], True])
    tp, fp = np.cumsum(w * positive, axis=1)[:, last], np.cumsum(w * (1 - positive), axis=1)[:, last]
    all_tp, all_fp = tp[:, -1:], fp[:, -1:]
    with np.errstate(all="ignore"):
        precision = np.where(tp + fp > 0, tp / (tp + fp), 0.0)
        step_tp, step_fp = np.diff(tp, prepend=0, axis=1), np.diff(fp, prepend=0, axis=1)
        average = (precision * step_tp).sum(axis=1) / all_tp[:, 0]
        area = ((tp - step_tp / 2) * step_fp).sum(axis=1) / (all_tp * all_fp)[:, 0]
    return average, area


def calibration(risk: np.ndarray, y: np.ndarray, bins: int = 10, weight: np.ndarray | None = None) -> list[dict]:
    """Said against happened, in bins of equal width that hold anything: mean risk, share that failed, rows."""
    at, weight = np.minimum((risk * bins).astype(int), bins - 1), np.ones(len(y)) if weight is None else weight
    mean = lambda told, b: float(np.average(told[at == b], weights=weight[at == b]))  # noqa: E731
    return [{"said": mean(risk, b), "happened": mean(y > 0, b), "rows": int((at == b).sum())} for b in np.unique(at)]


def latency_ms(
    predict: Callable[[np.ndarray], object],
    row: np.ndarray,
    before: Callable[[np.ndarray], object] | None = None,
    times: int = 60,
) -> tuple[float, float | None]:
    """Median milliseconds of the processor for predicting and explaining one row, and of ``before`` for the same one. The two take turns and others' work
    is not counted: on a busy computer equal models take equally long. Slow ones take fewer turns: a second of them, and no less than 15."""
    took: dict[int, list[float]] = {0: [], 1: []}
    for turn in range(times):
        if turn >= 15 and sum(map(sum, took.values())) > 1:
            break
        for which, one in enumerate((predict, before)):
            if one is not None:
                begun = time.process_time()
                one(row[None, :])
                took[which].append(time.process_time() - begun)
    new, old = (float(np.median(took[which]) * 1000) if took[which] else None for which in (0, 1))
    assert new is not None
    return new, old


def independent(n: int, unit: np.ndarray | None) -> int:
    """How many of ``n`` rows are independent: as many as there are different ``unit``, (n,), or all."""
    return n if unit is None else len(np.unique(unit))


def speaking(failed: np.ndarray, advised: np.ndarray, unit: np.ndarray | None) -> dict[str, int]:
    """For each of :data:`FEW_SPEAK` how many independent ones say anything of it: those with a failure, or with a warning; of how the two outcomes are told
    apart the fewer of both. ``failed``, ``advised``: (n,) bool."""

    def units(rows: np.ndarray) -> int:
        return independent(int(rows.sum()), None if unit is None else unit[rows])

    bad = units(failed)
    return dict.fromkeys(FEW_SPEAK, bad) | {"precision": units(advised), "auc": min(bad, units(~failed))}


def resampled(n: int, seed: int, unit: np.ndarray | None = None, resamples: int = RESAMPLES) -> np.ndarray:
    """Bootstrap weights, (resamples, n) float32: how often each row is drawn; rows of one ``unit``, (n,), are drawn together.

    A Poisson bootstrap (Hanley & MacGibbon 2006), of clusters where there are such (Davison & Hinkley 1997, section 3.8).
    """
    codes = np.arange(n) if unit is None else np.unique(unit, return_inverse=True)[1]
    drawn = np.random.default_rng(seed).poisson(1.0, (resamples, int(codes.max(initial=-1)) + 1)).astype(np.float32)
    return drawn if unit is None else drawn[:, codes]


def widened(k: int) -> float:
    """By how much a bootstrap of ``k`` independent units is to be widened: it divides by k where k - 1 are free, and its ends are those of a normal
    distribution where Student's t has longer ones (Efron & Tibshirani 1993, section 12.5; Cameron, Gelbach & Miller 2008 for clusters)."""
    from scipy.stats import norm, t

    return float(t.ppf(0.975, k - 1) / norm.ppf(0.975) * (k / (k - 1)) ** 0.5) if k > 1 else float("inf")


def segments(use_case: UseCase, advised: np.ndarray, failed: np.ndarray, table: pd.DataFrame, weight: np.ndarray) -> list[dict]:
    """Recall and precision of each area and category: rows, failures, and shares (``None`` where there is nothing to share)."""
    found = []
    for kind, value, rows in parts_of(use_case, table):
        hit = weight[advised & failed & rows].sum()
        found.append(
            {
                "kind": kind,
                "value": value,
                "rows": int(rows.sum()),
                "failures": int((failed & rows).sum()),
                "recall": _share(hit, weight[failed & rows].sum()),
                "precision": _share(hit, weight[advised & rows].sum()),
            }
        )
    return found


def parts_of(use_case: UseCase, table: pd.DataFrame) -> list[tuple[str, str, np.ndarray]]:
    """Every area and every category of ``table``: kind, value, and which rows (n,) bool are in it."""
    known = set(use_case.assets)
    areas = table["asset"].map(lambda asset: use_case.area_of(str(asset)) if asset in known else "")
    kinds = {"area": areas, **{name: table[name] for name, signal in use_case.signals.items() if signal.categories}}
    return [
        (kind, str(value), (column == value).to_numpy())
        for kind, column in kinds.items()
        for value in sorted(column.dropna().unique())
    ]


def interval(value: float, spread: np.ndarray, units: int | None = None, share: bool = False) -> dict:
    """A figure with the middle 95 % of its bootstrap replicates, as JSON.

    Args:
        units: from how many independent runs or rows it is; of few the interval is wider (:func:`widened`).
        share: it lies between 0 and 1. One that is 1 in every replicate may well be less: ``units`` without a miss say that it is at least
            0.025 ** (1 / units) (Clopper & Pearson 1934).
    """
    low, high = ends(value, spread, units)
    if value >= 0 and np.all(spread[np.isfinite(spread)] >= 0):  # an error or a cost: none is below 0
        low = max(low, 0.0)
    if share and units and np.isfinite(value):
        low, high = max(low, 0.0), min(high, 1.0)
        if low == high and value in (0.0, 1.0):
            sure = 0.025 ** (1 / units)
            low, high = (sure, 1.0) if value else (0.0, 1 - sure)
    return {
        name: None if number != number else float(number) for name, number in (("value", value), ("low", low), ("high", high))
    }


def ends(value: float, spread: np.ndarray, units: int | None) -> tuple[float, float]:
    """The ends of a figure's 95 % interval from its bootstrap replicates; NaN where there are none."""
    spread = spread[np.isfinite(spread)]
    if not len(spread) or not np.isfinite(value):
        return np.nan, np.nan
    low, high = np.quantile(spread, [0.025, 0.975])
    wider = 1.0 if units is None else widened(units)
    if not np.isfinite(wider):
        return -np.inf, np.inf
    return float(value - (value - low) * wider), float(value + (high - value) * wider)


def _share(part: float, whole: float) -> float | None:
    return float(part) / float(whole) if whole else None

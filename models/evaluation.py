"""How good a model is, on rows that no release has trained on: figures with 95 % bootstrap intervals, per cause and segment."""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from data.usecase import UseCase

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


def evaluate(use_case: UseCase, risk: np.ndarray, y: np.ndarray, table: pd.DataFrame, seed: int = 0) -> dict:
    """Figures of (n,) risks against (n,) outcomes; ``table`` gives cause, asset and product for the segments. Plain JSON."""
    threshold = use_case.advice.possible.enter
    weights = resampled(len(y), seed)
    figures = {name: interval(value, spread) for name, (value, spread) in scored(use_case, risk, y, threshold, weights).items()}
    advised, failed = risk >= threshold, y > 0
    causes = table["cause"].to_numpy(dtype=object)
    return {
        "rows": len(y),
        "failures": int(failed.sum()),
        "threshold": threshold,
        **figures,
        "by_cause": {
            cause: {
                "failures": int((causes == cause).sum()),
                "recall": _share(advised[causes == cause].sum(), (causes == cause).sum()),
            }
            for cause in use_case.target.causes
        },
        "segments": segments(use_case, advised, failed, table),
        "calibration": calibration(risk, y),
    }


def scored(
    use_case: UseCase, risk: np.ndarray, y: np.ndarray, threshold: float, weights: np.ndarray
) -> dict[str, tuple[float, np.ndarray]]:
    """Each figure and its bootstrap replicates: name -> (value, (resamples,)). ``weights`` is (resamples, n)."""
    advised, failed = risk >= threshold, y > 0
    whole = np.concatenate([np.ones((1, len(y))), weights])
    hit, advice, failures = (whole @ column.astype(float) for column in (advised & failed, advised, failed))
    with np.errstate(all="ignore"):
        precision, recall = hit / advice, hit / failures
        f1 = 2 * hit / (advice + failures)
    costs = np.where(failed & ~advised, use_case.costs.miss, np.where(advised & ~failed, use_case.costs.false_alarm, 0.0))
    n = whole.sum(axis=1)
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
    ends = np.flatnonzero(np.r_[r[1:] != r[:-1], True])
    tp, fp = np.cumsum(w * positive, axis=1)[:, ends], np.cumsum(w * (1 - positive), axis=1)[:, ends]
    all_tp, all_fp = tp[:, -1:], fp[:, -1:]
    with np.errstate(all="ignore"):
        precision = np.where(tp + fp > 0, tp / (tp + fp), 0.0)
        step_tp, step_fp = np.diff(tp, prepend=0, axis=1), np.diff(fp, prepend=0, axis=1)
        average = (precision * step_tp).sum(axis=1) / all_tp[:, 0]
        area = ((tp - step_tp / 2) * step_fp).sum(axis=1) / (all_tp * all_fp)[:, 0]
    return average, area


def calibration(risk: np.ndarray, y: np.ndarray, bins: int = 10) -> list[dict]:
    """Said against happened, in bins of equal width that hold anything: mean risk, share that failed, rows."""
    at = np.minimum((risk * bins).astype(int), bins - 1)
    return [
        {"said": float(risk[at == b].mean()), "happened": float((y[at == b] > 0).mean()), "rows": int((at == b).sum())}
        for b in np.unique(at)
    ]


def latency_ms(predict: Callable[[np.ndarray], object], row: np.ndarray, times: int = 60) -> float:
    """Median milliseconds of predicting and explaining one row."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        predict(row[None, :])
        took.append(time.perf_counter() - begun)
    return float(np.median(took) * 1000)


def resampled(n: int, seed: int, resamples: int = RESAMPLES) -> np.ndarray:
    """Bootstrap weights, (resamples, n) float32: how often each row is drawn."""
    return (
        np.random.default_rng(seed).poisson(1.0, (resamples, n)).astype(np.float32)
    )  # Poisson bootstrap (Hanley & MacGibbon 2006)


def segments(use_case: UseCase, advised: np.ndarray, failed: np.ndarray, table: pd.DataFrame) -> list[dict]:
    """Recall and precision of each area and category: rows, failures, and shares (``None`` where there is nothing to share)."""
    found = []
    for kind, value, rows in parts_of(use_case, table):
        hit = (advised & failed & rows).sum()
        found.append(
            {
                "kind": kind,
                "value": value,
                "rows": int(rows.sum()),
                "failures": int((failed & rows).sum()),
                "recall": _share(hit, (failed & rows).sum()),
                "precision": _share(hit, (advised & rows).sum()),
            }
        )
    return found


def parts_of(use_case: UseCase, table: pd.DataFrame) -> list[tuple[str, str, np.ndarray]]:
    """Every area and every category of ``table``: kind, value, and which rows (n,) bool are in it."""
    known = set(use_case.assets)
    areas = table["asset"].map(lambda asset: use_case.area_of(asset) if asset in known else "")
    kinds = {"area": areas, **{name: table[name] for name, signal in use_case.signals.items() if signal.categories}}
    return [
        (kind, str(value), (column == value).to_numpy())
        for kind, column in kinds.items()
        for value in sorted(column.dropna().unique())
    ]


def interval(value: float, spread: np.ndarray) -> dict:
    """A figure with the middle 95 % of its bootstrap replicates, as JSON."""
    spread = spread[np.isfinite(spread)]
    low, high = np.quantile(spread, [0.025, 0.975]) if len(spread) else (np.nan, np.nan)
    return {
        name: None if number != number else float(number) for name, number in (("value", value), ("low", low), ("high", high))
    }


def _share(part, whole) -> float | None:
    return float(part) / float(whole) if whole else None

"""Challenger against champion, on the same rows: figures with intervals of the difference, and the reasons that changed."""

import numpy as np
import pandas as pd

from data.usecase.use_case import UseCase
from explainers.overall.overall import ndcg
from models.judging.evaluation import HIGHER_IS_BETTER, ends, independent, parts_of, resampled, scored, speaking


def compared(
    use_case: UseCase,
    new: np.ndarray,
    old: np.ndarray,
    y: np.ndarray,
    unit: np.ndarray | None = None,
    seed: int = 0,
    weight: np.ndarray | None = None,
) -> dict[str, dict]:
    """For each figure the new and old value, the difference with its paired 95 % interval, and a verdict.

    Args:
        new, old: (n,) risks of both models on the same rows.
        y: (n,) outcomes; unit: (n,) which rows are not independent of each other; weight: (n,) for how many each row stands.

    Returns:
        figure -> {"new", "old", "difference", "low", "high", "verdict": better | same | worse | unknown}: "same" when the interval holds 0. The interval goes by
        those that can say anything of the figure (:func:`models.judging.evaluation.speaking`: units with a failure, or with a warning of either). Of fewer than two the
        ends are ``None`` and the verdict is "unknown": nothing was shown. Where neither warns at all none warns less rightly.
    """
    weights, threshold = resampled(len(y), seed, unit), use_case.advice.possible.enter
    counts = speaking(y > 0, (new >= threshold) | (old >= threshold), unit)
    ours, theirs = (scored(use_case, said, y, threshold, weights, weight) for said in (new, old))
    found = {}
    for name, (value, spread) in ours.items():
        before, before_spread = theirs[name]
        low, high = ends(value - before, spread - before_spread, counts[name])
        if len(y) and name == "precision" and not counts[name]:
            low, high = 0.0, 0.0
        elif counts[name] < 2:
            low, high = np.nan, np.nan
        elif np.isnan(low - high):  # of one of both there is no such figure
            low, high = 0.0, 0.0
        sign = 1 if HIGHER_IS_BETTER[name] else -1
        verdict = (
            "better" if sign * (low if sign > 0 else high) > 0 else "worse" if sign * (high if sign > 0 else low) < 0 else "same"
        )
        verdict = "unknown" if np.isnan(low) else verdict
        found[name] = {
            "new": _finite(value),
            "old": _finite(before),
            "difference": _finite(value - before),
            "low": _finite(low),
            "high": _finite(high),
            "verdict": verdict,
        }
    return found


def errors_compared(
    new: np.ndarray,
    old: np.ndarray,
    y: np.ndarray,
    unit: np.ndarray | None = None,
    seed: int = 0,
    weight: np.ndarray | None = None,
) -> dict[str, float | None]:
    """The mean absolute error of both, in the target's unit, and the difference with its paired 95 % bootstrap interval.

    Args:
        new, old: (n,) values that both models predict; y: (n,) what they were; unit, weight: as in :func:`compared`.
    """
    ours, theirs = np.abs(np.asarray(new, float) - y), np.abs(np.asarray(old, float) - y)
    if not len(y):
        return dict.fromkeys(("new", "old", "difference", "low", "high"))
    weight = np.ones(len(y)) if weight is None else weight
    weights = resampled(len(y), seed, unit).astype(float) * weight
    with np.errstate(all="ignore"):
        spread = (weights @ (ours - theirs)) / weights.sum(axis=1)
    low, high = ends(float(np.average(ours - theirs, weights=weight)), spread, independent(len(y), unit))
    return {
        "new": float(np.average(ours, weights=weight)), "old": float(np.average(theirs, weights=weight)),
        "difference": float(np.average(ours - theirs, weights=weight)),
        "low": _finite(low), "high": _finite(high),
    }  # fmt: skip


def parts_compared(
    use_case: UseCase, new: np.ndarray, old: np.ndarray, y: np.ndarray, table: pd.DataFrame, unit: np.ndarray | None = None, seed: int = 0,
    weight: np.ndarray | None = None,
) -> list[dict]:  # fmt: skip
    """What both find in every area and category that had failures: recall of each, and the difference's paired 95 % bootstrap interval.

    Args:
        new, old: (n,) risks on the same rows; ``table`` says of which asset and category each is; ``unit`` as in :func:`compared`.

    Returns:
        [{"value", "failures", "new", "old", "low", "high"}]
    """
    threshold, found = use_case.advice.possible.enter, []
    for _, value, rows in parts_of(use_case, table):
        failed = rows & (y > 0)
        n = int(failed.sum())
        if not n:
            continue
        ours, theirs = (said[failed] >= threshold for said in (new, old))
        own = None if unit is None else unit[failed]
        each = np.ones(n) if weight is None else weight[failed]
        weights = resampled(n, seed, own) * each
        spread = weights @ (ours.astype(float) - theirs) / np.maximum(weights.sum(axis=1), each.min())
        shares = {"new": float(np.average(ours, weights=each)), "old": float(np.average(theirs, weights=each))}
        low, high = ends(shares["new"] - shares["old"], spread, independent(len(ours), own))
        found.append({"value": value, "failures": n, **shares, "low": _finite(low), "high": _finite(high)})
    return found


def reasons_compared(new: dict[str, float], old: dict[str, float]) -> dict:
    """How what the model goes by has changed, from the importance of each group in both releases.

    Returns:
        {"ndcg", "groups": [{"group", "new", "old", "rank_new", "rank_old"}]} with shares of the whole, strongest first.
    """
    share_new, share_old = _shares(new), _shares(old)
    rank_new = {name: rank for rank, name in enumerate(sorted(share_new, key=lambda n: -share_new[n]), start=1)}
    rank_old = {name: rank for rank, name in enumerate(sorted(share_old, key=lambda n: -share_old[n]), start=1)}
    groups = [
        {
            "group": name,
            "new": share_new[name],
            "old": share_old.get(name, 0.0),
            "rank_new": rank_new[name],
            "rank_old": rank_old.get(name),
        }
        for name in rank_new
    ]
    return {"ndcg": ndcg(new, old), "groups": groups}


def _shares(importance: dict[str, float]) -> dict[str, float]:
    whole = sum(importance.values()) or 1.0
    return {name: value / whole for name, value in importance.items()}


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None

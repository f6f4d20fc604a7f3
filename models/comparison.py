"""Challenger against champion, on the same rows: figures with intervals of the difference, and the reasons that changed."""

import numpy as np
import pandas as pd

from data.usecase import UseCase
from explainers.overall import ndcg
from models.evaluation import HIGHER_IS_BETTER, parts_of, resampled, scored


def compared(use_case: UseCase, new: np.ndarray, old: np.ndarray, y: np.ndarray, seed: int = 0) -> dict[str, dict]:
    """For each figure the new and old value, the difference with its paired 95 % interval, and a verdict.

    Args:
        new, old: (n,) risks of both models on the same rows.
        y: (n,) outcomes.

    Returns:
        figure -> {"new", "old", "difference", "low", "high", "verdict": better | same | worse}: "same" when the interval holds 0.
    """
    weights, threshold = resampled(len(y), seed), use_case.advice.possible.enter
    ours, theirs = scored(use_case, new, y, threshold, weights), scored(use_case, old, y, threshold, weights)
    found = {}
    for name, (value, spread) in ours.items():
        before, before_spread = theirs[name]
        difference = spread - before_spread
        difference = difference[np.isfinite(difference)]
        low, high = np.quantile(difference, [0.025, 0.975]) if len(difference) else (0.0, 0.0)
        sign = 1 if HIGHER_IS_BETTER[name] else -1
        verdict = (
            "better" if sign * (low if sign > 0 else high) > 0 else "worse" if sign * (high if sign > 0 else low) < 0 else "same"
        )
        found[name] = {
            "new": _finite(value),
            "old": _finite(before),
            "difference": _finite(value - before),
            "low": float(low),
            "high": float(high),
            "verdict": verdict,
        }
    return found


def errors_compared(new: np.ndarray, old: np.ndarray, y: np.ndarray, seed: int = 0) -> dict[str, float | None]:
    """The mean absolute error of both, in the target's unit, and the difference with its paired 95 % bootstrap interval.

    Args:
        new, old: (n,) values that both models predict; y: (n,) what they were.
    """
    ours, theirs = np.abs(np.asarray(new, float) - y), np.abs(np.asarray(old, float) - y)
    if not len(y):
        return dict.fromkeys(("new", "old", "difference", "low", "high"))
    weights = resampled(len(y), seed)
    spread = (weights @ (ours - theirs)) / weights.sum(axis=1)
    low, high = np.nanquantile(spread, [0.025, 0.975])
    return {
        "new": float(ours.mean()), "old": float(theirs.mean()), "difference": float((ours - theirs).mean()),
        "low": float(low), "high": float(high),
    }  # fmt: skip


def parts_compared(
    use_case: UseCase, new: np.ndarray, old: np.ndarray, y: np.ndarray, table: pd.DataFrame, seed: int = 0
) -> list[dict]:
    """What both find in every area and category that had failures: recall of each, and the difference's paired 95 % bootstrap interval.

    Args:
        new, old: (n,) risks on the same rows; ``table`` says of which asset and category each is.

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
        weights = resampled(n, seed)
        spread = weights @ (ours.astype(float) - theirs) / np.maximum(weights.sum(axis=1), 1)
        low, high = np.quantile(spread, [0.025, 0.975])
        shares = {"new": float(ours.mean()), "old": float(theirs.mean())}
        found.append({"value": value, "failures": n, **shares, "low": float(low), "high": float(high)})
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

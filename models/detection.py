"""How many of the failures in a replayed table were found: from the store's record, not from memory."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd

from data.sources.replay import ReplaySource, ReplayTable
from data.store import Store
from data.usecase import UseCase
from models.change import kept_promise
from models.release import Release

PARTS = 10


def detections(score: np.ndarray, outcome: np.ndarray, modes: dict[str, np.ndarray], threshold: float) -> dict:
    """Found and missed failures per cause, and false alarms, at ``threshold``.

    Args:
        score: (n,) risks; NaN where a row was not predicted (it then counts as not found).
        outcome: (n,) 0 or 1, what really happened.
        modes: cause -> (n,) bool; a failure may have several.
        threshold: the risk from which on the operator is advised.
    """
    advised = np.nan_to_num(score) >= threshold
    failed = outcome > 0
    by_cause = {
        cause: {"failures": int((rows & failed).sum()), "found": int((rows & failed & advised).sum())}
        for cause, rows in modes.items()
    }
    return {
        "threshold": threshold,
        "failures": int(failed.sum()),
        "found": int((failed & advised).sum()),
        "recall": _share((failed & advised).sum(), failed.sum()),
        "advised": int(advised.sum()),
        "false_alarms": int((advised & ~failed).sum()),
        "precision": _share((advised & failed).sum(), advised.sum()),
        "by_cause": {cause: found | {"recall": _share(found["found"], found["failures"])} for cause, found in by_cause.items()},
    }


def replay_truth(store: Store, use_case: UseCase, source, release: Release | None = None) -> dict | None:
    """What became of a replay, or ``None`` when the source knows no outcomes: failures found at or above "possible", and of values and
    classes how far the promise of ``release`` was kept, over time."""
    if not isinstance(source, ReplaySource) or source.table.outcome is None:
        return None
    table = source.table
    span = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
    told = np.full((3, table.rows), np.nan)
    for asset in np.unique(table.mapped.asset.astype(str)):  # an asset a step
        seen = store.readings.history(use_case.name, asset, *span, limit=table.rows)
        rows = seen["sequence"].to_numpy()
        told[0, rows], told[1, rows] = seen["score"].to_numpy(), seen["predicted"].to_numpy()
    found = detections(told[0], table.failed.astype(float), table.modes, use_case.advice.possible.enter)
    rules = [cause for cause in ("HDF", "PWF", "OSF") if cause in table.modes]
    if rules:
        rows = np.logical_or.reduce([table.modes[cause] for cause in rules])
        found["rules"] = detections(told[0], table.failed * rows, {}, use_case.advice.possible.enter)["recall"]
    if use_case.task != "binary" and release is not None:
        found |= _predictions(use_case, release, told[1], table)
    return found


def _predictions(use_case: UseCase, release: Release, predicted: np.ndarray, table: ReplayTable) -> dict:
    """How good the values or classes of a replay were, as a whole and in ten stretches of its time."""
    known = np.flatnonzero(np.isfinite(predicted) & np.isfinite(table.outcome))
    told = pd.DataFrame(
        {"predicted": predicted[known], "outcome": table.outcome[known], "score": 0.0, "bad": 0.0, "novelty": 0.0}
    )
    kept, promised = kept_promise(use_case, release, told)
    off = (told["outcome"] - told["predicted"]).to_numpy()

    def figures(rows: np.ndarray) -> dict:
        if not len(rows):
            return {"held": None}
        values = (
            {"mae": _figure(np.abs(off[rows]).mean()), "bias": _figure(off[rows].mean())} if use_case.task == "regression" else {}
        )
        return {"held": round(float(kept[rows].mean()), 4)} | values

    every = np.arange(len(known))
    parts = [{"rows": len(rows)} | figures(rows) for rows in np.array_split(every, PARTS) if len(rows)]
    return {"predictions": figures(every) | {"promised": promised, "over_time": parts}}


def _figure(value: float) -> float:
    return float(f"{value:.4g}")


def _share(part: int, whole: int) -> float | None:
    return round(float(part) / float(whole), 4) if whole else None

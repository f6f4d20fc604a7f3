"""How many of the failures in a replayed table were found: from the store's record, not from memory."""

from datetime import UTC, datetime

import numpy as np

from data.sources.replay import ReplaySource
from data.store import Store
from data.usecase import UseCase


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


def replay_truth(store: Store, use_case: UseCase, source) -> dict | None:
    """The detections of a replay, or ``None`` when the source knows no outcomes. Found: at or above "possible"."""
    if not isinstance(source, ReplaySource) or source.table.outcome is None:
        return None
    table = source.table
    span = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
    seen = store.readings.history(use_case.name, table.mapping.asset, *span, limit=table.rows)
    score = np.full(table.rows, np.nan)
    score[seen["sequence"].to_numpy()] = seen["score"].to_numpy()
    found = detections(score, table.outcome, table.modes, use_case.advice.possible.enter)
    rules = [cause for cause in ("HDF", "PWF", "OSF") if cause in table.modes]
    if rules:
        rows = np.logical_or.reduce([table.modes[cause] for cause in rules])
        found["rules"] = detections(score, table.outcome * rows, {}, use_case.advice.possible.enter)["recall"]
    return found


def _share(part: int, whole: int) -> float | None:
    return round(float(part) / float(whole), 4) if whole else None

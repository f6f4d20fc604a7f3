"""How many of the failures in a replayed table were found: from the store's record, not from memory."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd

from data.checks.frozen import frozen_in
from data.readings.moments import utc
from data.sources.contract import Source
from data.sources.replay import ReplaySource, ReplayTable
from data.store import Store
from data.usecase.use_case import UseCase
from models.dataset.history import TrainingSetError, history_of
from models.dataset.replayed import again_in
from models.release.release import Release
from models.watching.change import kept_promise

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


def replay_truth(store: Store, use_case: UseCase, source: Source, release: Release | None = None) -> dict | None:
    """What became of a replay, or ``None`` when the source knows no outcomes: failures found at or above "possible", and of values and
    classes how far the promise of ``release`` was kept, over time. Frozen rows are left out, and counted where there are any."""
    if not isinstance(source, ReplaySource) or source.table.outcome is None:
        return None
    table = source.table
    times = source.times()
    span = tuple(datetime.fromtimestamp(int(us) / 1e6, UTC) for us in (times.min(), times.max()))
    told = np.full((3, table.rows), np.nan)
    for asset in np.unique(table.mapped.asset.astype(str)):  # an asset a step
        seen = store.readings.history(use_case.name, asset, *span, limit=10**7)
        rows, at = _rows_of(seen, np.flatnonzero(table.mapped.asset == asset), times)
        told[0, rows], told[1, rows] = seen["score"].to_numpy()[at], seen["predicted"].to_numpy()[at]
    given = _readings_of(use_case, table, times)
    frozen = frozen_in(use_case, given, table.mapped.time_us is not None)
    told[:, frozen] = np.nan
    modes = {cause: rows[~frozen] for cause, rows in table.modes.items()}
    found = detections(told[0, ~frozen], table.failed[~frozen].astype(float), modes, use_case.advice.possible.enter)
    found |= {"frozen": int(frozen.sum())} if frozen.any() else {}
    rules = [cause for cause in ("HDF", "PWF", "OSF") if cause in table.modes]
    if rules:
        rows = np.logical_or.reduce([table.modes[cause] for cause in rules])
        failed = (table.failed * rows)[~frozen]
        found["rules"] = detections(told[0, ~frozen], failed, {}, use_case.advice.possible.enter)["recall"]
    if use_case.task != "binary" and release is not None:
        found |= _predictions(use_case, release, told[1], table)
    return found | _learned_from(use_case, given)


def _readings_of(use_case: UseCase, table: ReplayTable, times: np.ndarray) -> pd.DataFrame:
    """The rows of a replay as a history has them: asset, time, every signal, outcome."""
    columns = {
        name: column if use_case.signals[name].categories else pd.to_numeric(pd.Series(column), errors="coerce").to_numpy(float)
        for name, column in table.columns.items()
    }
    return pd.DataFrame(columns).assign(asset=table.mapped.asset.astype(str), time=utc(times), outcome=table.outcome)


def _learned_from(use_case: UseCase, given: pd.DataFrame) -> dict:
    """Whether rows of the table are of the history that the model was made of: what is counted on them is no estimate of anything."""
    try:
        history = history_of(use_case, with_frozen=True)
    except TrainingSetError:
        return {}
    known = np.isfinite(given["outcome"].to_numpy(float))
    again = int(again_in(use_case, history, given[known]).sum()) if known.any() else 0
    if not again:
        return {}
    said = (
        f"{again:,} of these {len(given):,} rows are of the history that the model was made of, and most of them it learned from: what is counted "
        "here says nothing of how good it is. The figures of its release are of rows that it never saw."
    )
    return {"learned_from": {"rows": again, "of": len(given), "said": said}}


def _rows_of(seen: pd.DataFrame, rows: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which of the table's ``rows`` are which of the recorded readings of their asset, by time and, within one moment, by their order."""
    recorded = pd.DataFrame({"time": seen["time"].astype("datetime64[us, UTC]").astype("int64"), "at": np.arange(len(seen))})
    wanted = pd.DataFrame({"time": times[rows], "row": rows})
    for one in (recorded, wanted):
        one["nth"] = one.groupby("time").cumcount()
    both = wanted.merge(recorded, on=["time", "nth"])
    return both["row"].to_numpy(), both["at"].to_numpy()


def _predictions(use_case: UseCase, release: Release, predicted: np.ndarray, table: ReplayTable) -> dict:
    """How good the values or classes of a replay were, as a whole and in ten stretches of its time."""
    assert table.outcome is not None
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

"""Readings that are the history once more: the file that a line was made of, replayed. What is learned from must not come back as new truth, or rows
that are held out would be learned from after all."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from data.readings.features import signal_codes
from data.readings.moments import microseconds
from data.store import Store
from data.usecase.use_case import UseCase
from models.dataset.history import TABLE, TrainingSetError, history_of, timed

SAMPLE = 2_000
"""Confirmed readings from which it is told how much of a period is the history."""
UNIQUE = 0.95
"""Share of the history's rows that have to differ from each other for equal signals to mean the same row, where there are no times to go by."""


def not_again(use_case: UseCase, history: pd.DataFrame, truth: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The rows of ``truth`` that are not rows of ``history``, and how many others there are."""
    if not len(truth) or not len(history) or use_case.replay is None:
        return truth, 0
    again = again_in(use_case, history, truth)
    return truth[~again], int(again.sum())


def learned_share(use_case: UseCase, store: Store, start: datetime, end: datetime) -> float:
    """Of the confirmed readings of a period the share that are rows of the table that the line was made of, from a sample; 0 where there are none, or
    where the history is generated."""
    if use_case.folder is None or not (use_case.folder / TABLE).is_file():
        return 0.0
    found = store.readings.labelled(use_case.name, SAMPLE)
    time = pd.to_datetime(found["time"], utc=True)
    found = found[((time >= pd.Timestamp(start)) & (time < pd.Timestamp(end))).to_numpy()]
    if not len(found):
        return 0.0
    file = use_case.folder / TABLE
    known = _known(use_case.name, file, file.stat().st_mtime_ns, use_case=_By(use_case))
    return float(_again(use_case, known, found).mean())


class _By:
    """Hands a use case through a memory that goes by other things."""

    def __init__(self, use_case: UseCase) -> None:
        self.use_case = use_case

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _By)


@lru_cache(maxsize=8)
def _known(name: str, file: Path, stamp: int, use_case: _By) -> np.ndarray:
    try:
        return _keys(use_case.use_case, history_of(use_case.use_case, with_frozen=True), timed(use_case.use_case))
    except TrainingSetError:
        return np.zeros(0, np.uint64)


def again_in(use_case: UseCase, history: pd.DataFrame, truth: pd.DataFrame) -> np.ndarray:
    """(n,) bool: which rows of ``truth`` are rows of the history, by asset, time and signals; without times by signals and outcome alone."""
    return _again(use_case, _keys(use_case, history, timed(use_case)), truth)


def _again(use_case: UseCase, known: np.ndarray, truth: pd.DataFrame) -> np.ndarray:
    by_time = timed(use_case)
    if not len(known) or (not by_time and len(np.unique(known)) < UNIQUE * len(known)):
        return np.zeros(len(truth), bool)
    return np.isin(_keys(use_case, truth, by_time), known)


def _keys(use_case: UseCase, table: pd.DataFrame, by_time: bool) -> np.ndarray:
    """(n,) uint64 that tells rows apart."""
    told = pd.DataFrame(signal_codes(use_case, table).astype(np.float32))
    told["outcome"] = table["outcome"].to_numpy(np.float32)
    if by_time:
        told["time"], told["asset"] = (
            np.asarray(microseconds(pd.to_datetime(table["time"], utc=True))),
            table["asset"].astype(str).to_numpy(),
        )
    return pd.util.hash_pandas_object(told, index=False).to_numpy()

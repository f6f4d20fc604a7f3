"""Rows of readings as columns: what charts and training take."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from data.readings.moments import utc
from data.records import State
from data.store.sqlite.layout import Layout

STATES = tuple(State)
_WORDS = np.array([str(state) for state in STATES], dtype=object)
NOT_YET = np.iinfo(np.int64).min
"""The microsecond that stands for a time that has not come: NaT."""
_WHOLE = {"id", "time", "sequence", "release", "state"}
_TEXT = {"asset", "cause", "group"}


def timed(rows: list[tuple], columns: list[str], layout: Layout) -> pd.DataFrame:
    """Rows as a frame: ``time`` in UTC, ``state`` in words, categories as text; a number that was not yet measured is NaN."""
    signals = layout.use_case.recorded
    table = {}
    for name, values in zip(columns, zip(*rows, strict=True) if rows else [()] * len(columns), strict=True):
        if name in _TEXT or (name in signals and signals[name].categories):
            table[name] = pd.Series(values, dtype=object)
        else:
            table[name] = np.array(values, dtype=np.int64 if name in _WHOLE else np.float64)
    frame = pd.DataFrame(table)
    frame["time"] = utc(table["time"])
    if "state" in frame:
        frame["state"] = pd.Series(in_words(table["state"]), dtype=object)
    return frame


def in_words(codes: Sequence[int] | np.ndarray) -> np.ndarray:
    """State codes as (n,) object: normal, possible, likely."""
    return _WORDS[np.asarray(codes, dtype=int)]

"""Rows of readings as columns: what charts and training take."""

import numpy as np
import pandas as pd

from data.records import State
from data.store.sqlite.layout import Layout

STATES = tuple(State)
_WORDS = np.array([str(state) for state in STATES], dtype=object)
_WHOLE = {"id", "time", "sequence", "release", "state"}
_TEXT = {"asset", "cause"}


def timed(rows: list[tuple], columns: list[str], layout: Layout) -> pd.DataFrame:
    """Rows as a frame: ``time`` in UTC, ``state`` in words, categories as text; a number that was not yet measured is NaN."""
    signals = layout.use_case.signals
    table = {}
    for name, values in zip(columns, zip(*rows, strict=True) if rows else [()] * len(columns), strict=True):
        if name in _TEXT or (name in signals and signals[name].categories):
            table[name] = pd.Series(values, dtype=object)
        else:
            table[name] = np.array(values, dtype=np.int64 if name in _WHOLE else np.float64)
    frame = pd.DataFrame(table)
    frame["time"] = pd.DatetimeIndex(table["time"].view("datetime64[us]")).tz_localize("UTC")
    if "state" in frame:
        frame["state"] = pd.Series(_WORDS[table["state"]], dtype=object)
    return frame

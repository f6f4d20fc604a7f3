"""Times as the record keeps them, int64 microseconds since 1970 UTC, and as tables have them: one way there and one back."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd

ROWS_FROM = datetime(2010, 1, 1, tzinfo=UTC)
"""When the first row of a table without times is taken to be: long ago, so that it can be replayed again and again before it reaches our clock,
and later than the same of a history (:data:`models.dataset.history.NO_TIME`)."""
_ROWS_UNTIL = datetime(2020, 1, 1, tzinfo=UTC)


class Zone(str):
    """A plant's time zone. Where tables without times are replayed, ``row_s`` seconds stand for a row of them, and a moment of then is told as its row: a
    day that nobody lived through would be made up."""

    row_s: float | None = None

    def __new__(cls, name: str, row_s: float | None = None) -> "Zone":
        """The zone of that name."""
        made = super().__new__(cls, name)
        made.row_s = row_s
        return made


def row_of(moment: datetime, zone: str) -> int | None:
    """The row, from 1 on, that a moment stands for; ``None`` for one that a clock has told."""
    row_s = getattr(zone, "row_s", None)
    if row_s is None or not ROWS_FROM <= moment.replace(tzinfo=moment.tzinfo or UTC) < _ROWS_UNTIL:
        return None
    return round((moment.replace(tzinfo=moment.tzinfo or UTC) - ROWS_FROM).total_seconds() / row_s) + 1


def microseconds(times: pd.Series) -> np.ndarray:
    """(n,) int64 of a column of times (one without a zone counts as UTC), none of them missing."""
    return pd.to_datetime(times, utc=True).astype("datetime64[us, UTC]").astype("int64").to_numpy()


def utc(us: np.ndarray) -> pd.DatetimeIndex:
    """(n,) int64 microseconds as times."""
    return pd.DatetimeIndex(us.view("datetime64[us]")).tz_localize("UTC")

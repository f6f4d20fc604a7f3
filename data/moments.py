"""Times as the record keeps them, int64 microseconds since 1970 UTC, and as tables have them: one way there and one back."""

import numpy as np
import pandas as pd


def microseconds(times: pd.Series) -> np.ndarray:
    """(n,) int64 of a column of times (one without a zone counts as UTC), none of them missing."""
    return pd.to_datetime(times, utc=True).astype("datetime64[us, UTC]").astype("int64").to_numpy()


def utc(us: np.ndarray) -> pd.DatetimeIndex:
    """(n,) int64 microseconds as times."""
    return pd.DatetimeIndex(us.view("datetime64[us]")).tz_localize("UTC")

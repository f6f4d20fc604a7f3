"""What the live loop has to remember of earlier readings, from the store's own record: a restart goes on as if there had been none."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from data.readings.features import signal_codes, windows_of
from data.readings.moments import microseconds
from data.readings.windows import Lookback, Rows
from data.store import Store
from data.usecase.use_case import UseCase

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
MOST = 1_000_000
"""Readings of one asset that the longest window may hold."""


def looked_back(store: Store, use_case: UseCase) -> Lookback:
    """The look back of a use case's windows, filled with the newest recorded readings of each asset that reach far enough."""
    found = Lookback(windows_of(use_case))
    if not found.windows:
        return found
    seen = store.readings.last_seen(use_case.name)
    for code, asset in enumerate(use_case.assets):
        if asset in seen:
            found.follow(_asset(store, use_case, asset, code, seen[asset][0], *found.reach))
    return found


def _asset(store: Store, use_case: UseCase, asset: str, code: int, newest_us: int, readings: int, span_us: int) -> Rows:
    """What the windows may reach of an asset's readings: so many, or so long; and one more, which a lag may find."""
    end = _FIRST + timedelta(microseconds=newest_us)

    def recorded(start: datetime, until: datetime, limit: int) -> pd.DataFrame:
        return store.readings.history(use_case.name, asset, start, until, limit=limit)

    kept = recorded(_FIRST, end, readings + 1)
    if span_us:
        start = end - timedelta(microseconds=span_us)
        before = recorded(_FIRST, start, 1)
        wide = recorded(before["time"].iloc[0].to_pydatetime() if len(before) else start, end, MOST)
        kept = max(wide, kept, key=len)
    return Rows(np.full(len(kept), code, np.int64), microseconds(kept["time"]), signal_codes(use_case, kept))

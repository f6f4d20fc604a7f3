"""What the live loop has to remember of earlier readings, from the store's own record: a restart goes on as if there had been none."""

from datetime import UTC, datetime, timedelta

import numpy as np

from data.features import signal_codes, windows_of
from data.store import Store
from data.usecase import UseCase
from data.windows import MOST_READINGS, Lookback, Rows

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


def looked_back(store: Store, use_case: UseCase) -> Lookback:
    """The look back of a use case's windows, filled with the newest recorded readings of each asset that reach far enough."""
    found = Lookback(windows_of(use_case))
    if not found.windows:
        return found
    readings, span_us = found.reach
    parts = [
        _asset(store, use_case, asset, code, newest, readings, span_us)
        for code, asset in enumerate(use_case.assets)
        if (newest := store.readings.last_seen(use_case.name).get(asset)) is not None
    ]
    for rows in parts:
        found.follow(rows)
    return found


def _asset(store: Store, use_case: UseCase, asset: str, code: int, newest: tuple[int, int], readings: int, span_us: int) -> Rows:
    end = _FIRST + timedelta(microseconds=newest[0])
    # the last readings, and all of the longest window; one more, which a lag of that length may find
    kept = store.readings.history(use_case.name, asset, _FIRST, end, limit=max(readings, 1) + 1)
    if span_us:
        start = end - timedelta(microseconds=span_us)
        before = store.readings.history(use_case.name, asset, _FIRST, start, limit=1)
        inside = store.readings.history(use_case.name, asset, start, end, limit=100 * MOST_READINGS)
        oldest = before["time"].iloc[0] if len(before) else start
        wide = store.readings.history(
            use_case.name, asset, oldest.to_pydatetime() if len(before) else start, end, limit=len(inside) + len(before)
        )
        kept = wide if len(wide) > len(kept) else kept
    time_us = kept["time"].astype("datetime64[us, UTC]").astype("int64").to_numpy()
    return Rows(np.full(len(kept), code, np.int64), time_us, signal_codes(use_case, kept))

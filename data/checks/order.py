"""Whether an asset's readings come in order, within a delivery and on from what has been recorded."""

import numpy as np


def order_of(
    asset: np.ndarray, time_us: np.ndarray, sequence: np.ndarray, start: dict[int, tuple[int, int]]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which rows repeat their asset's newest (time, sequence), which come too late, and the newest time before each.

    Args:
        asset, time_us, sequence: (n,) columns in the order of delivery.
        start: the newest (time, sequence) of each asset before this delivery.

    Returns:
        (duplicate, late, newest_us): (n,) bool, bool, int64.
    """
    n = len(asset)
    duplicate, disorder, newest = np.zeros(n, bool), np.zeros(n, bool), np.zeros(n, np.int64)
    if not n:
        return duplicate, disorder, newest
    rows = np.argsort(asset, kind="stable")  # by asset, each in the order of delivery
    a, t, s = asset[rows], time_us[rows], sequence[rows]
    first = np.r_[True, a[1:] != a[:-1]]
    began = [start.get(int(code), (-1, -1)) for code in a[first]]
    start_t, start_s = np.array([t for t, _ in began], np.int64), np.array([s for _, s in began], np.int64)
    group = np.cumsum(first) - 1
    before_t, before_s = np.where(first, start_t[group], np.r_[0, t[:-1]]), np.where(first, start_s[group], np.r_[0, s[:-1]])
    if not ((t < before_t) | ((t == before_t) & (s <= before_s))).any():
        return duplicate, disorder, newest  # what nearly every delivery is: each row newer than the one before
    t0, s0 = _running_newest(t, s, first, start_t, start_s)
    duplicate[rows] = (t == t0) & (s == s0)
    disorder[rows] = (t < t0) | ((t == t0) & (s < s0))
    newest[rows] = t0
    return duplicate, disorder, newest


def _running_newest(
    t: np.ndarray, s: np.ndarray, first: np.ndarray, start_t: np.ndarray, start_s: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """For each row the newest (time, sequence) of its asset before it; rows come grouped by asset.

    A row that is late does not lower what counts as newest. Time and sequence are packed into their common rank, so that
    one running maximum within groups serves both.
    """
    group = np.cumsum(first) - 1
    keys = np.stack([np.r_[start_t, t], np.r_[start_s, s]])
    _, rank = np.unique(keys, axis=1, return_inverse=True)
    rank = rank.ravel()
    start, own = rank[: len(start_t)], rank[len(start_t) :]
    before = np.where(first, start[group], np.r_[0, own[:-1]])
    span = int(rank.max()) + 1
    running = np.maximum.accumulate(np.maximum(before, start[group]) + group * span) - group * span
    at = np.empty(span, np.int64)
    at[rank] = np.arange(len(rank))
    return keys[0][at[running]], keys[1][at[running]]

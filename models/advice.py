"""The state that the board shows: thresholds with hysteresis and an on-delay, so that noise gives no chatter.

A level is entered after ``on_delay`` readings in a row at or above its ``enter``, and left by the first below its
``leave`` (practice of ISA-18.2 alarm management, applied to advice).
"""

from dataclasses import dataclass

import numpy as np

from data.records import State
from data.usecase import Advice, Threshold


@dataclass(slots=True, eq=False)
class _Level:
    """One threshold over all assets: what each is in, and how many readings in a row have been above."""

    threshold: Threshold
    inside: np.ndarray  # (assets,) bool
    run: np.ndarray  # (assets,) int64


class StateTracker:
    """Follows the state of every asset through batch after batch.

    ``states`` are what the store shows at the start (asset code -> state), so that a restart forgets no advice.
    """

    def __init__(self, advice: Advice, assets: int, states: dict[int, State] | None = None, on_delay: int | None = None):
        self._on_delay = on_delay or advice.on_delay
        start = np.zeros(assets, np.int8)
        for code, state in (states or {}).items():
            start[code] = state.code
        self._levels = [
            _Level(threshold, start >= rank, np.zeros(assets, np.int64))
            for rank, threshold in enumerate((advice.possible, advice.likely), start=1)
        ]

    def follow(self, asset: np.ndarray, score: np.ndarray) -> np.ndarray:
        """The state after each reading.

        Args:
            asset: (n,) asset codes in the order of the readings.
            score: (n,) risks.

        Returns:
            (n,) int8 of ``State.code``.
        """
        if not len(asset):
            return np.empty(0, np.int8)
        order = np.argsort(asset, kind="stable")
        grouped = asset[order]
        starts = np.flatnonzero(np.r_[True, grouped[1:] != grouped[:-1]])
        ends = np.r_[starts[1:], len(grouped)] - 1
        state = np.zeros(len(asset), np.int8)
        for rank, level in enumerate(self._levels, start=1):
            inside = self._inside(level, score[order], grouped, starts, ends)
            state[order] = np.where(inside, rank, state[order])
        return state

    def _inside(self, level: _Level, score: np.ndarray, asset: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Whether each row is inside the level; rows are grouped by asset. Runs and states are filled on without a loop."""
        n = len(score)
        at = np.arange(n)
        start = np.repeat(starts, ends - starts + 1)
        above = score >= level.threshold.enter
        last_below = np.maximum.accumulate(np.where(above, -1, at))
        unbroken = last_below < start  # above since the start of this batch: the run goes on from the last one
        run = np.where(unbroken, at - start + 1 + level.run[asset], at - last_below)
        enters, leaves = above & (run >= self._on_delay), score < level.threshold.leave
        last_change = np.maximum.accumulate(np.where(enters | leaves, at, -1))
        inside = np.where(last_change >= start, enters[np.maximum(last_change, 0)], level.inside[asset])
        level.inside[asset[ends]], level.run[asset[ends]] = inside[ends], run[ends]
        return inside

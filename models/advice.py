"""The state that the board shows: thresholds with hysteresis and an on-delay, so that noise gives no chatter.

A level is entered after ``on_delay`` readings in a row at or above its ``enter``, and left after ``off_delay`` readings in a
row below its ``leave`` (practice of ISA-18.2 alarm management, applied to advice).
"""

from dataclasses import dataclass

import numpy as np

from data.records import State
from data.usecase import Advice, Threshold


@dataclass(slots=True, eq=False)
class _Level:
    """One threshold over all assets: what each is in, and how many readings in a row have been above and below it."""

    threshold: Threshold
    inside: np.ndarray  # (assets,) bool
    above: np.ndarray  # (assets,) int64
    below: np.ndarray  # (assets,) int64


class StateTracker:
    """Follows the state of every asset through batch after batch.

    ``states`` are what the store shows at the start (asset code -> state), so that a restart forgets no advice.
    ``delayed`` False takes every reading at once, as for a table whose rows are whole products.
    """

    def __init__(self, advice: Advice, assets: int, states: dict[int, State] | None = None, delayed: bool = True):
        self._on_delay, self._off_delay = (advice.on_delay, advice.off_delay) if delayed else (1, 1)
        start = np.zeros(assets, np.int8)
        for code, state in (states or {}).items():
            start[code] = state.code
        levels = enumerate((advice.possible, advice.likely), start=1)
        self._levels = [_Level(threshold, start >= rank, *np.zeros((2, assets), np.int64)) for rank, threshold in levels]

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
        start = np.repeat(starts, ends - starts + 1)
        above = _run(score >= level.threshold.enter, start, level.above[asset])
        below = _run(score < level.threshold.leave, start, level.below[asset])
        enters, leaves = above >= self._on_delay, below >= self._off_delay
        last_change = np.maximum.accumulate(np.where(enters | leaves, np.arange(len(score)), -1))
        inside = np.where(last_change >= start, enters[np.maximum(last_change, 0)], level.inside[asset])
        level.inside[asset[ends]], level.above[asset[ends]], level.below[asset[ends]] = inside[ends], above[ends], below[ends]
        return inside


def _run(met: np.ndarray, start: np.ndarray, before: np.ndarray) -> np.ndarray:
    """How many rows in a row have ``met`` up to each row: 0 where it has not, going on from ``before`` at each ``start``."""
    at = np.arange(len(met))
    last_miss = np.maximum.accumulate(np.where(met, -1, at))
    return np.where(last_miss < start, at - start + 1 + before, at - last_miss)

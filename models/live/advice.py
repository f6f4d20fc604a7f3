"""The state that the board shows: thresholds with hysteresis and an on-delay, so that noise gives no chatter.

A level is entered after ``on_delay`` readings in a row at or above its ``enter``, and left after ``off_delay`` readings in a
row below its ``leave`` (practice of ISA-18.2 alarm management, applied to advice). That nothing like a reading is in the training data is told at
once, since its risk is a guess, and is over after as many readings in a row that are known.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from data.records import State
from data.usecase.use_case import Advice

_NEW = float(np.nextafter(np.float32(1), np.float32(2)))
"""The least novelty that is above 1."""


@dataclass(slots=True, eq=False)
class _Level:
    """One threshold over all assets: what each is in, and how many readings in a row have been above and below it."""

    enter: float
    leave: float
    on_delay: int
    off_delay: int
    inside: np.ndarray  # (assets,) bool
    above: np.ndarray  # (assets,) int64
    below: np.ndarray  # (assets,) int64


class StateTracker:
    """Follows the state of every asset through batch after batch.

    ``states`` are what the store shows at the start (asset code -> state), so that a restart forgets no advice; ``unknown``: the codes of those that
    the model does not know then.
    ``delayed`` False takes every reading at once, as for a table whose rows are whole products.
    """

    def __init__(
        self,
        advice: Advice,
        assets: int,
        states: dict[int, State] | None = None,
        delayed: bool = True,
        unknown: Collection[int] = (),
    ) -> None:
        on, off = (advice.on_delay, advice.off_delay) if delayed else (1, 1)
        start = np.zeros(assets, np.int8)
        for code, state in (states or {}).items():
            start[code] = state.code
        levels = enumerate((advice.possible, advice.likely), start=1)
        self._levels = [_Level(t.enter, t.leave, on, off, start >= rank, *np.zeros((2, assets), np.int64)) for rank, t in levels]
        strange = np.isin(np.arange(assets), list(unknown))
        self._unknown = _Level(_NEW, _NEW, 1, off, strange, *np.zeros((2, assets), np.int64))

    def follow(self, asset: np.ndarray, score: np.ndarray, novelty: np.ndarray | None = None) -> np.ndarray:
        """The state after each reading. The risk of one that is not in the training data is a guess: it neither gives advice nor takes any back.

        Args:
            asset: (n,) asset codes in the order of the readings.
            score: (n,) risks.
            novelty: (n,), above 1 nothing like it is in the training data; ``None``: that is not measured.

        Returns:
            (n,) int8 of ``State.code``.
        """
        if novelty is None or not (guessed := novelty > 1).any():
            return self._by_risk(asset, score)
        state, held = np.zeros(len(asset), np.int8), self._held()
        state[~guessed] = self._by_risk(asset[~guessed], score[~guessed])
        order = np.argsort(asset, kind="stable")
        grouped, at = asset[order], np.arange(len(asset))
        start = np.maximum.accumulate(np.where(np.r_[True, grouped[1:] != grouped[:-1]], at, 0))
        last_known = np.maximum.accumulate(np.where(guessed[order], -1, at))
        state[order] = np.where(last_known >= start, state[order][np.maximum(last_known, 0)], held[grouped])
        return state

    def _by_risk(self, asset: np.ndarray, score: np.ndarray) -> np.ndarray:
        state = np.zeros(len(asset), np.int8)
        for rank, level in enumerate(self._levels, start=1):
            state[_inside(level, asset, score)] = rank
        return state

    def _held(self) -> np.ndarray:
        """(assets,) int8: the state that each asset is in."""
        state = np.zeros(len(self._unknown.inside), np.int8)
        for rank, level in enumerate(self._levels, start=1):
            state[level.inside] = rank
        return state

    def follow_unknown(self, asset: np.ndarray, novelty: np.ndarray, states: np.ndarray) -> np.ndarray:
        """(n,) bool: whether the board calls it unknown after each reading. What is known again and abnormal is told as that at once.

        Args:
            novelty: (n,), above 1 nothing like it is in the training data.
            states: (n,) of :meth:`follow`.
        """
        return _inside(self._unknown, asset, novelty) & ((novelty > 1) | (states == State.NORMAL.code))


def _inside(level: _Level, asset: np.ndarray, score: np.ndarray) -> np.ndarray:
    """(n,) bool: whether its asset is inside the level after each reading. Runs and states are filled on without a loop."""
    if not len(asset):
        return np.zeros(0, bool)
    order = np.argsort(asset, kind="stable")
    grouped, value = asset[order], score[order]
    starts = np.flatnonzero(np.r_[True, grouped[1:] != grouped[:-1]])
    ends = np.r_[starts[1:], len(grouped)] - 1
    start = np.repeat(starts, ends - starts + 1)
    above = _run(value >= level.enter, start, level.above[grouped])
    below = _run(value < level.leave, start, level.below[grouped])
    enters, leaves = above >= level.on_delay, below >= level.off_delay
    last_change = np.maximum.accumulate(np.where(enters | leaves, np.arange(len(value)), -1))
    inside = np.where(last_change >= start, enters[np.maximum(last_change, 0)], level.inside[grouped])
    last = grouped[ends]
    level.inside[last], level.above[last], level.below[last] = inside[ends], above[ends], below[ends]
    found = np.empty(len(asset), bool)
    found[order] = inside
    return found


def _run(met: np.ndarray, start: np.ndarray, before: np.ndarray) -> np.ndarray:
    """How many rows in a row have ``met`` up to each row: 0 where it has not, going on from ``before`` at each ``start``."""
    at = np.arange(len(met))
    last_miss = np.maximum.accumulate(np.where(met, -1, at))
    return np.where(last_miss < start, at - start + 1 + before, at - last_miss)

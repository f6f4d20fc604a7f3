"""Frozen rows: the record goes on, but what is written down has stopped.

After a shutdown, a lost connection or a crashed historian the last values are written again and again while time goes on. A model learns such a
stretch as hundreds of perfect examples of whatever label it carries, and is judged by them too. What tells it apart from a signal that is coarse,
from a laboratory value that stands for an hour and from a machine at rest: signals that are never the same twice in a row stand still exactly,
most of them at once, for longer than chance has it, and at values that no other stretch has.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.readings.features import runs_of
from data.readings.moments import microseconds
from data.usecase.use_case import UseCase

LIVELY = 0.05
"""Share of its steps at which a signal may repeat its value, in the liveliest part of the table, to count as one that moves at each reading."""
FEWEST_SIGNALS, MOST_STILL = 3, 0.5
"""Lively signals without which nothing can be told, and which share of them stands still at once."""
FEWEST_ROWS = 10
CHANCE = 0.01
"""Expected number of stretches as long as one by chance, from which on it is none."""
USUAL = 50
"""One stretch for so many rows that do move is the way of the table: values that are held, machines that rest."""
PARTS, FEWEST_IN_PART = 20, 50
SORTED = 0.99


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Rows ``first`` to ``last`` (both counted), of which each repeats the one before."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def frozen_rows(values: np.ndarray, time_us: np.ndarray | None = None, sequence: np.ndarray | None = None) -> np.ndarray:
    """(n,) bool: rows that only say once more what stood before them.

    Args:
        values: (n, numbers) float64, NaN for what is missing. No categories.
        time_us: (n,) when each row was read. Without it rows are taken in their order, and a table that is sorted by a signal has no course of time, and no frozen rows.
        sequence: (n,) codes of what each row is of (asset, run): a row repeats only one of its own.
    """
    n = len(values)
    frozen = np.zeros(n, bool)
    if n < FEWEST_ROWS + 2 or values.shape[1] < FEWEST_SIGNALS:
        return frozen
    at = np.arange(n)
    order = np.lexsort((at, at if time_us is None else time_us, np.zeros(n, int) if sequence is None else sequence))
    same = np.ones(n - 1, bool) if sequence is None else sequence[order][1:] == sequence[order][:-1]
    x = values if (order == at).all() else values[order]
    still = (x[1:] == x[:-1]) & same[:, None]
    lively = _lively(still, same)
    if len(lively) < FEWEST_SIGNALS:
        return frozen
    later = same if time_us is None else same & (np.diff(time_us[order]) > 0)
    needed = max(FEWEST_SIGNALS, int(np.ceil(MOST_STILL * len(lively))))
    repeats = (still[:, lively].sum(axis=1) >= needed) & later
    found = _too_long(_stretches(repeats), int(same.sum()))
    if time_us is None:
        along = _sorted_by(x, same)
        found = [one for one in found if not still[one.first - 1 : one.last, along].any()]
    found = _of_their_own(x[:, lively], still[:, lively], found, needed)
    if len(found) > max(1, (~repeats & same).sum() // USUAL):
        return frozen
    for one in found:
        frozen[order[one.first : one.last + 1]] = True
    return frozen


def frozen_in(use_case: UseCase, table: pd.DataFrame, timed: bool = True) -> np.ndarray:
    """(n,) bool of a table of readings: asset, time (``timed``: of their own, not made up), every signal, and ``group`` where there is one."""
    numbers = [name for name, signal in use_case.signals.items() if not signal.categories]
    time_us = microseconds(table["time"]) if timed else None
    return frozen_rows(table[numbers].to_numpy(float), time_us, pd.factorize(runs_of(use_case, table))[0])


def _lively(still: np.ndarray, same: np.ndarray) -> np.ndarray:
    """Places of the signals that move at each reading, at least in one part of the table: a stretch that stands still must not hide it."""
    steps = np.flatnonzero(same)
    parts = [part for part in np.array_split(steps, max(1, min(PARTS, len(steps) // FEWEST_IN_PART))) if len(part)]
    if not parts:
        return np.empty(0, int)
    least = np.min([still[part].mean(axis=0) for part in parts], axis=0)
    return np.flatnonzero(least <= LIVELY)


def _stretches(repeats: np.ndarray) -> list[_Stretch]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], repeats.astype(np.int8), [0]])))
    return [_Stretch(int(first) + 1, int(after)) for first, after in zip(edges[::2], edges[1::2], strict=True)]


def _too_long(every: list[_Stretch], steps: int) -> list[_Stretch]:
    """Those that are longer than the shorter ones let expect, if each step repeated with the same chance as in them (a geometric law)."""
    lengths = np.sort([one.length for one in every])
    total, found = np.r_[0, np.cumsum(lengths)], []
    for one in every:
        if one.length < FEWEST_ROWS:
            continue
        shorter = int(total[np.searchsorted(lengths, one.length)])
        chance = (shorter + 1) / (steps - int(total[-1] - shorter) + 2)
        if steps * min(chance, 1.0) ** one.length < CHANCE:
            found.append(one)
    return found


def _of_their_own(x: np.ndarray, still: np.ndarray, found: list[_Stretch], needed: int) -> list[_Stretch]:
    """Those that stand at values of their own: a state to which a machine comes back (at rest: all zero) is no lost record."""
    if not found:
        return []
    kept = []
    at = np.array([np.where(still[one.first - 1 : one.last].all(axis=0), x[one.first], np.nan) for one in found])
    for place, own in enumerate(at):
        own = np.where(own == 0, np.nan, own)
        alike = (at == own).sum(axis=1) >= needed
        alike[place] = False
        if not alike.any() and np.isfinite(own).sum() >= needed:
            kept.append(found[place])
    return kept


def _sorted_by(x: np.ndarray, same: np.ndarray) -> np.ndarray:
    """Places of the signals that only rise, or only fall, all through the table."""
    step = np.where(same[:, None], np.diff(x, axis=0), 0.0)
    up, down = (step > 0).sum(axis=0), (step < 0).sum(axis=0)
    return np.flatnonzero(np.maximum(up, down) >= np.maximum(SORTED * (up + down), FEWEST_ROWS))

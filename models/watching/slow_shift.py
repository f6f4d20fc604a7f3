"""What no single reading shows: a signal that moves slowly inside its range, of one machine or of all.

A signal's siblings are the other signals of the same reading and the same signal of the other machines of its area in that hour; what they say of it is learned
from stretches of time other than the one that is asked. The mean of what is left over, stretch by stretch and against that of the other machines, is held
against as many stretches before: the next one of so many alike lies within Student's interval (Hahn & Meeker 1991, *Statistical Intervals*, ch. 4), however
closely the readings within a stretch hang together. So of a whole line it is said by chance once in :attr:`UseCase.new_days`, and seasons that the record
holds are no shift.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from data.readings.features import signal_matrix
from data.readings.moments import microseconds
from data.store import Store
from data.usecase.use_case import UseCase
from models.corrections.siblings import left_over, neighbours, siblings

STRETCH = timedelta(hours=4)
BEFORE, LATELY = 18, 6
"""Stretches that one is held against, and newest ones that are looked at: what moved is told for a day."""
EACH = 12
"""Readings of a machine in a stretch, spread over it; no fewer than :data:`FEWEST`, or it is left out."""
FEWEST, MOST = 3, 60_000
MACHINES, NEIGHBOURS = 5, 3
"""So many have a middle that one is held against, and so many in an area say what a signal should be."""
LARGE = 0.5
"""Standard deviations of what is left over: a smaller shift is told by its many readings alone, and matters to nobody."""
FOLDS = 4


@dataclass(frozen=True, slots=True)
class Moved:
    """``asset`` (``""``: all of them) whose ``signals`` no longer read what the others say, the farthest first, ``by`` so much each, since a moment."""

    asset: str
    signals: tuple[str, ...]
    by: tuple[float, ...]
    since: datetime


@dataclass(frozen=True, slots=True)
class SlowShifts:
    """What was found, ``assets`` that could be looked at, and the length of a ``stretch``."""

    moved: tuple[Moved, ...]
    assets: int
    stretch: timedelta


def slow_shifts(use_case: UseCase, store: Store) -> SlowShifts | None:
    """What has moved in the newest day of the record. ``None`` before there is enough of it."""
    newest = store.readings.newest_us(use_case.name)
    if newest is None:
        return None
    stretch = stretch_of(use_case)
    spans = spans_of(newest, stretch, len(use_case.assets))
    table = store.readings.first_of_each(use_case.name, spans)
    return moved_in(use_case, table, stretch, spans[-1][1]) if len(table) else None


def stretch_of(use_case: UseCase) -> timedelta:
    """How long a stretch is: of a slow line as long as its readings take."""
    return max(STRETCH, timedelta(seconds=EACH * use_case.cadence_s))


def spans_of(newest_us: int, stretch: timedelta, assets: int) -> list[tuple[int, int]]:
    """From when until when (microseconds since 1970) one reading of each asset is wanted, up to the end of the last whole stretch."""
    each = int(np.clip(MOST // ((BEFORE + LATELY) * max(assets, 1)), FEWEST, EACH))
    length = int(stretch / timedelta(microseconds=1))
    end = newest_us // length * length
    edges = np.linspace(end - (BEFORE + LATELY) * length, end, (BEFORE + LATELY) * each + 1).astype(np.int64)
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))


def moved_in(use_case: UseCase, table: pd.DataFrame, stretch: timedelta, end_us: int) -> SlowShifts | None:
    """The same of a table of readings: asset, time and every signal.

    Args:
        end_us: the end of the newest stretch.
    """
    from scipy.stats import t as student

    length = int(stretch / timedelta(microseconds=1))
    place = (microseconds(table["time"]) - end_us) // length + BEFORE + LATELY
    table, place = table[place >= 0].reset_index(drop=True), place[place >= 0]
    assets, of = np.unique(table["asset"].to_numpy(str), return_inverse=True)
    names = [name for name, signal in use_case.signals.items() if not signal.categories]
    chance = stretch / timedelta(days=use_case.new_days) / (max(len(names), 1) * (len(assets) + 1))
    values, found, looked = signal_matrix(use_case, table), {}, np.zeros(len(assets), bool)
    many = max((len(one) for one in use_case.areas.values()), default=0) >= NEIGHBOURS
    beside = neighbours(use_case, table) if many else None
    for name in names:
        at = list(use_case.recorded).index(name)
        left = _left_over(values[:, at], siblings(values, at, beside), place)
        mean = _means(left, of, place, len(assets))
        middle = np.nanmedian(mean, axis=0) if len(assets) >= MACHINES else np.zeros(mean.shape[1])
        rows = np.vstack([mean - middle, middle]) if len(assets) >= MACHINES else mean
        spread = float(np.nanstd(left)) or 1.0
        for at in range(BEFORE, BEFORE + LATELY):
            before, now = rows[:, at - BEFORE : at], rows[:, at]
            n = np.isfinite(before).sum(axis=1)
            known = (n >= 2 * BEFORE // 3) & np.isfinite(now)
            looked |= known[: len(assets)]
            for row in np.flatnonzero(known):
                usual = before[row][np.isfinite(before[row])]
                off, error = now[row] - usual.mean(), usual.std(ddof=1) * np.sqrt(1 + 1 / n[row])
                if abs(off) >= LARGE * spread and 2 * student.sf(abs(off) / max(error, 1e-12), n[row] - 1) < chance:
                    found.setdefault(int(row), {}).setdefault(name, []).append((at, off, abs(off) / spread))
    begin = end_us - (BEFORE + LATELY) * length
    moved = [_moved(assets, row, told, begin, length) for row, told in sorted(found.items())]
    return SlowShifts(tuple(moved), int(looked.sum()), stretch) if looked.any() else None


def _moved(assets: np.ndarray, row: int, told: dict[str, list[tuple[int, float, float]]], begin: int, length: int) -> Moved:
    far = sorted(told, key=lambda name: -max(size for *_, size in told[name]))
    first = min(at for each in told.values() for at, *_ in each)
    since = datetime.fromtimestamp((begin + first * length) / 1e6, UTC)
    return Moved(
        str(assets[row]) if row < len(assets) else "", tuple(far), tuple(float(told[name][-1][1]) for name in far), since
    )


def _left_over(own: np.ndarray, others: np.ndarray, place: np.ndarray) -> np.ndarray:
    """(n,) by how much each reading of a signal is more than its siblings say, as learned from other stretches."""
    if not others.shape[1]:
        return own
    left, known = np.full(len(own), np.nan), np.isfinite(own)
    for fold in range(FOLDS):
        asked, told = known & (place % FOLDS == fold), known & (place % FOLDS != fold)
        if asked.any() and told.any():
            left[asked] = left_over(own, others, told, asked)
    return left


def _means(left: np.ndarray, of: np.ndarray, place: np.ndarray, assets: int) -> np.ndarray:
    """(assets, stretches) means; NaN where there are too few readings."""
    known, stretches = np.isfinite(left), BEFORE + LATELY
    cell = of[known] * stretches + place[known]
    n, total = (np.bincount(cell, weight, assets * stretches) for weight in (None, left[known]))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n >= FEWEST, total / n, np.nan).reshape(assets, stretches)

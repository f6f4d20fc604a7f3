"""What changed since a machine was fine: a reading against the last stretch in which nothing was advised, signal by signal."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

STRETCH = 600
"""Readings of the fine stretch that a reading is compared with, at most."""
LEAST = 5
"""Readings without which there is nothing to compare with."""
MOVED = 0.25
"""Widths of the normal band by which a signal must have moved to be told."""


CODE = 0.5
"""Widths that another category counts as."""


@dataclass(frozen=True, slots=True)
class Change:
    """One signal that moved. ``before`` and ``now`` are in its unit (a category's code), ``widths`` is how far, in widths of its normal band,
    with its sign; ``since`` is the row from which on it stayed on this side of the middle between the two."""

    feature: int
    before: float
    now: float
    widths: float
    since: int


@dataclass(frozen=True, slots=True)
class Changes:
    """``first`` and ``last`` row of the fine stretch, the row at which the ``episode`` began, and what moved: first what is outside its normal
    band, then the rest, in each the farthest first."""

    first: int
    last: int
    episode: int
    moved: tuple[Change, ...]


def since_fine(
    values: np.ndarray,
    fine: np.ndarray,
    row: int,
    bands: Sequence[tuple[float, float] | None],
    categories: np.ndarray | None = None,
    most: int = 5,
) -> Changes | None:
    """Compare one reading with the newest stretch before it in which the machine was fine.

    Args:
        values: (n, f) of one machine in the order of time; NaN where nothing was read, a category as its code.
        fine: (n,) bool, whether nothing was advised and the risk was low.
        row: the reading that is asked about.
        bands: for each of the f its normal (low, high), or ``None``: then the middle 90 % of the fine stretch stands for it.
        categories: (f,) bool, which are no numbers: they moved when the usual code is another one.
        most: how many changes are told.

    Returns:
        What moved, or ``None`` when the reading is itself fine, or too few readings before it were.
    """
    before = np.flatnonzero(fine[:row])
    if fine[row] or len(before) < LEAST:
        return None
    stretch = before[-STRETCH:]
    breaks = np.flatnonzero(np.diff(stretch) > STRETCH)  # an older spell of advice lies between: only what came after it counts
    if len(breaks) and len(stretch) - breaks[-1] > LEAST:
        stretch = stretch[breaks[-1] + 1 :]
    told = values[stretch].astype(float)
    read = np.isfinite(told).sum(axis=0) >= LEAST
    usual, low, high = (np.full(values.shape[1], np.nan) for _ in range(3))
    usual[read], low[read], high[read] = np.nanmedian(told[:, read], 0), *np.nanpercentile(told[:, read], (5, 95), axis=0)
    coded = np.zeros(values.shape[1], bool) if categories is None else categories
    now = values[row].astype(float)
    width = np.array([band[1] - band[0] if band else np.nan for band in bands], float)
    width = np.where(np.isfinite(width) & (width > 0), width, np.maximum(high - low, 1e-9))
    width = np.where(coded, 1.0, width)
    usual = np.where(coded, _commonest(told, coded), usual)
    widths = (now - usual) / width
    widths = np.where(coded, np.sign(widths) * CODE, widths)
    beyond = (now < low) | (now > high)  # what the fine stretch itself came to is no change
    moved = np.flatnonzero(np.where(coded, now != usual, beyond & (np.abs(widths) >= MOVED)) & np.isfinite(widths))
    edges = np.array([band or (-np.inf, np.inf) for band in bands], float)
    outside = (now < edges[:, 0]) | (now > edges[:, 1])
    order = moved[np.lexsort((-np.abs(widths[moved]), ~outside[moved]))][:most]
    last = int(stretch[-1])
    return Changes(
        int(stretch[0]),
        last,
        last + 1,
        tuple(
            Change(
                int(f),
                float(usual[f]),
                float(now[f]),
                float(widths[f]),
                _since(values[:, f], np.float64(usual[f]), now[f], int(stretch[0]), row),
            )
            for f in order
        ),
    )


def _commonest(told: np.ndarray, coded: np.ndarray) -> np.ndarray:
    """(f,) the code that was there most often, of the columns that are codes."""
    found = np.full(told.shape[1], np.nan)
    for column in np.flatnonzero(coded):
        codes, counts = np.unique(told[np.isfinite(told[:, column]), column], return_counts=True)
        if len(codes):
            found[column] = codes[counts.argmax()]
    return found


def _since(values: np.ndarray, before: float, now: float, first: int, row: int) -> int:
    """The first row from which on a signal stayed nearer to what it is now than to what it was."""
    away = np.abs(values[first : row + 1] - now) < np.abs(values[first : row + 1] - before)
    back = np.flatnonzero(~away)
    return first + (int(back[-1]) + 1 if len(back) else 0)

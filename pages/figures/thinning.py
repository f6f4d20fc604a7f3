"""Fewer points, the same picture: what a chart draws of a long line, with its extremes and its gaps."""

import numpy as np


def thinned(values: np.ndarray, most: int = 600) -> np.ndarray:
    """Which points of a line to draw: at most ``most``, with the lowest and the highest of every stretch among them.

    Args:
        values: (n,) the heights of the line; NaN are gaps and are never an extreme.
        most: how many points may be drawn (at least 4).

    Returns:
        Rising indices into ``values``; the first and the last point are always there.
    """
    n = len(values)
    if n <= most:
        return np.arange(n)
    stretches = (most - 2) // 2
    edges = np.linspace(0, n, stretches + 1).astype(int)
    width = int(np.diff(edges).max())
    at = np.minimum(edges[:-1, None] + np.arange(width), edges[1:, None] - 1)  # (stretches, width), the last one repeated
    inside = np.asarray(values, dtype=float)[at]
    low = np.where(np.isnan(inside), np.inf, inside).argmin(axis=1)
    high = np.where(np.isnan(inside), -np.inf, inside).argmax(axis=1)
    rows = np.arange(stretches)
    return np.unique(np.concatenate(([0], at[rows, low], at[rows, high], [n - 1])))


def line_of(
    times: np.ndarray, values: np.ndarray, gap: np.timedelta64, most: int = 600, focus: tuple[int, int] | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A line as it is drawn: thinned, and broken where nothing was read for longer than ``gap``.

    Args:
        times: (n,) rising datetime64.
        values: (n,) numbers.
        gap: a longer silence is drawn as one: no line leads across it.
        most: how many points may be drawn; each silence adds three.
        focus: the first row and the one after the last of what is looked at more closely: it has ``most`` points to itself, what
            lies before and after it a quarter of them each.

    Returns:
        (m,) times, (m,) values with NaN at the breaks, and (m,) the index of each into ``times`` (-1 at the breaks).
    """
    after = np.flatnonzero(np.diff(times) > gap) + 1  # the first point after each silence
    kept = thinned(values, most) if focus is None else _closer(values, most, *focus)
    if 0 < len(after) <= most // 4:  # both shores of a silence are drawn, so that it begins and ends when it did
        kept = np.unique(np.concatenate((kept, after - 1, after)))
    silences = np.zeros(len(times), dtype=int)
    silences[after] = 1
    silences = np.cumsum(silences)  # how many there were before each point
    breaks = np.flatnonzero(np.diff(silences[kept]) > 0) + 1
    x = np.insert(times[kept], breaks, times[kept][breaks - 1] + gap)
    y = np.insert(np.asarray(values, dtype=float)[kept], breaks, np.nan)
    return x, y, np.insert(kept, breaks, -1)


def _closer(values: np.ndarray, most: int, first: int, stop: int) -> np.ndarray:
    """Which points to draw where one part is looked at more closely."""
    parts = ((0, first, most // 4), (first, stop, most), (stop, len(values), most // 4))
    return np.concatenate([a + thinned(values[a:b], max(points, 4)) for a, b, points in parts])

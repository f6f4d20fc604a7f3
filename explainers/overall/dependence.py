"""How the prediction follows one column: on average (PDP), row by row (ICE) and by local steps (ALE).

Partial dependence: Friedman 2001, https://doi.org/10.1214/aos/1013203451. Individual curves: Goldstein et al. 2015,
arXiv 1309.6392. Accumulated local effects: Apley & Zhu 2020, arXiv 1612.08468. PDP and ICE put every row at every value, also
where columns that go together rule it out; ALE only moves a row within the interval where it already is.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explainers.overall.sampling import some_rows

Predict = Callable[[np.ndarray], np.ndarray]

BATCH = 200_000
"""Most rows of one predict."""


@dataclass(frozen=True, slots=True, eq=False)
class Dependence:
    """The prediction along a column; predictions in the unit of ``predict``, the grid in the unit of the column.

    ``ale`` is centred to mean zero over its rows and ``None`` for categories or when the column has one value only. ``rows``: of PDP and
    ICE; ``near``: of ALE. ``recomputed`` says that derived features followed the signal. No usable row: everything empty, ``rows`` 0.
    """

    grid: np.ndarray  # (g,) ascending
    pdp: np.ndarray  # (g,)
    pdp_error: np.ndarray  # (g,) standard error over rows, NaN with one row
    ice: np.ndarray  # (k, g)
    ale: np.ndarray | None  # (g,)
    rows: int
    recomputed: bool
    near: int = 0


def dependence(
    predict: Predict,
    x: np.ndarray,
    column: int,
    points: int = 40,
    lines: int = 30,
    categorical: bool = False,
    seed: int = 0,
    recompute: Callable[[np.ndarray], np.ndarray] | None = None,
    most: int | None = None,
) -> Dependence:
    """PDP, ICE and first-order ALE of one column.

    Args:
        predict: (rows, features) to (rows,); for several classes, the output of one of them.
        x: (n, columns) sample, the features, or the raw signals if ``recompute`` is given. It is not changed.
        column: the place in ``x``. Rows where it is not finite have no place on the grid and are left out, as are rows whose
            predictions are not finite.
        points: at most so many grid values, quantiles of the data; all values when there are fewer.
        lines: at most so many ICE lines, of rows drawn by ``seed``.
        categorical: the values are codes without order: every code is a grid value, and there is no ALE.
        recompute: signals (rows, signals) to features (rows, features), row by row, so that derived features follow.
        most: PDP and ICE ask at most so many rows, drawn by ``seed``. ALE, which asks each row twice instead of at every grid value, always
            asks all: its steps add up, and so do their errors.

    Raises:
        IndexError: the column is outside ``x``.
        ValueError: fewer than two points are asked for.
    """
    if points < 2:
        raise ValueError(f"a curve needs two points, not {points}")
    x = np.asarray(x)
    derive = recompute or (lambda signals: signals)

    def asked(rows: np.ndarray) -> np.ndarray:
        return np.reshape(predict(derive(rows)), len(rows))

    x = x[np.isfinite(x[:, column].astype(float))]
    grid = _grid(x[:, column], None if categorical else points)
    curves = _curves(asked, x if most is None else x[some_rows(len(x), most, seed)], column, grid)
    curves = curves[np.isfinite(curves).all(axis=1)]
    n = len(curves)
    if not n:
        nothing = np.zeros(0)
        return Dependence(nothing, nothing, nothing, np.zeros((0, 0)), None, 0, recompute is not None)
    error = curves.std(axis=0, ddof=1) / np.sqrt(n) if n > 1 else np.full(len(grid), np.nan)
    ale, near = (None, 0) if categorical or len(grid) < 2 else _ale(asked, x, column, grid)
    ice = curves[some_rows(n, lines, seed)]
    return Dependence(grid.astype(float), curves.mean(axis=0), error, ice, ale, n, recompute is not None, near)


def _grid(values: np.ndarray, points: int | None) -> np.ndarray:
    """Ascending values that occur: all of them, or at quantiles with the smallest and the largest included."""
    distinct = np.unique(values)
    if points is None or len(distinct) <= points:
        return distinct
    return np.unique(np.quantile(values, np.linspace(0, 1, points), method="inverted_cdf"))


def _curves(predict: Predict, x: np.ndarray, column: int, grid: np.ndarray) -> np.ndarray:
    """Predictions (n, g) of every row at every grid value; several grid values in one batch."""
    n = len(x)
    curves = np.empty((n, len(grid)))
    step = max(1, BATCH // max(n, 1))
    for start in range(0, len(grid), step):
        values = grid[start : start + step]
        rows = np.tile(x, (len(values), 1))
        rows[:, column] = np.repeat(values, n)
        curves[:, start : start + step] = predict(rows).reshape(len(values), n).T
    return curves


def _ale(predict: Predict, x: np.ndarray, column: int, grid: np.ndarray) -> tuple[np.ndarray, int]:
    """ALE (g,), the mean step over each interval of the rows inside it, added up; and of how many rows.

    An interval without rows, which only rows left out can cause, adds nothing.
    """
    place = np.clip(np.searchsorted(grid, x[:, column], side="left"), 1, len(grid) - 1)  # row in (grid[place - 1], grid[place]]
    low, high = x.copy(), x.copy()
    low[:, column], high[:, column] = grid[place - 1], grid[place]
    steps = predict(high) - predict(low)
    usable = np.isfinite(steps)
    held = np.bincount(place[usable], minlength=len(grid))
    total = np.bincount(place[usable], weights=steps[usable], minlength=len(grid))
    ale = np.cumsum(total / np.maximum(held, 1))
    return ale - np.interp(x[usable, column].astype(float), grid.astype(float), ale).mean(), int(usable.sum())

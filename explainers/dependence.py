"""How the prediction follows one column: on average (PDP), row by row (ICE) and by local steps (ALE).

Partial dependence: Friedman 2001, https://doi.org/10.1214/aos/1013203451. Individual curves: Goldstein et al. 2015,
arXiv 1309.6392. Accumulated local effects: Apley & Zhu 2020, arXiv 1612.08468. PDP and ICE put every row at every value, also
where columns that go together rule it out; ALE only moves a row within the interval where it already is.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explainers.sampling import some_rows

Predict = Callable[[np.ndarray], np.ndarray]

BATCH = 200_000
"""Most rows of one predict."""


@dataclass(frozen=True, slots=True, eq=False)
class Dependence:
    """The prediction along a column; predictions in the unit of ``predict``, the grid in the unit of the column.

    ``ale`` is centred to mean zero over the rows and ``None`` for categories or when the column has one value only.
    ``recomputed`` says that derived features followed the signal. No usable row: everything empty, ``rows`` 0.
    """

    grid: np.ndarray  # (g,) ascending
    pdp: np.ndarray  # (g,)
    pdp_error: np.ndarray  # (g,) standard error over rows, NaN with one row
    ice: np.ndarray  # (k, g)
    ale: np.ndarray | None  # (g,)
    rows: int
    recomputed: bool


def dependence(
    predict: Predict,
    x: np.ndarray,
    column: int,
    points: int = 40,
    lines: int = 30,
    categorical: bool = False,
    seed: int = 0,
    recompute: Callable[[np.ndarray], np.ndarray] | None = None,
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

    Raises:
        IndexError: the column is outside ``x``.
        ValueError: fewer than two points are asked for.
    """
    if points < 2:
        raise ValueError(f"a curve needs two points, not {points}")
    x = np.asarray(x)
    derive = recompute or (lambda signals: signals)
    x = x[np.isfinite(x[:, column].astype(float))]
    grid = _grid(x[:, column], None if categorical else points)
    curves = _curves(lambda rows: predict(derive(rows)), x, column, grid)
    usable = np.isfinite(curves).all(axis=1)
    x, curves = x[usable], curves[usable]
    n = len(x)
    if not n:
        nothing = np.zeros(0)
        return Dependence(nothing, nothing, nothing, np.zeros((0, 0)), None, 0, recompute is not None)
    error = curves.std(axis=0, ddof=1) / np.sqrt(n) if n > 1 else np.full(len(grid), np.nan)
    ale = None
    if not categorical and len(grid) > 1:
        ale = _ale(curves, x[:, column], grid)
    ice = curves[some_rows(n, lines, seed)]
    return Dependence(grid.astype(float), curves.mean(axis=0), error, ice, ale, n, recompute is not None)


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
        curves[:, start : start + step] = np.reshape(predict(rows), (len(values), n)).T
    return curves


def _ale(curves: np.ndarray, values: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """ALE (g,): the mean step over each interval of the rows inside it, added up; the steps are known from the curves.

    An interval without rows, which only rows left out can cause, adds nothing.
    """
    place = np.clip(np.searchsorted(grid, values, side="left"), 1, len(grid) - 1)  # row in (grid[place - 1], grid[place]]
    at = np.arange(len(values))
    steps = curves[at, place] - curves[at, place - 1]
    held = np.bincount(place, minlength=len(grid))
    total = np.bincount(place, weights=steps, minlength=len(grid))
    ale = np.cumsum(total / np.maximum(held, 1))
    return ale - np.interp(values.astype(float), grid.astype(float), ale).mean()

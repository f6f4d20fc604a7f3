"""How one value moves a prediction: partial dependence (Friedman 2001) with single lines (ICE, Goldstein et al. 2015,
arXiv 1309.6392), and accumulated local effects (ALE, Apley & Zhu 2020, arXiv 1612.08468), which do not ask about impossible rows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

MOST_GRID = 40
LINES = 40
Predict = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True, eq=False)
class Dependence:
    """Over ``grid`` (g,) values of one column: the mean prediction with its standard error over rows, a few single rows, and ALE
    (centred at 0; ``None`` for a category). ``rows`` is how many were averaged."""

    grid: np.ndarray
    pdp: np.ndarray  # (g,)
    error: np.ndarray  # (g,)
    ice: np.ndarray  # (lines, g)
    ale: np.ndarray | None  # (g,)
    rows: int


def dependence(
    predict: Predict, x: np.ndarray, column: int, category: bool = False, recompute: Predict | None = None, seed: int = 0
) -> Dependence:
    """Dependence of ``predict`` on one column of (n, columns) rows. Rows in which it is missing are left out.

    Args:
        predict: (n, features) -> (n,).
        category: its values are codes: no ALE, a grid of the codes.
        recompute: turns rows into model inputs, where other features follow from this one.
    """
    rows = x[np.isfinite(x[:, column])]
    if not len(rows):
        nothing = np.empty(0)
        return Dependence(nothing, nothing, nothing, np.empty((0, 0)), None if category else nothing, 0)
    asked = (lambda part: predict(recompute(part))) if recompute else predict
    grid = _grid(rows[:, column], category)
    placed = np.repeat(rows[None, :, :], len(grid), axis=0)
    placed[:, :, column] = grid[:, None]
    answers = asked(placed.reshape(-1, rows.shape[1])).reshape(len(grid), len(rows))
    lines = np.sort(np.random.default_rng(seed).permutation(len(rows))[:LINES])
    error = answers.std(axis=1) / np.sqrt(len(rows))
    ale = None if category else _ale(asked, rows, column, grid)
    return Dependence(grid, answers.mean(axis=1), error, answers[:, lines].T, ale, len(rows))


def _grid(values: np.ndarray, category: bool) -> np.ndarray:
    distinct = np.unique(values)
    if category or len(distinct) <= MOST_GRID:
        return distinct.astype(float)
    half = np.linspace(0, 1, MOST_GRID // 2)  # where the data is dense, and evenly where it is not
    return np.unique(np.r_[np.quantile(values, half), np.quantile(values, [0, 1]) @ np.stack([1 - half, half])]).astype(float)


def _ale(asked: Predict, rows: np.ndarray, column: int, grid: np.ndarray) -> np.ndarray:
    """Local differences within each cell of the grid, added up along it, centred at the mean over rows."""
    if len(grid) < 2:
        return np.zeros(len(grid))
    cell = np.clip(np.searchsorted(grid, rows[:, column], side="left") - 1, 0, len(grid) - 2)
    low, high = rows.copy(), rows.copy()
    low[:, column], high[:, column] = grid[cell], grid[cell + 1]
    change = asked(high) - asked(low)
    count = np.bincount(cell, minlength=len(grid) - 1)
    mean = np.bincount(cell, weights=change, minlength=len(grid) - 1) / np.maximum(count, 1)
    effect = np.r_[0.0, np.cumsum(mean)]
    middle = (effect[1:] + effect[:-1]) / 2
    return effect - (middle * count).sum() / max(count.sum(), 1)

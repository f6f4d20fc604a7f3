"""Which columns work together: strength of pairs, exact for tree models and by partial dependence for any model.

SHAP interaction values: Lundberg et al. 2020, https://doi.org/10.1038/s42256-019-0138-9, computed by XGBoost. H squared:
Friedman & Popescu 2008, https://doi.org/10.1214/07-AOAS148. They answer different questions: the first how much of the
prediction a pair moves together, the second which share of the pair's own effect is joint, however small that effect.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from explainers.overall.sampling import some_rows

if TYPE_CHECKING:
    from xgboost import Booster

NOTHING = 1e-6
"""Share of the variance of the predictions below which a pair has no effect whose parts could be told apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Interactions:
    """Pairs with their strength, strongest first; a strength of NaN is not known (too few rows) and comes last.

    ``matrix`` (m, m) is symmetric, for SHAP only: off the diagonal the strengths of all pairs, on it the columns' own effects.
    """

    pairs: tuple[tuple[str, str, float], ...]
    rows: int
    method: str
    matrix: np.ndarray | None = None


def shap_interactions(
    booster: Booster, x: np.ndarray, names: Sequence[str], most: int = 500, top: int | None = None, seed: int = 0
) -> Interactions:
    """Mean absolute SHAP interaction of every pair, on the margin scale (log-odds for a binary task).

    Args:
        booster: a tree booster; with several classes, the mean over the classes.
        x: (n, features), of which at most ``most`` rows are used, drawn by ``seed``; NaN is a missing value.
        names: of the columns, (features,).
        top: only so many pairs are listed; the matrix holds all.

    A pair's value stands in two halves in XGBoost's matrix: here it is whole. The work grows with rows,
    trees and features: 500 rows, 150 trees of depth 5 and 40 features took 17 seconds on two shared cores.

    Raises:
        ValueError: there are not as many names as columns.
    """
    from xgboost import DMatrix

    x = np.asarray(x, np.float32)
    m = len(names)
    if x.shape[1] != m:
        raise ValueError(f"{m} names for {x.shape[1]} columns")
    x = x[some_rows(len(x), most, seed)]
    if len(x):
        rows = DMatrix(x, feature_names=booster.feature_names, feature_types=booster.feature_types)
        values = np.abs(np.asarray(booster.predict(rows, pred_interactions=True), float))
        matrix = values.reshape(-1, m + 1, m + 1).mean(axis=0)[:m, :m]  # the last row and column are the base value
        matrix = (matrix + matrix.T) / 2 * (2 - np.eye(m))
    else:
        matrix = np.full((m, m), np.nan)
    first, second = np.triu_indices(m, 1)
    found = [(names[i], names[j], float(matrix[i, j])) for i, j in zip(first.tolist(), second.tolist(), strict=True)]
    return Interactions(_sorted(found)[:top], len(x), "SHAP interaction values", matrix)


def dependence_interactions(
    predict: Callable[[np.ndarray], np.ndarray],
    x: np.ndarray,
    names: Sequence[str],
    most: int = 40,
    columns: int = 10,
    seed: int = 0,
) -> Interactions:
    """How much every pair moves together beyond what each moves alone, for any model: the mean absolute joint part of the partial dependence.

    Args:
        predict: (rows, features) to (rows,); called with at most ``most`` squared rows, once per column and once per pair.
        columns: only the pairs of so many columns that move the prediction most are asked for; the others' strength is given as 0.
    """
    x = np.asarray(x)[some_rows(len(x), most, seed)]
    m, n = len(names), len(x)
    matrix = np.zeros((m, m)) if n > 1 else np.full((m, m), np.nan)
    if n > 1:
        single = [_centred(predict, x, (at,)) for at in range(m)]
        matrix[np.diag_indices(m)] = [np.abs(effect).mean() for effect in single]
        strongest = np.sort(np.argsort(-np.diag(matrix), kind="stable")[:columns])
        for a, b in combinations(strongest.tolist(), 2):
            matrix[a, b] = matrix[b, a] = np.abs(_centred(predict, x, (a, b)) - single[a] - single[b]).mean()
    first, second = np.triu_indices(m, 1)
    found = [(names[i], names[j], float(matrix[i, j])) for i, j in zip(first.tolist(), second.tolist(), strict=True)]
    return Interactions(_sorted(found), n, "partial dependence", matrix)


def friedman_h(
    predict: Callable[[np.ndarray], np.ndarray],
    x: np.ndarray,
    pairs: Sequence[tuple[int, int]],
    names: Sequence[str],
    most: int = 60,
    seed: int = 0,
) -> Interactions:
    """Friedman's H squared of given pairs: 0 is purely additive, 1 is an effect that only the pair together has.

    Args:
        predict: (rows, features) to (rows,); called with at most ``most`` squared rows, once per column and once per pair.
        x: (n, features); rows without a finite prediction are left out, then at most ``most`` are drawn by ``seed``.
        pairs: places of two different columns.
        names: of the columns, (features,).

    A pair that hardly moves the prediction (``NOTHING``) gets 0: its ratio would be noise over noise. Where what each does alone cancels what
    they do together the ratio exceeds 1, and is told as 1.

    Raises:
        ValueError: a pair names one column twice.
    """
    for a, b in pairs:
        if a == b:
            raise ValueError(f"{names[a]} does not interact with itself")
    x = np.asarray(x)
    x = x[some_rows(len(x), 10 * most, seed)]
    own = np.asarray(predict(x), float) if len(x) else np.zeros(0)
    x, own = x[np.isfinite(own)], own[np.isfinite(own)]
    few = some_rows(len(x), most, seed)
    x, own = x[few], own[few]
    n = len(x)
    if n < 2:
        return Interactions(tuple((names[a], names[b], np.nan) for a, b in pairs), n, "Friedman's H²")
    single = {column: _centred(predict, x, (column,)) for column in sorted({c for pair in pairs for c in pair})}
    least = n * max(NOTHING * own.var(), (1e-7 * np.abs(own).max()) ** 2)  # the second: single precision alone
    found = []
    for a, b in pairs:
        both = _centred(predict, x, (a, b))
        effect, joint = (both**2).sum(), ((both - single[a] - single[b]) ** 2).sum()
        found.append((names[a], names[b], 0.0 if effect <= least else min(1.0, float(joint / effect))))
    return Interactions(_sorted(found), n, "Friedman's H²")


def _centred(predict: Callable[[np.ndarray], np.ndarray], x: np.ndarray, columns: tuple[int, ...]) -> np.ndarray:
    """Partial dependence (n,) on the columns at each row's own values, less its mean."""
    n = len(x)
    rows = np.tile(x, (n, 1))
    rows[:, list(columns)] = np.repeat(x[:, list(columns)], n, axis=0)
    partial = np.reshape(np.asarray(predict(rows), float), (n, n)).mean(axis=1)
    return partial - partial.mean()


def _sorted(found: list[tuple[str, str, float]]) -> tuple[tuple[str, str, float], ...]:
    """Strongest first, unknown last."""
    return tuple(sorted(found, key=lambda pair: np.inf if np.isnan(pair[2]) else -pair[2]))

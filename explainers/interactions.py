"""Which values act together: SHAP interaction values of a tree model (Lundberg et al. 2020), and Friedman's H for any model
(Friedman & Popescu 2008, arXiv 0811.1679)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from xgboost import Booster

MOST_ROWS = 500


@dataclass(frozen=True, slots=True, eq=False)
class Interactions:
    """Pairs of names with the strength of what they do together beyond what each does alone, strongest first."""

    method: str
    pairs: tuple[tuple[str, str, float], ...]
    rows: int


def tree_interactions(booster: Booster, features: tuple[str, ...], x: np.ndarray) -> Interactions:
    """Mean absolute interaction of each pair (both halves added), in the model's margin, over at most 500 of (n, features) rows."""
    from xgboost import DMatrix

    rows = np.asarray(x, np.float32)[np.unique(np.linspace(0, len(x) - 1, min(len(x), MOST_ROWS)).astype(int))] if len(x) else x
    if not len(rows):
        return Interactions("SHAP interactions", (), 0)
    found = booster.predict(DMatrix(rows), pred_interactions=True)[:, :-1, :-1]
    strength = 2 * np.abs(found).mean(axis=0)
    first, second = np.triu_indices(len(features), 1)
    order = np.argsort(-strength[first, second], kind="stable")
    pairs = tuple((features[first[i]], features[second[i]], float(strength[first[i], second[i]])) for i in order)
    return Interactions("SHAP interactions", pairs, len(rows))


def h_statistic(
    predict: Callable[[np.ndarray], np.ndarray], features: tuple[str, ...], x: np.ndarray, pairs: Sequence[tuple[int, int]]
) -> Interactions:
    """Friedman's H of ``pairs`` of columns for any model: share of what both do that is more than the sum of each alone, 0 to 1.

    It asks n² rows for each of the three parts: give some dozen rows.
    """
    found = []
    for a, b in pairs:
        one, other, both = (_partial(predict, x, columns) for columns in ([a], [b], [a, b]))
        total = (both**2).sum()
        share = ((both - one - other) ** 2).sum() / total if total > 1e-18 else 0.0
        found.append((features[a], features[b], float(np.sqrt(min(share, 1.0)))))
    return Interactions("Friedman's H", tuple(sorted(found, key=lambda pair: -pair[2])), len(x))


def _partial(predict: Callable[[np.ndarray], np.ndarray], x: np.ndarray, columns: list[int]) -> np.ndarray:
    """Centred partial dependence of ``columns`` at the rows themselves, (n,)."""
    n = len(x)
    placed = np.repeat(x[None, :, :], n, axis=0)
    placed[:, :, columns] = x[:, None, columns]
    mean = predict(placed.reshape(n * n, -1)).reshape(n, n).mean(axis=1)
    return mean - mean.mean()

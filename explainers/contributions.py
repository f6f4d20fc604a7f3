"""Exact contributions of a tree model, for every row of a batch: the worker's hot path.

XGBoost's own implementation of Tree SHAP (Lundberg et al. 2020, https://doi.org/10.1038/s42256-019-0138-9): additive on the
margin scale, log-odds for a binary task.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explainers.contract import Explanation

if TYPE_CHECKING:
    from xgboost import Booster

SMALL = 64
"""Rows up to which one thread is used: with a core busy elsewhere, two threads make the slowest answers 16 times slower."""


class TreeContributions:
    """Contributions of a booster, path-dependent and exact. ``features`` in the order of the columns."""

    method = "tree contributions"
    scale = "margin"

    def __init__(self, booster: Booster, features: tuple[str, ...], threads: int = 2):
        self._booster, self.features, self._threads = booster, features, threads
        self._now = 0

    def of(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Margins and contributions of a batch.

        Args:
            x: (n, features) float32; NaN is a missing value, which the trees route by themselves.

        Returns:
            margins (n,) float32, contributions (n, features + 1) float32 with the base value last, and the largest gap
            between a margin and the sum of its row.
        """
        from xgboost import DMatrix

        threads = 1 if len(x) <= SMALL else self._threads
        if threads != self._now:
            self._booster.set_param({"nthread": threads})
            self._now = threads
        rows = DMatrix(x, nthread=threads)
        margins = self._booster.predict(rows, output_margin=True)
        contributions = self._booster.predict(rows, pred_contribs=True)
        gap = float(np.abs(contributions.sum(axis=1) - margins).max()) if len(x) else 0.0
        return margins, contributions, gap

    def margins(self, x: np.ndarray) -> np.ndarray:
        """Margins of a batch, (n,) float32, without contributions."""
        return self._booster.inplace_predict(np.asarray(x, np.float32), predict_type="margin")

    def explain(self, row: np.ndarray) -> Explanation:
        """Explain one (features,) row on the margin scale."""
        margins, contributions, _ = self.of(np.asarray(row, np.float32)[None, :])
        return from_stored(self.features, contributions[0, :-1], float(contributions[0, -1]), float(margins[0]))


def from_stored(features: tuple[str, ...], contributions: np.ndarray, base: float, margin: float | None = None) -> Explanation:
    """An explanation from what the worker recorded: no model runs for it."""
    shares = np.asarray(contributions, float)
    return Explanation(
        TreeContributions.method, "margin", features, base, shares, base + shares.sum() if margin is None else margin
    )


def probability(margin: np.ndarray) -> np.ndarray:
    """The risk for a margin in log-odds, 0 to 1, without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(margin, float)))

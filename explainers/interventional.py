"""The same prediction explained in percentage points: interventional SHAP values against real background rows.

Janzing et al. 2020 (arXiv 1910.13413) for why interventional; ``shap.TreeExplainer`` with ``model_output="probability"``.
Operators read percentage points, not log-odds.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from explainers.contract import CannotExplain, Explanation

if TYPE_CHECKING:
    from xgboost import Booster

MOST_BACKGROUND = 200


class InterventionalShap:
    """Built once for a release (some 100 ms), then some milliseconds a row. At most 200 background rows are used.

    For a booster of a binary task. NaN, in a row or in the background, is routed as the trees do.

    Raises:
        CannotExplain: no background row, or a booster that shap has no probability for (several classes, a regression,
            native categories, no trees), with the reason.
    """

    method = "interventional SHAP"
    scale = "probability"

    def __init__(self, booster: Booster, features: tuple[str, ...], background: np.ndarray):
        import shap

        self.features = features
        self._lock = threading.Lock()
        rows = np.asarray(background[:MOST_BACKGROUND], dtype=np.float64)
        if not len(rows):
            raise CannotExplain("There is no background row to compare with.")
        try:
            self._explainer = shap.TreeExplainer(booster, rows, feature_perturbation="interventional", model_output="probability")
        except Exception as error:  # shap has no common type for what it does not take
            raise CannotExplain(f"No shares in probability for this model: {(str(error).splitlines() or ['?'])[0]}") from error
        self._booster = booster
        names = booster.feature_names
        self._known = {"feature_names": names, "feature_types": booster.feature_types} if names else {}

    def shares(self, x: np.ndarray) -> np.ndarray:
        """(n, features) shares in probability of (n, features) rows."""
        with self._lock:  # shap's C extension keeps state in the explainer
            rows = np.asarray(x, np.float32).astype(np.float64)
            return normalised(self._explainer.shap_values(rows, check_additivity=False))

    @property
    def base(self) -> float:
        """The mean prediction over the background."""
        return float(np.ravel(self._explainer.expected_value)[-1])

    def explain(self, row: np.ndarray) -> Explanation:
        """Explain one (features,) row in probability, 0 to 1."""
        from xgboost import DMatrix

        x = np.asarray(row, np.float32)[None, :]
        value = float(self._booster.predict(DMatrix(x, nthread=1, **self._known))[0])
        return Explanation(self.method, "probability", self.features, self.base, self.shares(x)[0], value)


def normalised(values) -> np.ndarray:
    """SHAP values as (n, features) whatever shape shap gave them (list of classes, trailing axis of classes, or plain)."""
    if isinstance(values, list):
        values = values[-1]
    values = np.asarray(values, float)
    return values[..., -1] if values.ndim == 3 else values

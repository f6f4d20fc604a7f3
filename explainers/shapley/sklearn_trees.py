"""Exact contributions of scikit-learn's trees, forests and boosting: ``shap.TreeExplainer``, path-dependent.

Path-dependent Tree SHAP (Lundberg et al. 2020, https://doi.org/10.1038/s42256-019-0138-9) as for XGBoost, so that models can
be compared. Not interventional: in shap 0.51 that is off by up to 0.14 log-odds for histogram boosting. As shap also takes
models that it reads wrongly (native categories of histogram boosting), additivity is checked before the first explanation.
"""

import threading
from typing import Any

import numpy as np

from explainers.shapley.contract import BINARY, CannotExplain, Explanation, NoContributions, Scale, Task
from explainers.shapley.contrast import NOBODY, ahead, label
from explainers.shapley.pipelines import SKLEARN_TREES, Function, as_function

CHECKED = 20
"""Rows of the background on which shares must add up to what the model says, or shap has read the model wrongly."""
TOLERANCE = 1e-4
"""Of the spread of the model's outputs there, and at least this on the outputs' own scale."""
LINKED = ("poisson", "gamma")
"""Losses of histogram boosting whose trees add up on a logarithm, not in the target's unit."""


class SklearnTrees:
    """Forests in probability, boosting in log-odds, regressions in the target's unit. Safe to share between threads.

    Args:
        model: a fitted tree, forest, GradientBoosting or HistGradientBoosting model.
        features: the names of the columns of a row; the model may have been fitted with them in another order.
        background: (n, features) real rows, n >= 1, on which additivity is checked.

    Raises:
        NoContributions: shap cannot take the model, or reads it wrongly; the message says why.
    """

    method = "tree contributions"

    def __init__(self, model: Any, features: tuple[str, ...], background: np.ndarray, task: Task = BINARY) -> None:
        import shap

        if np.any(getattr(model, "is_categorical_", None)):  # None: no such column
            raise NoContributions("the model splits by native categories, which shap reads as numbers")
        if getattr(model, "loss", None) in LINKED:
            raise NoContributions("the model's trees add up on a logarithm ({loss}), not in the target's unit", loss=model.loss)
        if task.kind != "regression" and len(model.classes_) < 2:
            raise NoContributions("the model has seen a single class only")
        self.features, self.task = tuple(features), task
        boosted = "Boosting" in type(model).__name__
        self._says: Function = as_function(model, features, None, task, raw=boosted)
        self.scale: Scale = self._says.scale
        self._order = [self.features.index(name) for name in self._says.names or self.features]
        self._lock = threading.Lock()
        try:
            self._explainer = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
            self._base = np.ravel(np.asarray(self._explainer.expected_value, float))
        except Exception as error:  # shap has no common type for what it does not take
            raise NoContributions("shap does not take the model: {splitlines}", splitlines=str(error).splitlines()[0]) from error
        self._check(np.asarray(background, float)[:CHECKED])

    def explain(self, row: np.ndarray) -> Explanation:
        """Explain one (features,) row.

        Raises:
            CannotExplain: the model takes no such row, such as one with a missing value.
        """
        x = np.asarray(row, float)[None, :]
        scores, shares, base = self.parts(x)
        if self.task.kind != "multiclass":
            return Explanation(self.method, self.scale, self.features, float(base[0]), shares[0, :, 0], float(scores[0, 0]))
        first, second = (int(at[0]) for at in ahead(scores, self._says.seen, self.task.good))
        against = 0.0 if second == NOBODY else shares[0, :, second]
        base_against, score_against = (0.0, 0.0) if second == NOBODY else (base[second], scores[0, second])
        return Explanation(
            self.method,
            self.scale,
            self.features,
            float(base[first] - base_against),
            shares[0, :, first] - against,
            float(scores[0, first] - score_against),
            of=label(self.task, first),
            against=label(self.task, second),
        )

    def scores(self, x: np.ndarray) -> np.ndarray:
        """(n,) or (n, classes) on its ``scale``, without shares."""
        return self._says(np.asarray(x, float))

    def parts(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Scores (n, outputs), shares (n, features, outputs) and base values (outputs,) in the task's order of classes."""
        scores = self._says(x)
        with self._lock:  # shap's C extension keeps state in the explainer
            found = per_output(self._explainer.shap_values(x[:, self._order], check_additivity=False))
        placed = np.zeros_like(found)
        placed[:, self._order] = found
        if self.task.kind == "regression":
            return scores[:, None], placed, self._base
        seen = self._says.seen
        if self.task.kind == "binary":
            # one output is the margin of the model's second class, two are those of both
            sign = 1.0 if placed.shape[2] == 2 or seen[-1] == 1 else -1.0
            at = seen.index(1) if placed.shape[2] == 2 else 0
            return scores[:, None], sign * placed[:, :, [at]], sign * self._base[[at]]
        bases = self._base
        if placed.shape[2] == 1:  # a multiclass task of which two classes were seen: one margin, half for each of them
            placed, bases = np.concatenate([-placed, placed], axis=2) / 2, np.array([-bases[0], bases[0]]) / 2
        shares, base = np.zeros((*placed.shape[:2], self._says.width)), np.zeros(self._says.width)
        shares[:, :, seen], base[seen] = placed, bases
        return scores, shares, base

    def _check(self, rows: np.ndarray) -> None:
        if not len(rows):
            raise CannotExplain("There is no background row to check the model's contributions on.")
        try:
            scores, shares, base = self.parts(rows)
        except CannotExplain:  # the model does not take missing values, the background has some
            rows = rows[np.isfinite(rows).all(axis=1)]
            if not len(rows):
                raise
            scores, shares, base = self.parts(rows)
        known = np.isfinite(scores)
        off = np.where(known, base + shares.sum(axis=1) - np.where(known, scores, 0.0), 0.0)
        allowed = TOLERANCE * max(1.0, float(np.ptp(scores[known])))
        if not np.abs(off).max() <= allowed:
            raise NoContributions(
                "shap reads the model wrongly: its shares miss the prediction by {max}", max=f"{np.abs(off).max():.3g}"
            )


def per_output(values: list[np.ndarray] | np.ndarray) -> np.ndarray:
    """SHAP values as (n, features, outputs), whatever shape shap gave: a list of (n, features), (n, features) or all in one."""
    if isinstance(values, list):
        return np.stack([np.asarray(one, float) for one in values], axis=2)
    values = np.asarray(values, float)
    return values[:, :, None] if values.ndim == 2 else values


def is_tree_model(model: object) -> bool:
    """Whether a fitted model is one of scikit-learn's trees, forests or boosting models that shap may take."""
    return type(model).__module__.startswith(SKLEARN_TREES)

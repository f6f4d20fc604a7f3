"""Exact contributions of scikit-learn's trees for a batch, on the scale that is recorded: the fast way for forests and boosting.

Boosting adds up in log-odds as it is. A forest adds up in probability; its shares are carried over to log-odds by the rescale rule
(:func:`explainers.shapley.margins.slope`), of several classes for each class by itself.
"""

from typing import Any

import numpy as np

from explainers.shapley.contract import BINARY, Explanation, Scale, Task
from explainers.shapley.contrast import ahead, difference, label
from explainers.shapley.margins import link, slope
from explainers.shapley.sklearn_trees import SklearnTrees


class TreeShares:
    """A scikit-learn tree model with the shares of its inputs: :class:`models.kinds.predictor.Shares`. Safe to share between threads.

    Raises:
        NoContributions: shap cannot take the model, or reads it wrongly; the message says why.
    """

    method = SklearnTrees.method

    def __init__(self, model: Any, features: tuple[str, ...], background: np.ndarray, task: Task = BINARY) -> None:
        self._trees, self.features, self.task, self.note = (
            SklearnTrees(model, features, background, task),
            tuple(features),
            task,
            "",
        )
        self.scale: Scale = "target" if task.kind == "regression" else "margin"
        self._linked = self._trees.scale == "probability"

    def margins(self, x: np.ndarray) -> np.ndarray:
        """(n,) or (n, classes), without shares."""
        if not len(x):  # scikit-learn takes no empty table
            return np.zeros((0, max(2, len(self.task.classes))) if self.task.kind == "multiclass" else 0)
        scores = self._trees.scores(x)
        return link(scores, self.task) if self._linked else scores

    def of(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """As :meth:`explainers.shapley.contributions.TreeContributions.of`."""
        margins, contributions, gap = self.together(x)
        return (difference(margins, *ahead(margins, good=self.task.good)) if margins.ndim == 2 else margins), contributions, gap

    def together(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Margins (n,) or (n, classes), contributions (n, features + 1) with the base last, and the largest gap."""
        x = np.asarray(x, float)
        if not len(x):
            return self.margins(x), np.zeros((0, len(self.features) + 1), np.float32), 0.0
        scores, shares, base = self._trees.parts(x)
        every = scores[:, None] if scores.ndim == 1 else scores
        if self._linked:
            shares = shares * slope(every, base, self.task)[:, None, :]
            every, base = link(every, self.task), link(base, self.task)
        whole = np.concatenate([shares, np.broadcast_to(base, (len(x), 1, len(base)))], axis=1)
        if self.task.kind == "multiclass":
            leads = ahead(every, good=self.task.good)
            told, contributions = difference(every, *leads), difference(np.moveaxis(whole, 2, 1), *leads)
        else:
            told, contributions = every[:, 0], whole[:, :, 0]
        gap = float(np.abs(contributions.sum(axis=1) - told).max())
        return (every if self.task.kind == "multiclass" else told), contributions.astype(np.float32), gap

    def explain(self, row: np.ndarray) -> Explanation:
        """Explain one (features,) row: in log-odds, or in the target's unit for a regression."""
        margins, contributions, _ = self.together(np.asarray(row, float)[None, :])
        of = against = None
        value = margins
        if self.task.kind == "multiclass":
            leads = ahead(margins, good=self.task.good)
            of, against = (label(self.task, int(at[0])) for at in leads)
            value = difference(margins, *leads)
        shares = contributions[0].astype(float)
        return Explanation(
            self.method, self.scale, self.features, float(shares[-1]), shares[:-1], float(value[0]), of=of, against=against
        )

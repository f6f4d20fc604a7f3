"""Exact contributions of a tree model, for every row of a batch: the worker's hot path.

XGBoost's own implementation of Tree SHAP (Lundberg et al. 2020, https://doi.org/10.1038/s42256-019-0138-9): additive on the
margin scale, log-odds for a binary task; in the target's own unit for a regression; of several classes the margin by which
the predicted one is ahead of another (:func:`explainers.shapley.contrast.ahead`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from explainers.shapley.contract import BINARY, Explanation, NoContributions, Scale, Task
from explainers.shapley.contrast import ahead, difference, label

if TYPE_CHECKING:
    from xgboost import Booster

SMALL = 64
"""Rows up to which one thread is used: with a core busy elsewhere, two threads make the slowest answers 16 times slower."""
CHUNK = 4096
"""Rows of a multiclass batch at a time: XGBoost gives contributions for every class, of which two are kept."""
NOT_IN_UNITS = ("count:poisson", "reg:gamma", "reg:tweedie", "reg:logistic", "survival:cox", "survival:aft")
"""Regressions whose trees add up on a logarithm or log-odds, not in the target's own unit."""


class TreeContributions:
    """Contributions of a booster, path-dependent and exact. ``features`` in the order of the columns.

    All trees of the booster count: an early-stopped model is to be cut to its best iteration before.

    Raises:
        NoContributions: a booster without trees, with vector leaves, with several targets, or a regression whose trees do not
            add up in the target's unit.
        ValueError: the booster was trained with these columns in another order, or for another kind of task.
    """

    method = "tree contributions"

    def __init__(self, booster: Booster, features: tuple[str, ...], threads: int = 2, task: Task = BINARY) -> None:
        self._booster, self.features, self._threads, self.task = booster, features, threads, task
        self._now = 0
        self.scale: Scale = "target" if task.kind == "regression" else "margin"
        names = booster.feature_names
        if names and tuple(names) != tuple(features) and set(names) == set(features):
            raise ValueError(f"the model was trained with its columns in another order: {', '.join(names)}")
        # a booster that was trained with names wants them back, and its categories are columns of another type
        self._known = {"feature_names": names, "feature_types": booster.feature_types} if names else {}
        if why := _without(booster, task):
            raise NoContributions("{why}", why=why)

    def of(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Margins and contributions of a batch.

        Args:
            x: (n, features) float32; NaN is a missing value, which the trees route by themselves.

        Returns:
            margins (n,) float32, contributions (n, features + 1) float32 with the base value last, and the largest gap
            between a margin and the sum of its row. In a multiclass task all of these are of the contrast.
        """
        if self.task.kind == "multiclass":
            return self.contrasts(x)[:3]
        return self.together(x)

    def together(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """As :meth:`of`, but the margins are the model's own: (n, classes) in a multiclass task, whose contributions are of the contrast."""
        from xgboost import DMatrix

        if self.task.kind == "multiclass":
            every, _, contributions, gap, _, _ = self._contrasted(x)
            return every, contributions, gap
        threads = 1 if len(x) <= SMALL else self._threads
        if threads != self._now:
            self._booster.set_param({"nthread": threads})
            self._now = threads
        rows = DMatrix(x, nthread=threads, **self._known)
        margins = self._booster.predict(rows, output_margin=True)
        contributions = self._booster.predict(rows, pred_contribs=True)
        gap = float(np.abs(contributions.sum(axis=1) - margins).max()) if len(x) else 0.0
        return margins, contributions, gap

    def margins(self, x: np.ndarray) -> np.ndarray:
        """Margins of a batch, (n,) float32, without contributions."""
        return self._booster.inplace_predict(np.asarray(x, np.float32), predict_type="margin")

    def contrasts(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, float, np.ndarray, np.ndarray]:
        """As :meth:`of`, for a multiclass task: what puts the predicted class ahead of another, in log-odds.

        Returns:
            differences of margins (n,), of contributions (n, features + 1), the largest gap, and the numbers of the predicted
            class and of the other one, (n,) each (``contrast.NOBODY`` if there is none).
        """
        return self._contrasted(x)[1:]

    def _contrasted(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, float, np.ndarray, np.ndarray]:
        """The margins of every class (n, classes), then what :meth:`contrasts` gives."""
        from xgboost import DMatrix

        threads = 1 if len(x) <= SMALL else self._threads
        self._booster.set_param({"nthread": threads})
        parts = []
        for start in range(0, max(len(x), 1), CHUNK):
            rows = DMatrix(x[start : start + CHUNK], nthread=threads, **self._known)
            n = rows.num_row()
            margins = self._booster.predict(rows, output_margin=True).reshape(n, -1 if n else 1)
            every = self._booster.predict(rows, pred_contribs=True).reshape(n, -1 if n else 1, x.shape[1] + 1)
            first, second = ahead(margins, good=self.task.good)
            parts.append((margins, difference(margins, first, second), difference(every, first, second), first, second))
        classes, margins, contributions, first, second = (np.concatenate(part) for part in zip(*parts, strict=True))
        gap = float(np.abs(contributions.sum(axis=1) - margins).max()) if len(x) else 0.0
        return classes, margins, contributions, gap, first, second

    def explain(self, row: np.ndarray) -> Explanation:
        """Explain one (features,) row: on the margin scale, or in the target's unit for a regression."""
        x = np.asarray(row, np.float32)[None, :]
        of = against = None
        if self.task.kind == "multiclass":
            margins, contributions, _, first, second = self.contrasts(x)
            of, against = label(self.task, int(first[0])), label(self.task, int(second[0]))
        else:
            margins, contributions, _ = self.of(x)
        shares, base = contributions[0, :-1], float(contributions[0, -1])
        return from_stored(self.features, shares, base, float(margins[0]), self.task, of, against)


def from_stored(
    features: tuple[str, ...],
    contributions: np.ndarray,
    base: float,
    margin: float | None = None,
    task: Task = BINARY,
    of: str | None = None,
    against: str | None = None,
) -> Explanation:
    """An explanation from what the worker recorded: no model runs for it."""
    shares = np.asarray(contributions, float)
    value = base + shares.sum() if margin is None else margin
    scale: Scale = "target" if task.kind == "regression" else "margin"
    return Explanation(TreeContributions.method, scale, features, base, shares, value, of=of, against=against)


def probability(margin: np.ndarray) -> np.ndarray:
    """The risk for a margin in log-odds, 0 to 1, without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(margin, float)))


def _without(booster: Booster, task: Task) -> str:
    """Why a booster has no contributions of this task, or nothing. Read from its settings: no row is predicted."""
    settings = json.loads(booster.save_config())["learner"]
    if settings["gradient_booster"]["name"] == "gblinear":
        return "the model is linear (gblinear): XGBoost's shares for it are not counted from what is usual"
    if settings["learner_train_param"]["multi_strategy"] == "multi_output_tree":
        return "the model's trees have vector leaves, for which XGBoost computes no contributions"
    if int(settings["learner_model_param"]["num_target"]) > 1:
        return "the model predicts several targets at once"
    classes = int(settings["learner_model_param"]["num_class"])
    if (task.kind == "multiclass") != (classes > 0) and (task.kind == "multiclass" or classes > 1):
        raise ValueError(f"the task is {task.kind}, but the model was trained for {classes or 'no'} classes")
    objective = settings["objective"]["name"]
    if task.kind == "regression" and objective in NOT_IN_UNITS:
        return f"the model's trees add up on another scale than the target's ({objective})"
    return ""

"""Any model on the one scale that is recorded: log-odds of a risk, logarithms of class probabilities, a value in its own unit.

What a model says as a probability can be 0 or 1 exactly (a forest whose trees all agree), which has no logarithm: it is kept ``NEVER`` away from both,
because no model has seen enough to be that sure.
"""

from collections.abc import Callable

import numpy as np

from explainers.shapley.contract import CannotExplain, Task

NEVER = 1e-4
Predict = Callable[[np.ndarray], np.ndarray]


class Margins:
    """``(n, features)`` -> ``(n,)`` margins, or ``(n, classes)`` of several classes whose softmax are the probabilities.

    Args:
        predict: gives the risk (n,), probabilities (n, classes), or the value (n,). If its attribute ``scale`` is ``margin``, it gives margins already.
    """

    def __init__(self, predict: Predict, task: Task) -> None:
        self._predict, self.task = predict, task
        self._raw = task.kind == "regression" or getattr(predict, "scale", "probability") == "margin"

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Margins of rows.

        Raises:
            CannotExplain: the model takes no such row, or gives no finite number for one.
        """
        given = np.asarray(self._predict(np.asarray(x, float)), float)
        if not np.isfinite(given).all():
            raise CannotExplain("The model gives no finite number for a reading.")
        return given if self._raw else link(given, self.task)


def link(probability: np.ndarray, task: Task) -> np.ndarray:
    """Log-odds of a binary task's risk; logarithms of the probabilities of several classes."""
    p = np.clip(np.asarray(probability, float), NEVER, 1 - NEVER)
    return np.log(p) if task.kind == "multiclass" else np.log(p / (1 - p))


def slope(value: np.ndarray, base: np.ndarray, task: Task) -> np.ndarray:
    """By what shares in probability are multiplied so that they add up between the margins of ``base`` and ``value``: the secant of the
    link (the rescale rule, Chen et al. 2022, https://doi.org/10.1038/s41467-022-31384-3). Signs and order stay."""
    apart = value - base
    near = np.abs(apart) < 1e-9
    p = np.clip(np.asarray(base, float), NEVER, 1 - NEVER)
    tangent = 1 / p if task.kind == "multiclass" else 1 / (p * (1 - p))
    return np.where(near, tangent, (link(value, task) - link(base, task)) / np.where(near, 1.0, apart))

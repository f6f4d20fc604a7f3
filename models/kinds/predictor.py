"""What a model says of readings, whatever it predicts: a risk, the predicted class or value, and the shares behind it.

One scale for all tasks is what the board, thresholds, review and the gate go by: the **risk**, 0 to 1, that the outcome is bad. Binary: the
model's own probability. Several classes: the probability of those with a severity. A regression: how likely its value lies beyond the
allowed range, by the errors that it makes (:class:`explainers.certainty.coverage.Errors`).
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from data.usecase.use_case import UseCase
from explainers.certainty.coverage import Errors
from explainers.shapley.contract import Task
from explainers.shapley.contributions import probability


class Shares(Protocol):
    """A model with the shares of its inputs: :class:`explainers.shapley.contributions.TreeContributions`, or any function explained by sampling."""

    def of(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]: ...

    def together(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]: ...

    def margins(self, x: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What a model says of n rows. ``predicted``: class code or value (``None`` for a binary task). ``contributions`` (n, features + 1), the
    base last: in log-odds; in the target's unit for a regression; of several classes what puts the predicted one ahead of another (:func:`explainers.shapley.contrast.ahead`)."""

    risk: np.ndarray
    predicted: np.ndarray | None
    contributions: np.ndarray
    gap: float


def task_of(use_case: UseCase) -> Task:
    """What a use case predicts, as explainers know it."""
    outcomes = use_case.target.outcomes
    good = tuple(np.flatnonzero(~use_case.failed(np.arange(len(outcomes)))).tolist()) if use_case.task == "multiclass" else ()
    return Task(use_case.task, tuple(outcomes.values()), use_case.target.unit, good)


class Predictor:
    """A model of one use case. ``errors`` are what a regression keeps of its calibration rows; without them its risk is 0 or 1."""

    def __init__(self, use_case: UseCase, shares: Shares, errors: Errors | None = None) -> None:
        self.use_case, self.shares, self.errors = use_case, shares, errors
        outcomes = np.arange(len(use_case.target.outcomes))
        self._bad = use_case.failed(outcomes).astype(float) if use_case.task == "multiclass" else None

    def of(self, x: np.ndarray) -> Said:
        """Everything at once: the hot path.

        Args:
            x: (n, features) float32, of ``data.readings.features.feature_matrix``.
        """
        if not len(x):
            margins, contributions, gap = self._margins(x), np.zeros((0, len(self.use_case.features) + 1), np.float32), 0.0
        else:
            margins, contributions, gap = self.shares.together(x)
        return Said(self._risk(margins), self._predicted(margins), contributions, gap)

    def risk(self, x: np.ndarray) -> np.ndarray:
        """(n,) float64: how likely the outcome is bad."""
        return self._risk(self._margins(x))

    def predicted(self, x: np.ndarray) -> np.ndarray:
        """(n,) float64: class code or value; of a binary task the risk."""
        margins = self._margins(x)
        found = self._predicted(margins)
        return self._risk(margins) if found is None else found

    def both(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Risk and prediction in one pass, without contributions."""
        margins = self._margins(x)
        return self._risk(margins), self._predicted(margins)

    def probabilities(self, x: np.ndarray) -> np.ndarray:
        """(n, classes) of several classes."""
        return softmax(self._margins(x))

    def _margins(self, x: np.ndarray) -> np.ndarray:
        """As the model gives them; of no rows none, in the same shape: a use case may have nothing that is held out."""
        if len(x):
            return self.shares.margins(x)
        return np.zeros((0, len(self.use_case.target.outcomes)) if self.use_case.task == "multiclass" else 0)

    def _risk(self, margins: np.ndarray) -> np.ndarray:
        if self.use_case.task == "binary":
            return probability(margins)
        if self.use_case.task == "multiclass":
            return np.clip(softmax(margins) @ self._bad, 0.0, 1.0)
        value = np.asarray(margins, float)
        if self.errors is None:
            return self.use_case.failed(value).astype(float)
        return self.errors.beyond(value, self.use_case.value.allowed)

    def _predicted(self, margins: np.ndarray) -> np.ndarray | None:
        if self.use_case.task == "binary":
            return None
        found = np.asarray(margins, float)
        return found.argmax(axis=1).astype(float) if self.use_case.task == "multiclass" else found


def raising(use_case: UseCase, said: Said) -> np.ndarray:
    """(n, features + 1) contributions with the sign that raises the risk (:meth:`data.usecase.use_case.UseCase.toward_bad`)."""
    return said.contributions if said.predicted is None else said.contributions * use_case.toward_bad(said.predicted)[:, None]


def softmax(margins: np.ndarray) -> np.ndarray:
    """(n, classes) probabilities of (n, classes) margins."""
    raised = np.exp(np.asarray(margins, float) - np.max(margins, axis=1, keepdims=True, initial=-np.inf))
    return raised / raised.sum(axis=1, keepdims=True)

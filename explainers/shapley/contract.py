"""What every explainer gives: one shape for one row, whatever the method, the model and the task."""

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np

from data.errors import PullcordError

Scale = Literal["margin", "probability", "target"]


class CannotExplain(PullcordError):
    """This row, or this model with this background, cannot be explained by this method. The message says why."""


class NoContributions(CannotExplain):
    """The model has no exact contributions of its own; a method that only calls the model can still explain it."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a model predicts: ``classes`` in the order of its outputs (of a binary task the last one is what is asked for),
    ``unit`` the unit of a regression's target. ``good``: of several classes the places of those that need no look."""

    kind: Literal["binary", "multiclass", "regression"]
    classes: tuple[str, ...] = ()
    unit: str = ""
    good: tuple[int, ...] = ()


BINARY = Task("binary")


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Additive shares of one prediction: ``base + contributions.sum()`` is ``value`` up to ``gap``.

    ``scale`` is ``margin`` (log-odds for a binary task), ``probability`` (0 to 1) or ``target`` (a regression target's own
    unit). Of several classes the shares are of a difference: how far the predicted class (``of``) is ahead of the one
    that it is told against (``against``, of :func:`explainers.shapley.contrast.ahead`; ``None`` if the model knows no other), on the margin or the probability scale. ``spread`` is the standard
    deviation of each contribution over repeated runs, for methods that draw samples; ``None`` where there is nothing random.
    ``note`` says what a reader should know about the method, such as why a better one could not be used. ``error``: the standard error of each
    share, of having compared with so many background rows (``rows``) and walked so often; ``None`` where it was not measured. ``fit``: of a method
    that fits a line, how much of the prediction's variation around the row it accounts for (R squared, at most 1). ``usual_spread``: the
    standard deviation of what is predicted of the background, in the scale's unit; 0 where it was not measured.
    """

    method: str
    scale: Scale
    features: tuple[str, ...]
    base: float
    contributions: np.ndarray  # (features,) float64
    value: float
    spread: np.ndarray | None = None
    of: str | None = None
    against: str | None = None
    note: str = ""
    error: np.ndarray | None = None
    rows: int = 0
    fit: float | None = None
    usual_spread: float = 0.0

    @property
    def gap(self) -> float:
        """How far the shares are from adding up to the prediction: shown, never silenced."""
        return float(abs(self.base + self.contributions.sum() - self.value))


@runtime_checkable
class Scaled(Protocol):
    """A function that says on which scale it predicts."""

    @property
    def scale(self) -> Scale:
        """Of what it gives."""
        ...


def scale_of(predict: object, task: Task) -> Scale:
    """On which scale a function predicts: the target of a regression, otherwise what it says itself, or a probability."""
    if task.kind == "regression":
        return "target"
    return predict.scale if isinstance(predict, Scaled) else "probability"


class Explainer(Protocol):
    """Explains one row of model inputs. Equal rows get equal explanations."""

    @property
    def method(self) -> str:
        """What it is called."""
        ...

    @property
    def scale(self) -> Scale:
        """In what its shares are."""
        ...

    def explain(self, row: np.ndarray) -> Explanation:
        """Explain one (features,) row.

        Raises:
            CannotExplain: with the reason.
        """
        ...

"""What every explainer gives: one shape for one row, whatever the method."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

Scale = Literal["margin", "probability"]


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Additive shares of one prediction: ``base + contributions.sum()`` is ``value`` up to ``gap``.

    ``scale`` is ``margin`` (log-odds for a binary task) or ``probability`` (0 to 1). ``spread`` is the standard deviation
    of each contribution over repeated runs, for methods that draw samples; ``None`` where there is nothing random.
    """

    method: str
    scale: Scale
    features: tuple[str, ...]
    base: float
    contributions: np.ndarray  # (features,) float64
    value: float
    spread: np.ndarray | None = None

    @property
    def gap(self) -> float:
        """How far the shares are from adding up to the prediction: shown, never silenced."""
        return float(abs(self.base + self.contributions.sum() - self.value))


class Explainer(Protocol):
    """Explains one row of model inputs. Equal rows get equal explanations."""

    method: str
    scale: Scale

    def explain(self, row: np.ndarray) -> Explanation:
        """Explain one (features,) row."""

"""How sure a prediction is: the risk as it was found to hold (calibrated, with an interval), and which outcomes cannot be ruled out.

Two answers from rows that the model did not learn from. *Venn-Abers* (Vovk, Petej & Fedorova 2015, arXiv 1511.00213) turns a risk
into an interval that holds the calibrated one: narrow where many such readings were seen. A *conformal set* (Vovk et al. 2005;
label-conditional, so that rare failures are covered as often as the common rest) holds the true outcome in the promised share of
cases. An outcome that so many readings with such a risk came to (by the interval) that it cannot be ruled out belongs to it too: the
set only grows by that, and never contradicts the interval beside it. One outcome is an answer, both mean "I don't know". Fitted in
``models.calibrating``; here only numbers are looked up.
"""

from dataclasses import dataclass

import numpy as np

COVERAGES = (0.8, 0.9, 0.95, 0.99)
"""The shares that may be promised."""
STEPS = 801
EDGE = 9.0
"""The grid of calibrated risks reaches from -9 to 9 in log-odds (0.01 % to 99.99 %)."""


@dataclass(frozen=True, slots=True)
class Certainty:
    """What may be said of one risk: ``low`` to ``high`` of such readings failed (``likely`` in one number, all 0 to 1);
    ``outcomes`` are those that cannot be ruled out when the truth is to be among them in a share ``coverage`` of cases."""

    likely: float
    low: float
    high: float
    outcomes: tuple[int, ...]
    coverage: float

    @property
    def knows(self) -> bool:
        """Whether exactly one outcome is left."""
        return len(self.outcomes) == 1


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Calibrated risks over a grid of log-odds, and for each coverage and outcome the largest miss (1 - its probability) that
    still belongs to it. ``rows``: how many of each outcome it was fitted on."""

    low: np.ndarray  # (STEPS,)
    high: np.ndarray  # (STEPS,)
    misses: dict[float, tuple[float, float]]
    rows: tuple[int, int]

    def interval(self, risk: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(low, high) for (n,) risks, 0 to 1."""
        at = np.rint((log_odds(risk) + EDGE) / (2 * EDGE) * (STEPS - 1)).astype(int)
        return self.low[at], self.high[at]

    def outcomes(self, risk: np.ndarray, coverage: float) -> np.ndarray:
        """(n, 2) bool: whether outcome 0 and outcome 1 belong to the set. Raises KeyError for another coverage than :data:`COVERAGES`."""
        low, high = self.interval(risk)
        open_ = np.stack([1 - low, high], axis=1) > 1 - coverage
        return self.conformal(risk, coverage) | open_

    def conformal(self, risk: np.ndarray, coverage: float) -> np.ndarray:
        """(n, 2) bool: the label-conditional conformal set by itself."""
        p = np.asarray(risk, float)
        return np.stack([p, 1 - p], axis=1) <= np.array(self.misses[coverage])

    def of(self, risk: float, coverage: float) -> Certainty:
        """What may be said of one risk. The calibrated risk in one number is p1 / (1 - p0 + p1), as in the paper."""
        (low,), (high,) = self.interval(np.array([risk]))
        held = np.flatnonzero(self.outcomes(np.array([risk]), coverage)[0])
        return Certainty(float(high / (1 - low + high)), float(low), float(high), tuple(held.tolist()), coverage)

    def as_json(self) -> dict:
        """As it is kept with a release."""
        return {
            "low": self.low.round(5).tolist(),
            "high": self.high.round(5).tolist(),
            "misses": {str(c): list(pair) for c, pair in self.misses.items()},
            "rows": list(self.rows),
        }

    @classmethod
    def from_json(cls, kept: dict) -> "Calibration":
        """The reverse of :meth:`as_json`."""
        misses = {float(c): tuple(pair) for c, pair in kept["misses"].items()}
        return cls(np.array(kept["low"]), np.array(kept["high"]), misses, tuple(kept["rows"]))


def nearest_coverage(wanted: float) -> float:
    """The one of :data:`COVERAGES` that a use case's wish comes nearest to."""
    return min(COVERAGES, key=lambda one: abs(one - wanted))


def grid() -> np.ndarray:
    """The risks at which a calibration is kept, (STEPS,)."""
    return 1 / (1 + np.exp(-np.linspace(-EDGE, EDGE, STEPS)))


def log_odds(risk: np.ndarray) -> np.ndarray:
    """Log-odds of risks, cut to the grid."""
    p = np.clip(np.asarray(risk, float), 1e-12, 1 - 1e-12)
    return np.clip(np.log(p / (1 - p)), -EDGE, EDGE)

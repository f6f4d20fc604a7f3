"""How sure a prediction is: the risk as it was found to hold (calibrated, with an interval), and which outcomes cannot be ruled out.

Two answers from rows that the model did not learn from. *Venn-Abers* (Vovk, Petej & Fedorova 2015, arXiv 1511.00213) turns a risk
into an interval that holds the calibrated one: narrow where many such readings were seen. A *conformal set* of class-conditional p-values
(:mod:`explainers.certainty.p_values`) holds the true outcome in the promised share of readings that came to it, rare failures as often as the common
rest, neither less nor more. The two can differ: where failures are rare, a risk that hardly any normal reading has may still belong to a normal one more
often than not. Then nothing is said to be known. Fitted in ``models.training.calibrating``; here only numbers are looked up.
"""

from dataclasses import dataclass

import numpy as np

from explainers.certainty.p_values import FEWEST, ByOutcome

COVERAGES = (0.8, 0.9, 0.95, 0.99)
"""The shares that may be promised."""
WIDE = 0.5
"""An interval that wide says nothing."""
STEPS = 801
EDGE = 9.0
"""The grid of calibrated risks reaches from -9 to 9 in log-odds (0.01 % to 99.99 %)."""


@dataclass(frozen=True, slots=True)
class Certainty:
    """What may be said of one risk: ``low`` to ``high`` of such readings failed (``likely`` in one number, all 0 to 1); ``outcomes`` are those that are
    not ruled out when each is to be kept in a share ``coverage`` of the readings that came to it.

    ``common``: outcomes that are ruled out by that, and that more than 1 - ``coverage`` of readings with such a risk came to all the same, being so
    much more common. ``margin`` and ``rows`` of each outcome: within which shares the promise holds of a calibration from so many rows. ``exact``: ``False``
    of a release of before, whose sets hold more than they promise.
    """

    likely: float
    low: float
    high: float
    outcomes: tuple[int, ...]
    coverage: float
    common: tuple[int, ...] = ()
    margin: tuple[tuple[float, float], ...] = ()
    rows: tuple[float, ...] = ()
    exact: bool = True

    @property
    def knows(self) -> bool:
        """Whether exactly one outcome is left, whichever answer leaves it."""
        return len(self.outcomes) + len(self.common) == 1


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Calibrated risks over a grid of log-odds, and the scores of each outcome. ``rows``: how many of each outcome it was fitted on.

    ``misses`` of a release of before, which has no ``scores``: for each coverage and outcome the largest miss (1 - its probability) that still belongs to
    its set. What so many readings with such a risk came to that it could not be ruled out belonged to it too, so that those sets hold more than promised.
    """

    low: np.ndarray  # (STEPS,)
    high: np.ndarray  # (STEPS,)
    misses: dict[float, tuple[float, float]]
    rows: tuple[int, int]
    scores: ByOutcome | None = None

    def interval(self, risk: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(low, high) for (n,) risks, 0 to 1."""
        at = np.rint((log_odds(risk) + EDGE) / (2 * EDGE) * (STEPS - 1)).astype(int)
        return self.low[at], self.high[at]

    def outcomes(self, risk: np.ndarray, coverage: float, u: np.ndarray, part: np.ndarray | None = None) -> np.ndarray:
        """(n, 2) bool: whether outcome 0 and outcome 1 belong to the set.

        Args:
            u: (n,) of :func:`explainers.certainty.p_values.drawn`; part: (n,) codes of the input that the scores are parted by.
        """
        if self.scores is not None:
            return self.p(risk, u, part) > 1 - coverage
        p = np.asarray(risk, float)
        return (np.stack([p, 1 - p], axis=1) <= np.array(self.misses[coverage])) | self._open(risk, coverage)

    def p(self, risk: np.ndarray, u: np.ndarray, part: np.ndarray | None = None) -> np.ndarray:
        """(n, 2) p-values of both outcomes, by the scores of a release that has them."""
        assert self.scores is not None
        risk = np.asarray(risk, float)
        return self.scores.p(np.stack([risk, 1 - risk], axis=1), np.asarray(u, float), part)

    def _open(self, risk: np.ndarray, coverage: float) -> np.ndarray:
        """(n, 2) bool: what more than 1 - coverage of readings with such a risk may have come to."""
        low, high = self.interval(risk)
        return np.stack([1 - low, high], axis=1) > 1 - coverage

    def of(self, risk: float, coverage: float, u: float = 0.5, part: float | None = None) -> Certainty:
        """What may be said of one risk. The calibrated risk in one number is p1 / (1 - p0 + p1), as in the paper."""
        (low,), (high,) = self.interval(np.array([risk]))
        held = self.outcomes(np.array([risk]), coverage, np.array([u]), None if part is None else np.array([part]))[0]
        likely = float(high / (1 - low + high))
        # of a wide interval too few such readings were seen: then only the set says something, if enough of each outcome were
        often = np.array([1 - likely, likely]) > 1 - coverage if high - low < WIDE else np.full(2, min(self.rows) < FEWEST)
        common = often & ~held if self.scores is not None else np.zeros(2, bool)
        own = () if self.scores is None else self.scores.scores(part)
        return Certainty(
            likely, float(low), float(high), tuple(np.flatnonzero(held).tolist()), coverage,
            tuple(np.flatnonzero(common).tolist()), tuple(one.margin(coverage) for one in own), tuple(one.rows for one in own), self.scores is not None,
        )  # fmt: skip

    def as_json(self) -> dict:
        """As it is kept with a release."""
        return {
            "low": self.low.round(5).tolist(),
            "high": self.high.round(5).tolist(),
            "misses": {str(c): list(pair) for c, pair in self.misses.items()},
            "rows": list(self.rows),
            "scores": None if self.scores is None else self.scores.as_json(),
        }

    @classmethod
    def from_json(cls, kept: dict) -> "Calibration":
        """The reverse of :meth:`as_json`."""
        misses = {float(c): tuple(pair) for c, pair in kept["misses"].items()}
        scores = ByOutcome.from_json(kept["scores"]) if kept.get("scores") else None
        return cls(np.array(kept["low"]), np.array(kept["high"]), misses, tuple(kept["rows"]), scores)


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

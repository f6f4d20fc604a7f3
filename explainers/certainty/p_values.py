"""How usual a prediction is for readings that came to each outcome: conformal p-values, from rows that the model did not learn from.

Of an outcome's own rows, how many were predicted worse than this reading would be if it came to that outcome (class-conditional, "Mondrian": Vovk,
Gammerman & Shafer 2005, Algorithmic Learning in a Random World, section 4.5), ties and the reading itself parted by a number between 0 and 1
(*smoothed*: section 2.2). An outcome with a p-value of at most 1 - c is ruled out: of readings that came to it exactly 1 - c are, whatever the model. The
number is drawn from the reading's id, so that the same reading is always told the same.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

KEPT = 2001
FEWEST = 20
"""Rows of an outcome below which nothing can be learned of it alone. One of two is then never ruled out; one of several is ruled out by what holds for the
rows of all of them together (the "null cluster" of Ding et al. 2023, arXiv 2306.09335): else it would stay open in every reading."""
_PLACES = 9


def drawn(ids: np.ndarray | int) -> np.ndarray:
    """(n,) numbers between 0 and 1, even, from (n,) ids of readings (SplitMix64; Steele, Lea & Flood 2014, doi 10.1145/2714064.2660195)."""
    with np.errstate(over="ignore"):
        z = np.atleast_1d(np.asarray(ids)).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(11)).astype(float) / 2.0**53


@dataclass(frozen=True, eq=False)
class Scores:
    """What the rows of one outcome were found to miss.

    Args:
        misses: (m,) 1 - the probability of that outcome, ascending, at most :data:`KEPT` evenly spaced ones of all.
        reached: (m,) which share of all weight the misses up to each have; the last is 1.
        rows: as how many independent rows they count: all of them; weighed ones as (sum w)² / sum w² (Kish 1965, Survey Sampling).
    """

    misses: np.ndarray
    reached: np.ndarray
    rows: float

    @classmethod
    def of(cls, misses: np.ndarray, weight: np.ndarray | None = None) -> "Scores":
        """From (n,) misses of rows that were not learned from. ``weight``: (n,) for how many each row stands."""
        misses = np.round(np.asarray(misses, float), _PLACES)
        weight = np.ones(len(misses)) if weight is None else np.asarray(weight, float)
        order = np.argsort(misses, kind="stable")
        misses, weight = misses[order], weight[order]
        rows = float(weight.sum() ** 2 / (weight**2).sum()) if len(misses) else 0.0
        reached = np.cumsum(weight) / weight.sum() if len(misses) else np.zeros(0)
        if len(misses) > KEPT:
            misses = misses[np.searchsorted(reached, (np.arange(KEPT) + 0.5) / KEPT)]
            reached = np.arange(1, KEPT + 1) / KEPT
        return cls(misses, reached, rows)

    @property
    def few(self) -> bool:
        """Whether there are too few to rule the outcome out."""
        return self.rows < FEWEST

    @cached_property
    def _steps(self) -> np.ndarray:
        return np.concatenate([[0.0], self.reached])

    def p(self, misses: np.ndarray, u: np.ndarray) -> np.ndarray:
        """(n,) p-values of (n,) misses; ``u``: (n,) between 0 and 1, of :func:`drawn`. 1 where there are too few rows to tell."""
        misses = np.round(np.asarray(misses, float), _PLACES)
        if self.few:
            return np.ones(len(misses))
        left, right = (self._steps[np.searchsorted(self.misses, misses, side)] for side in ("left", "right"))
        return ((1 - right) * self.rows + u * ((right - left) * self.rows + 1)) / (self.rows + 1)

    def margin(self, coverage: float) -> tuple[float, float]:
        """Between which shares 95 of 100 calibrations from so many rows keep the promise on readings of this outcome: the Beta distribution of the
        coverage given the calibration (Vovk 2012, arXiv 1209.2673)."""
        from scipy.special import betaincinv

        if self.few:
            return 1.0, 1.0
        a, b = (self.rows + 1) * coverage, (self.rows + 1) * (1 - coverage)
        return float(betaincinv(a, b, 0.025)), float(betaincinv(a, b, 0.975))

    def as_json(self) -> dict:
        """As it is kept with a release."""
        return {"misses": self.misses.tolist(), "reached": self.reached.round(9).tolist(), "rows": round(self.rows, 3)}

    @classmethod
    def from_json(cls, kept: dict) -> "Scores":
        """The reverse of :meth:`as_json`."""
        return cls(np.array(kept["misses"], float), np.array(kept["reached"], float), float(kept["rows"]))


@dataclass(frozen=True, eq=False)
class ByOutcome:
    """The scores of every outcome; of parts of the plant that have enough rows of each, their own.

    ``all``: of each outcome, from every row that is in none of ``parts``. ``by``: the categorical input whose codes ``parts`` are; "" for none. Of an
    outcome with too few rows the promise is not kept for itself: see :data:`FEWEST`.
    """

    all: tuple[Scores, ...]
    by: str = ""
    parts: dict[int, tuple[Scores, ...]] | None = None

    def p(self, misses: np.ndarray, u: np.ndarray, part: np.ndarray | None = None) -> np.ndarray:
        """(n, outcomes) p-values.

        Args:
            misses: (n, outcomes) 1 - the probability of each outcome; u: (n,) of :func:`drawn`; part: (n,) codes of ``by``, if known.
        """
        found = np.stack([self._asked(k).p(misses[:, k], u) for k in range(len(self.all))], axis=1)
        for code, own in (self.parts or {}).items() if part is not None else ():
            rows = np.asarray(part) == code
            if rows.any():
                found[rows] = np.stack([one.p(misses[rows, k], u[rows]) for k, one in enumerate(own)], axis=1)
        return found

    @cached_property
    def together(self) -> tuple[int, ...]:
        """The outcomes that are ruled out by what holds for all of them together, having too few rows of their own."""
        return tuple(k for k, one in enumerate(self.all) if one.few) if len(self.all) > 2 else ()

    def _asked(self, outcome: int) -> Scores:
        return self._together if outcome in self.together else self.all[outcome]

    @cached_property
    def _together(self) -> Scores:
        """Of the rows of all outcomes, each missing its own."""
        weight = [np.diff(one.reached, prepend=0.0) * one.rows for one in self.all]
        return Scores.of(np.concatenate([one.misses for one in self.all]), np.concatenate(weight))

    def scores(self, part: float | None = None) -> tuple[Scores, ...]:
        """The scores that a reading is held against."""
        return self.all if part is None or np.isnan(part) else (self.parts or {}).get(int(part), self.all)

    def as_json(self) -> dict:
        """As it is kept with a release."""
        parts = {str(code): [one.as_json() for one in own] for code, own in (self.parts or {}).items()}
        return {"all": [one.as_json() for one in self.all], "by": self.by, "parts": parts}

    @classmethod
    def from_json(cls, kept: dict) -> "ByOutcome":
        """The reverse of :meth:`as_json`."""
        parts = {int(code): tuple(map(Scores.from_json, own)) for code, own in kept["parts"].items()}
        return cls(tuple(map(Scores.from_json, kept["all"])), kept["by"], parts or None)

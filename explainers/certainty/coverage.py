"""How sure a class or a value is: what cannot be ruled out when the truth is to be within in a promised share of cases.

Both learned from rows that the model did not learn from (split conformal prediction; Vovk et al. 2005, Lei et al. 2018,
arXiv 1604.04173). A regression keeps the distribution of its errors, signed, each in units of how far off such values usually are (normalized by the
predicted value: Boström & Johansson 2020, Mondrian conformal regressors, PMLR 128): it gives the interval, and how likely the value is to lie
beyond a limit (a conformal predictive distribution; Vovk et al. 2019). Of several classes each has p-values of its own
(:mod:`explainers.certainty.p_values`). Fitted in ``models.training.calibrating``; here numbers are looked up. What follows the truth that comes in: :mod:`explainers.certainty.adaptive`.
"""

from dataclasses import dataclass

import numpy as np

from explainers.certainty.certainty import COVERAGES
from explainers.certainty.p_values import ByOutcome


@dataclass(frozen=True, slots=True)
class Followed:
    """What the truth that has come in since a release was made does to its interval.

    ``rows``: confirmed values that were followed; ``held``: which share of the newest ``newest`` of them lay within what was told. ``level``: the coverage
    that is asked of the newest errors now, so that the promised one comes out. ``width``: of the interval; ``as_released``: it would have been without.
    """

    rows: int
    newest: int
    held: float
    level: float
    width: float
    as_released: float


@dataclass(frozen=True, slots=True)
class Sure:
    """What may be said of one reading beside its risk: ``low`` to ``high`` of a regression's value, or the ``classes`` that cannot be
    ruled out. The truth is within in a share ``coverage`` of cases. ``followed``: where truth came in since. ``exact``: ``False`` of classes of a release
    of before, whose sets hold more than they promise. ``few``: classes that are ruled out though too few of them were seen to promise anything of them."""

    coverage: float
    low: float | None = None
    high: float | None = None
    classes: tuple[int, ...] = ()
    followed: Followed | None = None
    exact: bool = True
    few: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """How far off values usually are, by the predicted value: straight lines between ``width`` (k,) at ``at`` (k,), ascending."""

    at: np.ndarray
    width: np.ndarray

    def of(self, value: np.ndarray) -> np.ndarray:
        """(n,) of (n,) predicted values, in the target's unit."""
        return np.interp(np.asarray(value, float), self.at, self.width)


ONE = Scale(np.zeros(1), np.ones(1))
"""Everywhere alike: of a release of before, and of few rows."""


@dataclass(frozen=True, slots=True, eq=False)
class Errors:
    """The errors (truth minus prediction) of a regression over their usual size, ascending, (m,): at most ``KEPT`` evenly spaced ones of all. ``limits``:
    between which the target can lie at all. ``rows``: how many there were (0: as many as are kept). ``open``: no risk is quite 0 or 1; a release of
    before goes on saying what it said."""

    sorted: np.ndarray
    scale: Scale = ONE
    limits: tuple[float | None, float | None] = (None, None)
    rows: int = 0
    open: bool = True

    def interval(self, value: np.ndarray, coverage: float) -> tuple[np.ndarray, np.ndarray]:
        """(low, high), (n,) each, for (n,) predicted values: between them lies a share ``coverage`` of truths. Infinite with too few errors."""
        n, miss = len(self.sorted), (1 - coverage) / 2
        # of either end, with the finite-sample correction; 20 × 0.05 is 1 and not just below
        rank = int(np.floor((n + 1) * miss + 1e-9))
        low, high = (self.sorted[rank - 1], self.sorted[n - rank]) if rank >= 1 else (-np.inf, np.inf)
        return self.within(value, low, high)

    def within(self, value: np.ndarray, low: float | np.ndarray, high: float | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(n,) ends of the intervals from error ``low`` to ``high`` (over their usual size) about (n,) predicted values, no farther than the limits."""
        value = np.asarray(value, float)
        size = self.scale.of(value)
        lowest, highest = (
            (-np.inf if self.limits[0] is None else self.limits[0]),
            (np.inf if self.limits[1] is None else self.limits[1]),
        )
        return np.clip(value + size * low, lowest, highest), np.clip(value + size * high, lowest, highest)

    def beyond(self, value: np.ndarray, allowed: tuple[float | None, float | None]) -> np.ndarray:
        """(n,) how likely the truth lies outside ``allowed``: the share of errors that would carry (n,) values there. Never quite 0 or 1: that none of
        n errors did leaves 0 to 1 / (n + 1), of which the middle is told (a conformal predictive distribution; Vovk et al. 2019)."""
        value, n = np.asarray(value, float), len(self.sorted)
        if not n:
            return np.full(len(value), 0.5)
        steps, size = (np.arange(n) + 1) / (n + 1) if self.open else (np.arange(n) + 0.5) / n, self.scale.of(value)
        end = 0.5 / (n + 1) if self.open else 0.0

        def below(limit: float) -> np.ndarray:
            return np.interp((limit - value) / size, self.sorted, steps, left=end, right=1 - end)

        low, high = allowed
        return np.clip((0 if low is None else below(low)) + (0 if high is None else 1 - below(high)), 0.0, 1.0)

    def as_json(self) -> dict:
        """As it is kept with a release. ``errors``, for versions that know no scale: about a value in the middle."""
        middle = float(self.scale.of(np.median(self.scale.at)[None])[0])
        told = {"errors": [float(f"{middle * one:.7g}") for one in self.sorted]}
        own = {
            "at": self.scale.at.tolist(),
            "width": self.scale.width.tolist(),
            "limits": list(self.limits),
            "rows": self.rows,
            "open": self.open,
        }
        return told | {"scaled": [float(f"{one:.7g}") for one in self.sorted]} | own


@dataclass(frozen=True, slots=True, eq=False)
class ClassSets:
    """Which of several classes cannot be ruled out. ``misses`` of a release of before, which has no ``scores``: for each coverage and class the largest
    miss (1 - its probability) that still belongs to it; the most probable class always belonged, so that those sets hold more than promised."""

    misses: dict[float, tuple[float, ...]]
    scores: ByOutcome | None = None

    def of(
        self, probabilities: np.ndarray, coverage: float, u: np.ndarray | None = None, part: np.ndarray | None = None
    ) -> np.ndarray:
        """(n, classes) bool: which classes cannot be ruled out, of (n, classes) probabilities; it may be none.

        Args:
            u: (n,) of :func:`explainers.certainty.p_values.drawn` (0.5 where not given); part: (n,) codes of the input that the scores are parted by.
        """
        p = np.asarray(probabilities, float)
        if self.scores is not None:
            held = self.scores.p(1 - p, np.full(len(p), 0.5) if u is None else u, part) > 1 - coverage
            told = p.argmax(axis=1)
            rare = np.isin(told, self.scores.together)  # what is told is never ruled out by the others' rows
            held[np.flatnonzero(rare), told[rare]] = True
            return held
        held = 1 - p <= np.array(self.misses[coverage])
        held[np.arange(len(p)), p.argmax(axis=1)] = True
        return held

    def as_json(self) -> dict:
        """As it is kept with a release."""
        misses = {str(coverage): list(each) for coverage, each in self.misses.items()}
        return {"misses": misses, "scores": None if self.scores is None else self.scores.as_json()}


def kept(told: dict | None) -> Errors | ClassSets | None:
    """What ``as_json`` of either gave."""
    if not told:
        return None
    if "scaled" in told:
        scale = Scale(np.array(told["at"], float), np.array(told["width"], float))
        return Errors(np.array(told["scaled"], float), scale, tuple(told["limits"]), told["rows"], told.get("open", False))
    if "errors" in told:
        return Errors(np.array(told["errors"], float), open=False)
    scores = ByOutcome.from_json(told["scores"]) if told.get("scores") else None
    return ClassSets({float(c): tuple(each) for c, each in told["misses"].items() if float(c) in COVERAGES}, scores)

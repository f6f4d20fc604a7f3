"""How sure a class or a value is: what cannot be ruled out when the truth is to be within in a promised share of cases.

Both learned from rows that the model did not learn from (split conformal prediction; Vovk et al. 2005, Lei et al. 2018,
arXiv 1604.04173). A regression keeps the distribution of its errors, signed: it gives the interval, and how likely the value is to lie
beyond a limit (a conformal predictive distribution; Vovk et al. 2019). Of several classes each has a threshold of its own, so that rare
ones are covered as often as the common ones. Fitted in ``models.calibrating``; here numbers are looked up.
"""

from dataclasses import dataclass

import numpy as np

from explainers.certainty import COVERAGES


@dataclass(frozen=True, slots=True)
class Sure:
    """What may be said of one reading beside its risk: ``low`` to ``high`` of a regression's value, or the ``classes`` that cannot be
    ruled out. The truth is within in a share ``coverage`` of cases."""

    coverage: float
    low: float | None = None
    high: float | None = None
    classes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Errors:
    """The errors (truth minus prediction) of a regression, ascending, (m,): at most ``KEPT`` evenly spaced ones of all."""

    sorted: np.ndarray

    def interval(self, value: np.ndarray, coverage: float) -> tuple[np.ndarray, np.ndarray]:
        """(low, high), (n,) each, for (n,) predicted values: between them lies a share ``coverage`` of truths. Infinite with too few errors."""
        n, miss = len(self.sorted), (1 - coverage) / 2
        rank = int(np.floor((n + 1) * miss))  # of either end, with the finite-sample correction
        low, high = (self.sorted[rank - 1], self.sorted[n - rank]) if rank >= 1 else (-np.inf, np.inf)
        return np.asarray(value, float) + low, np.asarray(value, float) + high

    def beyond(self, value: np.ndarray, allowed: tuple[float | None, float | None]) -> np.ndarray:
        """(n,) how likely the truth lies outside ``allowed``, 0 to 1: the share of errors that would carry (n,) values there."""
        value, n = np.asarray(value, float), len(self.sorted)
        if not n:
            return np.full(len(value), 0.5)
        steps = (np.arange(n) + 0.5) / n

        def below(limit: float) -> np.ndarray:
            return np.interp(limit - value, self.sorted, steps, left=0.0, right=1.0)

        low, high = allowed
        return np.clip((0 if low is None else below(low)) + (0 if high is None else 1 - below(high)), 0.0, 1.0)

    def as_json(self) -> dict:
        """As it is kept with a release."""
        return {"errors": [float(f"{one:.7g}") for one in self.sorted]}


@dataclass(frozen=True, slots=True, eq=False)
class ClassSets:
    """For each coverage and class the largest miss (1 - its probability) that still belongs to it."""

    misses: dict[float, tuple[float, ...]]

    def of(self, probabilities: np.ndarray, coverage: float) -> np.ndarray:
        """(n, classes) bool: which classes cannot be ruled out, of (n, classes) probabilities. The most probable one always belongs."""
        p = np.asarray(probabilities, float)
        held = 1 - p <= np.array(self.misses[coverage])
        held[np.arange(len(p)), p.argmax(axis=1)] = True
        return held

    def as_json(self) -> dict:
        """As it is kept with a release."""
        return {"misses": {str(coverage): list(each) for coverage, each in self.misses.items()}}


def kept(told: dict | None) -> Errors | ClassSets | None:
    """What ``as_json`` of either gave."""
    if not told:
        return None
    if "errors" in told:
        return Errors(np.array(told["errors"], float))
    return ClassSets({float(c): tuple(each) for c, each in told["misses"].items() if float(c) in COVERAGES})

"""Intervals that follow the truth as it comes in: a promise that goes on being kept while a plant drifts.

Adaptive conformal inference (Gibbs & Candès 2021, arXiv 2106.00170): after each confirmed value the level that is asked of the errors rises a little where
it lay outside what was told, and falls where it lay within, so that in the long run the promised share lies within, whatever the plant does. The errors
that it is asked of are the newest ones: first those of the calibration, of which one drops out with each that comes in. Where the level asks for more than
all of them, the interval is stretched beyond the largest. A function of what came in, in its order: nothing is kept, so nothing is lost by a restart.
"""

from bisect import bisect_left, insort
from dataclasses import dataclass

import numpy as np

from explainers.certainty.coverage import Errors, Followed

NEWEST = 200
"""Errors that are asked: on a gas turbine of which the truth was known at once, 100, 200 and 500 kept the promise alike, the wider the more."""
STEP = 0.005
"""By how much the level moves (gamma in the paper)."""
FEWEST = 20
"""Confirmed values from which on they are followed."""


@dataclass(frozen=True, slots=True, eq=False)
class Adaptive:
    """Where following has come to. ``low``, ``high``: the errors, over their usual size, between which the promised share of truths lies now."""

    kept: Errors
    coverage: float
    low: float
    high: float
    level: float
    rows: int
    newest: int
    held: float

    def interval(self, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(low, high), (n,) each, for (n,) predicted values."""
        return self.kept.within(value, self.low, self.high)

    def told(self, value: float) -> Followed:
        """What a reader is told of it beside the interval of one value."""
        (low,), (high,) = self.interval(np.array([value]))
        (was_low,), (was_high,) = self.kept.interval(np.array([value]), self.coverage)
        return Followed(self.rows, self.newest, self.held, self.level, float(high - low), float(was_high - was_low))


def adaptive(
    kept: Errors, predicted: np.ndarray, truth: np.ndarray, coverage: float, known: np.ndarray | None = None
) -> tuple[Adaptive | None, np.ndarray, np.ndarray]:
    """Follow confirmed values in the order in which they came in.

    Args:
        kept: what the release keeps of its calibration rows.
        predicted, truth: (n,) what was predicted of each and what it was found to be.
        known: (n,) how many of them had come in when each was predicted; at most those before it, which is taken where it is not given.

    Returns:
        Where it has come to (``None`` with fewer than ``FEWEST``), and the (n,) ends of the interval that was told of each.
    """
    predicted, truth = np.asarray(predicted, float), np.asarray(truth, float)
    n = len(truth)
    known = np.arange(n) if known is None else np.minimum(np.asarray(known, int), np.arange(n))
    found = (truth - predicted) / kept.scale.of(predicted)
    asked = _Asked(kept.sorted, 1 - coverage)
    ends, outside = np.zeros((n, 2)), np.zeros(n, bool)
    order, at = np.argsort(known, kind="stable"), 0
    for came in range(n):
        if at < n and known[order[at]] <= came:
            between = asked.ends()
            while at < n and known[order[at]] <= came:
                ends[order[at]], at = between, at + 1
        outside[came] = not ends[came, 0] <= found[came] <= ends[came, 1]
        asked.follow(found[came], bool(outside[came]))
    low, high = kept.within(predicted, ends[:, 0], ends[:, 1])
    if n < FEWEST or not len(kept.sorted):
        return None, low, high
    newest = min(n, NEWEST)
    now = asked.ends()
    return Adaptive(kept, coverage, *now, 1 - asked.miss, n, newest, float(1 - outside[-newest:].mean())), low, high


class _Asked:
    """The newest errors, and the share that may miss."""

    def __init__(self, errors: np.ndarray, miss: float) -> None:
        few = errors if len(errors) <= NEWEST else errors[((np.arange(NEWEST) + 0.5) * len(errors) / NEWEST).astype(int)]
        self._queue = np.random.default_rng(0).permutation(few).tolist()  # none is older than another
        self._sorted, self.miss, self._allowed = sorted(self._queue), miss, miss

    def ends(self) -> tuple[float, float]:
        """The errors between which all but a share ``miss`` lie, each end by itself, with the finite-sample correction."""
        n = len(self._sorted)
        if not n:
            return -np.inf, np.inf
        rank = (n + 1) * min(self.miss, 1.0) / 2
        if rank < 1:
            middle, half = (self._sorted[0] + self._sorted[-1]) / 2, (self._sorted[-1] - self._sorted[0]) / 2
            return middle - half * (2 - rank), middle + half * (2 - rank)
        low, high = np.interp([rank - 1, n - rank], np.arange(n), self._sorted).tolist()
        return low, high

    def follow(self, error: float, outside: bool) -> None:
        """One more came in, and was outside what was told of it or not."""
        self.miss += STEP * (self._allowed - outside)
        self._queue.append(error)
        insort(self._sorted, error)
        if len(self._queue) > NEWEST:
            del self._sorted[bisect_left(self._sorted, self._queue.pop(0))]

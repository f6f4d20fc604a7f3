"""Is it new? How far a reading lies from everything that the model learned from.

Distance to the nearest of some thousand real training rows, each number in units of its own usual spread (nearest-neighbour novelty
detection; Ramaswamy et al. 2000). Above the limit the model is guessing, and the screen says so in place of its prediction. The limit is set by how
often that may be said of what is known: by false alarms per day.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROWS_AT_ONCE = 1000
MOST_REFERENCE = 2000
FEWEST = 200
"""Known readings from which on the distance can be reckoned that a stated share goes beyond."""
COUNTED, TAIL = 20, 0.05
SURE = 100
"""Of so many readings in the tail the shape of its fall is believed by half, and else taken to be exponential: from few it is mostly noise, which a rate of
one in millions would carry far off."""
FARTHEST = 1.5
"""The limit is never farther than so many times the farthest known reading."""


@dataclass(frozen=True, slots=True)
class Outside:
    """A feature whose value lies outside all training data: where that ends."""

    feature: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Novelty:
    """Training rows that stand for what is known. ``limit``: the distance from which on a reading counts as new."""

    features: tuple[str, ...]
    reference: np.ndarray  # (r, features) float32, scaled
    centre: np.ndarray  # (features,) float32
    scale: np.ndarray  # (features,) float32
    limit: float
    low: np.ndarray  # (features,) the smallest value in the training data
    high: np.ndarray

    def of(self, x: np.ndarray) -> np.ndarray:
        """(n,) float32: distance of (n, features) rows over the limit; above 1 a row is new. A missing value counts as usual."""
        rows = _scaled(x, self.centre, self.scale)
        own = (self.reference**2).sum(axis=1)
        found = np.empty(len(rows), np.float32)
        for first in range(0, len(rows), ROWS_AT_ONCE):  # by blocks: the matrix of distances stays small
            part = rows[first : first + ROWS_AT_ONCE]
            nearest = (own - 2 * (part @ self.reference.T)).min(axis=1) + (part**2).sum(axis=1)
            found[first : first + ROWS_AT_ONCE] = np.sqrt(np.maximum(nearest, 0)) / self.limit
        return found

    def save(self, file: Path) -> None:
        """Keep it as arrays in one file."""
        np.savez_compressed(
            file, features=np.array(self.features), limit=np.array([self.limit]), reference=self.reference, centre=self.centre,
            scale=self.scale, low=self.low, high=self.high,
        )  # fmt: skip

    @classmethod
    def load(cls, file: Path) -> "Novelty":
        """What :meth:`save` kept; nothing in the file is run."""
        with np.load(file, allow_pickle=False) as kept:
            names = ("reference", "centre", "scale", "low", "high")
            features, parts = tuple(kept["features"].tolist()), {name: kept[name] for name in names}
            return cls(features, limit=float(kept["limit"][0]), **parts)

    def outside(self, row: np.ndarray) -> tuple[Outside, ...]:
        """Which of (features,) values lie outside all training data, the farthest first."""
        value = np.asarray(row, float)
        beyond = np.fmax(self.low - value, value - self.high) / self.scale
        return tuple(
            Outside(self.features[i], float(value[i]), float(self.low[i]), float(self.high[i]))
            for i in np.argsort(-beyond, kind="stable")
            if beyond[i] > 0
        )


def learned(
    features: tuple[str, ...], x: np.ndarray, others: np.ndarray, seed: int, share: float = 1e-4, weight: np.ndarray | None = None
) -> Novelty:
    """What is known from (n, features) training rows.

    Half of the reference rows are drawn at random, the other half are those farthest from them, so that rare regimes are known too.

    Args:
        others: (m, features) rows of the same process that are not among ``x``, by which the limit is set; weight: (m,) for how many each stands.
        share: of known readings, how many may be called new (:func:`limit_of`).
    """
    rows = np.asarray(x, np.float32)
    with np.errstate(all="ignore"):
        centre = np.nan_to_num(np.nanmedian(rows, axis=0)) if len(rows) else np.zeros(rows.shape[1])
        spread = np.nan_to_num(np.nanstd(rows, axis=0)) if len(rows) else np.ones(rows.shape[1])
        low, high = np.fmin.reduce(rows, axis=0), np.fmax.reduce(rows, axis=0)
    scale = np.where(spread > 0, spread, np.maximum(np.abs(centre) * 0.05, 1e-3)).astype(np.float32)
    scaled = _scaled(rows, centre.astype(np.float32), scale)
    half = np.sort(np.random.default_rng(seed).permutation(len(rows))[: MOST_REFERENCE // 2])
    known = Novelty(features, scaled[half], centre.astype(np.float32), scale, 1.0, low, high)
    farthest = np.argsort(-known.of(rows), kind="stable")[: MOST_REFERENCE // 2]
    reference = scaled[np.union1d(half, farthest)]
    known = Novelty(features, reference, known.centre, scale, 1.0, low, high)
    usual, weight = (known.of(others), weight) if len(others) else (known.of(rows), None)
    return Novelty(features, reference, known.centre, scale, limit_of(usual, share, weight), low, high)


def limit_of(distance: np.ndarray, share: float, weight: np.ndarray | None = None) -> float:
    """The distance that a ``share`` of known readings goes beyond, from (n,) distances of such.

    As counted, where 20 of them do. Rarer ones are reckoned from the farthest twentieth, which is taken to fall off as a generalised Pareto distribution
    (peaks over threshold: Pickands 1975; by probability-weighted moments: Hosking & Wallis 1987, Technometrics 29). With fewer than ``FEWEST`` readings
    nothing can be reckoned: it is :data:`FARTHEST` times the farthest then, as it is at most otherwise.
    """
    distance = np.asarray(distance, float)
    order, n = np.argsort(distance, kind="stable"), len(distance)
    if n < FEWEST:
        return FARTHEST * max(float(distance.max(initial=0.0)), 1e-3)
    weight = np.ones(n) if weight is None else np.asarray(weight, float)[order]
    distance, reached = distance[order], np.cumsum(weight) / weight.sum()
    if n * share >= COUNTED:
        return max(float(distance[min(np.searchsorted(reached, 1 - share), n - 1)]), 1e-3)
    first = np.searchsorted(reached, 1 - TAIL)
    threshold, tail = distance[first], slice(first + 1, None)
    beyond, heavy = distance[tail] - threshold, weight[tail] / weight[tail].sum()
    mean = float(beyond @ heavy)
    if mean <= 0:
        return max(FARTHEST * float(distance[-1]), 1e-3)
    lower = float(beyond @ (heavy * (1 - np.cumsum(heavy) + heavy / 2)))
    shape = float(np.clip(2 - mean / (mean - 2 * lower), -0.5, 0.5)) / (1 + SURE / len(beyond))
    size, times = mean * (1 - shape), (1 - reached[first]) / share
    far = size * (np.log(times) if abs(shape) < 1e-6 else (times**shape - 1) / shape)
    return max(float(min(threshold + far, FARTHEST * distance[-1])), 1e-3)


def _scaled(x: np.ndarray, centre: np.ndarray, scale: np.ndarray) -> np.ndarray:
    return np.nan_to_num((np.asarray(x, np.float32) - centre) / scale, nan=0.0)

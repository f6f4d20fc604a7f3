"""Is it new? How far a reading lies from everything that the model learned from.

Distance to the nearest of some thousand real training rows, each number in units of its own usual spread (nearest-neighbour novelty
detection; Ramaswamy et al. 2000). Above the limit the model is guessing, and the screen says so in place of its prediction.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROWS_AT_ONCE = 1000
MOST_REFERENCE = 2000


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
        limit = np.array([self.limit])
        arrays = {"reference": self.reference, "centre": self.centre, "scale": self.scale, "low": self.low, "high": self.high}
        np.savez_compressed(file, features=np.array(self.features), limit=limit, **arrays)

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


def learned(features: tuple[str, ...], x: np.ndarray, others: np.ndarray, seed: int, slack: float = 1.5) -> Novelty:
    """What is known from (n, features) training rows.

    Half of the reference rows are drawn at random, the other half are those farthest from them, so that rare regimes are known too.

    Args:
        others: (m, features) rows of the same process that are not among ``x``: the limit is ``slack`` times the distance that
            999 in 1,000 of them keep.
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
    usual = known.of(others) if len(others) else known.of(rows)
    limit = slack * max(float(np.quantile(usual, 0.999)) if len(usual) else 0.0, 1e-3)
    return Novelty(features, reference, known.centre, scale, limit, low, high)


def _scaled(x: np.ndarray, centre: np.ndarray, scale: np.ndarray) -> np.ndarray:
    return np.nan_to_num((np.asarray(x, np.float32) - centre) / scale, nan=0.0)

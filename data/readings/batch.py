"""Readings on their way through the live loop: columns of one length, never a list of objects.

``RawBatch`` (a source's delivery) -> :mod:`data.checks` -> ``Batch`` + ``Rejects`` -> features, prediction -> ``Scored``
-> the store. Times are int64 microseconds since 1970-01-01 UTC, so that no conversion stands in the way.
"""

from dataclasses import dataclass, field

import numpy as np

from data.records import Reasons


@dataclass(frozen=True, slots=True, eq=False)
class TruthReports:
    """Confirmed outcomes as they arrive: one interval of one asset a row (both ends included)."""

    asset: np.ndarray  # (n,) str
    start_us: np.ndarray  # (n,) int64
    end_us: np.ndarray  # (n,) int64
    outcome: np.ndarray  # (n,) float64
    cause: np.ndarray  # (n,) object: str or None
    arrived_us: np.ndarray  # (n,) int64
    by: str
    group: np.ndarray | None = None  # (n,) object: the run, batch or product that it is of, where the source says it

    def __len__(self) -> int:
        return len(self.asset)


@dataclass(frozen=True, slots=True, eq=False)
class RawBatch:
    """What a source delivered, unchecked.

    ``positions`` are the source's own strictly growing row numbers: the store keeps the last one in the same
    transaction as the readings, so a row that is delivered twice after a crash is recorded once. ``columns`` holds
    ``asset``, ``time``, ``sequence`` and the signals by tag, each an array of length n of any dtype; a column may lack.
    """

    source: str
    positions: np.ndarray  # (n,) int64
    columns: dict[str, np.ndarray]
    truth: TruthReports | None = None

    def __len__(self) -> int:
        return len(self.positions)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Readings that passed every check, in the order in which they were delivered."""

    use_case: str
    source: str
    positions: np.ndarray  # (n,) int64
    asset: np.ndarray  # (n,) int32, codes into `assets`
    assets: tuple[str, ...]
    time_us: np.ndarray  # (n,) int64
    sequence: np.ndarray  # (n,) int64
    values: np.ndarray  # (n, signals) float64, in the order of UseCase.signals (then: UseCase.recorded); a category as its code

    def __len__(self) -> int:
        return len(self.positions)


@dataclass(frozen=True, slots=True, eq=False)
class Rejects:
    """Rows for quarantine, with the first thing that is wrong with each. Columns of one length."""

    positions: np.ndarray  # (n,) int64
    asset: list[str | None] = field(default_factory=list)
    signal: list[str | None] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    reason: list[str] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.positions)


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """A checked batch with what the release says of it: ready to be recorded in one transaction."""

    batch: Batch
    release: int
    score: np.ndarray  # (n,) float64: the risk, 0 to 1, that the outcome is bad
    contributions: np.ndarray  # (n, features + 1) float32 on the model's own scale, the base value last
    state: np.ndarray  # (n,) int8: State.code
    novelty: np.ndarray | None = None  # (n,) float32: above 1 it is not in the training data
    predicted: np.ndarray | None = None  # (n,) float64: class code or value; None for a binary task
    gap: float = 0.0  # the largest |base + sum of contributions - margin| of the batch
    shadow: int | None = None  # the release that predicts silently beside it
    shadow_score: np.ndarray | None = None  # (n,) float64: what that one says
    unknown: np.ndarray | None = None  # (n,) bool: whether the board calls the asset unknown; None: as long as the novelty says
    reasons: dict[int, Reasons] = field(default_factory=dict)  # by row: of those with which advice begins, and of the worst

    def __len__(self) -> int:
        return len(self.batch)

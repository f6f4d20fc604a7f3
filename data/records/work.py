"""Who works on it and what they make: people, releases, jobs, and the trail of who did what."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class JobState(StrEnum):
    """Where a long piece of work is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may write. ``role`` is one of :class:`data.people.Role`; ``area`` is where an operator works; ``since`` when the
    account was made (``None``, given to the store: at this moment)."""

    id: str
    name: str
    role: str
    area: str | None = None
    active: bool = True
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """The store's row of a release. What it consists of lies in ``folder`` (relative to the home) under ``digest``.

    ``figures`` are its evaluation (plain JSON), ``corrections`` the ids of the corrections it learned from.
    """

    use_case: str
    number: int
    folder: str
    digest: str
    created: datetime
    created_by: str
    parent: int | None
    figures: dict
    corrections: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Champion:
    """Which release the worker follows, since when, by whom and why (one row: releasing and rolling back change it). ``action``: ``release``,
    ``override_release`` (against its gate) or ``roll_back``."""

    use_case: str
    number: int
    since: datetime
    by: str
    action: str = "release"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Switch:
    """Whether the AI advises on a use case, since when, by whom and why. Off, its predictions are recorded and not shown as advice."""

    use_case: str
    on: bool
    since: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Shadow:
    """The challenger that predicts the live stream silently: nobody is advised by it."""

    use_case: str
    number: int
    since: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ShadowCounts:
    """What a shadow run has seen: readings, how many both would warn of and each alone, the mean difference of risk, from when until when."""

    rows: int
    both: int
    only_champion: int
    only_shadow: int
    difference: float
    first: datetime | None
    last: datetime | None

    @property
    def agreement(self) -> float | None:
        """Share of readings of which both say the same."""
        return 1 - (self.only_champion + self.only_shadow) / self.rows if self.rows else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a release says of a corrected reading: for the gate, and for the operator who flagged it."""

    use_case: str
    release: int
    reading: int
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """A long piece of work: claimed with a lease, resumable after a kill."""

    id: int
    kind: str
    use_case: str
    params: dict
    state: JobState
    requested_by: str
    requested: datetime
    progress: float = 0.0
    message: str = ""
    result: dict = field(default_factory=dict)
    owner: str | None = None
    attempts: int = 0
    finished: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One link of the chain: who did what to which subject, and the subject it follows from."""

    id: int
    at: datetime
    person: str
    action: str
    subject: str
    use_case: str
    details: dict

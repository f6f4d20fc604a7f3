"""What people and jobs leave behind: frozen records, times in UTC, enums stored as their strings.

Readings and predictions come in columns, not in records: see :mod:`data.batch`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """What the board shows of an asset, after hysteresis and on-delay."""

    NORMAL = "normal"
    POSSIBLE = "possible"
    LIKELY = "likely"

    @property
    def code(self) -> int:
        """Its rank, as batches and the store keep it: 0 normal, 1 possible, 2 likely."""
        return tuple(State).index(self)


class FlagKind(StrEnum):
    """What the operator says of a prediction. ``AGREE`` is an answer, not a flag: it opens no case."""

    AGREE = "agree"
    WRONG = "wrong"
    UNCLEAR = "unclear"


class FlagReason(StrEnum):
    """Why it was flagged; the first four belong to wrong, the next two to unclear, the last two to either."""

    FALSE_ALARM = "false_alarm"
    MISSED_PROBLEM = "missed_problem"
    WRONG_CAUSE = "wrong_cause"
    WRONG_TIME = "wrong_time"
    NOT_UNDERSTOOD = "not_understood"
    NO_USE = "no_use"
    BAD_DATA = "bad_data"
    OTHER = "other"


class CaseState(StrEnum):
    """Where a case is in review."""

    OPEN = "open"
    CLAIMED = "claimed"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class VerdictKind(StrEnum):
    """What the reviewer found. Only ``MODEL_WRONG`` carries a corrected truth and reaches training as a label."""

    MODEL_WRONG = "model_wrong"
    MODEL_RIGHT = "model_right"
    REASON_WRONG = "reason_wrong"
    BAD_DATA = "bad_data"
    CANNOT_TELL = "cannot_tell"


class JobState(StrEnum):
    """Where a long piece of work is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may write. ``role`` is one of :class:`data.people.Role`; ``area`` is where an operator works."""

    id: str
    name: str
    role: str
    area: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Prediction:
    """One recorded reading with its prediction, as a page shows it.

    ``values`` maps each signal to its value in the signal's unit (categories as their text). ``contributions`` maps each
    model feature to its additive share on the margin scale (log-odds); ``base`` + their sum is the margin of ``score``. ``novelty``: distance to
    the training data over its limit, ``None`` where it was not measured.
    """

    use_case: str
    id: int
    asset: str
    time: datetime
    sequence: int
    values: dict[str, float | str]
    release: int
    score: float
    state: State
    base: float
    contributions: dict[str, float]
    novelty: float | None = None

    @property
    def is_new(self) -> bool:
        """Whether nothing like it is in the training data: its prediction is then a guess, and is not shown as one."""
        return self.novelty is not None and self.novelty > 1


@dataclass(frozen=True, slots=True)
class AssetState:
    """The newest recorded prediction of an asset and since when it has been in the state shown."""

    prediction: Prediction
    state_since: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Truth:
    """A confirmed outcome of an asset over an interval of plant time (both ends included), often late.

    ``outcome`` is the class (binary: 0 or 1), ``cause`` the failure mode or ``None``, ``by`` who or what confirmed it.
    """

    asset: str
    start: datetime
    end: datetime
    outcome: float
    cause: str | None
    arrived: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Flag:
    """What somebody said of one prediction, bound to the reading, the release and what was on the screen.

    ``snapshot`` is the frozen explanation (plain JSON: reasons as shown, score, state, language, time shown).
    ``id`` is 0 until the store has given one.
    """

    use_case: str
    asset: str
    reading: int
    release: int
    person: str
    kind: FlagKind
    reason: FlagReason | None
    snapshot: dict
    comment: str = ""
    raised: datetime | None = None
    withdrawn: datetime | None = None
    id: int = 0
    case: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """Everything flagged about one reading, in review. ``priority`` is higher for what should be looked at first."""

    id: int
    use_case: str
    asset: str
    reading: int
    release: int
    state: CaseState
    priority: float
    opened: datetime
    flags: int
    kind: FlagKind
    reason: FlagReason | None
    score: float
    claimed_by: str | None = None
    claimed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A reviewer's finding. ``outcome``/``cause`` are the corrected truth when the model was wrong; ``answer`` is what
    the operator reads. History is append-only: the newest verdict of a case is in force."""

    case: int
    person: str
    kind: VerdictKind
    answer: str
    outcome: float | None = None
    cause: str | None = None
    decided: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """A corrected label that training may use: which reading, what is true of it, and who stands behind it."""

    id: int
    use_case: str
    case: int
    reading: int
    outcome: float
    cause: str | None
    person: str
    decided: datetime
    flags: tuple[int, ...] = ()


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
    """Which release the worker follows, since when and by whom (one row: releasing and rolling back change it)."""

    use_case: str
    number: int
    since: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Switch:
    """Whether the AI advises on a use case, since when, by whom and why. Off, its predictions are recorded and not shown as advice."""

    use_case: str
    on: bool
    since: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a release says of a corrected reading: for the gate, and for the operator who flagged it."""

    use_case: str
    release: int
    reading: int
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one flag: each later step, or ``None`` where it has not come to that."""

    flag: Flag
    case: Case | None
    verdict: Verdict | None
    correction: int | None
    release: int | None
    released: datetime | None
    before: float | None
    after: float | None


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


GONE_S = 6.0
"""Seconds without a sign of life after which a worker counts as dead."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A worker's sign of life. ``trouble`` says in plain words what keeps it from predicting, or is empty."""

    worker: str
    use_case: str
    source: str
    pid: int
    started: datetime
    beat: datetime
    release: int | None
    rows: int
    trouble: str = ""

    def alive(self, now: datetime) -> bool:
        """Whether it was given recently enough, by a worker that has not said goodbye (``pid`` 0)."""
        return self.pid != 0 and (now - self.beat).total_seconds() < GONE_S


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


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row in quarantine: why, and the row as it came."""

    id: int
    use_case: str
    source: str
    position: int
    at: datetime
    asset: str | None
    signal: str | None
    code: str
    reason: str
    raw: str

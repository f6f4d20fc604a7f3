"""What people say of predictions and what is found of it: flags, cases, verdicts, corrections, and what became of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.clock import now

HOURS_A_POINT = 8.0
"""Hours of waiting that weigh as much as one point of priority."""


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
    """Where a case is in review. ``SECOND``: one verdict is in, an independent one is missing; ``DISPUTED``: the two differ, a third
    person decides; ``WAITING``: nobody can tell before an inspection has come in, which opens it again."""

    OPEN = "open"
    SECOND = "second"
    DISPUTED = "disputed"
    CLAIMED = "claimed"
    WAITING = "waiting"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


TO_DO = (CaseState.OPEN, CaseState.SECOND, CaseState.DISPUTED, CaseState.CLAIMED)
"""The states in which a case waits for a reviewer."""


class CaseOrigin(StrEnum):
    """How a case came into review: somebody pulled the cord, or it was drawn at random among what nobody flagged."""

    FLAG = "flag"
    SAMPLE = "sample"


class VerdictKind(StrEnum):
    """What the reviewer found. Only ``MODEL_WRONG`` carries a corrected truth and reaches training as a label."""

    MODEL_WRONG = "model_wrong"
    MODEL_RIGHT = "model_right"
    REASON_WRONG = "reason_wrong"
    BAD_DATA = "bad_data"
    CANNOT_TELL = "cannot_tell"


class Standing(StrEnum):
    """How far a flag has come: nobody has answered it, somebody has, or a release that learned from it went live (and it was answered)."""

    OPEN = "open"
    ANSWERED = "answered"
    FIXED = "fixed"


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
    """Everything said about one reading, in review. ``priority`` is higher for what should be looked at first; the queue adds its age.

    ``kind`` is ``None`` for a case drawn at random. ``due``: until when it should be answered; ``reviewers``: how many independent
    verdicts it takes. ``unknown``: nothing like its reading is in the training data, so that ``score`` is a guess and is told nowhere.
    ``version`` grows with all that is said of it (flags, their words, notes, verdicts): whoever acts on what they have read hands it back.
    """

    id: int
    use_case: str
    asset: str
    reading: int
    release: int
    state: CaseState
    priority: float
    opened: datetime
    flags: int
    kind: FlagKind | None
    reason: FlagReason | None
    score: float
    claimed_by: str | None = None
    claimed_until: datetime | None = None
    origin: CaseOrigin = CaseOrigin.FLAG
    due: datetime | None = None
    assigned_to: str | None = None
    reviewers: int = 1
    unknown: bool = False
    version: int = 0

    @property
    def age_points(self) -> float:
        """What its age adds to its priority in the queue: a point for every eight hours that it has been there."""
        return (now() - self.opened).total_seconds() / 3600 / HOURS_A_POINT


@dataclass(frozen=True, slots=True)
class About:
    """What a verdict says beyond its kind, each for the kind it belongs to.

    ``should_not_matter``/``missing``: the groups of reasons that have no business there, and one that is not told (reason wrong).
    ``start``, ``end``, ``signal``: the stretch of plant time that is bad, and of which signal (``None``: of all; bad data).
    ``asks``: what has to come in before anybody can tell (``inspection`` or ``lab_value``; cannot tell).
    """

    should_not_matter: tuple[str, ...] = ()
    missing: str = ""
    start: datetime | None = None
    end: datetime | None = None
    signal: str | None = None
    asks: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A reviewer's finding. ``outcome``/``cause`` are the corrected truth when the model was wrong; ``answer`` is what
    the operator reads. History is append-only: the newest settled verdict of a case is in force.

    ``round`` is 1, 2 for the second independent one, 3 for who decided between them. ``settled``: it is the finding.
    """

    case: int
    person: str
    kind: VerdictKind
    answer: str
    outcome: float | None = None
    cause: str | None = None
    decided: datetime | None = None
    id: int = 0
    about: About = About()
    round: int = 1
    settled: bool = True


@dataclass(frozen=True, slots=True)
class Correction:
    """A corrected label that training may use: which reading, what is true of it, and who stands behind it: who decided, who flagged
    it, and who confirmed it (``None``: nobody has been asked to)."""

    id: int
    use_case: str
    case: int
    reading: int
    outcome: float
    cause: str | None
    person: str
    decided: datetime
    flags: tuple[int, ...] = ()
    raised_by: tuple[str, ...] = ()
    confirmed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a person typed in of an inspection or a laboratory: of one asset at one moment. It is truth while nothing holds it back (``held``:
    why, as of a correction, or ``None``). ``denies``: what a source confirmed for that moment; the rest is as of a :class:`Correction`."""

    id: int
    use_case: str
    case: int | None
    asset: str
    time: datetime
    outcome: float
    cause: str | None
    person: str
    decided: datetime
    raised_by: tuple[str, ...] = ()
    confirmed_by: str | None = None
    held: str | None = None
    denies: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A stretch of an asset's plant time that was found to be bad data (both ends included): nobody learns from it, as far as it is taken
    (:mod:`models.corrections.bad_stretches`). ``at``: the time of the case's reading; who stands behind it is told as of a :class:`Correction`."""

    case: int
    reading: int
    asset: str
    start: datetime
    end: datetime
    signal: str | None
    at: datetime
    person: str
    decided: datetime
    raised_by: tuple[str, ...] = ()
    confirmed_by: str | None = None

    @property
    def id(self) -> int:
        """What it is known by: a case has one stretch at the most."""
        return self.case


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a reviewer found wrong with the reasons for a reading: the groups that should not matter there."""

    case: int
    reading: int
    groups: tuple[str, ...]
    person: str


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """One entry of a case's thread: words, a file, or both. ``file`` is its name, ``size`` in bytes, ``type`` its media type. ``looked``: whether
    a small copy was tried (:meth:`Feedback.thumbnail`); of what came in long ago it may not have been."""

    id: int
    case: int
    person: str
    at: datetime
    text: str
    file: str | None = None
    type: str | None = None
    size: int = 0
    looked: bool = True


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

"""What the plant and its worker leave behind: predictions, states, truth, what was refused, signs of life."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


class State(StrEnum):
    """What the board shows of an asset, after hysteresis and on-delay."""

    NORMAL = "normal"
    POSSIBLE = "possible"
    LIKELY = "likely"

    @property
    def code(self) -> int:
        """Its rank, as batches and the store keep it: 0 normal, 1 possible, 2 likely."""
        return tuple(State).index(self)


@dataclass(frozen=True, slots=True)
class Prediction:
    """One recorded reading with its prediction, as a page shows it.

    ``values`` maps each signal to its value in the signal's unit (categories as their text). ``contributions`` maps each
    model feature to its additive share on the model's own scale (log-odds; a regression's unit); ``base`` + their sum is what the model gave. ``score`` is the risk, 0 to 1,
    that the outcome is bad; ``predicted`` the class code or value, ``None`` for a binary task. ``novelty``: distance to
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
    predicted: float | None = None

    @property
    def is_new(self) -> bool:
        """Whether nothing like it is in the training data: its prediction is then a guess, and is not shown as one."""
        return self.novelty is not None and self.novelty > 1


@dataclass(frozen=True, slots=True)
class Reasons:
    """What each group of signals adds to one prediction, as it was counted once: every screen reads this record, and no other share.

    ``shares`` by group, from ``base`` to ``value``, on ``scale``: ``probability`` (0 to 1), ``margin`` (log-odds by which class ``of`` is ahead of
    ``against``) or ``target``. ``errors``: the standard error of each, where it was measured; ``rows``: background rows that they are counted from, ``spread`` the standard
    deviation of what is predicted of those.
    """

    release: int
    method: str
    scale: Literal["margin", "probability", "target"]
    base: float
    value: float
    shares: dict[str, float]
    errors: dict[str, float] | None = None
    of: str | None = None
    against: str | None = None
    note: str = ""
    rows: int = 0
    spread: float = 0.0


@dataclass(frozen=True, slots=True)
class AssetState:
    """The newest recorded prediction of an asset, since when it has been in that state, and since when the model has not known what it is doing
    (``None``: it knows). ``abnormal_since``: since when it has not been normal, whatever it was called meanwhile. ``grounds``: advice outlasts its
    risk by a delay; then the worst reading of its spell, which says why it is given. What is told of it: :mod:`models.state.telling`."""

    prediction: Prediction
    state_since: datetime
    recorded_at: datetime
    unknown_since: datetime | None = None
    grounds: Prediction | None = None
    abnormal_since: datetime | None = None

    @property
    def told(self) -> Prediction:
        """The reading that says why the asset is shown as it is."""
        return self.grounds or self.prediction

    @property
    def since(self) -> datetime:
        """Since when it has needed a look, wherever that went meanwhile (possible, likely, unknown); of one that needs none, since when it has not."""
        if self.unknown or State(self.prediction.state) is not State.NORMAL:
            return self.abnormal_since or (self.unknown_since if self.unknown and self.unknown_since else self.state_since)
        return self.state_since

    @property
    def unknown(self) -> bool:
        """Whether the model does not know what it is doing, or has known it for a few readings only, so that it does not chatter. What it knows to
        be abnormal is told as that."""
        return self.prediction.is_new or (self.unknown_since is not None and State(self.prediction.state) is State.NORMAL)


@dataclass(frozen=True, slots=True)
class Spell:
    """Advice on an asset from when to when (``None``: it lasts), the worst it came to, and the reading that was. ``times``: how many spells this stands for."""

    asset: str
    start: datetime
    end: datetime | None
    state: State
    score: float
    reading: int
    times: int = 1


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


REPLAY = "replay:"
"""What the name of a source begins with that replays a file."""
GONE_S = 6.0
"""Seconds without a sign of life after which a worker counts as dead."""


@dataclass(frozen=True, slots=True)
class Preparing:
    """What a worker does before its first reading: it makes the line's first model.

    ``step``: one of :data:`STEPS`; ``share``: how much of the time it takes has gone by, 0 to 1, as far as that is known; ``begun``: when it began,
    ``since``: when it told that last; ``failed``: why no model came of it, or empty.
    """

    step: str
    share: float
    begun: datetime
    since: datetime
    failed: str = ""


STEPS = ("read", "learn", "judge", "write")
"""Of making a first model: reading the history, learning from it, judging what was learned, writing it down."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A worker's sign of life. ``trouble`` says in plain words what keeps it from predicting, or is empty. ``preparing``: before its first reading."""

    worker: str
    use_case: str
    source: str
    pid: int
    started: datetime
    beat: datetime
    release: int | None
    rows: int
    trouble: str = ""
    preparing: Preparing | None = None

    @property
    def replays(self) -> bool:
        """Whether it replays a file: the plant's clock is then that of the readings."""
        return self.source.startswith(REPLAY)

    def alive(self, now: datetime) -> bool:
        """Whether it was given recently enough, by a worker that has not said goodbye (``pid`` 0). One that lies in the future was given by a
        wrong clock: it says nothing."""
        return self.pid != 0 and abs((now - self.beat).total_seconds()) < GONE_S

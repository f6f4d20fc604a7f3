"""What people have said of advice while it lasts: seen it, or put it on the shelf for a while. Neither is a judgement of the prediction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from data.records.plant import State

LONGEST_SHELF = timedelta(hours=8)
"""Nothing is shelved for longer than a shift."""
UNSEEN_FOR = timedelta(hours=8)
"""How long advice that came and went waits to be seen, in plant time: a shift. After that the handover has told of it."""


class ShelfReason(StrEnum):
    """Why somebody puts the advice on an asset aside for a while."""

    KNOWN = "known"
    MAINTENANCE = "maintenance"
    CHANGEOVER = "changeover"
    SENSOR = "sensor"
    OTHER = "other"


class ShelfEnd(StrEnum):
    """What ended a shelving: its time, somebody, or a state worse than the one that was shelved."""

    EXPIRED = "expired"
    PERSON = "person"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Somebody has seen the advice on an asset. It holds for this episode of advice, and for states no worse than ``state``.

    ``unknown``: what was seen is that the model does not know what the asset is doing. It holds while that lasts, and for no other advice.
    """

    use_case: str
    asset: str
    episode: int
    state: State
    person: str
    at: datetime
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Dealt:
    """What people did about spells of advice, as far as it is recorded: how many there were, and of how many somebody marked them as seen, put them aside,
    agreed to a reading of theirs or flagged one; ``silent``: of how many nothing is recorded. Whether advice was followed is recorded nowhere."""

    spells: int
    seen: int
    shelved: int
    agreed: int
    flagged: int
    silent: int


@dataclass(frozen=True, slots=True)
class Shelving:
    """The advice on an asset is put aside until ``until``, for states no worse than ``state``. ``ended`` is ``None`` while it holds.

    ``unknown``: put aside is that the model does not know what the asset is doing; anything that it does know to be abnormal is worse.
    """

    id: int
    use_case: str
    asset: str
    state: State
    person: str
    at: datetime
    until: datetime
    reason: ShelfReason
    ended: datetime | None = None
    ended_by: ShelfEnd | None = None
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """A stretch of looking at something with no longer break in it: when it began, and when the one before it ended (``None``: the first)."""

    begun: datetime
    before: datetime | None

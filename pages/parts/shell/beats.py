"""How long a worker or a machine may say nothing: signs of life and paces, without a word of it."""

from collections.abc import Sequence
from datetime import datetime

from data.records import AssetState, Heartbeat
from data.usecase.use_case import UseCase
from models.state.telling import silent

DRAWN_S = 2.0
"""What goes by before a late sign of life is on the screens, at most: it may have been about to come (1 s), a tick (1 s), the drawing."""
SOONEST_S = 3.0
"""No worker is taken for a late one before: it gives three signs of life in this time, and a disk may hold one up."""
JUST_S = 5.0
"""What was recorded within this time arrives now: a delivery of two thousand readings takes up to two seconds on a busy machine."""


def late(beat: Heartbeat | None, at: datetime, stale_s: float) -> bool:
    """Whether a worker's newest sign of life is so old that nothing it recorded may be taken for the present, however seldom its line reports; or it
    was its last. It is told within ``stale_s`` of its end."""
    return beat is not None and (beat.pid == 0 or (at - beat.beat).total_seconds() > max(stale_s - DRAWN_S, SOONEST_S))


def patience(use_case: UseCase, stale_s: float) -> float:
    """After how many seconds without a reading an asset counts as silent: the setting, or three of its own paces."""
    return max(stale_s, 3 * use_case.cadence_s)


def newest_beat(use_case: str, heartbeats: Sequence[Heartbeat]) -> Heartbeat | None:
    """The newest sign of life of a worker of a use case."""
    return max((beat for beat in heartbeats if beat.use_case == use_case), key=lambda beat: beat.beat, default=None)


def catching_up(states: Sequence[AssetState], at: datetime, patience_s: float) -> bool:
    """Whether readings arrive now that were old when they came: the worker makes up for the time in which none ran."""
    newest = max(states, key=lambda state: state.recorded_at, default=None)
    if newest is None or abs((at - newest.recorded_at).total_seconds()) > JUST_S:
        return False
    return silent(newest, newest.recorded_at, patience_s)

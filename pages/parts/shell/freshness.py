"""How fresh what is on the screen is: live, stale, or the worker stopped, with since when and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from data.clock import state as clock_state
from data.records import GONE_S, AssetState, Heartbeat
from data.usecase.use_case import UseCase
from pages.parts.shell.beats import catching_up, late, newest_beat, patience
from pages.parts.shell.technical import for_reader
from pages.parts.words.language import clock, duration, t, when
from pages.parts.words.retold import retold


@dataclass(frozen=True, slots=True)
class Freshness:
    """``text`` says it in words. ``live``: whether what is shown may be taken for the present."""

    text: str
    live: bool


def wrong_clock() -> str:
    """What is said of a clock that is not believed; nothing of one that is."""
    return "" if clock_state().trusted else t("The clock of this computer is wrong")


def freshness(
    use_case: UseCase, states: Sequence[AssetState], heartbeats: Sequence[Heartbeat], at: datetime, stale_s: float
) -> Freshness:
    """What the header line of a live screen says.

    Args:
        use_case: whose readings they are.
        states: the newest state of each asset.
        heartbeats: every worker's sign of life.
        at: now, in UTC.
        stale_s: the setting: within so many seconds of a worker's last sign of life it is told.
    """
    newest = newest_beat(use_case.name, heartbeats)
    last = max((state.prediction.time for state in states), default=None)
    if newest is not None and (newest.pid == 0 or (at - newest.beat).total_seconds() > max(stale_s, GONE_S)):
        since = when(newest.beat, use_case.timezone)
        if newest.trouble:
            trouble = for_reader(retold(newest.trouble))
            return Freshness(t("Reading has stopped, nothing new since {since}: {trouble}", since=since, trouble=trouble), False)
        return Freshness(t("Reading has stopped, nothing new since {since}", since=since), False)
    if newest is not None and newest.trouble:
        return Freshness(t("Trouble with reading: {trouble}", trouble=for_reader(retold(newest.trouble))), False)
    if wrong := wrong_clock():
        return Freshness(wrong, False)
    if newest is not None and late(newest, at, stale_s):
        return Freshness(t("Stale since {since}", since=clock(newest.beat, use_case.timezone)), False)
    if last is None:
        return Freshness(t("Waiting for the first reading") if newest else t("This line is not being read"), False)
    if newest is not None and newest.replays:
        return Freshness(t("replay, plant time {time}", time=when(last, use_case.timezone)), True)
    age = (at - last).total_seconds()
    if newest is None:
        return Freshness(
            t("This line is not being read; the newest reading is of {since}", since=when(last, use_case.timezone)), False
        )
    if age < -patience(use_case, stale_s):
        return Freshness(
            t("The newest reading is stamped {time}, in the future: check the clocks", time=when(last, use_case.timezone)), False
        )
    if age <= patience(use_case, stale_s):
        return Freshness(t("live, {age} ago", age=duration(age)), True)
    since = when(last, use_case.timezone) if age > 3600 else clock(last, use_case.timezone)
    if catching_up(states, at, patience(use_case, stale_s)):
        return Freshness(t("Catching up: at {time}, {age} behind", time=since, age=duration(age)), False)
    return Freshness(t("Stale since {since}", since=since), False)

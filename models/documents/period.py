"""What a stretch of time was worth and what people said in it: the figures of the overview and of its report, gathered once for both."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from data.readings.moments import microseconds
from data.records import Dealt, FlagKind
from data.shifts import day_begins
from data.store import Store
from data.usecase.use_case import UseCase
from models.dataset.replayed import learned_share

COUNTED = ("confirmed", "caught", "missed", "false_alarms", "right")
FIX_CLASSES_H = (1.0, 4.0, 24.0, 72.0, 168.0)
"""The classes of the time from a flag to its fix, in hours: up to each, and beyond the last."""
_STEPS = ((timedelta(hours=49), "hour"), (timedelta(days=120), "day"))


@dataclass(frozen=True, slots=True)
class Period:
    """From ``start`` to before ``end`` by the plant's clock. ``behind``: how far that of a replayed file is behind the people's own."""

    start: datetime
    end: datetime
    behind: timedelta = timedelta(0)

    @property
    def people(self) -> tuple[datetime, datetime]:
        """The same stretch by the clock by which people flag and release."""
        return self.start + self.behind, self.end + self.behind

    @property
    def step(self) -> str:
        """How finely it is told: by the ``hour``, ``day`` or ``week``."""
        return next((step for longest, step in _STEPS if self.end - self.start <= longest), "week")


@dataclass(frozen=True, slots=True)
class Worth:
    """Confirmed outcomes, and what they cost in the use case's own figures.

    Without a model every real outcome would have cost a miss. With it, those that were missed did, and each false alarm its own cost.
    """

    confirmed: int
    caught: int
    missed: int
    false_alarms: int
    right: int
    miss: float
    false_alarm: float

    @property
    def without(self) -> float:
        """What it would have cost without a model."""
        return (self.caught + self.missed) * self.miss

    @property
    def with_it(self) -> float:
        """What it did cost, if every advice was followed."""
        return self.missed * self.miss + self.false_alarms * self.false_alarm

    @property
    def saved(self) -> float:
        """The difference, which could have been saved: caught × a miss − false alarms × a false alarm."""
        return self.without - self.with_it


@dataclass(frozen=True, slots=True)
class Change:
    """A release that went live. ``learned``: corrections that are new in it. ``again``: it had been live before (rolled back to).
    ``against``: figure (recall, precision) → (before, after, verdict) against the champion of when it was made."""

    number: int
    since: datetime
    by: str
    again: bool
    learned: int
    note: str
    against: dict[str, tuple[float, float, str]]


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """All that is told of a period.

    ``parts``: a row for each hour, day or week: start (UTC), caught, missed, false_alarms, saved, agree, wrong, unclear. ``flags``: see
    ``Feedback.flags_between``. ``advised``, ``pending``: spells of advice, and those whose truth has not arrived; ``dealt``: what people did about
    them. ``cut``: the period was asked to begin earlier, before there was anything to go by. ``learned_from``: which share of the confirmed readings
    are of the history that the model was made of.
    """

    period: Period
    worth: Worth
    parts: pd.DataFrame
    flags: pd.DataFrame
    advised: int
    pending: int
    changes: tuple[Change, ...]
    dealt: Dealt | None = None
    cut: bool = False
    learned_from: float = 0.0

    @property
    def said(self) -> dict[str, int]:
        """How often people agreed, or flagged as wrong or unclear."""
        counted = self.flags["kind"].value_counts()
        return {str(kind): int(counted.get(str(kind), 0)) for kind in FlagKind}

    @property
    def pulled(self) -> pd.DataFrame:
        """The flags without the agreements."""
        return self.flags[self.flags["kind"] != str(FlagKind.AGREE)]

    @property
    def fix_hours(self) -> np.ndarray:
        """Hours from each flag to the release that had learned from it, for those that have come so far."""
        return _hours(self.pulled, "fixed")

    @property
    def answer_hours(self) -> np.ndarray:
        """Hours from each flag to its answer."""
        return _hours(self.pulled, "answered")


def begins(use_case: UseCase, store: Store, behind: timedelta = timedelta(0)) -> datetime | None:
    """From when on, by the plant's clock, anybody could have gone by a prediction: the first release, or the first reading where that is later. What was
    predicted afterwards of the time before a line's start was advice to nobody. A replayed file's times are all before its release: there its first
    reading counts. ``None``: nothing has been released."""
    champions, oldest = store.releases.champions(use_case.name), store.readings.oldest(use_case.name)
    if not champions:
        return None
    first = min(one.since for one in champions)
    if behind or oldest is None:
        return oldest or first
    return max(first, oldest)


def told(use_case: UseCase, store: Store, period: Period) -> Told:
    """Everything of a period, or of as much of it as there could have been anything to tell."""
    begin = begins(use_case, store, period.behind)
    cut = False
    if begin is not None and begin > period.start:
        period, cut = replace(period, start=min(begin, period.end)), True
    outcomes = store.readings.performance(use_case.name, period.start, period.end, use_case.advice.possible.enter)
    flags = store.feedback.flags_between(use_case.name, *period.people)
    sums = {name: int(outcomes[name].sum()) for name in COUNTED}
    worth = Worth(**sums, miss=use_case.costs.miss, false_alarm=use_case.costs.false_alarm)
    advised, pending = store.readings.unconfirmed(use_case.name, period.start, period.end)
    dealt = store.readings.dealt_with(use_case.name, period.start, period.end, period.behind)
    parts, changes = _parts(use_case, period, outcomes, flags), _changes(use_case, store, period)
    learned_from = learned_share(use_case, store, period.start, period.end) if worth.confirmed else 0.0
    return Told(period, worth, parts, flags, advised, pending, changes, dealt, cut, learned_from)


def fix_classes(hours: np.ndarray) -> list[int]:
    """How many fixes took up to each of ``FIX_CLASSES_H``, and longer."""
    place = np.searchsorted(FIX_CLASSES_H, hours)
    return np.bincount(place, minlength=len(FIX_CLASSES_H) + 1).tolist()


def _parts(use_case: UseCase, period: Period, outcomes: pd.DataFrame, flags: pd.DataFrame) -> pd.DataFrame:
    edges = edges_of(use_case.timezone, period)
    start_us = microseconds(pd.Series(edges))
    table: dict[str, np.ndarray] = {}

    def counted(times: pd.Series, weights: np.ndarray | None = None, shift: timedelta = timedelta(0)) -> np.ndarray:
        place = np.searchsorted(start_us, microseconds(times - shift), side="right") - 1
        return np.bincount(np.clip(place, 0, len(edges) - 1), weights, minlength=len(edges)).astype(int)

    for name in ("caught", "missed", "false_alarms"):
        table[name] = counted(outcomes["time"], outcomes[name].to_numpy())
    table["saved"] = table["caught"] * use_case.costs.miss - table["false_alarms"] * use_case.costs.false_alarm
    for kind in FlagKind:
        table[str(kind)] = counted(flags.loc[flags["kind"] == str(kind), "raised"], shift=period.behind)
    return pd.DataFrame({"start": edges} | table)


def edges_of(zone: str, period: Period) -> list[datetime]:
    """Where each hour, calendar day or week of a period begins, in UTC; the first one is cut off at the period's start."""
    if period.step == "hour":
        first = period.start.replace(minute=0, second=0, microsecond=0)
        more = [first + timedelta(hours=n) for n in range(1, 51)]
    else:
        first_day, days = period.start.astimezone(ZoneInfo(zone)).date(), 7 if period.step == "week" else 1
        n = (period.end - period.start).days // days + 2
        more = [day_begins(zone, first_day + timedelta(days=days * at)) for at in range(1, n + 1)]
    return [period.start, *(edge for edge in more if period.start < edge < period.end)]


def _changes(use_case: UseCase, store: Store, period: Period) -> tuple[Change, ...]:
    start, end = period.people
    champions = store.releases.champions(use_case.name)[::-1]
    if not any(start <= one.since < end for one in champions):
        return ()
    records, found, before = {record.number: record for record in store.releases.all(use_case.name)}, [], set()
    for one in champions:
        record = records.get(one.number)
        if start <= one.since < end and record is not None:
            known = set(records[record.parent].corrections) if record.parent in records else set()
            compared = ((record.figures.get("against") or {}).get("figures")) or {}
            against = {
                name: (compared[name]["old"], compared[name]["new"], compared[name]["verdict"])
                for name in ("recall", "precision")
                if name in compared
            }
            new = len(set(record.corrections) - known)
            found.append(Change(one.number, one.since, one.by, one.number in before, new, record.note, against))
        before.add(one.number)
    return tuple(found)


def _hours(flags: pd.DataFrame, end: str) -> np.ndarray:
    took = (flags[end] - flags["raised"]).dropna()
    return took.dt.total_seconds().to_numpy() / 3600

"""The shifts of a plant's day, as ``shifts`` and ``timezone`` of the use case say. Their lengths follow the zone: one night a year has an
hour less, another one more."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from data.usecase.use_case import UseCase


@dataclass(frozen=True, slots=True)
class Shift:
    """From ``start`` to before ``end``, both in UTC."""

    start: datetime
    end: datetime


def shift_at(use_case: UseCase, moment: datetime) -> Shift:
    """The shift in which ``moment`` (aware) lies."""
    day = moment.astimezone(ZoneInfo(use_case.timezone)).date()
    begins = [_utc(use_case, day + timedelta(days=more), clock) for more in (-1, 0, 1, 2) for clock in use_case.shifts]
    at = max(index for index, begin in enumerate(begins) if begin <= moment)
    return Shift(begins[at], begins[at + 1])


def shift_before(use_case: UseCase, shift: Shift) -> Shift:
    """The one that ended when ``shift`` began."""
    return shift_at(use_case, shift.start - timedelta(microseconds=1))


def day_begins(zone: str, day: date) -> datetime:
    """The first moment of a calendar day in ``zone``, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _utc(use_case: UseCase, day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(use_case.timezone)).astimezone(UTC)


def shift_starts(use_case: UseCase, times: pd.Series) -> pd.Series:
    """(n,) the clock time at which the shift of each moment began, in the plant's zone: ``22:00``."""
    local = pd.to_datetime(times, utc=True).dt.tz_convert(ZoneInfo(use_case.timezone))
    starts = [int(one[:2]) * 60 + int(one[3:]) for one in use_case.shifts]
    place = (np.searchsorted(starts, local.dt.hour * 60 + local.dt.minute, side="right") - 1) % len(starts)
    return pd.Series(np.asarray(use_case.shifts, dtype=object)[place], index=times.index)

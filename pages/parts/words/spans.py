"""How much time a screen shows: minutes of a line that reports each second, weeks of one that reports each hour."""

from dataclasses import dataclass
from datetime import timedelta

from data.usecase.use_case import UseCase
from pages.parts.words.language import number, plural, t

SHORT, USUAL, LONG = "short", "usual", "long"


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of time that can be chosen, and how often it is drawn anew."""

    length: timedelta
    every_s: float


def ranges(use_case: UseCase) -> dict[str, Range]:
    """What can be chosen, by its code."""
    if use_case.cadence_s <= 30:
        lengths = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=8))
    elif use_case.cadence_s <= 600:
        lengths = (timedelta(hours=4), timedelta(days=1), timedelta(days=7))
    else:
        lengths = (timedelta(days=1), timedelta(days=7), timedelta(days=60))
    return {code: Range(length, every) for code, length, every in zip((SHORT, USUAL, LONG), lengths, (2, 5, 30), strict=True)}


def lately(use_case: UseCase) -> timedelta:
    """What is drawn small beside a reason: an hour, or sixty readings of a slower line."""
    return timedelta(hours=1) if use_case.cadence_s <= 60 else timedelta(seconds=60 * use_case.cadence_s)


def length_text(length: timedelta) -> str:
    """``10 min``, ``8 h``, ``7 days``."""
    minutes = length.total_seconds() / 60
    if minutes < 60:
        return t("{n} min", n=f"{minutes:.0f}")
    if minutes < 2 * 24 * 60:
        return t("{n} h", n=f"{minutes / 60:.0f}")
    days = minutes / 60 / 24
    return plural("{n} day", "{n} days", round(days)) if round(days, 1) == round(days) else t("{n} days", n=number(days, 1))

"""A flood of advice: more new advice than a person can take in. The lane then tells areas instead of machines (ISA-18.2 calls it an alarm flood)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=10)
ENTER = 10  # more than so many began within the window: a flood begins
LEAVE = 5  # fewer than so many: it is over


def in_flood(starts: Iterable[datetime], at: datetime) -> bool:
    """Whether there is a flood at ``at``.

    Follows from the moments at which advice began, so that every screen says the same and nothing has to be kept. It begins when more than
    ``ENTER`` began within ``WINDOW`` and lasts until fewer than ``LEAVE`` did.

    Args:
        starts: when each piece of advice began, in any order: all of some hours, since what was before decides too.
    """
    began = sorted(start for start in starts if start <= at)
    changes = sorted([(start, 1) for start in began] + [(start + WINDOW, -1) for start in began if start + WINDOW <= at])
    n, flood = 0, False
    for _, change in changes:  # at one moment what is over goes first
        n += change
        flood = n >= LEAVE if flood else n > ENTER
    return flood

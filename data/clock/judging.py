"""Whether a computer's clock agrees with how late it was and what has passed since. Pure; microseconds since 1970 UTC throughout.

UTC knows no daylight saving: the clock on the wall that is put forward in spring is no jump here.
"""

from dataclasses import dataclass
from enum import StrEnum

from data.clock.computer import Computer

_HOUR_US = 3_600_000_000
JUMP_US = _HOUR_US
"""A clock that is further than this from what has passed is not believed."""
LONGEST_STOP_US = 5 * 24 * _HOUR_US
"""After the computer was off nobody can measure how long. So much is believed: a weekend with a holiday on either side. It costs nobody
anything in the morning, and is little against what is kept for months."""
LONGEST_BY_NETWORK_US = 60 * 24 * _HOUR_US
"""So far off network time is believed without a person: a summer's stop, and no server that is years wrong."""
_DRIFT = 100
"""The mark follows the clock by one part in so many of what has passed: many small jumps are no way around the large one."""


class Standing(StrEnum):
    """How the computer's clock stands to what has passed."""

    RIGHT = "right"
    AHEAD = "ahead"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class Mark:
    """It was so late (``at_us``) when the computer had been running for ``running_us`` since the start named ``boot``. ``exact``: nothing lies
    between that is not measured; otherwise it was *at least* so late."""

    at_us: int
    boot: str
    running_us: int
    exact: bool = True


@dataclass(frozen=True, slots=True)
class ClockState:
    """``now_us`` is the time to go by, ``wall_us`` what the computer says, ``reckoned_us`` the mark and what has passed since: what is deleted is
    decided by that one. ``why``: what a long step was believed for, or ``""``."""

    now_us: int
    wall_us: int
    reckoned_us: int
    standing: Standing = Standing.RIGHT
    why: str = ""

    @property
    def trusted(self) -> bool:
        """Whether the computer's clock counts."""
        return self.standing is Standing.RIGHT

    @property
    def off_us(self) -> int:
        """How far the computer's clock is ahead of what has passed."""
        return self.wall_us - self.reckoned_us


def judged(mark: Mark | None, computer: Computer) -> ClockState:
    """How the computer's clock stands to ``mark``; without one it is taken for right."""
    wall = computer.wall_us()
    if mark is None:
        return ClockState(wall, wall, wall)
    passed = _passed(mark, computer)
    reckoned = mark.at_us + (passed or 0)
    off, measured = wall - reckoned, mark.exact and passed is not None
    if abs(off) <= JUMP_US:
        return ClockState(wall, wall, reckoned)
    if not measured and 0 < off <= LONGEST_STOP_US:
        return ClockState(wall, wall, reckoned, why="stop")
    if abs(off) <= LONGEST_BY_NETWORK_US and computer.set_by_network():
        return ClockState(wall, wall, reckoned, why="network")
    return ClockState(reckoned, wall, reckoned, Standing.AHEAD if off > 0 else Standing.BEHIND)


def advanced(mark: Mark | None, computer: Computer) -> Mark:
    """The mark of this moment. It goes on with what has passed, and follows a clock that is believed; one that is not never moves it."""
    found, passed = judged(mark, computer), mark and _passed(mark, computer)
    here = computer.boot(), computer.running_us()
    if mark is None or found.why:
        return Mark(found.wall_us, *here)
    if not found.trusted:
        return mark if passed is not None else Mark(mark.at_us, *here, exact=False)
    if passed is None or not mark.exact:
        return Mark(max(found.wall_us, found.reckoned_us), *here)
    most = passed // _DRIFT
    return Mark(found.reckoned_us + min(max(found.off_us, -most), most), *here)


def _passed(mark: Mark, computer: Computer) -> int | None:
    """What has passed since the mark; ``None`` when the computer was off in between (or put back to an earlier state of itself)."""
    passed = computer.running_us() - mark.running_us
    return passed if mark.boot == computer.boot() and passed >= 0 else None

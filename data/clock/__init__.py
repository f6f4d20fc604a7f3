"""What time it is, and whether it may be trusted: the one place that reads the computer's clock. Everything else asks here.

A home remembers how late it was (``Mark``, in the store). The computer's clock counts as long as it agrees with that and with what has passed
since; one that jumped is not believed, and time goes on from the mark at its normal pace until the clock is right again or a person
says that it is. So nothing is deleted, runs out or is due by a clock that is wrong, and nothing is stamped with its time.

    python -m data.clock show | trust --as NAME
"""

from datetime import UTC, datetime, timedelta

from data.clock.computer import COMPUTER, Computer
from data.clock.judging import JUMP_US, LONGEST_STOP_US, ClockState, Mark, Standing, advanced, judged

__all__ = [
    "ASKEW_US", "COMPUTER", "JUMP_US", "LONGEST_STOP_US", "ClockState", "Computer", "Mark", "Standing", "advanced", "go_by", "judged",
    "latest_us", "now", "now_us", "seconds", "state",
]  # fmt: skip

ASKEW_US = 60_000_000
"""What is stamped with a later moment than this from now was written by a wrong clock: no reading comes, and no clock is corrected, by more."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Kept:
    """What this process knows: the mark of the home that it has open (``None``: none yet), and where it reads the time."""

    computer: Computer = COMPUTER
    mark: Mark | None = None


def go_by(mark: Mark | None, computer: Computer | None = None) -> None:
    """From now on the time of this process is judged by ``mark``: told by the store when it is opened and whenever it moves its mark on.
    ``computer``: another one than that under our feet."""
    _Kept.mark = mark
    if computer is not None:
        _Kept.computer = computer


def computer() -> Computer:
    """Where this process reads the time."""
    return _Kept.computer


def state() -> ClockState:
    """What time it is, what the computer says, and how the two stand."""
    return judged(_Kept.mark, _Kept.computer)


def now_us() -> int:
    """This moment, microseconds since 1970 UTC."""
    return state().now_us


def now() -> datetime:
    """This moment, in UTC."""
    return _EPOCH + timedelta(microseconds=now_us())


def seconds() -> float:
    """This moment, seconds since 1970."""
    return now_us() / 1e6


def latest_us() -> int:
    """No later than this can it be: what is stamped later is stamped wrong, whichever clock is right."""
    found = state()
    return max(found.now_us, found.wall_us)

"""Times between records (aware, UTC) and the file (int64 microseconds since 1970)."""

from datetime import UTC, datetime, timedelta
from typing import overload

from data.clock import now_us

__all__ = ["around", "from_us", "now_us", "to_us"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_us(time: datetime) -> int:
    """Microseconds since 1970, without going through a float."""
    return (time - _EPOCH) // timedelta(microseconds=1)


@overload
def from_us(us: int) -> datetime: ...
@overload
def from_us(us: None) -> None: ...
@overload
def from_us(us: int | None) -> datetime | None: ...
def from_us(us: int | None) -> datetime | None:
    """The time, in UTC; ``None`` stays ``None``."""
    return None if us is None else _EPOCH + timedelta(microseconds=us)


def around(seconds: float) -> tuple[int, int]:
    """From so many seconds before this moment to as many after it. What a sign of life is later than that, a wrong clock has given it."""
    now, most = now_us(), int(seconds * 1e6)
    return now - most, now + most

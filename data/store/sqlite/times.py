"""Times between records (aware, UTC) and the file (int64 microseconds since 1970)."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_us(time: datetime) -> int:
    """Microseconds since 1970, without going through a float."""
    return (time - _EPOCH) // timedelta(microseconds=1)


def from_us(us: int | None) -> datetime | None:
    """The time, in UTC; ``None`` stays ``None``."""
    return None if us is None else _EPOCH + timedelta(microseconds=us)


def now_us() -> int:
    """This moment."""
    return to_us(datetime.now(UTC))

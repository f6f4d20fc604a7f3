"""When a shift ends: the plant's own clock, three shifts a day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

BEGIN_H = (6, 14, 22)
"""The hours of the plant's day at which one shift hands over to the next."""


def shift_end(at: datetime, zone: str) -> datetime:
    """When the shift that runs at ``at`` ends, in UTC. Where clocks are changed in the night it is an hour longer or shorter."""
    local = at.astimezone(ZoneInfo(zone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    ends = [midnight.replace(hour=hour) for hour in BEGIN_H] + [(midnight + timedelta(days=1)).replace(hour=BEGIN_H[0])]
    return next(end.astimezone(UTC) for end in ends if end.astimezone(UTC) > at)

"""What people say of rows on which every release is judged."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HeldAnswer:
    """What one person says that a held-out row of the history was. ``was``: what the history says, which is kept beside it for good."""

    use_case: str
    asset: str
    time: datetime
    was: float
    outcome: float
    cause: str | None
    person: str
    at: datetime | None = None

"""What every store can do with the handover from one shift to the next."""

from datetime import datetime
from typing import Protocol

from data.records import Handover


class Handovers(Protocol):
    """One handover for each use case and beginning of a shift: drafted, signed by who goes, signed by who comes."""

    def get(self, use_case: str, start: datetime) -> Handover | None: ...

    def keep(self, use_case: str, start: datetime, end: datetime, person: str, remarks: str) -> Handover:
        """Keep the remarks of a draft, in place of those it had. Raises Conflict once it is signed."""

    def sign_out(self, handover: Handover, person: str) -> Handover:
        """The outgoing person signs: remarks, facts and text are kept as given. Raises Conflict when it is signed already."""

    def take_back(self, use_case: str, start: datetime, person: str) -> Handover:
        """Undo one's own signature while nobody has taken over; it is a draft again. Raises Conflict otherwise, NotFound."""

    def sign_in(self, use_case: str, start: datetime, person: str, reply: str = "") -> Handover:
        """The incoming person signs what the outgoing one signed: now it is frozen. Raises Conflict for the same person, when it was
        not signed yet or is frozen already, NotFound."""

    def past(self, use_case: str, before: datetime | None = None, limit: int = 20) -> list[Handover]:
        """Signed ones, newest shift first; ``before``: only shifts that began earlier, for the next page."""

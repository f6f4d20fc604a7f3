"""What every store can do with the handover from one shift to the next."""

from datetime import datetime
from typing import Protocol

from data.records import Handover


class Handovers(Protocol):
    """One handover for each use case and beginning of a shift: drafted, signed by who goes, signed by who comes."""

    def get(self, use_case: str, start: datetime) -> Handover | None: ...

    def keep(self, use_case: str, start: datetime, end: datetime, person: str, remarks: str, version: int) -> Handover:
        """Keep the remarks of a draft, in place of those of ``version`` (0: nothing was kept so far). The same words again change nothing. Raises Stale,
        with both texts, when others were kept meanwhile, Conflict once it is signed."""
        ...

    def sign_out(self, handover: Handover, person: str) -> Handover:
        """The outgoing person signs what was on their screen: facts and text as given, and the remarks, which must be those kept. Raises Stale when
        others were kept meanwhile, Conflict when it is signed already."""
        ...

    def take_back(self, use_case: str, start: datetime, person: str) -> Handover:
        """Undo one's own signature while nobody has taken over; it is a draft again. Raises Conflict otherwise, NotFound."""
        ...

    def sign_in(self, handover: Handover, person: str, reply: str = "") -> Handover:
        """The incoming person signs what they have read, the ``handover`` that the outgoing one signed: now it is frozen. Raises Conflict for the same
        person, when it was not signed yet, was signed anew since, or is frozen already, NotFound."""
        ...

    def past(self, use_case: str, before: datetime | None = None, limit: int = 20) -> list[Handover]:
        """Signed ones, newest shift first; ``before``: only shifts that began earlier, for the next page."""
        ...

"""What one shift hands over to the next: a drafted summary, remarks, and the two people who signed it."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Handover:
    """The handover of one shift of a use case, from ``start`` to before ``end``.

    A draft holds ``remarks`` only. ``outgoing`` signs what is then kept: ``facts`` (plain JSON, what was found) and ``told`` (the document
    as it was shown, plain JSON of ``models.document``, in ``language``). ``incoming``, another person, signs that same text and may add
    ``reply``; from then on it never changes.
    """

    use_case: str
    start: datetime
    end: datetime
    remarks: str = ""
    facts: dict = field(default_factory=dict)
    told: dict = field(default_factory=dict)
    language: str = ""
    outgoing: str | None = None
    signed: datetime | None = None
    incoming: str | None = None
    accepted: datetime | None = None
    reply: str = ""

    @property
    def frozen(self) -> bool:
        """Whether both have signed."""
        return self.accepted is not None

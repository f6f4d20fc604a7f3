"""What one shift hands over to the next: a drafted summary, remarks, and the two people who signed it; and what somebody has begun to write."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Handover:
    """The handover of one shift of a use case, from ``start`` to before ``end``.

    A draft holds ``remarks`` only, and which ``version`` of them it is (0: nothing was ever kept), by whom and when it was ``edited``. ``outgoing`` signs what is then kept: ``facts`` (plain JSON, what was found) and ``told`` (the document
    as it was shown, plain JSON of ``models.documents.document``, in ``language``). ``incoming``, another person, signs that same text and may add
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
    version: int = 0
    edited_by: str | None = None
    edited: datetime | None = None

    @property
    def frozen(self) -> bool:
        """Whether both have signed."""
        return self.accepted is not None


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody has begun to write in one place (``what``) of a use case and has not sent. ``base``: the version that it rests on."""

    person: str
    use_case: str
    what: str
    text: str
    base: int
    at: datetime

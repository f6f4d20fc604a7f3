"""What every store can do with what somebody has begun to write and has not sent."""

from typing import Protocol

from data.records import Draft


class Drafts(Protocol):
    """One's own words for one place of a use case (``remarks/…``, ``answer/12``, ``note/12``), until they are sent or thrown away. Nobody else's
    screen shows them."""

    def get(self, person: str, use_case: str, what: str) -> Draft | None: ...

    def keep(self, person: str, use_case: str, what: str, text: str, base: int = 0) -> None:
        """Keep ``text`` in place of what they had begun there; nothing but spaces is none. ``base``: the version that it rests on. Of the many that
        one person may leave behind the oldest go first."""
        ...

    def drop(self, person: str, use_case: str, what: str) -> None:
        """It was sent, or thrown away; none is none already."""
        ...

"""What every store can do with what people say of held-out rows of the history."""

from collections.abc import Sequence
from typing import Protocol

from data.records import HeldAnswer


class HeldAnswers(Protocol):
    """Second looks at rows on which releases are judged. What a person has said of a row stays; it counts once two people say the same."""

    def say(self, answers: Sequence[HeldAnswer]) -> None:
        """Keep what one person says of some rows, all or none. Raises Conflict where they have spoken of one of them before, NotFound for an outcome
        or a cause that the use case does not have."""
        ...

    def all(self, use_case: str) -> list[HeldAnswer]:
        """Everything that was said, oldest first."""
        ...

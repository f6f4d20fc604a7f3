"""What every store can do with what people type in of an inspection or a laboratory."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from data.records import Case, Finding

Rule = Callable[[Sequence[Finding]], Mapping[int, str]]
"""Which of all the findings of a use case are held back, and why: id -> the reason."""


class Findings(Protocol):
    """Outcomes that people typed in, one moment each. What a rule holds back is no truth: no training, no judging and no figure has it."""

    def enter(self, case: Case, person: str, outcome: float, cause: str | None, rule: Rule) -> Finding:
        """Keep what a person found of a case's moment, and bring the case back if it waits. Raises Conflict when something was said of the case
        since it was read, as ``case`` has it, and to who has entered something of that moment before; NotFound when the reading is gone, and for an
        outcome or a cause that the use case does not have."""
        ...

    def all(self, use_case: str) -> list[Finding]:
        """Everything that was typed in, oldest first."""
        ...

    def confirm(self, finding: int, person: str, rule: Rule) -> None:
        """A second person stands behind it. Raises Conflict when it is the one who flagged or entered it, and when somebody does already."""
        ...

    def weigh(self, use_case: str, rule: Rule) -> list[Finding]:
        """Hold back what the rule says now, make truth of the rest, and give all of it. In one transaction, of what is there in that moment."""
        ...

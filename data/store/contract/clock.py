"""What every store can do with the time: remember how late it was, so that a clock which jumps is known."""

from typing import Protocol

from data.clock import ClockState


class Clock(Protocol):
    """The mark of a home. It is moved on by writing, at most once a second, in the writer's own transaction."""

    def state(self) -> ClockState:
        """What time it is and whether the computer's clock counts, by the mark as it stands now: another process may have moved it."""
        ...

    def trust(self, person: str, reason: str = "") -> ClockState:
        """Somebody has looked: the computer's clock is right. It is the mark from now on; the audit trail says by how much it differed."""
        ...

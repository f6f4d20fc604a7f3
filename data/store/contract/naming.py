"""What a store is told when a use case gets another name."""

from collections.abc import Callable
from typing import Protocol


class Naming(Protocol):
    """Everything that is recorded of a use case, under another name."""

    def rename(self, old: str, new: str, by: str, key: str, stale_s: float, moved: Callable[[], None]) -> dict[str, int]:
        """Put every record of ``old`` under ``new`` and note it in the audit trail, in one transaction.

        Args:
            key: names this very change, for :meth:`renamed`.
            stale_s: how old the last sign of a worker may be for it to count as alive.
            moved: moves what lies beside the store; called when everything is written and before any of it counts. What it raises undoes all.

        Returns:
            how many records of each kind bear the new name.

        Raises:
            Conflict: a worker or a training of ``old`` is at work, or there are records under ``new`` already.
        """
        ...

    def renamed(self, key: str) -> bool:
        """Whether the change ``key`` counts; waits for one that is under way in another process."""
        ...

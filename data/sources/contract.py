"""What every source of readings can do: a live line, a file that is replayed, later a broker or a server."""

from typing import Protocol

from data.errors import PullcordError
from data.readings.batch import RawBatch


class SourceError(PullcordError):
    """A source cannot deliver; the message names it (file, row, address) and what to do."""


class Source(Protocol):
    """Delivers raw readings in the order of their positions, again and again until they are acknowledged.

    A source is made with the :class:`data.store.contract.SourcePosition` that the store holds for it and goes on after
    ``last``: what was recorded is not delivered again, what was delivered but not recorded is.
    """

    name: str

    def poll(self, limit: int) -> RawBatch:
        """At most ``limit`` readings that are there now (perhaps none; never waits)."""
        ...

    def acknowledge(self, position: int) -> None:
        """Everything up to ``position`` is recorded for good: the source may forget it."""
        ...

    def exhausted(self) -> bool:
        """Whether nothing will ever come again (the end of a file)."""
        ...

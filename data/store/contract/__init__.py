"""What every store can do, by subject. Written free of SQL, so that a second store can join and pass the same suite.

Every write is one transaction, durable when the call returns, and appends its audit entries in that same transaction.
Every method may be called from any thread and any process.
"""

from typing import Protocol

from data.store.contract.attention import Attention
from data.store.contract.errors import Conflict, NotFound, StoreError
from data.store.contract.feedback import Feedback
from data.store.contract.handovers import Handovers
from data.store.contract.naming import Naming
from data.store.contract.readings import Readings, Recorded, SourcePosition
from data.store.contract.work import Audit, Jobs, People, Releases, Shadows, Workers

__all__ = [
    "Attention",
    "Audit",
    "Conflict",
    "Feedback",
    "Handovers",
    "Jobs",
    "Naming",
    "NotFound",
    "People",
    "Readings",
    "Recorded",
    "Releases",
    "Shadows",
    "SourcePosition",
    "Store",
    "StoreError",
    "Workers",
]


class Store(Protocol):
    """The whole record, by subject."""

    readings: Readings
    feedback: Feedback
    attention: Attention
    handovers: Handovers
    releases: Releases
    shadows: Shadows
    jobs: Jobs
    people: People
    workers: Workers
    audit: Audit
    naming: Naming

    def check(self) -> str:
        """The store's own integrity check: ``ok`` or what is wrong."""

    def close(self) -> None: ...

"""What every store can do, by subject. Written free of SQL, so that a second store can join and pass the same suite.

Every write is one transaction, durable when the call returns, and appends its audit entries in that same transaction.
Every method may be called from any thread and any process.
"""

from typing import Protocol

from data.store.contract.attention import Attention
from data.store.contract.clock import Clock
from data.store.contract.drafts import Drafts
from data.store.contract.errors import Conflict, NotFound, Stale, StoreError, TooMuch
from data.store.contract.feedback import Feedback
from data.store.contract.findings import Findings, Rule
from data.store.contract.handovers import Handovers
from data.store.contract.held_answers import HeldAnswers
from data.store.contract.naming import Naming
from data.store.contract.readings import Content, Readings, Recorded, Replayed, SourcePosition
from data.store.contract.work import Audit, Jobs, People, Releases, Shadows, Workers

__all__ = [
    "Attention",
    "Audit",
    "Clock",
    "Conflict",
    "Content",
    "Drafts",
    "Feedback",
    "Findings",
    "Handovers",
    "HeldAnswers",
    "Jobs",
    "Naming",
    "NotFound",
    "People",
    "Readings",
    "Recorded",
    "Releases",
    "Replayed",
    "Rule",
    "Shadows",
    "SourcePosition",
    "Stale",
    "Store",
    "StoreError",
    "TooMuch",
    "Workers",
]


class Store(Protocol):
    """The whole record, by subject."""

    @property
    def clock(self) -> Clock: ...
    @property
    def readings(self) -> Readings: ...
    @property
    def feedback(self) -> Feedback: ...
    @property
    def findings(self) -> Findings: ...
    @property
    def attention(self) -> Attention: ...
    @property
    def handovers(self) -> Handovers: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def held_answers(self) -> HeldAnswers: ...
    @property
    def releases(self) -> Releases: ...
    @property
    def shadows(self) -> Shadows: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def people(self) -> People: ...
    @property
    def workers(self) -> Workers: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def naming(self) -> Naming: ...

    def check(self) -> str:
        """The store's own integrity check: ``ok`` or what is wrong."""
        ...

    def examine(self) -> None:
        """Look whether all that is recorded can be read; takes seconds for millions of readings and holds nobody up.

        Raises:
            StoreError: it is damaged; with what was found and the way back.
        """
        ...

    def changes(self) -> int:
        """A number that is another one after anything was recorded, by whichever process. What was read under the same number holds still."""
        ...

    def close(self) -> None: ...

"""What every store can do with releases, jobs, people, workers and the audit trail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import pandas as pd

from data.records import Answer, AuditEntry, Champion, Heartbeat, Job, Person, ReleaseRecord, Shadow, ShadowCounts, Switch


class Releases(Protocol):
    """Releases and the alias that says which one the worker follows."""

    def reserve_number(self, use_case: str) -> int:
        """A number for a release that is about to be written. No other caller is ever given it; when it is not used it is left out."""
        ...

    def add(self, release: ReleaseRecord, answers: Sequence[Answer] = ()) -> ReleaseRecord: ...

    def all(self, use_case: str) -> list[ReleaseRecord]:
        """Newest first."""
        ...

    def get(self, use_case: str, number: int) -> ReleaseRecord: ...

    def champion(self, use_case: str) -> Champion | None: ...

    def set_champion(
        self,
        use_case: str,
        number: int,
        person: str,
        reason: str,
        action: str = "release",
        seen: int | None = None,
        only_first: bool = False,
    ) -> Champion:
        """One row. ``action`` is ``release`` or ``roll_back``: the word in the audit trail. ``only_first``: not where there is one already,
        which is then what is given. Raises Conflict when the champion is not the one that was ``seen``, where that is said (0: there was none)."""
        ...

    def champions(self, use_case: str) -> list[Champion]:
        """Every champion there has been, newest first."""
        ...

    def approve(self, use_case: str, number: int, person: str, reason: str) -> None:
        """Somebody stands behind a release before it goes live. Twice is once. Raises NotFound."""
        ...

    def approvals(self, use_case: str, number: int) -> list[str]:
        """Who has approved a release, the first one first."""
        ...

    def switch(self, use_case: str) -> Switch | None:
        """Whether the AI advises; ``None`` when nobody has ever switched it: it does."""
        ...

    def switches(self, use_case: str) -> list[Switch]:
        """Every time that it was switched, newest first."""
        ...

    def set_switch(self, use_case: str, on: bool, person: str, reason: str, seen: Switch | None = None) -> Switch:
        """Switch the AI's advice on or off. Raises Conflict when it is so already, or was switched since it was ``seen``."""
        ...

    def answer(self, use_case: str, release: int, reading: int) -> Answer | None: ...


class Shadows(Protocol):
    """A challenger that predicts silently beside the champion. What it says comes with each delivery (``Scored.shadow``)."""

    def now(self, use_case: str) -> Shadow | None:
        """The one that runs, if any."""
        ...

    def start(self, use_case: str, number: int, person: str, reason: str, seen: int | None = None) -> Shadow:
        """Let a release run in the shadow, in place of another one. Raises Conflict for the champion, when another one runs than was ``seen``
        (where that is said; 0: none ran), NotFound."""
        ...

    def end(self, use_case: str, person: str, reason: str, seen: int | None = None) -> None:
        """No shadow from now on; none is none already. Raises Conflict when another one runs than was ``seen``."""
        ...

    def counts(self, use_case: str, number: int) -> ShadowCounts: ...

    def cases(self, use_case: str, number: int, limit: int = 200) -> pd.DataFrame:
        """Readings that the two told differently (another advice, or risks more than 0.1 apart), one a machine and minute, newest first: id,
        asset, time, score (the champion's), shadow, outcome (NaN while it is not known). None of what the champion did not know."""
        ...


class Jobs(Protocol):
    """Long work, claimed with a lease by one worker at a time."""

    def submit(self, kind: str, use_case: str, params: dict, person: str) -> Job:
        """Queue a job. Raises Conflict when one of that kind and use case is queued or running."""
        ...

    def take(self, owner: str, lease_s: float) -> Job | None:
        """Claim the oldest queued job, or a running one whose lease ran out (its ``attempts`` then grow), or ends later than any
        lease that is given now: a wrong clock gave it."""
        ...

    def progress(self, job: int, owner: str, fraction: float, message: str, lease_s: float) -> bool:
        """Note progress and renew the lease. False when the job was cancelled or taken over: stop working on it."""
        ...

    def finish(self, job: int, owner: str, state: str, message: str, result: dict) -> None: ...

    def cancel(self, job: int, person: str) -> Job: ...

    def get(self, job: int) -> Job: ...

    def recent(self, use_case: str, limit: int = 20) -> list[Job]: ...

    def log(self, job: int) -> list[tuple[datetime, float, str]]:
        """Every progress message of a job: when, fraction, text."""
        ...


class People(Protocol):
    def all(self) -> list[Person]: ...

    def get(self, person: str) -> Person | None: ...

    def seen(self, person: str, what: str) -> datetime | None:
        """When somebody last looked at ``what`` (a page, or an answer), on whatever screen."""
        ...

    def mark_seen(self, person: str, what: str) -> None: ...

    def save(self, person: Person, by: str) -> None:
        """Add or change somebody. ``since`` is set once, when the account is made."""
        ...


class Workers(Protocol):
    """Heartbeats: whether the live loop lives. One worker a source at a time."""

    def beat(self, heartbeat: Heartbeat) -> None: ...

    def all(self) -> list[Heartbeat]:
        """The newest of each worker, newest first. Left out: what lies in the future, since a wrong clock has written it."""
        ...

    def register(self, heartbeat: Heartbeat, stale_s: float) -> None:
        """Take a source for this worker. Raises Conflict when another worker beat for it within ``stale_s`` (a beat in the
        future is none)."""
        ...

    def gone(self, worker: str) -> None:
        """A worker stopped cleanly: its source is free at once, and its last heartbeat is kept with ``pid`` 0."""
        ...


class Audit(Protocol):
    """The append-only trail. Subjects are written ``kind:id``, e.g. ``flag:12``, ``case:3``, ``release:milling/2``."""

    def trail(self, subject: str) -> list[AuditEntry]:
        """Every entry of a subject, oldest first."""
        ...

    def newest(self, use_case: str | None = None, limit: int = 200) -> list[AuditEntry]: ...

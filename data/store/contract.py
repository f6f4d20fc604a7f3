"""What every store can do, by subject. Written free of SQL, so that a second store can join and pass the same suite.

Every write is one transaction, durable when the call returns, and appends its audit entries in that same transaction.
Every method may be called from any thread and any process.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
import pandas as pd

from data.batch import Rejects, Scored, TruthReports
from data.records import (
    Answer,
    AssetState,
    AuditEntry,
    Case,
    CaseState,
    Champion,
    Correction,
    Fate,
    Flag,
    Heartbeat,
    Job,
    Person,
    Prediction,
    Rejected,
    ReleaseRecord,
    Switch,
    Truth,
    Verdict,
)
from data.usecase import UseCase


class StoreError(Exception):
    """The store cannot be used; the message names the file and what to do."""


class NotFound(StoreError, LookupError):
    """No record of that id; the message says which was asked for."""


class Conflict(StoreError):
    """Somebody else was first (a claimed case, a decided case, a running job); the message says who and since when."""


@dataclass(frozen=True, slots=True)
class SourcePosition:
    """How far a source has been recorded. ``start_us`` is what the source took as its time zero; ``last`` is -1 at first."""

    source: str
    start_us: int
    last: int = -1
    finished: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one ``record`` call wrote (rows delivered again after a crash are in neither count)."""

    readings: int
    quarantined: int
    truths: int


class Readings(Protocol):
    """Readings with their predictions, truth, quarantine. One table a use case, signals as typed columns."""

    def prepare(self, use_case: UseCase) -> None:
        """Make room for a use case (idempotent). Columns that are new to its YAML are added, none is ever dropped."""

    def record(
        self, scored: Scored | None, rejects: Rejects | None, truth: TruthReports | None, *, use_case: str, source: str, last: int
    ) -> Recorded:
        """Record a delivery in ONE transaction: readings + predictions, quarantine, truth, newest states, trend, and the
        source's position (``last``). Rows at positions that this source had recorded before are left out; ``None`` parts are
        empty. Reading ids grow with the order of recording, and none is ever given twice. A reading older than its asset's
        newest is kept, but changes neither the newest state nor the spells of advice. Raises Conflict when a reading is there
        already under another source, ValueError for a number that is not finite; then nothing is written."""

    def position(self, source: str) -> SourcePosition | None: ...

    def start_source(self, source: str, start_us: int) -> SourcePosition:
        """Register a source at its time zero, or return what is registered if it has not finished (else it begins anew)."""

    def finish_source(self, source: str) -> None: ...

    def last_seen(self, use_case: str) -> dict[str, tuple[int, int]]:
        """For each asset the (time_us, sequence) of its newest reading: what the checks and a restart go on from."""

    def version(self, use_case: str) -> int:
        """A number that grows with every record: screens compare it before they fetch anything."""

    def board(self, use_case: str) -> list[AssetState]:
        """The newest state of every asset that has ever reported."""

    def trend(self, use_case: str, since: datetime) -> pd.DataFrame:
        """The highest risk of each asset in each minute: columns asset, minute (UTC datetime64), risk, rows."""

    def history(self, use_case: str, asset: str, start: datetime, end: datetime, limit: int = 20_000) -> pd.DataFrame:
        """Readings of one asset in plant time order: id, time (UTC datetime64), sequence, every signal (categories as text),
        release, score, state (text). The newest ``limit`` of the interval."""

    def prediction(self, use_case: str, reading: int) -> Prediction:
        """One reading with its prediction. Raises NotFound."""

    def beside(self, use_case: str, reading: int) -> tuple[int | None, int | None]:
        """The ids of the same asset's reading before and after this one in plant time."""

    def recent_advice(self, use_case: str, since: datetime, limit: int = 200) -> pd.DataFrame:
        """Episodes of a state other than normal that began since or still last, newest first: asset, start, end (or NaT while
        it lasts), state (the highest), reading (id of its highest score), score."""

    def contributions(self, use_case: str, release: int, limit: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
        """The newest ``limit`` readings that ``release`` predicted, newest first: signal values (categories as text; with id,
        asset, time), contributions (n, features + 1, base last) and scores."""

    def contributions_drawn(
        self, use_case: str, release: int, limit: int, seed: int = 0
    ) -> tuple[pd.DataFrame, np.ndarray, np.ndarray, int]:
        """As ``contributions``, but a random draw from all that ``release`` predicted, and last how many those are (about: what
        was deleted since counts). A larger draw with the same seed holds the smaller one, as long as nothing is recorded."""

    def truth_at(self, use_case: str, asset: str, start: datetime, end: datetime) -> list[Truth]:
        """Confirmed outcomes that overlap the interval, in time order."""

    def labelled(self, use_case: str, limit: int) -> pd.DataFrame:
        """Recorded readings whose truth has arrived: id, asset, time, signals, outcome, cause. One reading for each interval
        (the last of its first half), because readings of one product share the label and nearly their values. When there are
        more than ``limit``, every one with a nonzero outcome and the newest others. Intervals with a corrected reading in
        them are left out: the correction stands in their place. So are those with a reading that was found to be bad data."""

    def performance(self, use_case: str, since: datetime, threshold: float) -> dict:
        """Counted over the reports that have arrived since: {"confirmed", "caught", "missed", "false_alarms", "right"}. What
        arrived of an asset at one moment is one report (one product, in however many intervals); it was advised when its
        highest score reached ``threshold``, and caught when that was so where it failed."""

    def quarantined(self, use_case: str, limit: int = 200) -> list[Rejected]: ...

    def counts(self, use_case: str) -> dict[str, int]:
        """{"readings", "quarantined", "truths", "flags", "cases_open"}"""

    def prune(self, use_case: str, before: datetime) -> int:
        """Delete readings older than ``before`` in short transactions, with their minutes of the trend and what was refused
        before then. Kept: readings ever flagged (also withdrawn or agreed to) and each asset's newest. Returns how many
        readings went."""


class Feedback(Protocol):
    """Flags of operators and the cases that they open."""

    def raise_flag(self, flag: Flag, priority: float) -> Flag:
        """Record a flag; wrong and unclear join or open the reading's case (a decided one is reopened), agree opens none.
        A second flag of the same person on the same reading replaces the first, which is kept as withdrawn. Raises NotFound
        when there is no such reading, Conflict when it is of another asset or release."""

    def withdraw_flag(self, flag: int, person: str) -> Flag:
        """Undo; twice is once. A case with no flag left is withdrawn, unless it was ever decided: then it is decided again.
        Raises Conflict when it is not theirs."""

    def comment(self, flag: int, person: str, text: str, reasons: dict | None = None) -> Flag:
        """Add words to one's own flag, in place of those it had, and what it says of the reasons themselves: ``reasons``
        (``{"should_not_matter": [group, …], "missing": text}``) takes the place of ``feedback`` in the snapshot; the rest of
        the snapshot stays as it was shown. Raises Conflict when it is not theirs."""

    def flag(self, flag: int) -> Flag: ...

    def flags_on(self, use_case: str, reading: int) -> list[Flag]: ...

    def fates(self, person: str, limit: int = 100) -> list[Fate]:
        """What became of each flag (agreements left out) of a person, newest first. ``release`` is the first champion
        that learned from its correction (``released``: since when), or, while none is champion, the first release that did;
        ``before`` is the flagged score, ``after`` that release's answer for the same reading."""

    def queue(
        self, use_case: str | None = None, states: Sequence[CaseState] = (CaseState.OPEN, CaseState.CLAIMED), limit: int = 100
    ) -> list[Case]:
        """Cases by falling priority, the older first among equals."""

    def case(self, case: int) -> Case: ...

    def case_flags(self, case: int) -> list[Flag]: ...

    def claim(self, case: int, person: str, minutes: int = 30) -> Case:
        """Take a case for review. A lease that ran out may be taken over. Raises Conflict, naming who has it."""

    def unclaim(self, case: int, person: str) -> Case: ...

    def decide(self, verdict: Verdict) -> tuple[Verdict, Correction | None]:
        """Record a verdict; MODEL_WRONG makes a correction. Any verdict ends an earlier correction of that case. Raises
        Conflict without the claim (a decided case may be claimed again), ValueError for MODEL_WRONG without an outcome."""

    def verdicts(self, case: int) -> list[Verdict]: ...

    def corrections(self, use_case: str) -> list[Correction]:
        """Corrections in force, oldest first."""

    def excluded(self, use_case: str) -> list[int]:
        """Readings that were found to be bad data (by the verdict in force), oldest case first: what they and their product say is
        left out of ``Readings.labelled``, and so of training."""

    def flag_counts(self, use_case: str, since: datetime) -> dict[str, int]:
        """{"agree", "wrong", "unclear", "decided", "corrections"} since then, withdrawn ones left out."""

    def times_to_fix(self, use_case: str, since: datetime) -> list[float]:
        """For each flag since then that reached a released model: hours from the flag to that release."""


class Releases(Protocol):
    """Releases and the alias that says which one the worker follows."""

    def next_number(self, use_case: str) -> int: ...

    def add(self, release: ReleaseRecord, answers: Sequence[Answer] = ()) -> ReleaseRecord: ...

    def all(self, use_case: str) -> list[ReleaseRecord]:
        """Newest first."""

    def get(self, use_case: str, number: int) -> ReleaseRecord: ...

    def champion(self, use_case: str) -> Champion | None: ...

    def set_champion(self, use_case: str, number: int, person: str, reason: str, action: str = "release") -> Champion:
        """One row. ``action`` is ``release`` or ``roll_back``: the word in the audit trail."""

    def champions(self, use_case: str) -> list[Champion]:
        """Every champion there has been, newest first."""

    def switch(self, use_case: str) -> Switch | None:
        """Whether the AI advises; ``None`` when nobody has ever switched it: it does."""

    def set_switch(self, use_case: str, on: bool, person: str, reason: str) -> Switch:
        """Switch the AI's advice on or off. Raises Conflict when it is so already."""

    def answer(self, use_case: str, release: int, reading: int) -> Answer | None: ...


class Jobs(Protocol):
    """Long work, claimed with a lease by one worker at a time."""

    def submit(self, kind: str, use_case: str, params: dict, person: str) -> Job:
        """Queue a job. Raises Conflict when one of that kind and use case is queued or running."""

    def take(self, owner: str, lease_s: float) -> Job | None:
        """Claim the oldest queued job, or a running one whose lease ran out (its ``attempts`` then grow)."""

    def progress(self, job: int, owner: str, fraction: float, message: str, lease_s: float) -> bool:
        """Note progress and renew the lease. False when the job was cancelled or taken over: stop working on it."""

    def finish(self, job: int, owner: str, state: str, message: str, result: dict) -> None: ...

    def cancel(self, job: int, person: str) -> Job: ...

    def get(self, job: int) -> Job: ...

    def recent(self, use_case: str, limit: int = 20) -> list[Job]: ...

    def log(self, job: int) -> list[tuple[datetime, float, str]]:
        """Every progress message of a job: when, fraction, text."""


class People(Protocol):
    def all(self) -> list[Person]: ...

    def get(self, person: str) -> Person | None: ...

    def save(self, person: Person, by: str) -> None: ...


class Workers(Protocol):
    """Heartbeats: whether the live loop lives. One worker a source at a time."""

    def beat(self, heartbeat: Heartbeat) -> None: ...

    def all(self) -> list[Heartbeat]: ...

    def register(self, heartbeat: Heartbeat, stale_s: float) -> None:
        """Take a source for this worker. Raises Conflict when another worker beat for it within ``stale_s``."""

    def gone(self, worker: str) -> None:
        """A worker stopped cleanly: its source is free at once, and its last heartbeat is kept with ``pid`` 0."""


class Audit(Protocol):
    """The append-only trail. Subjects are written ``kind:id``, e.g. ``flag:12``, ``case:3``, ``release:milling/2``."""

    def trail(self, subject: str) -> list[AuditEntry]:
        """Every entry of a subject, oldest first."""

    def newest(self, use_case: str | None = None, limit: int = 200) -> list[AuditEntry]: ...


class Store(Protocol):
    """The whole record, by subject."""

    readings: Readings
    feedback: Feedback
    releases: Releases
    jobs: Jobs
    people: People
    workers: Workers
    audit: Audit

    def check(self) -> str:
        """The store's own integrity check: ``ok`` or what is wrong."""

    def close(self) -> None: ...

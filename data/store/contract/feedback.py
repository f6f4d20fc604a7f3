"""What every store can do with flags, cases, verdicts and what follows from them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import pandas as pd

from data.attachments import Attachment
from data.records import TO_DO, Case, CaseMessage, CaseState, Correction, Doubt, Exclusion, Fate, Flag, Standing, Verdict


class Feedback(Protocol):
    """Flags of operators and the cases that they open."""

    def raise_flag(self, flag: Flag, priority: float, due: datetime | None = None, reviewers: int = 1) -> Flag:
        """Record a flag; wrong and unclear join or open the reading's case (a decided one is reopened), agree opens none.
        ``due``: until when the case should be answered; ``reviewers``: how many independent verdicts it takes (1 or 2).
        A second flag of the same person on the same reading replaces the first, which is kept as withdrawn. Raises NotFound
        when there is no such reading, Conflict when it is of another asset or release."""
        ...

    def withdraw_flag(self, flag: int, person: str) -> Flag:
        """Undo; twice is once. A case with no flag left is withdrawn, unless it was ever decided: then it is decided again.
        Raises Conflict when it is not theirs."""
        ...

    def comment(self, flag: int, person: str, text: str, reasons: dict | None = None, seen: Flag | None = None) -> Flag:
        """Add words to one's own flag, in place of those it had, and what it says of the reasons themselves: ``reasons``
        (``{"should_not_matter": [group, …], "missing": text}``) takes the place of ``feedback`` in the snapshot; the rest of
        the snapshot stays as it was shown. Raises Conflict when it is not theirs, Stale when they have written otherwise since ``seen``."""
        ...

    def flag(self, flag: int) -> Flag: ...

    def flags_on(self, use_case: str, reading: int) -> list[Flag]: ...

    def fates(
        self,
        person: str,
        limit: int = 100,
        *,
        before: int | None = None,
        standing: Standing | None = None,
        text: str = "",
        news: datetime | None = None,
    ) -> list[Fate]:
        """What became of each flag (agreements left out) of a person, newest first. ``release`` is the first champion
        that learned from its correction (``released``: since when), or, while none is champion, the first release that did;
        ``before`` is the flagged score, ``after`` that release's answer for the same reading.

        ``before``: only flags with a smaller id, for the next page. The others leave withdrawn flags out: ``standing``: only those;
        ``text``: the flag with that number, or those that say it (machine, comment, reasons shown, answer); ``news``: those that were
        answered, or whose release went live, after that moment."""
        ...

    def fate_counts(self, person: str) -> dict[str, int]:
        """How many standing flags of a person there are: {"flags", "open", "answered", "fixed"}; what is fixed was answered."""
        ...

    def queue(
        self,
        use_case: str | None = None,
        states: Sequence[CaseState] = TO_DO,
        limit: int = 100,
        text: str = "",
        by_verdict: bool = False,
    ) -> list[Case]:
        """Cases by falling priority plus age (``Case.age_points``), or ``by_verdict``: those whose newest verdict is the newest first. ``text``:
        only those with that number, or that say it: machine, people, comments, reasons shown, answers, thread."""
        ...

    def newest_read(self, use_case: str, limit: int = 100) -> list[tuple[Case, datetime]]:
        """The cases of the newest readings that have one, each with the reading's plant time, the newest first. Without what was withdrawn."""
        ...

    def case(self, case: int) -> Case: ...

    def case_flags(self, case: int) -> list[Flag]: ...

    def claim(self, case: int, person: str, minutes: int = 30, seen: Case | None = None) -> Case:
        """Take a case for review. A lease that ran out may be taken over, and one that ends later than any that is given now (by
        a clock that was ahead). Raises Conflict, naming who has it, to who has given one of two independent verdicts on it
        already, and when somebody gave a verdict since the case was ``seen``."""
        ...

    def unclaim(self, case: int, person: str) -> Case: ...

    def assign(self, case: int, to: str | None, person: str, seen: Case | None = None) -> Case:
        """Say whose case it is (``None``: nobody's). Anybody may still claim it. Raises Conflict when it was given to somebody else since it was
        ``seen``."""
        ...

    def ask_second(self, case: int, person: str, seen: Case | None = None) -> Case:
        """From now on the case takes two independent verdicts. Raises Conflict when somebody gave one since the case was ``seen``."""
        ...

    def open_sample(
        self, use_case: str, reading: int, priority: float, due: datetime | None = None, reviewers: int = 1
    ) -> Case | None:
        """Put a reading that nobody flagged into review. ``None`` when it is in review already, was flagged or is gone."""
        ...

    def origins(self, use_case: str) -> dict[str, int]:
        """How many cases there have been by origin (``CaseOrigin``), withdrawn ones left out."""
        ...

    def decide(self, verdict: Verdict, seen: Case | None = None) -> tuple[Verdict, Correction | None]:
        """Record a verdict. Where two are asked for, the first waits for an independent second (state SECOND), and when they differ
        in kind or outcome, for a third (DISPUTED); until it is settled it has no consequence. A settled MODEL_WRONG makes a correction;
        any settled verdict ends an earlier correction of that case; CANNOT_TELL waits for truth (WAITING), whose arrival opens it.
        Raises Conflict without the claim (a decided case may be claimed again), to who gave the other verdict and when something was said of
        the case since it was ``seen``, ValueError for MODEL_WRONG without an outcome and for a bad stretch that ends before it begins, NotFound for an outcome or
        a cause that the use case does not have."""
        ...

    def verdicts(self, case: int) -> list[Verdict]: ...

    def findings(self, cases: Sequence[int]) -> dict[int, Verdict]:
        """The verdict in force of each of ``cases`` that has one."""
        ...

    def double_reviewed(self, use_case: str) -> list[tuple[Verdict, Verdict]]:
        """The two independent verdicts of every case that had two, for the agreement between reviewers."""
        ...

    def corrections(self, use_case: str) -> list[Correction]:
        """Corrections in force, oldest first."""
        ...

    def confirm_correction(self, correction: int, person: str) -> None:
        """A second person stands behind a correction. Raises Conflict when it is the one who flagged or decided it, and when somebody does already."""
        ...

    def excluded(self, use_case: str) -> list[Exclusion]:
        """Stretches that were found to be bad data (by the verdict in force), oldest case first: truth that touches them is left out
        of ``Readings.labelled``, and so of training. Without a stretch in the verdict it is the reading's own moment."""
        ...

    def confirm_stretch(self, case: int, person: str) -> None:
        """A second person stands behind the stretch of bad data of a case. Raises NotFound when its verdict in force says none, Conflict when it is
        the one who flagged or decided it, and when somebody does already."""
        ...

    def doubts(self, use_case: str) -> list[Doubt]:
        """What the verdicts in force say of reasons that should not matter, oldest case first."""
        ...

    def say(self, case: int, person: str, text: str, file: Attachment | None = None) -> CaseMessage:
        """Add words or a file to a case's thread. Raises TooMuch for nothing, for a file of more than 10 MB, and for more files than a case
        (100 of them, 200 MB) or one person within a day (300 MB) can have."""
        ...

    def thread(self, case: int) -> list[CaseMessage]: ...

    def attachment(self, message: int) -> bytes:
        """The content of a message's file. Raises NotFound."""
        ...

    def thumbnail(self, message: int) -> bytes | None:
        """The small copy of a message's picture; ``None`` where there is none. Raises NotFound."""
        ...

    def look_at(self, message: int, thumbnail: bytes | None) -> None:
        """Keep the small copy of a picture that came in before small copies were made, or that there can be none."""
        ...

    def flags_between(self, use_case: str, start: datetime, end: datetime) -> pd.DataFrame:
        """What people said of predictions from ``start`` to before ``end``, and what came of it, oldest first, withdrawn ones left out: flag
        (id), asset, kind, reason, raised, answered (the first settled verdict after it), fixed (when a release went live that had learned
        from its correction; both NaT where it has not come to that), release (that one's number, else NaN). Nobody's name is in it."""
        ...

    def answers_between(self, use_case: str, start: datetime, end: datetime) -> pd.DataFrame:
        """Settled verdicts on flagged cases from ``start`` to before ``end``, oldest first: case, asset, kind, answer, decided."""
        ...

"""What every store can do with readings, their truth and what was refused."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np
import pandas as pd

from data.readings.batch import Rejects, Scored, TruthReports
from data.records import AssetState, Dealt, Prediction, Reasons, Rejected, Truth
from data.usecase.use_case import UseCase


@dataclass(frozen=True, slots=True)
class SourcePosition:
    """How far a source has been recorded. ``start_us`` is what the source took as its time zero; ``last`` is -1 at first."""

    source: str
    start_us: int
    last: int = -1
    finished: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """What a file to be replayed holds: so many rows, the digest of all of them, and where it lies. ``last``: the row up to which it is recorded
    already when it is first met (-1: none)."""

    rows: int
    digest: str
    place: str
    last: int = -1


@dataclass(frozen=True, slots=True)
class Replayed:
    """A file that a use case has replayed or is replaying: how far, and what it held."""

    position: SourcePosition
    rows: int
    digest: str
    place: str


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
        ...

    def record(
        self, scored: Scored | None, rejects: Rejects | None, truth: TruthReports | None, *, use_case: str, source: str, last: int,
        shown: bool = True,
    ) -> Recorded:  # fmt: skip
        """Record a delivery in ONE transaction: readings + predictions, quarantine, truth, newest states, trend, and the
        source's position (``last``). Rows at positions that this source had recorded before are left out; ``None`` parts are
        empty. Reading ids grow with the order of recording, and none is ever given twice. A reading older than its asset's
        newest is kept, but changes neither the newest state nor the spells of advice. ``shown``: whether somebody can have seen
        the advice while it was true; spells that end in a delivery that was not are history, and nobody has missed them. Raises Conflict when a reading is there
        already under another source, ValueError for a number that is not finite; then nothing is written. An outcome that the task does not have goes
        into quarantine."""
        ...

    def position(self, source: str) -> SourcePosition | None: ...

    def start_source(self, source: str, start_us: int) -> SourcePosition:
        """Register a source at its time zero, or return what is registered if it has not finished (else it begins anew)."""
        ...

    def finish_source(self, source: str) -> None: ...

    def replayed(self, use_case: str) -> list[Replayed]:
        """Every file that this use case has replayed, the newest first."""
        ...

    def start_replay(self, use_case: str, source: str, content: Content, start_us: int) -> SourcePosition:
        """Register a file's replay under this name, or go on with it as one of this content: what is recorded of it stays, its time zero
        becomes ``start_us``, and with more rows than it had it has not finished any more."""
        ...

    def last_seen(self, use_case: str) -> dict[str, tuple[int, int]]:
        """For each asset the (time_us, sequence) of its newest reading: what the checks and a restart go on from."""
        ...

    def newest_us(self, use_case: str, assets: Collection[str] | None = None) -> int | None:
        """The time of the newest reading, of some assets or of all; ``None`` before the first one."""
        ...

    def version(self, use_case: str) -> int:
        """A number that grows with every record: screens compare it before they fetch anything."""
        ...

    def board(self, use_case: str) -> list[AssetState]:
        """The newest state of every asset that has ever reported."""
        ...

    def trend(self, use_case: str, since: datetime, assets: Collection[str] | None = None) -> pd.DataFrame:
        """The highest risk of each asset (of these, or of all) in each minute: columns asset, minute (UTC datetime64), risk, rows. What the
        model does not know has no risk and is not in it."""
        ...

    def history(self, use_case: str, asset: str, start: datetime, end: datetime, limit: int = 20_000) -> pd.DataFrame:
        """Readings of one asset in plant time order: id, time (UTC datetime64), sequence, every signal (categories as text),
        release, score, state (text), predicted, novelty. The newest ``limit`` of the interval."""
        ...

    def first_of_each(self, use_case: str, spans: Sequence[tuple[int, int]]) -> pd.DataFrame:
        """The first reading of every asset in each of these spans (from, and before: microseconds since 1970), by asset and time: id, asset, time
        and every signal. Of a span without one there is none."""
        ...

    def unknown_times(self, use_case: str, asset: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime | None]]:
        """When between the two the model did not know what an asset was doing: from, until (``None``: it still does not), the earliest first."""
        ...

    def prediction(self, use_case: str, reading: int) -> Prediction:
        """One reading with its prediction. Raises NotFound."""
        ...

    def reasons(self, use_case: str, readings: Collection[int]) -> dict[int, Reasons]:
        """What was counted of the reasons of these readings, of those of which it was: by reading."""
        ...

    def keep_reasons(self, use_case: str, reading: int, found: Reasons) -> Reasons:
        """Record the reasons of a reading, as its own release counts them. What is recorded already stays, and is what is returned.
        Of a reading that is not kept nothing is recorded."""
        ...

    def beside(self, use_case: str, reading: int) -> tuple[int | None, int | None]:
        """The ids of the same asset's reading before and after this one in plant time."""
        ...

    def recent_advice(self, use_case: str, since: datetime, limit: int = 200) -> pd.DataFrame:
        """Episodes of a state other than normal that began since or still last, newest first: asset, start, end (or NaT while
        it lasts), state (the highest), reading (id of its highest score), score. They begin with a reading that the model knows, and their highest
        are of such ones; one lasts on while the model does not know any more, which is told instead."""
        ...

    def contributions(self, use_case: str, release: int, limit: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
        """The newest ``limit`` readings that ``release`` predicted, newest first: signal values (categories as text; with id,
        asset, time), contributions (n, features + 1, base last) and scores."""
        ...

    def contributions_drawn(
        self, use_case: str, release: int, limit: int, seed: int = 0
    ) -> tuple[pd.DataFrame, np.ndarray, np.ndarray, int]:
        """As ``contributions``, but a random draw from all that ``release`` predicted, and last how many those are (about: what
        was deleted since counts). A larger draw with the same seed holds the smaller one, as long as nothing is recorded."""
        ...

    def truth_at(self, use_case: str, asset: str, start: datetime, end: datetime) -> list[Truth]:
        """Confirmed outcomes that overlap the interval, in time order."""
        ...

    def labelled(
        self, use_case: str, limit: int, held: Collection[int] = (), waiting: Collection[int] = (), spoiled: bool = False
    ) -> pd.DataFrame:
        """A random sample, by asset and time, of the recorded readings whose truth has arrived: id, asset, time, signals, outcome, cause,
        weight. One reading for each interval (the last of its first half), because readings of one product share the label and nearly their
        values. Where there are more than ``limit``, rare outcomes (of a value: bad ones) are drawn more often than others; ``weight`` is
        the inverse of how often, with the mean 1: a share or a mean over the rows has to be weighed by it. The same products each time. Intervals with
        a corrected reading in them are left out: the correction stands in their place, unless it is one of ``held``, which wait. So are those with a reading that was found to be
        bad data, unless its case is one of ``waiting``, and what is from before readings were last deleted. ``spoiled``: with the bad outcomes of
        bad data nevertheless, which nobody may learn from; a column of that name tells them."""
        ...

    def newest_labelled(self, use_case: str, limit: int, waiting: Collection[int] = ()) -> pd.DataFrame:
        """As ``labelled`` without weight, and no sample: the newest bad ones and the newest others, half of ``limit`` of each. For what people
        remember; shares must not be taken of it."""
        ...

    def found_of(self, use_case: str, readings: Sequence[int]) -> dict[int, float]:
        """The confirmed outcome of each of these readings; those of which none has arrived are not in it."""
        ...

    def outcomes_between(self, use_case: str, asset: str, start: datetime, end: datetime) -> tuple[int, int]:
        """How many confirmed outcomes of an asset overlap the interval, and how many of them are bad."""
        ...

    def confirmed(self, use_case: str, limit: int, before: datetime | None = None) -> pd.DataFrame:
        """The newest ``limit`` outcomes that have arrived (``before`` a moment), each with what was said of its last reading, in the order of arrival:
        id, asset, time, release, score, predicted, novelty, outcome, bad (0 or 1), arrived; ``highest``, the score that was told of it at most (0 where the
        model did not know); ``group``, the run or batch that it is of, or None. Numbers that were not recorded are NaN."""
        ...

    def performance(self, use_case: str, start: datetime, end: datetime, threshold: float) -> pd.DataFrame:
        """Counted over the reports that arrived from ``start`` to before ``end``, a row for each quarter of an hour that had any: time (its
        begin, UTC datetime64), confirmed, caught, missed, false_alarms, right. What arrived of an asset at one moment is one report (one
        product, in however many intervals); it was advised when its highest score reached ``threshold``, and caught when that was so where
        it failed. Quarters, because every zone's days are made of them."""
        ...

    def unconfirmed(self, use_case: str, start: datetime, end: datetime) -> tuple[int, int]:
        """Spells of advice that began from ``start`` to before ``end``: how many, and of how many no outcome has arrived yet."""
        ...

    def dealt_with(self, use_case: str, start: datetime, end: datetime, behind: timedelta = timedelta(0)) -> Dealt:
        """What people did about the spells of advice that began from ``start`` to before ``end``. ``behind``: how far the plant's clock is behind that
        by which people put advice aside."""
        ...

    def oldest(self, use_case: str) -> datetime | None:
        """The time of the first reading that is kept; ``None`` before there is one."""
        ...

    def refused(self, use_case: str, start: datetime, end: datetime) -> pd.DataFrame:
        """What went into quarantine from ``start`` to before ``end``: asset, signal (``None`` where that is not known), code, rows; most first."""
        ...

    def quarantined(self, use_case: str, limit: int = 200) -> list[Rejected]: ...

    def counts(self, use_case: str) -> dict[str, int]:
        """{"readings", "quarantined", "truths", "flags", "cases_open"}"""
        ...

    def prune(self, use_case: str, before: datetime, most_a_day: int | None = None) -> int:
        """Delete readings older than ``before``, the oldest first, in short transactions, with their minutes of the trend and what was
        refused before then. Kept: readings ever flagged (also withdrawn or agreed to) and each asset's newest. Returns how many
        readings went. The audit trail says when it begins and what it came to.

        ``most_a_day``: no more on one day, in however many calls. While the clock is not trusted nothing goes at all."""
        ...

    def set_aside_future(self, use_case: str) -> int:
        """Readings that are stamped later than now were recorded while the clock was ahead. They stay, but are no asset's newest any more, so
        that the right ones are recorded after them; spells of advice that only they know have ended. Returns how many there are now that
        were not set aside before. While the clock is not trusted nobody can tell, and nothing is done."""
        ...

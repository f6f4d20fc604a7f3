"""The time of each row of a table: in which column (or two) it stands, how it is written, and what a person has to check of it."""

import re
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data.onboarding.columns import Column
from data.tables.mapped import MappingError, joined_clock
from data.tables.times import Times, Way, is_epoch, is_time_of_day, order_of_days, read_times
from data.zones import set_back

_TIME = re.compile(r"time|date|stamp|zeit|datum|tid|tijd|fecha|heure|日|時", re.IGNORECASE)
MOST_ODD = 0.5
"""Share of rows whose time cannot be read up to which a column is the time all the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """``header`` and ``clock``: the column of the times, and the one of the time of day where it is a date alone. ``set_back``: hours that are there
    twice although no zone says why. ``others``: further columns that look like times."""

    header: str
    clock: str | None
    times: Times
    text: pd.Series
    set_back: tuple[str, ...] = ()

    @property
    def us(self) -> np.ndarray:
        """(n,) int64 UTC; of a row whose time cannot be read that of the one before."""
        return self.times.us

    @property
    def read(self) -> np.ndarray:
        """(n,) bool: rows whose time could be read."""
        return ~self.times.odd

    @property
    def span(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """The first and the last time, in the zone of the times."""
        read = self.us[self.read]
        first, last = (pd.Timestamp(int(one), unit="us", tz="UTC") for one in (read.min(), read.max()))
        zone = self.times.way.zone
        return first.tz_convert(zone), last.tz_convert(zone)

    def of_each(self, codes: np.ndarray) -> "Moments":
        """The same, once it is known which asset each row is of."""
        way = self.times.way
        times = read_times(self.text, way, codes=codes) if self.times.twice else self.times
        back = set_back(times.us[~times.odd], codes[~times.odd]) if times.naive and way.zone == "UTC" else ()
        return replace(self, times=replace(times, guess=self.times.guess), set_back=back)

    def notes(self) -> list[str]:
        """What was decided, with the first and the last time."""
        first, last = self.span
        column = f"{self.header!r}" + (f" and {self.clock!r}" if self.clock else "")
        written = "" if pd.api.types.is_datetime64_any_dtype(self.text.dtype) else f", {order_of_days(self.times.way)}"
        said = f"Time is {column}{written}: from {_clock(first)} to {_clock(last)}"
        zone = self.times.way.zone
        if not self.times.naive:
            return [f"{said}."]
        return [f"{said} of the clock of {zone}." + (" Write --timezone if they are of another one." if zone == "UTC" else "")]

    def look(self) -> tuple[str, ...]:
        """What was guessed, and what is wrong."""
        said, way, odd = [], self.times.way, np.flatnonzero(self.times.odd)
        first, last = self.span
        if self.times.guess:
            other = "--no-day-first (month before day)" if way.day_first else "--day-first"
            said.append(
                f"{self.header!r}: the data does not tell whether the day or the month stands first. It is read {order_of_days(way)}, from {_clock(first)} to "
                f"{_clock(last)}: a guess. Write {other}, or --time-format, if that is wrong."
            )
        if len(odd):
            value = self.text.iloc[odd[0]]
            said.append(
                f"{self.header!r}: {len(odd):,} of {len(self.text):,} times are missing or not written like the others ({order_of_days(way)}), first in row "
                f"{odd[0] + 1}: {'nothing' if value is None or value != value else repr(str(value)[:60])}. Nothing is learned from these rows, and a replay sets them aside."
            )
        for hour in self.set_back:
            said.append(
                f"{self.header!r}: the hour from {hour} on is there twice, as on the night when clocks are set back. Write --timezone (Europe/Berlin, say), "
                "so that each of its readings has its own moment."
            )
        if self.times.twice:
            said.append(
                f"{self.header!r}: the clock of {way.zone} showed the hour from {', '.join(self.times.twice[:4])} on twice; which of the two a reading is of is told by its row."
            )
        return tuple(said)


def moments_of(frame: pd.DataFrame, columns: tuple[Column, ...], given: str | None, way: Way, notes: list[str]) -> Moments | None:
    """The column that was named, or the first that holds times; ``None`` without one.

    Args:
        way: what somebody said of it; what they left open is found.

    Raises:
        MappingError: the column that was named holds no times.
    """
    asked = way if way.format or way.day_first is not None else None
    shaped = [c.header for c in columns if c.kind == "time"]
    epoch = [
        c.header
        for c in columns
        if c.kind in ("number", "identifier", "text", "category") and _TIME.search(c.header) and is_epoch(frame[c.header])
    ]
    for header in [given] if given else [*shaped, *epoch]:
        column, clock = frame[header], _clock_of(frame, columns, header)
        if clock is not None:
            column = joined_clock(column, frame[clock])
        times = read_times(column, asked, way.zone)
        if times.odd.mean() <= MOST_ODD:
            back = set_back(times.us[~times.odd]) if times.naive and times.way.zone == "UTC" else ()
            return Moments(header, clock, times, column.reset_index(drop=True), back)
        row = int(np.flatnonzero(times.odd)[0])
        refused = MappingError(
            "{header} cannot be read as times ({order}): row {row} is {text}, and {odd} of {rows} rows are like it. Write --time-format, "
            "e.g. '%d.%m.%Y %H:%M', or ISO 8601 times.",
            header=repr(header),
            order=order_of_days(times.way),
            row=row + 1,
            text=repr(str(column.iloc[row])[:60]),
            odd=f"{int(times.odd.sum()):,}",
            rows=f"{len(column):,}",
        )
        if given:
            raise refused
        notes.append(str(refused))
    return None


def _clock_of(frame: pd.DataFrame, columns: tuple[Column, ...], header: str) -> str | None:
    """The column with the time of day, beside one that holds dates alone."""
    date = frame[header]
    if pd.api.types.is_numeric_dtype(date.dtype):
        return None
    if pd.api.types.is_datetime64_any_dtype(date.dtype):
        alone = bool((date.dropna().dt.normalize() == date.dropna()).all())
    else:
        alone = not date.dropna().astype(str).str.contains(r"\d:\d\d", regex=True).any() or bool(
            date.dropna().astype(str).str.contains(r"[T ]0?0:00(?::00(?:\.0+)?)?$", regex=True).all()
        )
    found = [c.header for c in columns if c.header != header and is_time_of_day(frame[c.header])] if alone else []
    return found[0] if len(found) == 1 and frame[found[0]].nunique() > 1 else None


def _clock(time: pd.Timestamp) -> str:
    return f"{time:%Y-%m-%d %H:%M}" if time.second == 0 else f"{time:%Y-%m-%d %H:%M:%S}"

"""A table in a file, replayed as if it were live: its columns are mapped to signals by the use case's ``replay`` section.

A row keeps its own time; the screens then go by the plant's clock, which is that of the newest reading. Rows without a time get one at the
cadence of the use case, from long ago on. The outcome columns are delivered as truth, never as signals.
"""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from data import clock
from data.readings.batch import RawBatch, TruthReports
from data.readings.moments import microseconds
from data.records import REPLAY
from data.sources.contract import SourceError
from data.store.contract import SourcePosition
from data.tables.mapped import Mapped, MappingError, manner_of, mapped
from data.tables.read import TableError, read_table
from data.usecase.use_case import UseCase


class ReplayTable:
    """The file, read once and mapped (:class:`data.tables.mapped.Mapped`).

    Raises:
        SourceError: a file that cannot be read or that lacks a mapped column, naming what it has.
    """

    def __init__(self, use_case: UseCase, file: Path, table: pd.DataFrame | None = None) -> None:
        try:
            told = mapped(use_case, read_table(file, manner=manner_of(use_case)).frame if table is None else table, str(file))
        except (MappingError, TableError) as error:
            raise SourceError(error) from None
        self._hold(use_case, told, str(file))

    def _hold(self, use_case: UseCase, told: Mapped, what: str) -> None:
        self.mapped = told
        self.columns, self.outcome, self.modes = self.mapped.columns, self.mapped.outcome, self.mapped.causes
        self.rows = len(self.mapped)
        if self.rows == 0:
            raise SourceError("{what} has no rows.", what=what)
        self.failed = np.zeros(self.rows, bool) if self.outcome is None else use_case.failed(self.outcome)

    @classmethod
    def of(cls, use_case: UseCase, table: pd.DataFrame, what: str) -> "ReplayTable":
        """Of a table with the columns asset, time, every signal, outcome and cause, as a use case's own history has them."""
        made = cls.__new__(cls)
        made._hold(use_case, of_history(use_case, table.sort_values("time", kind="stable", ignore_index=True)), what)
        return made

    def times(self, start_us: int, step_us: int, rebased: bool = False) -> np.ndarray:
        """(n,) the time of each row, µs UTC: its own (moved to begin at ``start_us`` if ``rebased``), or a step after the one before."""
        own = self.mapped.time_us
        if own is None:
            return start_us + np.arange(self.rows, dtype=np.int64) * step_us
        return own - own[0] + start_us if rebased else own

    def cause(self) -> np.ndarray:
        """For each row the first of its causes in the order of the mapping, or None. (n,) object."""
        return self.mapped.cause(self.failed)


def of_history(use_case: UseCase, table: pd.DataFrame) -> Mapped:
    """A table in the columns of a history (asset, time, signals, outcome) as a :class:`data.tables.mapped.Mapped`."""
    time_us = microseconds(table["time"])
    columns = {name: table[name].to_numpy() for name in use_case.signals}
    group = table["group"].to_numpy(object) if "group" in table else None
    return Mapped(columns, table["asset"].to_numpy(object), time_us, table["outcome"].to_numpy(np.float64), {}, group=group)


class ReplaySource:
    """Delivers a :class:`ReplayTable` from a position on; see :class:`data.sources.contract.Source`.

    ``speed`` 0 delivers as fast as it is asked; otherwise ``speed`` seconds of plant time pass in each second. ``rebased``: the first row is
    taken to be of ``position.start_us``, so that a table can be replayed again after itself. Times that are not the table's own never run ahead
    of the clock.

    Args:
        seconds: what passes, by a clock that nobody can set: the pace goes by it. ``wall``: the time of day, seconds since 1970: what is moved in
            time never runs ahead of it.
        skip: (n,) bool, rows that are recorded already.
        owed: (n,) bool, those of them whose outcome is still to be told: with the first delivery.
        sequence_from: the sequence of row 0.
        told: what people call the file.
        said: what a reader should know of how it goes on, in English.
    """

    def __init__(
        self,
        use_case: UseCase,
        table: ReplayTable,
        position: SourcePosition,
        speed: float = 0,
        seconds: Callable[[], float] = time.monotonic,
        rebased: bool = False,
        skip: np.ndarray | None = None,
        owed: np.ndarray | None = None,
        sequence_from: int = 0,
        told: str = "",
        said: tuple[str, ...] = (),
        wall: Callable[[], float] = clock.seconds,
    ) -> None:
        self.name = position.source
        self.table = table
        self._use_case = use_case
        self._seconds = seconds
        self._pace = speed
        self._start_us = position.start_us
        self._time_us = table.times(position.start_us, int(use_case.cadence_s * 1e6), rebased)
        self._made_up = rebased or table.mapped.time_us is None
        known = np.arange(table.rows) <= position.last
        self._left = np.flatnonzero(~known if skip is None else ~(known | skip))
        self._owed, self._sequence_from, self._said_by = owed, sequence_from, told or self.name.removeprefix(REPLAY)
        self._cause, self._group = table.cause(), self._groups()
        self.said, self._wall = said, wall
        self._left_us = self._time_us[self._left]
        self._next = 0
        self._resumed_us = seconds() * 1e6

    def poll(self, limit: int) -> RawBatch:
        """The next rows that are due."""
        if self._owed is not None and self._owed.any():
            rows, self._owed = np.flatnonzero(self._owed), None
            return RawBatch(self.name, rows[:0], {}, self._truth(rows))
        rows = self._left[self._next : min(self._next + limit, self._due())]
        self._next += len(rows)
        given = {name: column[rows] for name, column in self.table.columns.items()}
        own = {"asset": self.table.mapped.asset[rows], "time": self._times_of(rows), "sequence": self._sequence_from + rows}
        return RawBatch(self.name, rows, own | given, self._truth(rows))

    def _times_of(self, rows: np.ndarray) -> np.ndarray:
        """(k,) times of rows; where one could not be read, what stands there, for the checks to refuse."""
        unread = self.table.mapped.unread
        if unread is None or not (gone := unread[rows] != None).any():  # noqa: E711 - elementwise
            return self._time_us[rows]
        return np.where(gone, unread[rows], self._time_us[rows].astype(object))

    def times(self) -> np.ndarray:
        """(n,) the time under which each row of the table is recorded, µs UTC."""
        return self._time_us

    def _due(self) -> int:
        """How many of the rows that are left have come due: plant time goes on, at its speed, from the row at which this process took it up."""
        if self._next >= len(self._left):
            return self._next
        times = self._left_us
        until = times[-1]
        if self._pace:
            until = min(until, times[0] + (self._seconds() * 1e6 - self._resumed_us) * self._pace)
        if self._made_up:
            until = min(until, self._wall() * 1e6)
        return max(int(np.searchsorted(times, until, side="right")), self._next)

    def acknowledge(self, position: int) -> None:
        """Nothing to forget: the file stays."""

    def exhausted(self) -> bool:
        """Whether the last row has been delivered."""
        return self._next >= len(self._left)

    def _truth(self, rows: np.ndarray) -> TruthReports | None:
        """The rows' outcomes, row by row: neighbours that came to the same are two products, or two readings that each had to be told rightly."""
        if self.table.outcome is None or not len(rows):
            return None
        rows = rows[~np.isnan(self.table.outcome[rows])]
        time_us, group = self._time_us[rows], self._group
        return TruthReports(
            self.table.mapped.asset[rows], time_us, time_us, self.table.outcome[rows], self._cause[rows],
            time_us + int(self._use_case.truth.delay_s * 1e6), f"replay of {self._said_by}", None if group is None else group[rows],
        )  # fmt: skip

    def _groups(self) -> np.ndarray | None:
        """(n,) object, the run, batch or product that each row is of, as the use case names it; ``None`` where the table does not say. Where each file
        of the history was a run, this one is a run."""
        group = self._use_case.group
        if group is None:
            return None
        told = self.table.mapped.group
        return np.full(self.table.rows, self._said_by, object) if told is None and group.kind == "file" else told

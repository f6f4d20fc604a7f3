"""A table in a file, replayed as if it were live: its columns are mapped to signals by the use case's ``replay`` section.

A row keeps its own time; the screens then go by the plant's clock, which is that of the newest reading. Rows without a time get one at the
cadence of the use case, the last one now. The outcome columns are delivered as truth, never as signals.
"""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from data.batch import RawBatch, TruthReports
from data.mapped import Mapped, MappingError, mapped
from data.moments import microseconds
from data.sources.contract import SourceError
from data.store.contract import SourcePosition
from data.tables import TableError, read_table
from data.usecase import UseCase


class ReplayTable:
    """The file, read once and mapped (:class:`data.mapped.Mapped`).

    Raises:
        SourceError: a file that cannot be read or that lacks a mapped column, naming what it has.
    """

    def __init__(self, use_case: UseCase, file: Path, table: pd.DataFrame | None = None):
        try:
            told = mapped(use_case, read_table(file).frame if table is None else table, str(file))
        except (MappingError, TableError) as error:
            raise SourceError(str(error)) from None
        self._hold(use_case, told, str(file))

    def _hold(self, use_case: UseCase, told: Mapped, what: str) -> None:
        self.mapped = told
        self.columns, self.outcome, self.modes = self.mapped.columns, self.mapped.outcome, self.mapped.causes
        self.rows = len(self.mapped)
        if self.rows == 0:
            raise SourceError(f"{what} has no rows.")
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
    """A table in the columns of a history (asset, time, signals, outcome) as a :class:`data.mapped.Mapped`."""
    time_us = microseconds(table["time"])
    columns = {name: table[name].to_numpy() for name in use_case.signals}
    return Mapped(columns, table["asset"].to_numpy(object), time_us, table["outcome"].to_numpy(np.float64), {})


class ReplaySource:
    """Delivers a :class:`ReplayTable` from a position on; see :class:`data.sources.contract.Source`.

    ``speed`` 0 delivers as fast as it is asked; otherwise ``speed`` seconds of plant time pass in each second. ``rebased``: the first row is
    taken to be of ``position.start_us``, so that a table can be replayed again after itself.
    """

    def __init__(
        self,
        use_case: UseCase,
        table: ReplayTable,
        position: SourcePosition,
        speed: float = 0,
        clock: Callable[[], float] = time.time,
        rebased: bool = False,
    ):
        self.name = position.source
        self.table = table
        self._use_case = use_case
        self._clock = clock
        self._pace = speed
        self._start_us = position.start_us
        self._time_us = table.times(position.start_us, int(use_case.cadence_s * 1e6), rebased)
        self._next = position.last + 1
        self._resumed = (clock() * 1e6, self._next)

    def poll(self, limit: int) -> RawBatch:
        """The next rows that are due."""
        end = min(self.table.rows, self._next + limit)
        if self._pace:
            end = min(end, self._due())
        rows = slice(self._next, max(end, self._next))
        self._next = rows.stop
        positions = np.arange(rows.start, rows.stop)
        given = {name: column[rows] for name, column in self.table.columns.items()}
        own = {"asset": self.table.mapped.asset[rows], "time": self._time_us[rows], "sequence": positions}
        columns = own | given
        return RawBatch(self.name, positions, columns, self._truth(rows, columns))

    def _due(self) -> int:
        """How many rows have come due: plant time goes on, at its speed, from the row at which this process took it up."""
        began_us, first = self._resumed
        if first >= self.table.rows:
            return first
        gone_us = (self._clock() * 1e6 - began_us) * self._pace
        return int(np.searchsorted(self._time_us, self._time_us[first] + gone_us, side="right"))

    def acknowledge(self, position: int) -> None:
        """Nothing to forget: the file stays."""

    def exhausted(self) -> bool:
        """Whether the last row has been delivered."""
        return self._next >= self.table.rows

    def _truth(self, rows: slice, columns: dict[str, np.ndarray]) -> TruthReports | None:
        """The rows' outcomes as intervals: one for each run of the same asset, outcome and cause; a regression's row by row."""
        if self.table.outcome is None or rows.stop <= rows.start or np.asarray(columns["time"]).dtype.kind != "i":
            return None
        outcome, cause, asset, time_us = self.table.outcome[rows], self.table.cause()[rows], columns["asset"], columns["time"]
        told = np.where(cause == None, "", cause).astype(str)  # noqa: E711 - elementwise
        new = np.r_[True, (outcome[1:] != outcome[:-1]) | (told[1:] != told[:-1]) | (asset[1:] != asset[:-1])]
        first = np.flatnonzero(new)
        last = np.r_[first[1:] - 1, len(outcome) - 1]
        known = ~np.isnan(outcome[first])
        first, last = first[known], last[known]
        delay_us = int(self._use_case.truth.delay_s * 1e6)
        return TruthReports(
            asset[first], time_us[first], time_us[last], outcome[first], cause[first], time_us[last] + delay_us,
            f"replay of {self.name.removeprefix('replay:')}",
        )  # fmt: skip

"""A table in a file, replayed as if it were live: the headers are mapped to signals by the use case's ``replay`` section.

Rows without a time of their own get one: the cadence of the use case from the start of the replay on (so that the last
row is now when it runs as fast as it can). The outcome columns are delivered as truth, never as signals.
"""

import time
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd

from data.batch import RawBatch, TruthReports
from data.sources.contract import SourceError
from data.store.contract import SourcePosition
from data.usecase import Replay, UseCase


class ReplayTable:
    """The file, read once and mapped: ``columns`` by signal, ``outcome`` (n,) or ``None``, ``modes``: cause -> (n,) bool.

    Raises:
        SourceError: a file that cannot be read or that lacks a mapped column, naming what it has.
    """

    def __init__(self, use_case: UseCase, file: Path):
        if use_case.replay is None:
            raise SourceError(f"The use case {use_case.name} has no 'replay' section that maps the columns of {file}: add one.")
        self.mapping: Replay = use_case.replay
        table = _read(file)
        self.columns = {signal: table[_header(table, header, file)].to_numpy() for header, signal in self.mapping.columns.items()}
        self.outcome = self._outcomes(table, self.mapping.outcome, file)
        self.modes = {
            cause: self._outcomes(table, header, file) > 0
            for header, cause in self.mapping.causes.items()
            if self.outcome is not None
        }
        self.rows = len(table)

    @staticmethod
    def _outcomes(table: pd.DataFrame, header: str | None, file: Path) -> np.ndarray | None:
        if header is None:
            return None
        column = pd.to_numeric(table[_header(table, header, file)], errors="coerce")
        if column.isna().any():
            row = int(np.flatnonzero(column.isna())[0]) + 2
            raise SourceError(f"{file}, line {row}: {header} is no number: write the outcome as 0 or 1, or remove the row.")
        return column.to_numpy(np.float64)

    def cause(self) -> np.ndarray:
        """For each row the first of its causes in the order of the mapping, or None. (n,) object."""
        cause = np.full(self.rows, None, dtype=object)
        for name, rows in reversed(self.modes.items()):
            cause[rows] = name
        return np.where(self.outcome > 0, cause, None)


class ReplaySource:
    """Delivers a :class:`ReplayTable` from a position on; see :class:`data.sources.contract.Source`.

    ``speed`` 0 delivers as fast as it is asked; otherwise ``speed`` rows of a cadence of one second come each second.
    """

    def __init__(
        self,
        use_case: UseCase,
        table: ReplayTable,
        position: SourcePosition,
        speed: float = 0,
        clock: Callable[[], float] = time.time,
    ):
        self.name = position.source
        self.table = table
        self._use_case = use_case
        self._clock = clock
        self._pace = speed
        self._step_us = int(use_case.cadence_s * 1e6 / (speed or 1))
        self._start_us = position.start_us
        self._next = position.last + 1

    def poll(self, limit: int) -> RawBatch:
        """The next rows that are due."""
        end = min(self.table.rows, self._next + limit)
        if self._pace:
            end = min(end, int((self._clock() * 1e6 - self._start_us) // self._step_us) + 1)
        rows = slice(self._next, max(end, self._next))
        self._next = rows.stop
        positions = np.arange(rows.start, rows.stop)
        given = {name: column[rows] for name, column in self.table.columns.items()}
        asset = np.full(len(positions), self.table.mapping.asset, dtype=object)
        columns = {"asset": asset, "time": self._start_us + positions * self._step_us, "sequence": positions, **given}
        return RawBatch(self.name, positions, columns, self._truth(rows, columns))

    def acknowledge(self, position: int) -> None:
        """Nothing to forget: the file stays."""

    def exhausted(self) -> bool:
        """Whether the last row has been delivered."""
        return self._next >= self.table.rows

    def _truth(self, rows: slice, columns: dict[str, np.ndarray]) -> TruthReports | None:
        """The rows' outcomes as intervals: one for each run of the same asset, outcome and cause."""
        if self.table.outcome is None or rows.stop <= rows.start or np.asarray(columns["time"]).dtype.kind != "i":
            return None
        outcome, cause, asset, time_us = self.table.outcome[rows], self.table.cause()[rows], columns["asset"], columns["time"]
        told = np.where(cause == None, "", cause).astype(str)  # noqa: E711 - elementwise
        new = np.r_[True, (outcome[1:] != outcome[:-1]) | (told[1:] != told[:-1]) | (asset[1:] != asset[:-1])]
        first = np.flatnonzero(new)
        last = np.r_[first[1:] - 1, len(outcome) - 1]
        delay_us = int(self._use_case.truth.delay_s * 1e6)
        return TruthReports(
            asset[first],
            time_us[first],
            time_us[last],
            outcome[first],
            cause[first],
            time_us[last] + delay_us,
            f"replay of {self.name}",
        )


def _read(file: Path) -> pd.DataFrame:
    try:
        table = pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file, encoding="utf-8-sig", low_memory=False)
    except FileNotFoundError:
        raise SourceError(f"There is no file {file}.") from None
    except (OSError, ValueError, UnicodeError) as error:
        raise SourceError(f"{file} cannot be read as a table: {error}. Save it as CSV in UTF-8, with a header line.") from None
    if table.empty:
        raise SourceError(f"{file} has no rows.")
    return table.rename(columns=lambda name: str(name).strip())


def _header(table: pd.DataFrame, header: str, file: Path) -> str:
    if header in table.columns:
        return header
    near = get_close_matches(header, table.columns, n=1)
    meant = f"; did you mean {near[0]!r}?" if near else "."
    raise SourceError(
        f"{file} has no column {header!r} (replay in the use case){meant} It has: {', '.join(map(repr, table.columns))}."
    )

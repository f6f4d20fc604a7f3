"""A table as its ``usecase.yaml`` reads it (section ``replay``): signals by name, plant time, asset, outcome and its causes.

The same for a file that is replayed and for the history that a model learns from.
"""

from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import pandas as pd

from data.moments import microseconds
from data.usecase import UseCase


class MappingError(ValueError):
    """A table that does not fit the use case; the message names the column, what the table has, and the row if it is one."""


@dataclass(frozen=True, slots=True, eq=False)
class Mapped:
    """Columns of one length n, in order of time. ``time_us`` is ``None`` where the table has no time; ``outcome`` NaN where a row has
    none, ``None`` where no column holds it; ``causes``: cause -> (n,) bool."""

    columns: dict[str, np.ndarray]
    asset: np.ndarray
    time_us: np.ndarray | None
    outcome: np.ndarray | None
    causes: dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.asset)

    def cause(self, failed: np.ndarray) -> np.ndarray:
        """For each row the first of its causes in the order of the mapping, or None where it has not ``failed``. (n,) object."""
        cause = np.full(len(self), None, dtype=object)
        for name, rows in reversed(self.causes.items()):
            cause[rows] = name
        return np.where(failed, cause, None)


def mapped(use_case: UseCase, table: pd.DataFrame, what: str) -> Mapped:
    """Read ``table`` as the use case's ``replay`` section says. ``what`` names it in errors.

    Raises:
        MappingError: no such section, a column that is not there, a time or an outcome that cannot be read.
    """
    told = use_case.replay
    if told is None:
        raise MappingError(f"The use case {use_case.name} has no 'replay' section that maps the columns of {what}: add one.")
    table = table.rename(columns=lambda name: str(name).strip())
    time_us = None
    if told.time_column is not None:
        time_us = times_of(_column(table, told.time_column, what), told.time_column, what)
        order = np.argsort(time_us, kind="stable")
        table, time_us = table.iloc[order], time_us[order]
    columns = {
        signal: as_text(found) if use_case.signals[signal].categories else found.to_numpy()
        for header, signal in told.columns.items()
        for found in [_column(table, header, what)]
    }
    asset = np.full(len(table), told.asset, dtype=object)
    if told.asset_column is not None:
        asset = as_text(_column(table, told.asset_column, what))
    outcome = None if told.outcome is None else _outcomes(_column(table, told.outcome, what), told.outcome, told.outcomes, what)
    causes = {} if outcome is None else {
        cause: _outcomes(_column(table, header, what), header, {}, what) > 0 for header, cause in told.causes.items()
    }  # fmt: skip
    return Mapped(columns, asset, time_us, outcome, causes)


def as_text(column: pd.Series) -> np.ndarray:
    """(n,) object: each value as its text, a whole number without a decimal point, None where there is none."""
    if pd.api.types.is_bool_dtype(column.dtype) or not pd.api.types.is_numeric_dtype(column.dtype):
        text = column.astype(object).where(column.notna(), None)
        return np.array([None if one is None else str(one).strip() for one in text], dtype=object)
    whole = (column.dropna() % 1 == 0).all()
    text = column.astype("Int64").astype(str) if whole else column.map("{:g}".format)
    return np.where(column.isna(), None, text.to_numpy(dtype=object))


def _column(table: pd.DataFrame, header: str, what: str) -> pd.Series:
    if header.strip() in table.columns:
        return table[header.strip()]
    near = get_close_matches(header, table.columns, n=1)
    meant = f"; did you mean {near[0]!r}?" if near else "."
    raise MappingError(
        f"{what} has no column {header!r} (replay in the use case){meant} It has: {', '.join(map(repr, table.columns[:60]))}."
    )


def _outcomes(column: pd.Series, header: str, words: dict[str, int], what: str) -> np.ndarray:
    """(n,) float64: numbers as they are, words by their codes, NaN where there is nothing."""
    if words:
        text = pd.Series(as_text(column), dtype=object)
        found = text.map({word.strip(): float(code) for word, code in words.items()})
        odd = found.isna() & text.notna()
        meant = f"one of {', '.join(words)} (replay.outcomes)"
    else:
        found = pd.to_numeric(column, errors="coerce").reset_index(drop=True)
        odd = found.isna() & ~_empty(column).reset_index(drop=True)
        meant = "a number"
    if odd.any():
        row = int(np.flatnonzero(odd)[0])
        raise MappingError(
            f"{what}, line {row + 2}: {header} is {column.iloc[row]!r}, which is no outcome: write {meant}, or leave it empty."
        )
    return found.to_numpy(np.float64)


def _empty(column: pd.Series) -> pd.Series:
    return column.isna() | (column.astype(str).str.strip() == "")


def times_of(column: pd.Series, header: str, what: str) -> np.ndarray:
    """(n,) int64 microseconds UTC; a time without a zone counts as UTC. Numbers are seconds (or ms, µs by their size) since 1970."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        number = column.to_numpy(np.float64)
        size = np.nanmax(np.abs(number)) if len(number) else 0
        stamps = pd.Series(number * (1e6 if size < 1e11 else 1e3 if size < 1e14 else 1 if size < 1e17 else 1e-3))
        odd = stamps.isna()
        found = stamps.fillna(0).round().astype("int64").to_numpy()
    else:
        try:
            stamps = pd.to_datetime(column, utc=True, format="ISO8601")
        except ValueError:
            day_first = column.astype(str).str.match(r"\s*\d{1,2}[./-]\d{1,2}[./-]\d{4}").mean() > 0.5
            stamps = pd.to_datetime(column, utc=True, errors="coerce", format="mixed", dayfirst=bool(day_first))
        odd = stamps.isna().reset_index(drop=True)
        found = microseconds(stamps.fillna(pd.Timestamp(0, tz="UTC")))
    if odd.any():
        row = int(np.flatnonzero(odd)[0])
        raise MappingError(
            f"{what}, line {row + 2}: {header} is {column.iloc[row]!r}, which is no time: write ISO 8601, e.g. 2026-03-01T14:31:07Z."
        )
    return found

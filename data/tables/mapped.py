"""A table as its ``usecase.yaml`` reads it (section ``replay``): signals by name, plant time, asset, outcome and its causes.

The same for a file that is replayed and for the history that a model learns from.
"""

from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import pandas as pd

from data.outcomes import instead, known_outcomes
from data.sentence import Sentence
from data.tables.manner import Manner
from data.tables.times import Times, Way, read_times
from data.tables.unread import MappingError, unread_of
from data.usecase.parts import Replay
from data.usecase.use_case import UseCase


@dataclass(frozen=True, slots=True, eq=False)
class Mapped:
    """Columns of one length n, in order of time. ``time_us`` is ``None`` where the table has no time; ``outcome`` NaN where a row has
    none, ``None`` where no column holds it; ``causes``: cause -> (n,) bool. ``unread``: (n,) object, an :class:`Unread` where a row's time could not be
    read (it then stands beside its neighbour in the file), ``None`` without any. ``group``: which run or batch a row is of, where the table says it."""

    columns: dict[str, np.ndarray]
    asset: np.ndarray
    time_us: np.ndarray | None
    outcome: np.ndarray | None
    causes: dict[str, np.ndarray]
    unread: np.ndarray | None = None
    group: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.asset)

    def cause(self, failed: np.ndarray) -> np.ndarray:
        """For each row the first of its causes in the order of the mapping, or None where it has not ``failed``. (n,) object."""
        cause = np.full(len(self), None, dtype=object)
        for name, rows in reversed(self.causes.items()):
            cause[rows] = name
        cause[~np.asarray(failed, bool)] = None
        return cause


def manner_of(use_case: UseCase) -> Manner:
    """How a file of this use case is to be read: what is a name, a category or a word stays a text, whatever else stands in its column."""
    told = use_case.replay
    if told is None:
        return Manner()
    words = [header for header, signal in told.columns.items() if use_case.signals[signal].categories]
    words += [header for header in (told.asset_column, told.outcome if told.outcomes else None) if header]
    text = tuple(header.strip() for header in words)
    reading = told.reading
    if reading is None:
        return Manner(text=text)
    return Manner(reading.sheet, reading.header_row, None, tuple(one.strip() for one in reading.decimal_comma), text)


def mapped(use_case: UseCase, table: pd.DataFrame, what: str) -> Mapped:
    """Read ``table`` as the use case's ``replay`` section says. ``what`` names it in errors.

    Raises:
        MappingError: no such section, a column that is not there, no time or an outcome that cannot be read.
    """
    told = use_case.replay
    if told is None:
        raise MappingError(
            "The use case {name} has no 'replay' section that maps the columns of {what}: add one.", name=use_case.name, what=what
        )
    table = table.rename(columns=lambda name: str(name).strip())
    time_us = unread = None
    if told.time_column is not None:
        times, texts = _times(use_case, told, told.time_column, table, what)
        order = np.argsort(times.us, kind="stable")
        unread = unread_of(times, texts, told.time_column, what)
        unread = None if unread is None else unread[order]
        table, time_us = table.iloc[order], times.us[order]
    columns = {signal: _signal(use_case, told, table, header, signal, what) for header, signal in told.columns.items()}
    asset = np.full(len(table), told.asset, dtype=object)
    if told.asset_column is not None:
        asset = known_texts(as_text(_column(table, told.asset_column, what)), use_case.assets)
    outcome = None
    if told.outcome is not None:
        outcome = _outcomes(_without(told, table, told.outcome, what), told.outcome, told.outcomes, what)
        _require_known(use_case, table, outcome, told.outcome, what)
    if outcome is not None and unread is not None:
        outcome[unread != None] = np.nan  # noqa: E711 - elementwise; nobody knows of when it is
    causes = {} if outcome is None else {
        cause: _outcomes(_column(table, header, what), header, {}, what) > 0 for header, cause in told.causes.items()
    }  # fmt: skip
    of = None if use_case.group is None else use_case.group.column.strip()
    group = as_text(table[of]) if of is not None and of in table.columns else None
    return Mapped(columns, asset, time_us, outcome, causes, unread, group)


def _signal(use_case: UseCase, told: Replay, table: pd.DataFrame, header: str, signal: str, what: str) -> np.ndarray:
    """(n,) of one signal: texts of a category, otherwise what stands there, without the numbers that stand for nothing."""
    column = _without(told, table, header, what)
    if use_case.signals[signal].categories:
        return known_texts(as_text(column), use_case.signals[signal].categories)
    return column.to_numpy()


def _without(told: Replay, table: pd.DataFrame, header: str, what: str) -> pd.Series:
    column = _column(table, header, what)
    nothing = told.reading.missing.get(header, ()) if told.reading else ()
    return without(column, nothing) if nothing else column


def without(column: pd.Series, nothing: tuple[float, ...]) -> pd.Series:
    """A column whose values that stand for nothing are missing."""
    number = pd.to_numeric(column, errors="coerce").astype(float).to_numpy()
    gone = np.zeros(len(column), bool)
    for one in nothing:
        gone |= np.isclose(number, one, rtol=1e-6, atol=0)
    return column.mask(gone) if gone.any() else column


def joined_clock(date: pd.Series, clock: pd.Series) -> pd.Series:
    """A date and a time of day that stand in two columns, as one text."""
    if pd.api.types.is_datetime64_any_dtype(date.dtype):
        date = date.dt.strftime("%Y-%m-%d")
    days = date.astype("str").str.replace(r"[T ]0{1,2}:00(?::00(?:\.0+)?)?$", "", regex=True)
    return (days + " " + clock.astype("str").str.strip()).where(date.notna() & clock.notna())


def _times(use_case: UseCase, told: Replay, header: str, table: pd.DataFrame, what: str) -> tuple[Times, pd.Series]:
    column = _column(table, header, what)
    if told.clock_column is not None:
        column = joined_clock(column, _column(table, told.clock_column, what))
    way = None
    if told.reading is not None:
        way = Way(told.reading.time_format, told.reading.day_first, told.reading.epoch, str(use_case.timezone))
    codes = None
    if told.asset_column is not None and told.asset_column.strip() in table.columns:
        codes = pd.factorize(as_text(table[told.asset_column.strip()]))[0]
    return read_times(column, way, codes=codes), column


def as_text(column: pd.Series) -> np.ndarray:
    """(n,) object: each value as its text, a whole number without a decimal point, None where there is none."""
    if pd.api.types.is_bool_dtype(column.dtype) or not pd.api.types.is_numeric_dtype(column.dtype):
        text = column.astype(object).where(column.notna(), None)
        return np.array([None if one is None else str(one).strip() for one in text], dtype=object)
    if pd.api.types.is_integer_dtype(column.dtype):
        return np.array([None if one is pd.NA else str(one) for one in column], dtype=object)
    return np.array([None if one != one else _number_text(float(one)) for one in column.to_numpy(float)], dtype=object)


def _number_text(number: float) -> str:
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def known_texts(texts: np.ndarray, known: tuple[str, ...]) -> np.ndarray:
    """(n,) object: each text as one of ``known`` where it is one of them in another writing (``true``, ``1.0``) and no other."""
    there = set(known)
    strange = {one for one in pd.unique(pd.Series(texts, dtype=object)) if isinstance(one, str) and one not in there}
    if not strange:
        return texts
    alike: dict[str, list[str]] = {}
    for one in known:
        alike.setdefault(_plainly(one), []).append(one)
    found = {one: alike[_plainly(one)][0] for one in strange if len(alike.get(_plainly(one), ())) == 1}
    return np.array([found.get(one, one) if isinstance(one, str) else one for one in texts], dtype=object) if found else texts


def folded(word: str) -> str:
    """A word without what people write in different ways: capitals, spaces, ``_``, ``-`` and dots."""
    return " ".join(word.casefold().replace("_", " ").replace("-", " ").replace(".", " ").split())


def _plainly(text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        return " ".join(text.casefold().split())
    return _number_text(number) if np.isfinite(number) and abs(number) < 1e15 else text


def _column(table: pd.DataFrame, header: str, what: str) -> pd.Series:
    if header.strip() in table.columns:
        return table[header.strip()]
    near = get_close_matches(header, table.columns, n=1)
    columns = ", ".join(map(repr, table.columns[:60]))
    if near:
        raise MappingError(
            "{what} has no column {header} (replay in the use case); did you mean {near}? It has: {columns}.",
            what=what,
            header=repr(header),
            near=repr(near[0]),
            columns=columns,
        )
    raise MappingError(
        "{what} has no column {header} (replay in the use case). It has: {columns}.",
        what=what,
        header=repr(header),
        columns=columns,
    )


def _outcomes(column: pd.Series, header: str, words: dict[str, int], what: str) -> np.ndarray:
    """(n,) float64: numbers as they are, words by their codes, NaN where there is nothing."""
    if words:
        text = pd.Series(_known_words(as_text(column), words), dtype=object)
        found = text.map({word.strip(): float(code) for word, code in words.items()})
        odd = found.isna() & text.notna()
        meant = Sentence("one of {words} (replay.outcomes)", words=", ".join(words))
    else:
        found = pd.to_numeric(column, errors="coerce").reset_index(drop=True)
        odd = found.isna() & ~_empty(column).reset_index(drop=True)
        meant = Sentence("a number")
    if odd.any():
        row = int(np.flatnonzero(odd)[0])
        raise MappingError(
            "{what}, line {line}: {header} is {text}, which is no outcome: write {meant}, or leave it empty.",
            what=what,
            line=row + 2,
            header=header,
            text=repr(column.iloc[row]),
            meant=meant,
        )
    return found.to_numpy(np.float64)


def _require_known(use_case: UseCase, table: pd.DataFrame, outcome: np.ndarray, header: str, what: str) -> None:
    """An outcome that the task does not have would count as a good one.

    Raises:
        MappingError: with the line, what stands there, and what to write.
    """
    odd = ~np.isnan(outcome) & ~known_outcomes(use_case, outcome)
    if odd.any():
        row, meant = int(np.flatnonzero(odd)[0]), instead(use_case)
        place = int(table.index[row]) if pd.api.types.is_integer_dtype(table.index) else row
        raise MappingError(
            "{what}, line {line}: {header} is {text}, which is no outcome: write {meant}, or leave it empty.",
            what=what,
            line=place + 2,
            header=header,
            text=f"{outcome[row]:g}",
            meant=meant,
        )


def _empty(column: pd.Series) -> pd.Series:
    return column.isna() | (column.astype(str).str.strip() == "")


def _known_words(texts: np.ndarray, words: dict[str, int]) -> np.ndarray:
    """(n,) object: each word as the mapping has it, where it is one of its words in another writing and all of those mean one outcome."""
    known = {word.strip() for word in words}
    alike: dict[str, set[int]] = {}
    for word, code in words.items():
        alike.setdefault(folded(word), set()).add(code)
    first = {folded(word): word.strip() for word in reversed(words)}
    texts = known_texts(texts, tuple(known))
    change = {
        one: first[folded(one)]
        for one in pd.unique(pd.Series(texts, dtype=object))
        if isinstance(one, str) and one not in known and len(alike.get(folded(one), ())) == 1
    }
    return np.array([change.get(one, one) if isinstance(one, str) else one for one in texts], dtype=object) if change else texts

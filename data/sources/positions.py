"""Where a file's replay begins or goes on: a replay is its use case and what the file holds, never the file's name.

The same content goes on where it stopped. A longer export of the same table goes on after what it shares with the shorter one. A table without
times that was replayed to its end is a second run of the same, after everything that is recorded; of a table with times what is recorded is left
out, in whichever file it came before.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import SupportsInt

import numpy as np
import pandas as pd

from data import clock
from data.readings.moments import ROWS_FROM
from data.sources.content import digest, row_hashes
from data.sources.replay import ReplayTable
from data.store.contract import Content, Replayed, SourcePosition, Store
from data.usecase.use_case import UseCase

ROWS_FROM_US = int(ROWS_FROM.timestamp() * 1e6)
_AT_ONCE = 20_000  # recorded readings that are compared in one step


@dataclass(frozen=True, slots=True, eq=False)
class Begun:
    """``skip``, ``owed`` (n,) bool: rows that are recorded already; those of them whose outcome is not. ``sequence_from``: the sequence of row 0.
    ``said``: for a reader, in English."""

    position: SourcePosition
    skip: np.ndarray
    owed: np.ndarray
    sequence_from: int
    said: tuple[str, ...]


def begun(use_case: UseCase, store: Store, table: ReplayTable, file: str, place: str, once: bool = False) -> Begun:
    """The position of a table's replay, registered.

    Args:
        file: what people call it.
        place: where it lies.
        once: a table without times that was replayed to its end is not replayed again.
    """
    step_us, timed = int(use_case.cadence_s * 1e6), table.mapped.time_us is not None
    hashes = row_hashes(use_case, table.mapped.asset, table.mapped.time_us, table.columns)
    whole, known = digest(hashes), store.readings.replayed(use_case.name)
    same = [one for one in known if one.rows <= table.rows and one.digest == digest(hashes[: one.rows])]
    found = max(same, key=lambda one: (one.rows, not one.position.finished), default=None)  # the newest of equals comes first
    again = found is not None and _over(found, table) and not (timed or once)
    if found is None or again:
        name = _free_name(use_case, file, whole, known)
        start_us, last = (ROWS_FROM_US, -1) if again else _of_before(use_case, store, table, file, hashes)
    else:
        name, start_us = found.position.source, found.position.start_us
        last = found.rows - 1 if found.position.finished else found.position.last
    seen = store.readings.last_seen(use_case.name)
    ours = {asset: seen[asset] for asset in np.unique(table.mapped.asset.astype(str)) if asset in seen}
    told_at = start_us  # by which the rows up to `last` were recorded
    if not timed and last < table.rows - 1:
        newest = max((time_us for time_us, _ in ours.values()), default=0)
        start_us = max(start_us, newest + step_us - (last + 1) * step_us)
    position = store.readings.start_replay(use_case.name, name, Content(table.rows, whole, place, last), start_us)
    skip = np.arange(table.rows) <= last
    if timed:
        skip |= _recorded(use_case, store, table, hashes, skip, ours)
    owed = (
        _owed(use_case, store, table, skip, table.times(told_at, step_us))
        if timed or told_at == start_us
        else np.zeros_like(skip)
    )
    said = _said(file, skip, again, table.times(start_us, step_us), timed)
    return Begun(position, skip, owed, _sequence_from(table, skip, ours), said)


def _over(found: Replayed, table: ReplayTable) -> bool:
    return found.position.finished and found.rows == table.rows


def _free_name(use_case: UseCase, file: str, whole: str, known: list[Replayed]) -> str:
    taken, run = {one.position.source for one in known}, 1
    name = base = f"replay:{use_case.name}/{file} {whole[:8]}"
    while name in taken:
        run += 1
        name = f"{base} #{run}"
    return name


def _of_before(use_case: UseCase, store: Store, table: ReplayTable, file: str, hashes: np.ndarray) -> tuple[int, int]:
    """(start_us, last) of a replay that was begun when they were known by the file's name alone, if this use case recorded it of this table:
    the readings themselves say so."""
    before = store.readings.position(f"replay:{file}")
    if before is None or before.last < 0 or before.last + before.finished >= table.rows:
        return ROWS_FROM_US, -1
    times, last = table.times(before.start_us, int(use_case.cadence_s * 1e6)), -1
    for asset in np.unique(table.mapped.asset.astype(str)):
        rows = np.flatnonzero((table.mapped.asset == asset) & (np.arange(table.rows) <= before.last))
        if not len(rows):
            continue
        seen = store.readings.history(use_case.name, asset, *_between(times[rows[0]], times[rows[-1]]), limit=_AT_ONCE)
        at, sequence = seen["time"].astype("datetime64[us, UTC]").astype("int64").to_numpy(), seen["sequence"].to_numpy()
        columns = {name: seen[name].to_numpy() for name in use_case.signals}
        there = row_hashes(use_case, np.full(len(seen), asset, object), None if table.mapped.time_us is None else at, columns)
        fits = (sequence >= 0) & (sequence <= before.last)
        fits[fits] = (times[sequence[fits]] == at[fits]) & (hashes[sequence[fits]] == there[fits])
        last = max(last, int(sequence[fits].max(initial=-1)))
    if last < 0:
        return ROWS_FROM_US, -1
    refused = [row.position for row in store.readings.quarantined(use_case.name, _AT_ONCE) if row.source == before.source]
    return before.start_us, max([last, *(row for row in refused if row <= before.last)])


def _recorded(
    use_case: UseCase, store: Store, table: ReplayTable, hashes: np.ndarray, skip: np.ndarray, seen: dict
) -> np.ndarray:
    """(n,) bool: rows not skipped yet that are recorded with the same values; of several alike, as many as are recorded."""
    found, time_us = np.zeros(table.rows, bool), table.mapped.time_us
    assert time_us is not None
    for asset, (newest_us, _) in seen.items():
        rows = np.flatnonzero((table.mapped.asset == asset) & (time_us <= newest_us))
        open_rows = rows[~skip[rows]]
        rows = rows[time_us[rows] >= time_us[open_rows[0]]] if len(open_rows) else open_rows
        while len(rows):
            end = np.searchsorted(
                time_us[rows], time_us[rows[min(_AT_ONCE, len(rows)) - 1]], side="right"
            )  # never within one moment
            part, rows = rows[:end], rows[end:]
            span = _between(time_us[part[0]], time_us[part[-1]])
            kept = store.readings.history(use_case.name, asset, *span, limit=10**7)
            if not len(kept):
                continue
            at = kept["time"].astype("datetime64[us, UTC]").astype("int64").to_numpy()
            columns = {name: kept[name].to_numpy() for name in use_case.signals}
            there = row_hashes(use_case, np.full(len(kept), asset, object), at, columns)
            left = pd.Series(there).value_counts()
            alike = pd.Series(hashes[part])
            nth = alike.groupby(alike).cumcount().to_numpy()
            found[part] = nth < left.reindex(alike).fillna(0).to_numpy()
    return found & ~skip


def _owed(use_case: UseCase, store: Store, table: ReplayTable, skip: np.ndarray, times: np.ndarray) -> np.ndarray:
    """(n,) bool: recorded rows whose outcome this file knows and the record does not: it came later."""
    owed = np.zeros(table.rows, bool)
    if table.outcome is None or not skip.any():
        return owed
    knows = skip & np.isfinite(table.outcome)
    for asset in np.unique(table.mapped.asset[knows].astype(str)):
        rows = np.flatnonzero(knows & (table.mapped.asset == asset))
        told = store.readings.truth_at(use_case.name, asset, *_between(times[rows[0]], times[rows[-1]]))
        start = np.array([_us(one.start) for one in told], np.int64)
        end = np.array([_us(one.end) for one in told], np.int64)
        at = np.searchsorted(start, times[rows], side="right") - 1
        covered = np.zeros(len(rows), bool)
        if len(told):
            covered = (at >= 0) & (np.maximum.accumulate(end)[np.maximum(at, 0)] >= times[rows])
        owed[rows[~covered]] = True
    return owed


def _sequence_from(table: ReplayTable, skip: np.ndarray, seen: dict) -> int:
    """0, unless a row to come has the very time of its asset's newest reading: it came after that one."""
    time_us = table.mapped.time_us
    if time_us is None:
        return 0
    left = np.flatnonzero(~skip)
    tied = [
        sequence for asset, (newest_us, sequence) in seen.items()
        if (time_us[left[table.mapped.asset[left] == asset]] == newest_us).any()
    ]  # fmt: skip
    return max(tied, default=-1) + 1


def _said(file: str, skip: np.ndarray, again: bool, times: np.ndarray, timed: bool) -> tuple[str, ...]:
    there, rows, said = int(skip.sum()), len(skip), []
    if again:
        said.append(
            f"{file} was replayed to its end before. It has no times: it is taken as read again, after everything that is recorded."
        )
    if there == rows:
        said.append(f"All {rows:,} readings of {file} are recorded already: nothing is added.")
    elif there:
        said.append(f"{there:,} of the {rows:,} readings of {file} are recorded already: the other {rows - there:,} are added.")
    if not timed and there < rows and times[-1] > clock.now_us():
        said.append(f"What is recorded reaches into the present: the readings of {file} come no faster than the clock.")
    return tuple(said)


def _between(first_us: SupportsInt, last_us: SupportsInt) -> tuple[datetime, datetime]:
    return datetime.fromtimestamp(int(first_us) / 1e6, UTC), datetime.fromtimestamp(int(last_us) / 1e6, UTC)


def _us(time: datetime) -> int:
    return (time - datetime(1970, 1, 1, tzinfo=UTC)) // pd.Timedelta(microseconds=1)

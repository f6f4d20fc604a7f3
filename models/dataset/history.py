"""What a use case learns from before anything is recorded: its own history; and which stretches of it are held out or watched."""

import zlib
from datetime import datetime

import numpy as np
import pandas as pd

from data.checks.frozen import frozen_in
from data.errors import PullcordError
from data.readings.features import with_windows
from data.readings.moments import microseconds, utc
from data.tables.mapped import MappingError, mapped
from data.usecase.hooks import hook
from data.usecase.use_case import UseCase

HISTORY_ROWS = 60_000
DAY_S = 86_400
HOUR_S = 3600
HELD_OUT_OF = 5  # one block of readings in five is held out
WATCHED_OF = 6  # of the others one in six is watched
TABLE = "history.parquet"
NO_TIME = pd.Timestamp("2001-01-01", tz="UTC")
"""When the first row of a table without times is taken to be."""


class TrainingSetError(PullcordError, ValueError):
    """There is nothing to learn from; the message says what is missing."""


def history_of(use_case: UseCase, rows: int = HISTORY_ROWS, with_frozen: bool = False) -> pd.DataFrame:
    """The use case's own history: asset, time, the signals and windows, outcome, cause, and ``group`` where the use case names one. Rows without
    an outcome are left out, and so are frozen ones (:mod:`data.checks.frozen`).

    Args:
        rows: how many a generated history has; a table has what it has.
        with_frozen: keep those too, with a column ``frozen`` that tells them.

    Raises:
        TrainingSetError: it has none, or its table does not fit.
    """
    if use_case.folder is not None and (use_case.folder / TABLE).is_file():
        file = use_case.folder / TABLE
        found = rows_of(use_case, pd.read_parquet(file), str(file))
    else:
        found = _generated(use_case, rows)
    frozen = frozen_in(use_case, found, timed(use_case))
    found = with_windows(use_case, found.assign(frozen=frozen))
    found = found[found["outcome"].notna() & (with_frozen | ~found["frozen"])].reset_index(drop=True)
    return found if with_frozen else found.drop(columns="frozen")


def place_in_history(use_case: UseCase, time: datetime) -> tuple[str, int] | None:
    """Where a row of the history stands in its table, from the time that it was given: (file or "", row from 1 on). ``None`` for a
    history with times of its own, which say it better."""
    if use_case.folder is not None and (use_case.folder / TABLE).is_file():
        if use_case.replay is None or use_case.replay.time_column:
            return None
        return "", round((pd.Timestamp(time) - NO_TIME).total_seconds() / use_case.cadence_s) + 1
    module = hook(use_case.name, "history")
    return module.place(time) if module is not None and hasattr(module, "place") else None


def _generated(use_case: UseCase, rows: int) -> pd.DataFrame:
    module = hook(use_case.name, "history")
    if module is None or not hasattr(module, "training_history"):
        raise TrainingSetError(
            "The use case {name} has no history to learn from: make it with python -m data.usecases new FILE --target COLUMN, or "
            "add data/usecases/{name2}/history.py with a training_history(use_case, rows) that gives asset, time, the signals, "
            "outcome and cause.",
            name=use_case.name,
            name2=use_case.name,
        )
    try:
        return module.training_history(use_case, rows=rows)
    except FileNotFoundError as error:
        raise TrainingSetError(error) from None


def rows_of(use_case: UseCase, frame: pd.DataFrame, file: str) -> pd.DataFrame:
    """A table of the plant as a history: as :func:`history_of`, without windows. ``file`` names it in errors.

    Raises:
        TrainingSetError: it does not fit the use case.
    """
    try:
        told = mapped(use_case, frame, file)
    except MappingError as error:
        raise TrainingSetError(error) from None
    if told.outcome is None:
        raise TrainingSetError(
            "{name}: replay.outcome names no column of {file}: write which one holds {label}.",
            name=use_case.name,
            file=file,
            label=use_case.target.label,
        )
    times = told.time_us
    if times is None:
        times = NO_TIME.value // 1000 + np.arange(len(told), dtype=np.int64) * int(use_case.cadence_s * 1e6)
    table = pd.DataFrame({"asset": told.asset, "time": utc(times)})
    numbers = {
        name: told.columns[name]
        if signal.categories
        else pd.to_numeric(pd.Series(told.columns[name]), errors="coerce").to_numpy(float)
        for name, signal in use_case.signals.items()
    }
    known = np.isfinite(told.outcome)
    failed = np.zeros(len(told), bool)
    failed[known] = use_case.failed(told.outcome[known])
    found = table.assign(**numbers, outcome=told.outcome, cause=told.cause(failed))
    if told.group is not None:
        found["group"] = told.group
    strict = [name for name, signal in use_case.signals.items() if signal.missing == "quarantine"]
    timed = np.ones(len(found), bool) if told.unread is None else told.unread == None  # noqa: E711 - elementwise
    found = found[timed & found[strict].notna().all(axis=1) & found["asset"].isin(use_case.assets)]
    if not len(found):
        raise TrainingSetError(
            "{name}: no row of {file} has every signal and an asset that stands under areas. Write 'missing: accept' at signals "
            "that are not always there, and the assets under areas.",
            name=use_case.name,
            file=file,
        )
    return found


def timed(use_case: UseCase) -> bool:
    """Whether the history has times of its own: a table without them has an order at most."""
    of_table = use_case.folder is not None and (use_case.folder / TABLE).is_file()
    return not of_table or (use_case.replay is not None and bool(use_case.replay.time_column))


def rows_stand_alone(use_case: UseCase) -> bool:
    """Whether each reading counts for itself: the use case names neither a ``group`` nor how long a stretch resembles itself. Days of an asset are held
    out whole there too, as a precaution, but a figure is of so many readings."""
    return use_case.group is None and "block_s" not in use_case.model_fields_set


def blocks(use_case: UseCase, table: pd.DataFrame) -> pd.Series:
    """(n,) the name of what each row belongs to that is independent of the others: its run, batch or machine where the use case names a ``group``,
    else an asset and a stretch of its time (``block_s``; of live readings an hour at most). It is held out as a whole: what is within is alike."""
    stamp = pd.to_datetime(table["time"], utc=True)
    origin = table["origin"] if "origin" in table else pd.Series("history", index=table.index)
    unit = np.where(origin == "history", _units(stamp, use_case.block_s), _units(stamp, min(use_case.block_s, HOUR_S)))
    found = table["asset"].astype(str) + "/" + pd.Series(unit.tolist(), index=table.index)
    if use_case.group is None or "group" not in table:
        return found
    return found.where((origin != "history") | table["group"].isna(), use_case.group.kind + " " + table["group"].astype(str))


def drawn(names: pd.Series, one_in: int, salt: str = "") -> np.ndarray:
    """(n,) bool: one block in so many, by its name and nothing else, so that every release draws the same."""
    codes, found = pd.factorize(names)
    chosen = np.array([zlib.crc32(f"{name}{salt}".encode()) % one_in == 0 for name in found], bool)
    return chosen[codes]


def _written(stamp: pd.Series, step: str, form: str) -> pd.Series:
    """The plant's day or hour of each time, as text. Each is written once: of a hundred thousand rows that takes a second."""
    codes, begins = pd.factorize(stamp.dt.tz_localize(None).dt.floor(step))
    written = np.array([*pd.DatetimeIndex(begins).strftime(form), None], object)  # the last is of a row without a time
    return pd.Series(written[codes], index=stamp.index)


def _units(stamp: pd.Series, length_s: float) -> pd.Series:
    if length_s == DAY_S:
        return _written(stamp, "D", "%Y-%m-%d")
    if length_s == HOUR_S:
        return _written(stamp, "h", "%Y-%m-%d %H")
    return pd.Series(microseconds(stamp) // int(length_s * 1e6), index=stamp.index).astype(str)

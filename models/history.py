"""What a use case learns from before anything is recorded: its own history; and which stretches of it are held out or watched."""

import importlib
import zlib
from pathlib import Path

import numpy as np
import pandas as pd

from data.features import with_windows
from data.mapped import MappingError, mapped
from data.moments import microseconds, utc
from data.usecase import UseCase

HISTORY_ROWS = 60_000
DAY_S = 86_400
HOUR_S = 3600
HELD_OUT_OF = 5  # one block of readings in five is held out
WATCHED_OF = 6  # of the others one in six is watched
TABLE = "history.parquet"
NO_TIME = pd.Timestamp("2001-01-01", tz="UTC")
"""When the first row of a table without times is taken to be."""


class TrainingSetError(ValueError):
    """There is nothing to learn from; the message says what is missing."""


def history_of(use_case: UseCase, rows: int = HISTORY_ROWS) -> pd.DataFrame:
    """The use case's own history: asset, time, the signals and windows, outcome, cause. Rows without an outcome are left out.

    Args:
        rows: how many a generated history has; a table has what it has.

    Raises:
        TrainingSetError: it has none, or its table does not fit.
    """
    if use_case.folder is not None and (use_case.folder / TABLE).is_file():
        found = _of_table(use_case, use_case.folder / TABLE)
    else:
        found = _generated(use_case, rows)
    found = with_windows(use_case, found)
    return found[found["outcome"].notna()].reset_index(drop=True)


def _generated(use_case: UseCase, rows: int) -> pd.DataFrame:
    try:
        module = importlib.import_module(f"data.usecases.{use_case.name}.history")
    except ModuleNotFoundError:
        raise TrainingSetError(
            f"The use case {use_case.name} has no history to learn from: make it with python -m data.usecases new FILE --target COLUMN, "
            f"or add data/usecases/{use_case.name}/history.py with a training_history(use_case, rows) that gives asset, time, the "
            "signals, outcome and cause."
        ) from None
    try:
        return module.training_history(use_case, rows=rows)
    except FileNotFoundError as error:
        raise TrainingSetError(str(error)) from None


def _of_table(use_case: UseCase, file: Path) -> pd.DataFrame:
    try:
        told = mapped(use_case, pd.read_parquet(file), str(file))
    except MappingError as error:
        raise TrainingSetError(str(error)) from None
    if told.outcome is None:
        raise TrainingSetError(
            f"{use_case.name}: replay.outcome names no column of {file}: write which one holds {use_case.target.label}."
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
    strict = [name for name, signal in use_case.signals.items() if signal.missing == "quarantine"]
    found = found[found[strict].notna().all(axis=1) & found["asset"].isin(use_case.assets)]
    if not len(found):
        raise TrainingSetError(
            f"{use_case.name}: no row of {file} has every signal and an asset that stands under areas. Write 'missing: accept' at signals "
            "that are not always there, and the assets under areas."
        )
    return found


def blocks(use_case: UseCase, table: pd.DataFrame) -> pd.Series:
    """(n,) the name of the block that each row belongs to: an asset and a stretch of its time (``block_s``; of live readings an hour at
    most). Neighbouring readings are nearly the same, so a block is held out as a whole."""
    stamp = pd.to_datetime(table["time"], utc=True)
    origin = table["origin"] if "origin" in table else pd.Series("history", index=table.index)
    unit = np.where(origin == "history", _units(stamp, use_case.block_s), _units(stamp, min(use_case.block_s, HOUR_S)))
    return table["asset"].astype(str) + "/" + pd.Series(unit, index=table.index)


def drawn(names: pd.Series, one_in: int, salt: str = "") -> np.ndarray:
    """(n,) bool: one block in so many, by its name and nothing else, so that every release draws the same."""
    codes, found = pd.factorize(names)
    chosen = np.array([zlib.crc32(f"{name}{salt}".encode()) % one_in == 0 for name in found], bool)
    return chosen[codes]


def _units(stamp: pd.Series, length_s: float) -> pd.Series:
    if length_s == DAY_S:
        return stamp.dt.strftime("%Y-%m-%d")
    if length_s == HOUR_S:
        return stamp.dt.strftime("%Y-%m-%d %H")
    return pd.Series(microseconds(stamp) // int(length_s * 1e6), index=stamp.index).astype(str)

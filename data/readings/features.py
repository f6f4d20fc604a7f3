"""Model inputs from signals: one implementation for training and for the live loop, columnar in both.

Derived features are arithmetic expressions (:mod:`data.readings.expressions`) of signals and of windows over earlier readings
(:mod:`data.readings.windows`). Signals and windows are recorded with a reading; the arithmetic is done whenever its inputs are needed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.readings.expressions import ExpressionError, compile_expression
from data.readings.moments import microseconds
from data.readings.windows import Rows, Window, compile_window, is_window, windowed

if TYPE_CHECKING:
    from data.records import Prediction
    from data.usecase.use_case import UseCase

__all__ = ["ExpressionError", "compile_expression"]


def check_expressions(signals: Mapping, derived: Mapping) -> None:
    """Raise :class:`ExpressionError` for the first derived feature whose expression cannot be used."""
    earlier = [name for name, feature in derived.items() if is_window(feature.expression)]
    for name, feature in derived.items():
        try:
            if name in signals:
                raise ExpressionError("derived.{name} has the name of a signal; give it another one", name=name)
            if is_window(feature.expression):
                compile_window(feature.expression, tuple(signals))
            else:
                compile_expression(feature.expression, (*signals, *earlier))
        except ExpressionError as error:
            error.feature = name
            raise


@lru_cache(maxsize=64)
def _compiled(signals: tuple[str, ...], expressions: tuple[str, ...]) -> tuple[Callable, ...]:
    return tuple(compile_expression(e, signals) for e in expressions)


def coded(use_case: UseCase, values: Mapping[str, float | str]) -> np.ndarray:
    """(recorded,) float64 of one reading; a category as its code. What is missing, or a category that is not known, is NaN."""
    row = []
    for name, signal in use_case.recorded.items():
        value = values.get(name, math.nan)
        if signal.categories:
            row.append(float(signal.categories.index(value)) if value in signal.categories else math.nan)
        else:
            row.append(math.nan if isinstance(value, str) else float(value))
    return np.array(row)


def readings_table(readings: Iterable[Prediction]) -> pd.DataFrame:
    """A row for each :class:`data.records.Prediction`: id, asset, time and every signal (categories as text). Empty for none."""
    return pd.DataFrame([{"id": one.id, "asset": one.asset, "time": one.time, **one.values} for one in readings])


def signal_matrix(use_case: UseCase, table: pd.DataFrame) -> np.ndarray:
    """(n, recorded) float64 of a table with a column for each signal and window; a category as its code, NaN for what is not known."""
    return _matrix(use_case.recorded, table)


def feature_matrix(use_case: UseCase, values: np.ndarray, dtype: type = np.float32) -> np.ndarray:
    """Model inputs for checked signal values.

    Args:
        use_case: the :class:`data.usecase.use_case.UseCase`.
        values: (n, recorded) float64, signals and windows; a category as its code.
        dtype: float64 for a model that was made with it elsewhere.

    Returns:
        (n, features) float32 (or ``dtype``), in the order of ``use_case.features``. What cannot be computed (0/0) is NaN.
    """
    arithmetic = tuple(d.expression for name, d in use_case.derived.items() if name not in use_case.recorded)
    parts = _compiled(tuple(use_case.recorded), arithmetic)
    out = np.empty((len(values), len(use_case.features)), dtype=dtype)
    out[:, : values.shape[1]] = values
    with np.errstate(all="ignore"):
        for at, part in enumerate(parts, start=values.shape[1]):
            out[:, at] = part(values)
    out[~np.isfinite(out)] = np.nan
    return out


def signal_codes(use_case: UseCase, table: pd.DataFrame) -> np.ndarray:
    """(n, signals) float64 of a table with a column for each signal, without the windows."""
    return _matrix(use_case.signals, table)


def windows_of(use_case: UseCase) -> tuple[Window, ...]:
    """The windows over earlier readings that a use case derives, in the order of ``use_case.recorded``."""
    expressions = tuple(d.expression for d in use_case.derived.values() if is_window(d.expression))
    return _windows(tuple(use_case.signals), expressions)


@lru_cache(maxsize=64)
def _windows(signals: tuple[str, ...], expressions: tuple[str, ...]) -> tuple[Window, ...]:
    return tuple(compile_window(expression, signals) for expression in expressions)


def runs_of(use_case: UseCase, table: pd.DataFrame) -> pd.Series:
    """What each row (asset, ``group`` where there is one) goes on from: its asset, and within it its run, over whose border nothing looks back. A
    laboratory value that stands for many rows ends no run."""
    asset = table["asset"].astype(str)
    if "group" not in table or (use_case.group is not None and use_case.group.kind == "sample"):
        return asset
    return asset + "/" + table["group"].astype(str)


def with_windows(use_case: UseCase, table: pd.DataFrame) -> pd.DataFrame:
    """A table of readings (asset, time, every signal) with a column for each window: what the live loop would have recorded.

    The rows of an asset must all be there, as a window looks at those before; they need not be in order.
    """
    windows = windows_of(use_case)
    if not windows:
        return table
    ordered = table.sort_values("time", kind="stable")
    values = signal_codes(use_case, ordered)
    asset = pd.factorize(runs_of(use_case, ordered))[0].astype(np.int64)
    time_us = microseconds(ordered["time"])
    found = windowed(windows, Rows(asset, time_us, values))
    added = pd.DataFrame(found, index=ordered.index, columns=[name for name in use_case.recorded if name not in use_case.signals])
    return table.join(added) if table.index.is_unique else pd.concat([ordered, added], axis=1)


def _matrix(described: Mapping, table: pd.DataFrame) -> np.ndarray:
    columns = [
        _codes(one.categories, table[name]) if one.categories else table[name].to_numpy(float) for name, one in described.items()
    ]
    return np.stack(columns, axis=1).astype(float)


def _codes(categories: tuple[str, ...], column: pd.Series) -> np.ndarray:
    codes = pd.Index(categories).get_indexer(pd.Index(column)).astype(float)
    return np.where(codes < 0, np.nan, codes)

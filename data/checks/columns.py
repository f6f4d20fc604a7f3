"""One raw column -> its values in the types that a model needs, and findings for the rows where that fails."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from data.checks.findings import LONGEST, Findings, clock, short
from data.readings.moments import microseconds
from data.usecase.use_case import Signal

FUTURE_S = 5.0
"""How far ahead of the worker's clock a reading's time may be, in seconds (clocks in a plant differ a little)."""
_EARLIEST_US = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp() * 1e6)


def numbers_of(column: np.ndarray | None, name: str, signal: Signal, n: int, found: Findings) -> np.ndarray:
    unit = f" {signal.unit}" if signal.unit else ""
    if column is None and signal.missing == "accept":
        return np.full(n, np.nan)
    if column is None:
        found.add(np.ones(n, bool), "missing", name, lambda _: f"The row has no {name}: add the column, in{unit or ' numbers'}.")
        return np.zeros(n)
    numbers, text = _to_float(column)
    found.add(
        text,
        "not_a_number",
        name,
        lambda i: f"{name} is {short(column[i])}, which is no number: write one, in{unit}, with a decimal point.",
    )
    found.add(
        np.isnan(numbers) & (signal.missing == "quarantine"),
        "missing",
        name,
        lambda i: f"{name} is missing ({short(column[i])}): a reading needs it, in{unit}.",
    )
    found.add(np.isinf(numbers), "not_finite", name, lambda i: f"{name} is {numbers[i]}: write a finite number, in{unit}.")
    if signal.limits:
        low, high = signal.limits
        found.add(
            ~((numbers >= low) & (numbers <= high)) & ~np.isnan(numbers),
            "out_of_limits",
            name,
            lambda i: (
                f"{name} is {numbers[i]:g}{unit}, outside what is physically possible ({low:g} to {high:g}{unit}): check the sensor or the unit."
            ),
        )
    return numbers


def _to_float(column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The column as float64 (NaN where that fails) and which rows hold something that is no number."""
    column = np.asarray(column)
    if column.dtype.kind in "fiu":
        return column.astype(np.float64, copy=False), np.zeros(len(column), bool)
    told = [_number(value) for value in column]  # only a column with something odd in it comes here
    numbers = np.array([number for number, _ in told], np.float64)
    return numbers, np.array([odd for _, odd in told], bool)


def _number(value: Any) -> tuple[float, bool]:
    """A value as a float, and whether it is something that is no number (an empty one is NaN, and missing)."""
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, str) and not value.strip()):
        return np.nan, False
    if isinstance(value, bool | np.bool_ | bytes) or (isinstance(value, str) and len(value) > LONGEST):
        return np.nan, True
    try:
        return float(value), False
    except OverflowError:
        return np.inf, False
    except (TypeError, ValueError):
        return np.nan, True


def codes_of(column: np.ndarray, known: tuple[str, ...]) -> np.ndarray:
    """For each row the place of its text in ``known``, or -1 (also for what is no text at all). (n,) int64."""
    objects = np.asarray(column, dtype=object)
    if pd.api.types.infer_dtype(objects, skipna=False) != "string":
        objects = np.array([value if isinstance(value, str) else None for value in objects], dtype=object)
    return pd.Index(known).get_indexer(pd.Index(objects, dtype=object)).astype(np.int64)


def categories_of(column: np.ndarray | None, name: str, signal: Signal, n: int, found: Findings) -> np.ndarray:
    known = ", ".join(signal.categories)
    if column is None and signal.missing == "accept":
        return np.full(n, np.nan)
    if column is None:
        found.add(np.ones(n, bool), "missing", name, lambda _: f"The row has no {name}: add the column, one of {known}.")
        return np.zeros(n)
    codes = codes_of(column, signal.categories)
    empty = codes < 0
    empty[empty] = [_empty(value) for value in np.asarray(column, dtype=object)[empty]]
    accepted = empty & (signal.missing == "accept")
    found.add(empty & ~accepted, "missing", name, lambda _: f"{name} is missing: a reading needs one of {known}.")
    found.add(
        (codes < 0) & ~accepted,
        "unknown_category",
        name,
        lambda i: f"{name} is {short(column[i])}, which is not known: one of {known}, or add it to the use case.",
    )
    return np.where(accepted, np.nan, codes).astype(np.float64)


def _empty(value: object) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value == "" or (isinstance(value, float) and value != value)


def times_of(column: np.ndarray | None, n: int, found: Findings, now_us: int) -> np.ndarray:
    if column is None:
        found.add(np.ones(n, bool), "missing", "time", lambda _: "The row has no time: add a column 'time', ISO 8601 in UTC.")
        return np.zeros(n, np.int64)
    time_us, odd = _microseconds(np.asarray(column))
    found.add(
        odd,
        "not_a_time",
        "time",
        lambda i: (
            getattr(column[i], "why", "")
            or f"time is {short(column[i])}, which is no time: write ISO 8601, e.g. 2026-03-01T14:31:07Z."
        ),
    )
    found.add(
        time_us > now_us + int(FUTURE_S * 1e6),
        "future",
        "time",
        lambda i: f"time is {clock(time_us[i])}, in the future: check the clock of the source.",
    )
    found.add(
        time_us < _EARLIEST_US,
        "too_old",
        "time",
        lambda i: f"time is {clock(time_us[i])}, before the year 2000: check the clock of the source, or its unit.",
    )
    return time_us


def _microseconds(column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The column as microseconds since 1970 UTC (whole numbers are that already; a time without a zone counts as UTC),
    and which rows hold no time."""
    if column.dtype.kind == "i":
        return column.astype(np.int64, copy=False), np.zeros(len(column), bool)
    time_us, whole = np.zeros(len(column), np.int64), np.zeros(len(column), bool)
    if column.dtype.kind == "O":
        whole = np.array([isinstance(v, int | np.integer) and not isinstance(v, bool) and abs(v) < 2**62 for v in column], bool)
        time_us[whole] = column[whole].astype(np.int64)
        readable = [v if isinstance(v, str | datetime | np.datetime64) and len(str(v)) <= LONGEST else None for v in column]
        column = np.array([*readable, None], dtype=object)[:-1]
    stamps = pd.to_datetime(pd.Series(column[~whole]), utc=True, errors="coerce", format="ISO8601")
    odd = np.zeros(len(column), bool)
    odd[~whole] = stamps.isna().to_numpy()
    time_us[~whole] = microseconds(stamps.fillna(pd.Timestamp(0, tz="UTC")))
    return time_us, odd


def integers_of(column: np.ndarray | None, n: int, found: Findings, name: str) -> np.ndarray:
    if column is None:
        return np.zeros(n, np.int64)
    numbers, text = _to_float(column)
    wrong = text | ~np.isfinite(numbers) | (np.abs(numbers) > 2**53) | (numbers % 1 != 0)
    found.add(
        wrong,
        "not_a_number",
        name,
        lambda i: f"{name} is {short(column[i])}: write a whole number that grows with every reading of the asset.",
    )
    return np.where(wrong, 0, numbers).astype(np.int64)

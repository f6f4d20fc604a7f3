"""What each column of a table is: a number with its unit and limits, a category, a time, an identifier, or nothing that a model can use."""

import keyword
import math
import re
import unicodedata
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data.tables.columns import is_codes
from data.tables.dates import looks_like_time
from data.tables.manner import MOSTLY
from data.tables.read import free_name
from data.tables.times import is_time_of_day
from data.usecase.parts import RESERVED

MOST_CATEGORIES = 50
_TAKEN = ("pi", "mean", "std", "min", "max", "lag", "on", "off", "yes", "no", "true", "false", "null")
"""Names that mean something else: in expressions, or to YAML."""
MOST_DECIMALS, LARGE = 15, 1e6
SEEN = 50_000
"""Rows from which a column's kind is told: evenly spaced ones."""
_UNIT = re.compile(
    r"^(?P<name>.*?)\s*(?:\[(?P<a>[^\]]*)\]|\((?P<b>[^)]{1,12})\)|[,;]\s*(?P<c>[^\s,;]{1,8})|\s+in\s+(?P<d>[^\s]{1,8}))\s*$"
)
_SUFFIXES = {
    "degc": "°C", "degf": "°F", "celsius": "°C", "rpm": "rpm", "nm": "Nm", "mm": "mm", "cm": "cm", "kw": "kW", "mw": "MW", "kwh": "kWh",
    "bar": "bar", "mbar": "mbar", "kpa": "kPa", "mpa": "MPa", "pa": "Pa", "psi": "psi", "hz": "Hz", "khz": "kHz", "ms": "ms", "pct": "%",
    "percent": "%", "volt": "V", "amp": "A", "kg": "kg", "ppm": "ppm", "mg": "mg", "db": "dB", "kmh": "km/h",
}  # fmt: skip
_NEVER_NEGATIVE = {
    "rpm", "K", "kg", "g", "mg", "t", "m", "cm", "mm", "µm", "bar", "mbar", "%", "ppm", "Hz", "kHz", "min", "h", "s", "ms", "t/h", "kg/h", "m³/h",
    "l/min", "mg/m³", "MWh", "kWh",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """``header`` as found, ``name`` as an identifier. ``kind``: number, category, time, identifier, constant, duplicate, empty, text.
    ``why``: what makes it so, for a reader. ``bad``: how many values are none of its kind."""

    header: str
    name: str
    label: str
    unit: str
    kind: str
    why: str = ""
    missing: float = 0.0
    bad: int = 0
    limits: tuple[float, float] | None = None
    decimals: int = 1
    categories: tuple[str, ...] = ()


def describe(frame: pd.DataFrame) -> tuple[Column, ...]:
    """Every column of a table, in its order."""
    found, taken = [], set()
    thin = frame.iloc[np.unique(np.linspace(0, len(frame) - 1, min(len(frame), SEEN)).round().astype(int))]
    for header in frame.columns:
        label, unit = label_and_unit(header)
        name = identifier(label, taken)
        taken.add(name)
        found.append(_one(Column(header, name, label, unit, "text"), frame[header], thin[header]))
    return _duplicates(tuple(found), thin, frame)


def label_and_unit(header: str) -> tuple[str, str]:
    """(``Torque``, ``Nm``) of ``Torque [Nm]``, ``Torque (Nm)``, ``torque_Nm``, ``Temp in °C``, ``speed, rpm``."""
    text = " ".join(str(header).split())
    if found := _UNIT.match(text):
        unit = next((part for part in (found["a"], found["b"], found["c"], found["d"]) if part is not None), "").strip()
        if found["name"].strip() and len(unit) <= 16 and not (found["b"] and re.fullmatch(r"\d+|[a-z]{5,}", found["b"])):
            return _label(found["name"]), "" if unit in ("-", "") else unit
    head, _, tail = text.rpartition("_")
    if head and tail.lower() in _SUFFIXES:
        return _label(head), _SUFFIXES[tail.lower()]
    return _label(text), ""


def identifier(label: str, taken: set[str]) -> str:
    """A name of its own for a column, in small letters."""
    plain = unicodedata.normalize("NFKD", label.replace("ß", "ss").replace("µ", "u")).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40] or "signal"
    if name[0].isdigit() or keyword.iskeyword(name) or name in RESERVED or name in _TAKEN:
        name = f"signal_{name}"
    return free_name(name, taken)


def numbers(column: pd.Series) -> pd.Series:
    """A column as float64; what is no number is NaN."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.astype(float)
    return pd.to_numeric(column, errors="coerce").astype(float)


def _label(text: str) -> str:
    text = text.strip(" _-.")
    if re.search(r"[a-z]_[a-z]", text, re.IGNORECASE) and " " not in text:
        text = text.replace("_", " ")
    return (text[:1].upper() + text[1:])[:60] or "Signal"


def _one(column: Column, whole: pd.Series, thin: pd.Series) -> Column:
    missing = float(whole.isna().mean())
    column = replace(column, missing=missing)
    if missing == 1.0:
        return replace(column, kind="empty", why="has no value in any row")
    there = thin.dropna()
    if pd.api.types.is_datetime64_any_dtype(whole.dtype):
        return replace(column, kind="time")
    if pd.api.types.is_bool_dtype(whole.dtype):
        return _category(column, there)
    if pd.api.types.is_numeric_dtype(whole.dtype):
        return _number(column, whole.astype(float), there.astype(float))
    text = there.astype(str)
    as_number = pd.to_numeric(text, errors="coerce")
    if as_number.notna().mean() >= MOSTLY and not is_codes(text):
        values = numbers(whole)
        bad = int((values.isna() & whole.notna()).sum())
        return replace(_number(column, values, as_number.dropna()), bad=bad, missing=float(values.isna().mean()))
    distinct = text.nunique()
    if looks_like_time(text):
        return replace(column, kind="time")
    if is_time_of_day(text):
        return replace(column, kind="text", why="is a time of day without a date")
    if distinct == 1 and whole.dropna().nunique() == 1:
        return replace(column, kind="constant", why=f"is always {str(text.iloc[0])[:40]!r}")
    if distinct > 0.9 * len(text) and len(text) > 20:
        return replace(column, kind="identifier", why="has another text in nearly every row")
    if whole.nunique() > MOST_CATEGORIES:
        return replace(column, kind="text", why=f"has {whole.nunique():,} different texts, more than {MOST_CATEGORIES}")
    return _category(column, whole.dropna())


def _category(column: Column, there: pd.Series) -> Column:
    words = tuple(sorted({str(one).strip() for one in there.unique()}))
    if len(words) == 1:
        return replace(column, kind="constant", why=f"is always {words[0][:40]!r}")
    return replace(column, kind="category", categories=words)


def _number(column: Column, whole: pd.Series, there: pd.Series) -> Column:
    low, high = float(np.nanmin(whole)), float(np.nanmax(whole))
    if low == high:
        return replace(column, kind="constant", why=f"is always {low:g}")
    if not math.isfinite(high - low):
        finite = whole[np.isfinite(whole) & (whole.abs() < 1e300)]
        if finite.nunique() < 2:
            return replace(column, kind="text", why="has hardly a number that a computer can reckon with")
        low, high = float(finite.min()), float(finite.max())
    whole_numbers = bool((there % 1 == 0).all())
    if whole_numbers and len(whole) > 20 and column.missing == 0 and whole.nunique() == len(whole):
        steps = np.diff(whole.to_numpy())
        if (steps > 0).all() and np.median(steps) == 1:
            return replace(column, kind="identifier", why="is a number that counts the rows")
    return replace(column, kind="number", limits=_limits(low, high, column.unit), decimals=_decimals(there, low, high))


def _limits(low: float, high: float, unit: str) -> tuple[float, float]:
    """A wide guard around what was seen: a whole range on both sides, and no negative amount of what cannot be negative."""
    span = high - low
    floor = low - span
    if low >= 0 and unit in _NEVER_NEGATIVE:
        floor = max(floor, 0.0)
    digits = 1 - math.floor(math.log10(span))
    return math.floor(floor * 10**digits) / 10**digits, math.ceil((high + span) * 10**digits) / 10**digits


def _decimals(there: pd.Series, low: float, high: float) -> int:
    """As many decimals as the data has, but no more than tell a thousandth of its range apart; of millions fewer than none."""
    needed = math.ceil(-math.log10((high - low) / 1000))
    if needed <= 0:
        return max(needed, -MOST_DECIMALS) if max(abs(low), abs(high)) >= LARGE else 0
    if (there % 1 == 0).all():
        return 0
    text = pd.Series([np.format_float_positional(one, trim="-") for one in there.head(500).to_numpy(float)], dtype="str")
    has = int(text.str.split(".").str[1].str.len().fillna(0).quantile(0.9))
    return int(min(needed, has, MOST_DECIMALS))


def _duplicates(found: tuple[Column, ...], thin: pd.DataFrame, frame: pd.DataFrame) -> tuple[Column, ...]:
    """Columns with the values of an earlier one are that one again."""
    first: dict[bytes, Column] = {}
    told = []
    for column in found:
        if column.kind in ("number", "category"):
            key = pd.util.hash_pandas_object(thin[column.header], index=False).to_numpy().tobytes()
            before = first.setdefault(key, column)
            if before is not column and before.kind == column.kind and frame[before.header].equals(frame[column.header]):
                column = replace(column, kind="duplicate", why=f"has the same values as {before.header!r}")
        told.append(column)
    return tuple(told)

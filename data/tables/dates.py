"""Texts cut into the parts of a date and a clock, and put together in a given order of day and month."""

import calendar
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from data.tables.manner import MOSTLY

_CLOCK = (
    r"(?:[T,\s]\s*(?P<h>\d{1,2})[:.h](?P<i>\d{2})(?:[:.](?P<s>\d{2})(?:[.,:](?P<f>\d{1,9}))?)?\s*(?P<p>[AaPp]\.?\s?[Mm]\.?)?(?:\s*(?:Uhr|hrs|h))?)?"
    r"\s*(?P<z>Z|UTC|GMT|CEST|CET|EEST|EET|WEST|WET|BST|[+-]\d{2}:?\d{2}|[+-]\d{2})?\s*$"
)
_NUMERIC = r"^\s*(?:\pL{2,9}\.?,?\s+)?(?P<a>\d{1,4})\s?[-./ ]\s?(?P<b>\d{1,2})\s?[-./ ]\s?(?P<c>\d{1,4})\.?" + _CLOCK
_NAMED = (
    r"^\s*(?:\pL{2,9}\.?,\s*)?(?:(?P<a>\d{1,4})\.?[-./\s]+)?(?P<b>\pL{3,9})\.?[-./\s]+(?P<c>\d{1,4})(?:,?\s+(?P<d>\d{4}))?"
    + _CLOCK
)
_ZONES = {"Z": 0, "UTC": 0, "GMT": 0, "CET": 60, "CEST": 120, "EET": 120, "EEST": 180, "WET": 0, "WEST": 60, "BST": 60}
_MONTHS = {name.lower()[:3]: at for at, name in enumerate(calendar.month_abbr) if name} | {
    "mär": 3, "mrz": 3, "mai": 5, "okt": 10, "dez": 12, "maj": 5, "mrt": 3, "mei": 5, "ene": 1, "abr": 4, "ago": 8, "dic": 12, "gen": 1,
    "mag": 5, "giu": 6, "lug": 7, "set": 9, "ott": 10, "fév": 2, "avr": 4, "aoû": 8, "déc": 12,
}  # fmt: skip
_BASIC = r"^\s*(\d{4})(\d{2})(\d{2})[T ](\d{2})(\d{2})"
"""ISO 8601 without its signs: 20260303T060000. Only digits that follow each other are a number, and no time."""
NONE = np.iinfo(np.int64).min
"""Of a text that is no time."""


class Cut:
    """Texts cut into the parts of a date and a clock, each different one once."""

    def __init__(self, text: pd.Series) -> None:
        self.text = text
        self._codes, uniques = pd.factorize(text, use_na_sentinel=True)
        each = pd.Series(uniques, dtype="str")
        self._numeric = _parts(each, _NUMERIC)
        self._left = np.flatnonzero(~self._numeric["fits"])
        self._named = _parts(each.iloc[self._left], _NAMED)

    def walls(self, day_first: bool | None) -> tuple[np.ndarray, np.ndarray]:
        """((n,) int64 µs of the clock on the wall, (n,) float minutes that it is ahead of UTC, NaN where the text does not say it)."""
        wall = np.append(_assembled(self._numeric, _ordered(self._numeric, day_first)), NONE)
        shift = np.append(self._numeric["shift"], np.nan)
        if len(self._left):
            wall[self._left] = _assembled(self._named, _of_names(self._named))
            shift[self._left] = self._named["shift"]
        return wall[self._codes], shift[self._codes]  # -1, nothing there, is the last one


def looks_like_time(text: pd.Series) -> bool:
    """Whether texts have the shape of dates, nearly all of them."""
    sample = text.dropna().astype(str).head(500)
    if not len(sample) or sample.str.len().max() > 45:
        return False
    shaped, named = _parts(sample.astype("str"), _NUMERIC), _parts(sample.astype("str"), _NAMED)
    clock = sample.str.contains(r"\d:\d\d", regex=True).to_numpy(bool)
    day = shaped["fits"] & ((shaped["la"] == 4) | (shaped["lc"] == 4) | ((shaped["lc"] == 2) & clock))
    month = (
        named["fits"] & np.isfinite(named["b"]) & np.isfinite(named["c"]) & (np.isfinite(named["a"]) | np.isfinite(named["d"]))
    )
    return bool((day | month).mean() >= MOSTLY)


def _parts(text: pd.Series, pattern: str) -> dict[str, np.ndarray]:
    """What a pattern cuts out of (n,) texts, as numbers: a, b, c, d of the date (``b`` a month by its name), their lengths ``la`` and ``lc``, the time of day
    in µs ``day``, and ``shift``, minutes ahead of UTC. NaN, or a length of 0, where there is nothing."""
    import pyarrow as pa
    import pyarrow.compute

    pc: Any = pyarrow.compute  # its functions are made when it is imported: no checker sees them
    values = pa.array(text, pa.large_string(), from_pandas=True)
    values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    for seconds, signs in ((r"(\d{2})", r"\1-\2-\3 \4:\5:\6"), ("", r"\1-\2-\3 \4:\5")):
        values = pc.replace_substring_regex(values, _BASIC + seconds, signs)
    found = pc.extract_regex(values, pattern.replace(r"\pL", r"\p{L}"))
    fits = np.asarray(pc.is_valid(found).to_numpy(zero_copy_only=False), bool)

    def number(name: str) -> np.ndarray:
        part = pc.struct_field(found, name)
        part = pc.if_else(pc.equal(part, ""), None, part)
        return pc.cast(part, pa.float64()).to_numpy(zero_copy_only=False).astype(float)

    def words(name: str, known: Callable[[str], float]) -> np.ndarray:
        part = pc.dictionary_encode(pc.struct_field(found, name))
        told = np.array([known(one) if one else np.nan for one in part.dictionary.to_pylist()] + [np.nan], float)
        return told[pc.fill_null(part.indices, len(told) - 1).to_numpy(zero_copy_only=False).astype(int)]

    named = "<d>" in pattern
    cut = {name: number(name) for name in ("acd" if named else "abc")}
    if named:
        cut["b"] = words("b", lambda one: _MONTHS.get(one.lower()[:3], np.nan))
    for name in "ac":
        length = pc.binary_length(pc.struct_field(found, name))
        cut[f"l{name}"] = pc.fill_null(length, 0).to_numpy(zero_copy_only=False)
    cut["day"] = _time_of_day(number("h"), number("i"), number("s"), words("p", lambda one: 2.0 if one[0] in "pP" else 1.0))
    fraction = pc.struct_field(found, "f")
    if pc.any(pc.not_equal(fraction, "")).as_py():
        long = pc.utf8_rpad(pc.utf8_slice_codeunits(fraction, 0, 6), 6, "0")
        cut["day"] += pc.cast(long, pa.float64()).to_numpy(zero_copy_only=False)
    cut["shift"] = words("z", _shift)
    cut["fits"] = fits & np.isfinite(cut["day"])
    return cut


def _time_of_day(hour: np.ndarray, minute: np.ndarray, second: np.ndarray, half: np.ndarray) -> np.ndarray:
    """(n,) µs since midnight, NaN where a clock shows no such time. ``half``: 1 before noon, 2 after it, NaN where the clock has 24 hours."""
    twelve = np.isfinite(half)
    hour, minute, second = np.nan_to_num(hour), np.nan_to_num(minute), np.nan_to_num(second)
    wrong = (minute >= 60) | (second > 60) | (hour > np.where(twelve, 12, 24)) | (twelve & (hour < 1))
    hour = np.where(twelve, hour % 12 + 12 * (half == 2), hour)
    return np.where(wrong, np.nan, ((hour * 60 + minute) * 60 + second) * 1e6)


def _shift(zone: str) -> float:
    if zone in _ZONES:
        return float(_ZONES[zone])
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return (int(digits[:2]) * 60 + int(digits[2:4])) * (-1.0 if zone[0] == "-" else 1.0)


def _ordered(cut: dict, day_first: bool | None) -> tuple[np.ndarray, ...]:
    """(year, month, day, whether the shape is one of that order)."""
    a, b, c, long_a, long_c = cut["a"], cut["b"], cut["c"], cut["la"] > 2, cut["lc"] > 2
    if day_first is None:
        return a, b, c, ~long_c & (cut["la"] % 2 == 0)
    return c, (b if day_first else a), (a if day_first else b), ~long_a & (cut["lc"] != 1)


def _of_names(cut: dict) -> tuple[np.ndarray, ...]:
    """The same of dates whose month is a word: 3 March 2026, 2026-Mar-03, Mar 3, 2026. No order can be wrong there."""
    a, c, d, year_first, none = cut["a"], cut["c"], cut["d"], cut["la"] == 4, cut["la"] == 0
    year = np.where(year_first, a, np.where(none, d, c))
    day = np.where(year_first | none, c, a)
    return year, cut["b"], day, np.isfinite(year) & np.isfinite(day)


def _assembled(cut: dict, date: tuple) -> np.ndarray:
    """(n,) int64 µs of the clock on the wall."""
    year, month, day, fits = date
    year = np.where(year < 70, year + 2000, np.where(year < 100, year + 1900, year))
    fits = fits & cut["fits"] & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31) & (year >= 1900) & (year <= 2200)
    year, month, day = (np.where(fits, one, low).astype(np.int64) for one, low in ((year, 1970), (month, 1), (day, 1)))
    months = (year - 1970) * 12 + month - 1
    date_of = months.astype("datetime64[M]").astype("datetime64[D]") + (day - 1)
    fits &= date_of.astype("datetime64[M]").astype(np.int64) == months  # the 31st of April is none
    us = date_of.astype("datetime64[us]").astype(np.int64) + np.where(fits, cut["day"], 0).astype(np.int64)
    return np.where(fits, us, NONE)

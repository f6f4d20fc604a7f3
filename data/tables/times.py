"""How the times of a column are written, decided once for all of its rows, and read in that one way.

The order of day and month is the one in which all rows can be read; where both can, the one in which the rows keep a pace; where both do, it is a guess and is
said to be one. A row that does not fit is no time: another order row by row is never tried.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from data.sentence import Sentence
from data.tables.dates import NONE, Cut
from data.tables.manner import MOSTLY
from data.zones import localized

Epoch = Literal["s", "ms", "us", "ns"]
_ISO = r"^\s*\d{4}-\d{1,2}-\d{1,2}(?:[T ]|\s*$)"
_COMPACT = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])?([0-5]\d)?([0-5]\d)?$")
_TIME_OF_DAY = r"^\s*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?\s?[Mm]\.?)?\s*$"
_EPOCH = {"s": 1e6, "ms": 1e3, "us": 1.0, "ns": 1e-3}
PACE = 0.5
"""How much shorter the way through all times has to be in one order of day and month for it to be decided by that."""


@dataclass(frozen=True, slots=True)
class Way:
    """``format``: as somebody gave it (strptime). ``day_first``: of dates that do not begin with the year. ``epoch``: the unit of numbers since 1970.
    ``zone``: of times that name none. All ``None``: the year first, as in ISO 8601."""

    format: str | None = None
    day_first: bool | None = None
    epoch: Epoch | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """``us``: (n,) int64 UTC, for an ``odd`` row that of the row before. ``odd``: (n,) bool, what is no time in this way, or is missing. ``guess``:
    another order of day and month would do as well. ``naive``: whether times name no zone; ``twice``: moments of the local clock that came
    twice, as texts; ``left_out``: (n,) bool, odd because the zone's clock leaves that hour out."""

    us: np.ndarray
    odd: np.ndarray
    left_out: np.ndarray
    way: Way
    guess: bool = False
    naive: bool = True
    twice: tuple[str, ...] = ()


def is_time_of_day(column: pd.Series) -> bool:
    """Whether a column holds times of day without a date."""
    if pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_datetime64_any_dtype(column.dtype):
        return False
    there = column.dropna().astype(str).head(500)
    return bool(len(there)) and bool(there.str.match(_TIME_OF_DAY).mean() >= MOSTLY)


def is_epoch(column: pd.Series) -> bool:
    """Whether numbers (or long numbers as texts) may be seconds since 1970 in any unit, or dates such as 20260314."""
    if pd.api.types.is_datetime64_any_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        return False
    value = pd.to_numeric(column, errors="coerce").astype(float).dropna()
    if not len(value) or len(value) < MOSTLY * column.notna().sum():
        return False
    if any(((value > 9.4e8 * scale) & (value < 4e9 * scale)).all() for scale in (1, 1e3, 1e6, 1e9)):
        return True
    return _compact(column)


def read_times(column: pd.Series, way: Way | None = None, zone: str = "UTC", codes: np.ndarray | None = None) -> Times:
    """The times of a column.

    Args:
        way: how it is written; found, if not given.
        zone: of times that name none, where the way is found.
        codes: (n,) which asset each row is of: by it an hour that comes twice is told apart.
    """
    column = column.reset_index(drop=True)
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return _of_moments(column, way or Way(zone=zone), codes)
    if pd.api.types.is_numeric_dtype(column.dtype) and not (way and way.format) and not _compact(column):
        return _of_numbers(column.to_numpy(np.float64), way or Way(zone=zone))
    text = column.astype("str").where(column.notna())
    if not pd.api.types.is_numeric_dtype(column.dtype) and is_epoch(column) and not (way and way.format) and not _compact(column):
        return _of_numbers(pd.to_numeric(text, errors="coerce").to_numpy(np.float64), way or Way(zone=zone))
    if way is not None and way.format:
        stamps = pd.to_datetime(text, format=way.format, errors="coerce", utc="%z" in way.format or "%Z" in way.format)
        return _of_moments(stamps, way, codes)
    if _compact(column):
        stamps = pd.to_datetime(
            text.str.replace(r"\.0$", "", regex=True).str.ljust(14, "0"), format="%Y%m%d%H%M%S", errors="coerce"
        )
        return _of_moments(stamps, way or Way(zone=zone), codes)
    if (way is None or way.day_first is None) and text.head(100).str.contains(_ISO, regex=True).fillna(True).all():
        try:  # what most tables have, and ten times as fast
            return _of_moments(pd.to_datetime(text, format="ISO8601"), way or Way(zone=zone), codes)
        except ValueError:
            pass  # something in it is not: cut apart
    cut = Cut(text)
    found, guess = (way, False) if way is not None else _found(cut, zone)
    wall, shift = cut.walls(found.day_first)
    if (
        way is not None
        and way.day_first is not None
        and (wall == NONE).all()
        and text.str.contains(_ISO, regex=True).fillna(False).all()
    ):
        wall, shift = cut.walls(None)  # a later file all of which is ISO 8601 leaves nothing open
    return _placed(wall, shift, found, guess, codes)


def order_of_days(way: Way) -> Sentence:
    """In words: how dates are read."""
    if way.format:
        return Sentence("in the format {format}", format=way.format)
    if way.epoch:
        return {
            "s": Sentence("seconds since 1970"),
            "ms": Sentence("milliseconds since 1970"),
            "us": Sentence("microseconds since 1970"),
            "ns": Sentence("nanoseconds since 1970"),
        }[way.epoch]
    return {
        None: Sentence("with the year first"),
        True: Sentence("day before month"),
        False: Sentence("month before day"),
    }[way.day_first]


def _compact(column: pd.Series) -> bool:
    """Whether all values are dates such as 20260314, 202603141530 or 20260314153000, and may go on for years."""
    sample = column.dropna().head(500)
    if not len(sample) or sample.dtype == bool:
        return False
    return all(len(text) in (8, 12, 14) and _COMPACT.match(text) for text in (re.sub(r"\.0$", "", str(one)) for one in sample))


def _found(text: Cut, zone: str) -> tuple[Way, bool]:
    """The way in which most rows can be read, and whether it is a guess."""
    tried = {order: text.walls(order) for order in (None, True, False)}
    read = {order: int((wall != NONE).sum()) for order, (wall, _) in tried.items()}
    most = max(read.values())
    best = [order for order in (None, True, False) if read[order] >= MOSTLY * most]
    if all((tried[best[0]][0] == tried[order][0]).all() for order in best[1:]):
        return Way(day_first=best[0], zone=zone), False
    ways = {order: _length(tried[order][0]) for order in best}
    first, second, *_ = sorted(best, key=lambda order: (ways[order], order is False))
    if ways[first] < PACE * ways[second]:  # before the count: a row that is written otherwise decides nothing
        return Way(day_first=first, zone=zone), False
    best = [order for order in best if read[order] == most]
    return Way(day_first=best[0] if len(best) == 1 else _by_sign(text.text, best), zone=zone), len(best) > 1


def _length(wall: np.ndarray) -> float:
    """How far it is from row to row through all times: exchanged days and months leap."""
    there = wall[wall != NONE]
    return float(np.abs(np.diff(there.astype(np.float64))).sum())


def _by_sign(text: pd.Series, orders: list) -> bool | None:
    """What is usual where it is written like that."""
    sample = text.dropna().head(200)
    american = sample.str.contains(r"[AaPp]\.?[Mm]\.?\s*$", regex=True).any() and sample.str.contains("/", regex=False).all()
    return False if american and False in orders else (True if True in orders else orders[0])


def _of_moments(column: pd.Series, way: Way, codes: np.ndarray | None) -> Times:
    """Of a column that holds times already."""
    aware = getattr(column.dt, "tz", None) is not None
    plain = (column.dt.tz_convert("UTC").dt.tz_localize(None) if aware else column).astype("datetime64[us]")
    odd = plain.isna().to_numpy()
    wall = np.where(odd, NONE, plain.fillna(pd.Timestamp(0)).astype("int64").to_numpy())
    return _placed(wall, np.full(len(wall), 0.0 if aware else np.nan), way, False, codes)


def _of_numbers(number: np.ndarray, way: Way) -> Times:
    """Of numbers since 1970, in one unit for all of them."""
    odd = ~np.isfinite(number)
    size = np.abs(number[~odd]).max(initial=0)
    unit = way.epoch or ("s" if size < 1e11 else "ms" if size < 1e14 else "us" if size < 1e17 else "ns")
    odd |= np.abs(np.where(odd, 0, number)) * _EPOCH[unit] > 7e15
    us = np.where(odd, 0, number) * _EPOCH[unit]
    return _placed(np.where(odd, NONE, us.round().astype(np.int64)), np.zeros(len(number)), replace(way, epoch=unit), False, None)


def _placed(wall: np.ndarray, shift: np.ndarray, way: Way, guess: bool, codes: np.ndarray | None) -> Times:
    """On the time line: by the offset that a text names, otherwise by the zone's clock."""
    odd, naive, left_out = wall == NONE, np.isnan(shift), np.zeros(len(wall), bool)
    us = np.where(odd, 0, wall) - (np.where(naive, 0, shift) * 60e6).astype(np.int64)
    there, twice = ~odd & naive, ()
    if there.any() and way.zone not in ("UTC", "Etc/UTC"):
        placed, skipped, twice = localized(wall[there], way.zone, None if codes is None else codes[there])
        us[there] = placed
        left_out[np.flatnonzero(there)[skipped]] = True
        odd |= left_out
    last = np.maximum.accumulate(np.where(odd, -1, np.arange(len(us))))
    first = int(np.argmax(~odd)) if (~odd).any() else 0
    us = us[np.where(last < 0, first, last)] if len(us) else us
    return Times(us, odd, left_out, way, guess, bool(there.any()) or not (~odd).any(), twice)

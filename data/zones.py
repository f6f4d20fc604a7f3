"""Local times of a plant as moments: the hour that a clock shows twice in autumn, and the one that it leaves out in spring."""

import numpy as np
import pandas as pd

from data.errors import PullcordError

HOUR_US = 3_600_000_000


class ZoneError(PullcordError, ValueError):
    """A time zone that is none; the message says what to write."""


def checked(zone: str) -> str:
    """A name of a time zone. Raises ZoneError."""
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise ZoneError("{zone} is no time zone; write one of the IANA names, e.g. Europe/Berlin.", zone=repr(zone)) from None
    return zone


def localized(wall: np.ndarray, zone: str, codes: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Moments of a local clock.

    Args:
        wall: (n,) int64 µs as the clock shows them, in the order of the rows.
        codes: (n,) which asset a row is of; each goes through the hour by itself.

    Returns:
        ((n,) int64 µs UTC, (n,) bool that no such time exists, the hours that came twice as ``2026-10-25 02:00``).
    """
    clock = pd.DatetimeIndex(wall.astype("datetime64[us]"))
    first = clock.tz_localize(zone, ambiguous=np.ones(len(wall), bool), nonexistent="NaT")
    second = clock.tz_localize(zone, ambiguous=np.zeros(len(wall), bool), nonexistent="NaT")
    skipped = np.asarray(first.isna())
    early, late = (_us(one, skipped) for one in (first, second))
    both = np.flatnonzero((early != late) & ~skipped)
    us = early.copy()
    if len(both):
        later = _second_pass(wall, both, np.zeros(len(wall), np.int64) if codes is None else codes)
        us[later] = late[later]
    hours = sorted({str(hour) for hour in (wall[both] // HOUR_US * HOUR_US).astype("datetime64[us]").astype("datetime64[m]")})
    return us, skipped, tuple(hour.replace("T", " ") for hour in hours)


def set_back(wall: np.ndarray, codes: np.ndarray | None = None) -> tuple[str, ...]:
    """Hours that a clock without a zone shows twice: an asset's times step back by about an hour and go on, as they do on one night of the year."""
    found = set()
    codes = np.zeros(len(wall), np.int64) if codes is None else codes
    for code in np.unique(codes)[:500]:
        own = wall[codes == code]
        step = np.diff(own)
        usual = float(np.median(step[step > 0])) if (step > 0).any() else 0.0
        back = np.flatnonzero(step < 0)
        if not len(back) or len(back) > 1 + len(own) / 500:
            continue
        for at in back:
            if abs(step[at] + HOUR_US - usual) <= max(usual, 60e6) and step[at] >= -HOUR_US:
                found.add(
                    str((own[at + 1] // HOUR_US * HOUR_US).astype("datetime64[us]").astype("datetime64[m]")).replace("T", " ")
                )
    return tuple(sorted(found))


def _us(times: pd.DatetimeIndex, skipped: np.ndarray) -> np.ndarray:
    plain = times.tz_convert("UTC").tz_localize(None).as_unit("us")
    return np.where(skipped, 0, plain.where(~skipped, pd.Timestamp(0)).asi8)


def _second_pass(wall: np.ndarray, both: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Rows of the doubled hour that belong to its second time: after the step back of their asset; or, where there is none, before a row that
    follows on them."""
    later = []
    for code in np.unique(codes[both]):
        own = np.flatnonzero(codes == code)
        rows = both[codes[both] == code]
        place = np.searchsorted(own, rows)
        for night in np.split(np.arange(len(rows)), np.flatnonzero(np.diff(place) > 1) + 1):
            at, times = rows[night], wall[rows[night]]
            down = np.flatnonzero(np.diff(times) < 0)
            if len(down) and len(times) > 1 and (np.diff(times) < 0).mean() > 0.5:  # the newest row first
                down = np.flatnonzero(np.diff(times) > 0)
                later += at[: down[0] + 1].tolist() if len(down) else []
            elif len(down):
                later += at[down[0] + 1 :].tolist()
            elif _follows(wall, own, place[night]):
                later += at.tolist()
    return np.array(later, np.int64)


def _follows(wall: np.ndarray, own: np.ndarray, place: np.ndarray) -> bool:
    """Whether rows of the hour lie nearer to what comes after them than to what was before: a recorder that began in its second time."""
    before = wall[own[place[0]]] - wall[own[place[0] - 1]] if place[0] else np.inf
    after = wall[own[place[-1] + 1]] - wall[own[place[-1]]] if place[-1] + 1 < len(own) else np.inf
    return bool(after < before)

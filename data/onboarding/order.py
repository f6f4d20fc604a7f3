"""How the rows of a table hang together: their time, the asset each belongs to, the pace, and how long they resemble their neighbours."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.onboarding.columns import Column, numbers
from data.onboarding.moments import Moments, moments_of
from data.tables.mapped import as_text
from data.tables.times import Way

BLOCKS = 150
"""About how many stretches the whole time is cut into, of which one in five is held out."""
_ASSET = re.compile(
    r"^(machine|asset|unit|engine|line|equipment|robot|pump|turbine|station|vehicle|device|sensor)([ _-]?(id|no|nr|name|number|code))?$",
    re.IGNORECASE,
)
FEWEST_EACH, FEWEST_NAMED, SAME_NAMES = 4, 5, 0.9
"""Rows of each asset, and assets, from which on a column is taken for their name; share of them that have a value of their own in one that
names them again."""
ALIKE, APART = 0.9, 0.3
"""Correlation of a reading with the one before from which on rows depend on each other, and below which each stands for itself."""


@dataclass(frozen=True, slots=True)
class Order:
    """``time``/``asset``: headers, or ``None``. ``cadence_s``: the median step of an asset. ``block_s``: how long a stretch is held out as a
    whole, and ``held`` says so where it matters. ``assets``: their names. ``correlation``: of neighbouring rows, the median over signals. ``notes``: for
    a reader; ``look``: what was guessed, or is wrong with the times. ``moments``: the times, and how they are written."""

    time: str | None
    asset: str | None
    cadence_s: float
    block_s: float
    assets: tuple[str, ...]
    correlation: float
    notes: tuple[str, ...]
    look: tuple[str, ...] = ()
    moments: Moments | None = None
    held: str = ""

    @property
    def time_us(self) -> np.ndarray | None:
        """(n,) the times, microseconds since 1970 UTC; ``None`` where there are none."""
        return None if self.moments is None else self.moments.us


def order_of(
    frame: pd.DataFrame, columns: tuple[Column, ...], time: str | None, asset: str | None, way: Way = Way(), classes: np.ndarray | None = None,
) -> Order:  # fmt: skip
    """Find time, assets and dependence. ``time`` and ``asset`` are headers that somebody named, ``way`` what they said of how times are written;
    ``classes``: (n,) code of each row's class.

    Raises:
        MappingError: the column that was named holds no times.
    """
    notes: list[str] = []
    held = ""
    moments = moments_of(frame, columns, time, way, notes)
    time_us = None if moments is None else moments.us
    asset = asset or _asset(frame, columns, time_us, notes)
    if moments is not None and asset:
        moments = moments.of_each(pd.factorize(as_text(frame[asset]))[0])
        time_us = moments.us
    names = tuple(sorted({str(one) for one in as_text(frame[asset]) if one is not None})) if asset else ()
    cadence = 1.0
    codes = pd.factorize(as_text(frame[asset]))[0] if asset else np.zeros(len(frame), np.int64)
    if moments is not None:
        cadence = _pace(moments.us[moments.read], codes[moments.read], moments, notes)
    ordered = np.lexsort((np.arange(len(frame)) if time_us is None else time_us, codes))
    sorted_by = None if classes is None else _sorted_by_class(classes, ordered)
    correlation, lasts = _dependence(frame, columns, ordered, codes, sorted_by)
    if sorted_by is not None:
        notes.append("The rows are sorted by their class: that rows of one class are alike is not taken for a course of time.")
    if time_us is None:
        span = len(frame) / max(len(names), 1) * cadence
        notes.append("There is no column with the time: rows are taken in the order of the file, one a second.")
    else:
        span = float(np.median([np.ptp(time_us[codes == code]) for code in np.unique(codes)[:200]])) / 1e6
    block = max(span / BLOCKS * max(1, len(names)) ** 0.5, cadence)
    if correlation >= ALIKE:
        block = max(block, min(20 * lasts * cadence, span / 20))
        held = f"Neighbouring rows are nearly the same (correlation {correlation:.2f}): whole stretches of {_long(block)} are held out, not rows at random."
    elif time_us is None and correlation < APART:
        block = cadence
    if len(names) > 500:
        notes.append(f"{asset!r} names {len(names):,} assets: each gets a tile on the board.")
    said = () if moments is None else moments.look()
    notes = [*(() if moments is None else moments.notes()), *notes]
    header = None if moments is None else moments.header
    return Order(header, asset, cadence, _round(block), names, correlation, tuple(notes), said, moments, held)


def names_again(frame: pd.DataFrame, columns: tuple[Column, ...], asset: str | None) -> dict[str, str]:
    """Columns that only say again which asset it is (its number, its code), header -> why: a model would learn the asset by heart."""
    if asset is None:
        return {}
    of = frame.groupby(asset, sort=False)
    found = {}
    for column in columns:
        if column.header == asset or column.kind not in ("number", "category") or of.ngroups < FEWEST_NAMED:
            continue
        told = frame[column.header]
        if column.kind == "number" and (numbers(told).dropna() % 1 != 0).any():
            continue
        if told.nunique() >= SAME_NAMES * of.ngroups and bool((of[column.header].nunique() <= 1).all()):
            found[column.header] = f"is another name of {asset!r}: one value for each"
    return found


def _asset(frame: pd.DataFrame, columns: tuple[Column, ...], time_us: np.ndarray | None, notes: list[str]) -> str | None:
    """By its name; or what tells readings of one moment apart, all through the table; or a text of which each has the same course."""
    for column in columns:
        if _ASSET.match(column.header.strip()) and 2 <= frame[column.header].nunique() <= 0.2 * len(frame):
            return column.header
    moments = None if time_us is None else len(np.unique(time_us))
    if moments is None:
        return _of_equal_courses(frame, columns, notes)
    if moments > 0.7 * len(frame):
        return None
    for column in columns:
        if column.kind in ("category", "text") and 2 <= frame[column.header].nunique() <= len(frame) / FEWEST_EACH:
            apart = pd.DataFrame({"time": time_us, "one": as_text(frame[column.header])})
            if not apart.duplicated().any():
                return column.header
    return None


def _of_equal_courses(frame: pd.DataFrame, columns: tuple[Column, ...], notes: list[str]) -> str | None:
    """Without a time: the text of which each one has equally many rows, while a number goes up by the same values in all of them (a year, a
    cycle)."""
    clocks = [c for c in columns if c.kind == "number"]
    for column in columns:
        if column.kind not in ("category", "text"):
            continue
        codes, texts = pd.factorize(as_text(frame[column.header]))
        each, over = divmod(len(frame), max(len(texts), 1))
        if over or len(texts) < 3 or each < FEWEST_EACH or (codes < 0).any() or (np.bincount(codes) != each).any():
            continue
        rows = np.argsort(codes, kind="stable")
        for clock in clocks:
            course = numbers(frame[clock.header]).to_numpy()[rows].reshape(len(texts), each)
            if (course == course[0]).all() and (np.diff(course[0]) > 0).all():
                notes.append(
                    f"{column.header!r} is taken for the machine or unit: each of its {len(texts):,} texts has {each} rows, in the order of {clock.header!r}."
                )
                return column.header
    return None


def _pace(time_us: np.ndarray, codes: np.ndarray, moments: Moments, notes: list[str]) -> float:
    backwards = duplicate = 0
    steps = []
    for code in np.unique(codes)[:2000]:  # a step an asset
        step = np.diff(time_us[codes == code])
        backwards += int((step < 0).sum())
        ordered = np.diff(np.sort(time_us[codes == code]))
        duplicate += int((ordered == 0).sum())
        steps.append(ordered[ordered > 0])
    if backwards > len(moments.set_back) * len(np.unique(codes)):
        notes.append(f"Times go backwards {backwards:,} times: rows are put in the order of time.")
    if duplicate and not moments.set_back:
        notes.append(f"{duplicate:,} rows have the same time as the one before: each stays a reading of its own.")
    every = np.concatenate(steps) if steps else np.empty(0)
    if not len(every):
        return 1.0
    pace = float(np.median(every)) / 1e6
    gaps = int((every > 10e6 * pace).sum())
    if gaps:
        notes.append(f"{gaps:,} gaps are longer than ten times the usual {_long(pace)} between readings.")
    return pace


def _sorted_by_class(classes: np.ndarray, ordered: np.ndarray) -> np.ndarray | None:
    """(n,) the stretch of one class that each of the ordered rows is in, if the table is sorted by class: hardly more stretches than classes."""
    turns = np.diff(classes[ordered]) != 0
    known = len(np.unique(classes))
    return np.concatenate([[0], np.cumsum(turns)]) if known > 1 and turns.sum() + 1 <= 1.5 * known else None


def _dependence(
    frame: pd.DataFrame, columns: tuple[Column, ...], ordered: np.ndarray, codes: np.ndarray, sorted_by: np.ndarray | None
) -> tuple[float, float]:
    """The median over signals of the correlation with the row before, and for how many rows it lasts (1/e). Of a table that is ``sorted_by``
    class within each of its stretches: what sets classes apart is no memory of the row before."""
    take = ordered[: min(len(ordered), 100_000)]
    same = codes[take][1:] == codes[take][:-1]
    if sorted_by is not None:
        same &= np.diff(sorted_by[: len(take)]) == 0
    found = []
    for column in columns:
        if column.kind != "number":
            continue
        x = numbers(frame[column.header]).to_numpy()[take]
        if sorted_by is not None:
            x = x - pd.Series(x).groupby(sorted_by[: len(take)]).transform("mean").to_numpy()
        a, b = x[:-1][same], x[1:][same]
        both = np.isfinite(a) & np.isfinite(b)
        if both.sum() > 20 and a[both].std() > 0 and b[both].std() > 0:
            found.append(float(np.corrcoef(a[both], b[both])[0, 1]))
    if not found:
        return 0.0, 1.0
    typical = float(np.clip(np.median(found), 0.0, 0.9999))
    return typical, -1.0 / np.log(typical) if typical > 0 else 1.0


def _round(seconds: float) -> float:
    for unit in (86_400, 3600, 60, 1):
        if seconds >= 2 * unit:
            return float(round(seconds / unit) * unit)
    return max(round(seconds, 3), 0.001)


def _long(seconds: float) -> str:
    for unit, word in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {word}"
    return f"{seconds:g} s"

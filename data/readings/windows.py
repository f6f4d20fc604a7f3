"""Features of earlier readings: rolling mean, spread, extremes and slope, lag, time since an event. Per asset, columnar.

One implementation serves training and the live loop: :func:`windowed` looks at each row's own window and at nothing else, so it makes no
difference in which deliveries the rows came, or whether the loop was restarted between them. What is computed is recorded with the
reading, so that whoever opens it later (screens, training) needs no earlier rows.

    mean(torque, '10min')   std, min, max, slope (per minute)   over the readings of the last ten minutes, this one included
    mean(torque, '20 readings')                                 over this reading and the 19 before it
    lag(torque, '5min')     lag(torque, '1 reading')            the newest value at least five minutes old; the one before
    since(wear < 5, '8h')                                       seconds since that last held, at most eight hours
"""

import ast
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd

from data.readings.expressions import ExpressionError, Values, compiled

CALLS = ("mean", "std", "min", "max", "slope", "lag", "since")
CELLS_AT_ONCE = 4_000_000
LONGEST_US = 31 * 86_400_000_000
MOST_READINGS = 10_000
_COMPARES = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


@dataclass(frozen=True, slots=True)
class Window:
    """One feature: what is computed (``kind``) of which value of each row, over how many readings or how long (µs), one of both."""

    kind: str
    value: Callable[[np.ndarray], Values]
    readings: int = 0
    span_us: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Readings in columns: asset codes and times (n,) int64, signal values (n, signals)."""

    asset: np.ndarray
    time_us: np.ndarray
    values: np.ndarray

    def __len__(self) -> int:
        return len(self.asset)

    def followed_by(self, other: "Rows") -> "Rows":
        """Both, one after the other."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in Rows.__slots__)
        return Rows(*(np.concatenate(pair) for pair in pairs))


def is_window(expression: str) -> bool:
    """Whether an expression looks at earlier readings: a call with a quoted window as its second part."""
    return parsed(expression) is not None


def parsed(expression: str) -> tuple[str, ast.expr, str] | None:
    """(call, what it is of, window) of a windowed expression; ``None`` for any other."""
    try:
        node = ast.parse(expression, mode="eval").body
    except SyntaxError:
        return None
    match node:
        case ast.Call(func=ast.Name(id=name), args=[inner, ast.Constant(value=str() as window)], keywords=[]) if name in CALLS:
            return name, inner, window
    return None


def compile_window(expression: str, signals: tuple[str, ...]) -> Window:
    """The window of one expression.

    Raises:
        ExpressionError: what it is of is no arithmetic of signals, or the window is neither a duration nor a number of readings.
    """
    found = parsed(expression)
    assert found is not None
    kind, inner, text = found
    value = (_condition if kind == "since" else compiled)(inner, signals, expression)
    if found := re.fullmatch(r"\s*(\d+)\s*readings?\s*", text):
        readings = int(found[1])
        if not 1 <= readings <= MOST_READINGS or kind == "since":
            raise ExpressionError(
                "{expression}: {text} has to be 1 to {MOST_READINGS} readings; since(…) takes a duration",
                expression=repr(expression),
                text=repr(text),
                MOST_READINGS=MOST_READINGS,
            )
        return Window(kind, value, readings=readings)
    try:
        span = pd.Timedelta(text)
    except ValueError:
        span = pd.Timedelta(0)
    if not 0 < span.value // 1000 <= LONGEST_US:
        raise ExpressionError(
            "{expression}: {text} is no window; write a duration such as '10min' or '8h' (at most 31 days), or '20 readings'",
            expression=repr(expression),
            text=repr(text),
        )
    return Window(kind, value, span_us=span.value // 1000)


def _condition(node: ast.expr, signals: tuple[str, ...], whole: str) -> Callable[[np.ndarray], np.ndarray]:
    match node:
        case ast.Compare(left=a, ops=[op], comparators=[b]) if type(op) in _COMPARES:
            left, right, holds = compiled(a, signals, whole), compiled(b, signals, whole), _COMPARES[type(op)]
            return lambda x: np.broadcast_to(holds(left(x), right(x)), len(x)).astype(float)
    raise ExpressionError("{whole}: since(…) takes one comparison, e.g. since(tool_wear < 5, '8h')", whole=repr(whole))


def windowed(windows: tuple[Window, ...], rows: Rows, first: int = 0) -> np.ndarray:
    """Every window of the rows from ``first`` on (those before are only looked back at).

    Args:
        rows: of any number of assets in any interleaving; each asset's in order of time.

    Returns:
        (n - first, windows) float64. NaN where nothing is known: a lag into before the record, a window without a value.
    """
    order = np.argsort(rows.asset, kind="stable")
    asset, time_us, values = rows.asset[order], rows.time_us[order], rows.values[order]
    at = np.flatnonzero(order >= first)
    start = np.maximum.accumulate(np.where(np.r_[True, asset[1:] != asset[:-1]], np.arange(len(asset)), 0)) if len(asset) else at
    out = np.empty((len(rows) - first, len(windows)))
    for column, window in enumerate(windows):
        with np.errstate(all="ignore"):
            value = np.broadcast_to(np.asarray(window.value(values), float), len(values))
        out[order[at] - first, column] = _one(window, value, time_us, asset, start, at)
    return out


def _one(
    window: Window, value: np.ndarray, time_us: np.ndarray, asset: np.ndarray, start: np.ndarray, at: np.ndarray
) -> np.ndarray:
    if not len(at):
        return np.empty(0)
    if window.readings:
        back = window.readings if window.kind == "lag" else window.readings - 1
        begin = np.maximum(at - back, start[at])
        if window.kind == "lag":
            return np.where(at - back >= start[at], value[begin], np.nan)
    else:
        # one sorted key for all assets: assets apart by more than any time or window
        apart = int(time_us.max() - time_us.min()) + window.span_us + 1
        key = (np.cumsum(start == np.arange(len(start))) * apart) + (time_us - time_us.min())
        begin = np.searchsorted(key, key[at] - window.span_us, side="right")
        if window.kind == "lag":
            return np.where(begin - 1 >= start[at], value[np.maximum(begin - 1, 0)], np.nan)
        begin = np.maximum(begin, start[at])
    out, lengths = np.empty(len(at)), at - begin + 1
    edges = np.searchsorted(np.cumsum(lengths), np.arange(CELLS_AT_ONCE, lengths.sum() + CELLS_AT_ONCE, CELLS_AT_ONCE))
    edges = np.unique(np.r_[0, np.minimum(edges + 1, len(at))])
    for low, high in pairwise(edges):  # a step some million cells
        out[low:high] = _reduced(window, value, time_us, begin[low:high], lengths[low:high], at[low:high])
    return out


def _reduced(
    window: Window, value: np.ndarray, time_us: np.ndarray, begin: np.ndarray, lengths: np.ndarray, at: np.ndarray
) -> np.ndarray:
    ends = np.cumsum(lengths)
    firsts = ends - lengths
    cells = np.arange(ends[-1]) + np.repeat(begin - firsts, lengths)
    v = value[cells]
    there = ~np.isnan(v)
    n = np.add.reduceat(there.astype(float), firsts)
    filled = np.where(there, v, 0.0)

    def total(x: np.ndarray) -> np.ndarray:
        return np.add.reduceat(np.where(there, x, 0.0), firsts)

    with np.errstate(all="ignore"):
        match window.kind:
            case "min":
                return np.fmin.reduceat(v, firsts)
            case "max":
                return np.fmax.reduceat(v, firsts)
            case "since":
                held = np.where(filled > 0, time_us[cells], -1)
                last = np.maximum.reduceat(held, firsts)
                return np.where(last < 0, window.span_us, time_us[at] - last) / 1e6
            case "mean":
                return total(filled) / n
            case "std":
                return np.sqrt(total((v - np.repeat(total(filled) / n, lengths)) ** 2) / n)
        minutes = (time_us[cells] - np.repeat(time_us[at], lengths)) / 6e7
        apart = minutes - np.repeat(total(minutes) / n, lengths)
        spread = total(apart**2)
        return np.where(n == 0, np.nan, np.where(spread > 0, total(apart * v) / np.where(spread > 0, spread, 1), 0.0))


@dataclass(slots=True)
class Lookback:
    """What the live loop keeps of earlier readings: as much of each asset as the widest window needs."""

    windows: tuple[Window, ...]
    kept: Rows | None = None
    _readings: int = field(init=False)
    _span_us: int = field(init=False)
    _lags: bool = field(init=False)

    def __post_init__(self) -> None:
        self._readings = max((w.readings + (w.kind == "lag") for w in self.windows), default=0)
        spans = [w.span_us for w in self.windows]
        self._span_us = max(spans, default=0)
        self._lags = any(w.kind == "lag" and w.span_us for w in self.windows)

    @property
    def reach(self) -> tuple[int, int]:
        """How far back it looks: readings, and microseconds."""
        return self._readings, self._span_us

    def follow(self, rows: Rows) -> np.ndarray:
        """(n, windows) of a delivery, and remember what later ones need of it."""
        if not self.windows or not len(rows):
            return np.empty((len(rows), len(self.windows)))
        first = 0 if self.kept is None else len(self.kept)
        every = rows if self.kept is None else self.kept.followed_by(rows)
        found = windowed(self.windows, every, first)
        self.kept = self._needed(every)
        return found

    def _needed(self, rows: Rows) -> Rows:
        order = np.argsort(rows.asset, kind="stable")
        asset, time_us = rows.asset[order], rows.time_us[order]
        last = np.r_[asset[1:] != asset[:-1], True]
        ends = np.flatnonzero(last)
        end = ends[np.searchsorted(ends, np.arange(len(asset)))]
        young = time_us > time_us[end] - self._span_us
        # the newest row that has just left the longest window is what a lag of that length finds
        following = np.r_[young[1:], False] & ~last
        keep = young | (following & self._lags) | (end - np.arange(len(asset)) < self._readings)
        chosen = np.sort(order[keep])
        return Rows(rows.asset[chosen], rows.time_us[chosen], rows.values[chosen])

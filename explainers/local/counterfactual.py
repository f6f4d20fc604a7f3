"""What would change it: the smallest permitted change of at most two settings that brings the risk down.

Counterfactual explanations (Wachter et al. 2018, arXiv 1711.00399) over *actionable* signals only, within their permitted range and
in steps that can really be set. The grid of steps is searched as a whole, singles and pairs, in one vectorised prediction: nothing is
sampled, so "no change within limits helps" is an answer. A change must also help when it is met only roughly (its neighbours on the
grid help too) and must not lead to where the model knows nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from data.usecase.use_case import UseCase

MOST = 3
MOST_VALUES = 400
MOST_IN_PAIRS = 48
MARGIN = 2
"""Steps to either side that must help too, in a search of one setting; one step in the coarser search of two."""
ONE_VALUE_EFFORT = 0.25
"""What a change to a single possible value (a new tool) counts, as a share of a whole range."""


@dataclass(frozen=True, slots=True, eq=False)
class Lever:
    """A signal that may be set: its column among the signals, and the values it may be set to, ascending."""

    signal: str
    place: int
    values: np.ndarray

    @property
    def span(self) -> float:
        """The whole range."""
        return float(self.values[-1] - self.values[0])


@dataclass(frozen=True, slots=True)
class Change:
    """One setting: from ``before`` to ``value``; every setting from ``low`` to ``high`` does it too. ``open_low``/``open_high``:
    that run of settings reaches the lower/upper end of what is permitted."""

    signal: str
    before: float
    value: float
    low: float
    high: float
    open_low: bool = False
    open_high: bool = False


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Changes made together, the risk they lead to (0 to 1, the highest over the stated settings) and how far they go:
    ``effort`` is the sum of shares of each range."""

    changes: tuple[Change, ...]
    risk: float
    effort: float


@dataclass(frozen=True, slots=True)
class Counterfactuals:
    """The best changes, fewest and smallest first; none when nothing permitted brings the risk down to ``aim``. ``lowest`` is the
    least risk that any tried combination reaches, ``tried`` how many there were."""

    best: tuple[Counterfactual, ...]
    before: float
    aim: float
    lowest: float
    tried: int


def levers(use_case: UseCase, thresholds: dict[str, np.ndarray] | None = None) -> tuple[Lever, ...]:
    """What may be set in a use case: by steps where it has a ``step``, else at the model's own ``thresholds`` and evenly between."""
    found = []
    for place, (name, signal) in enumerate(use_case.signals.items()):
        if signal.actionable is None:
            continue
        low, high = signal.actionable
        if signal.step:
            values = low + signal.step * np.arange(int(np.floor((high - low) / signal.step + 1e-9)) + 1)
        else:
            edges = np.asarray((thresholds or {}).get(name, ()), float)
            values = np.concatenate([np.linspace(low, high, 60 if high > low else 1), edges])
            values = np.unique(values[(values >= low) & (values <= high)])
        found.append(Lever(name, place, thinned(values, MOST_VALUES)))
    return tuple(found)


def counterfactuals(
    predict: Callable[[np.ndarray], np.ndarray],
    row: np.ndarray,
    levers: tuple[Lever, ...],
    aim: float,
    novelty: Callable[[np.ndarray], np.ndarray] | None = None,
    most: int = MOST,
) -> Counterfactuals:
    """Search every permitted setting of one and of two levers.

    Args:
        predict: (n, signals) -> (n,) risk.
        row: (signals,) the reading as it is.
        aim: the risk to come down to.
        novelty: (n, signals) -> (n,), above 1 where the model knows nothing; such settings are no advice.
        most: how many to give; of one combination of levers only the smallest change, and none that holds another as a part.
    """
    row = np.asarray(row, float)
    searches = [(lever,) for lever in levers] + list(combinations(levers, 2))
    grids = [_grid(search, row) for search in searches]
    tried = np.concatenate([row[None, :], *[_placed(row, search, grid) for search, grid in zip(searches, grids, strict=True)]])
    risk = np.asarray(predict(tried), float)
    before, rest, best = float(risk[0]), risk[1:], []
    for search, grid in zip(searches, grids, strict=True):
        own, rest = rest[: len(grid)], rest[len(grid) :]
        if any({c.signal for c in known.changes} <= {lever.signal for lever in search} for known in best):
            continue
        found = _smallest(row, search, grid, own, aim, novelty)
        if found:
            best.append(found)
    best.sort(key=lambda one: (len(one.changes), one.effort))
    return Counterfactuals(tuple(best[:most]), before, aim, float(risk.min()), len(tried) - 1)


def thinned(values: np.ndarray, most: int) -> np.ndarray:
    """At most ``most`` of ascending values, both ends kept."""
    return values if len(values) <= most else values[np.unique(np.linspace(0, len(values) - 1, most).round().astype(int))]


def _grid(search: tuple[Lever, ...], row: np.ndarray) -> np.ndarray:
    """Every combination of settings, (n, levers)."""
    axes = [lever.values if len(search) == 1 else thinned(lever.values, MOST_IN_PAIRS) for lever in search]
    return np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)


def _placed(row: np.ndarray, search: tuple[Lever, ...], grid: np.ndarray) -> np.ndarray:
    rows = np.repeat(row[None, :], len(grid), axis=0)
    rows[:, [lever.place for lever in search]] = grid
    return rows


def _smallest(
    row: np.ndarray, search: tuple[Lever, ...], grid: np.ndarray, risk: np.ndarray, aim: float, novelty: Callable | None
) -> Counterfactual | None:
    """The smallest change that helps with a margin and leads to where the model has been."""
    now = row[[lever.place for lever in search]]
    moved = np.abs(grid - now)
    spans = np.array([lever.span for lever in search])
    with np.errstate(all="ignore"):
        effort = np.where(spans > 0, moved / spans, np.where(moved > 0, ONE_VALUE_EFFORT, 0.0)).sum(axis=1)
    shape = tuple(len(np.unique(grid[:, i])) for i in range(len(search)))
    helps = _with_margin((risk <= aim).reshape(shape), MARGIN if len(search) == 1 else 1).ravel()
    at = np.flatnonzero(helps & (moved > 0).all(axis=1))
    at = at[np.argsort(effort[at], kind="stable")][:200]
    if novelty is not None and len(at):
        at = at[np.asarray(novelty(_placed(row, search, grid[at]))) <= 1]
    if not len(at):
        return None
    best = int(at[0])
    changes, highest = _settings(row, search, grid, helps, risk, best)
    return Counterfactual(changes, highest, float(effort[best]))


def _with_margin(helps: np.ndarray, margin: int) -> np.ndarray:
    """Where all settings up to ``margin`` steps away (in any lever) help too. Beyond the end of a range nothing is asked."""
    for axis in range(helps.ndim):
        if helps.shape[axis] == 1:
            continue
        pad = [(margin, margin) if at == axis else (0, 0) for at in range(helps.ndim)]
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(helps, pad, constant_values=True), 2 * margin + 1, axis=axis)
        helps = np.asarray(windows.all(axis=-1))
    return helps


def _settings(
    row: np.ndarray, search: tuple[Lever, ...], grid: np.ndarray, helps: np.ndarray, risk: np.ndarray, best: int
) -> tuple[tuple[Change, ...], float]:
    """The changes of one combination. Of a single lever the whole run of settings that help with a margin is stated."""
    now = row[[lever.place for lever in search]]
    if len(search) > 1 or len(grid) == 1:
        told = tuple(
            Change(lever.signal, float(now[i]), float(grid[best, i]), float(grid[best, i]), float(grid[best, i]))
            for i, lever in enumerate(search)
        )
        return told, float(risk[best])
    assert len(search) == 1
    lever, values = search[0], grid[:, 0]
    misses = np.flatnonzero(~helps)
    first = int(misses[misses < best].max()) + 1 if (misses < best).any() else 0
    last = int(misses[misses > best].min()) - 1 if (misses > best).any() else len(values) - 1
    value = float(values[best])
    if value < now[0]:  # the run is stated from the margin on, away from where the reading is
        last = best
    else:
        first = best
    change = Change(
        lever.signal, float(now[0]), value, float(values[first]), float(values[last]), first == 0, last == len(values) - 1
    )
    return (change,), float(risk[first : last + 1].max())

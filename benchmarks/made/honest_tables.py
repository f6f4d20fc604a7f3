"""Tables of which the truth is known: runs, files, engines, laboratory values, sorted classes, courses of time, drift. Each comes with as much fresh
data of the same plant as is needed to know how good a model of it really is, and with what is independent in it.

All are drawn by a seed: sizes, effects, noise and the spread from run to run too, so that no table is like another.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

FRESH = 12
"""How many times as many independent runs the fresh data has."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """``table`` as a person would give it, ``unit`` (n,) what is truly independent in it, ``fresh`` the same of the plant's later runs. ``files``:
    (n,) which file a row is from. ``leaks``: headers that give the target away; ``honest``: some that do not, and look as if."""

    kind: str
    table: pd.DataFrame
    unit: np.ndarray
    fresh: pd.DataFrame
    target: str
    task: str | None = None
    files: np.ndarray | None = None
    leaks: tuple[str, ...] = ()
    honest: tuple[str, ...] = ()


def tables(seed: int, count: int) -> list[Callable[[], Drawn]]:
    """``count`` tables, of each kind as many."""
    kinds = list(KINDS)
    return [lambda at=at: KINDS[kinds[at % len(kinds)]](np.random.default_rng([seed, at])) for at in range(count)]


def _runs(rng, count: int, each: int, strength: float, signals: int = 5) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Signals with an offset for each run, and a class that a whole run has; ``strength``: how far classes are apart against that offset."""
    run = np.repeat(np.arange(count), each)
    bad = rng.permutation(np.arange(count) % 2)
    shift = rng.normal(size=(count, signals)) + strength * bad[:, None] * (np.arange(signals) == 0)
    wander = np.cumsum(rng.normal(0, 0.05, (len(run), signals)), axis=0)
    x = (
        2 * shift[run]
        + wander
        - pd.DataFrame(wander).groupby(run).transform("mean").to_numpy()
        + rng.normal(0, 0.5, (len(run), signals))
    )
    return pd.DataFrame(x.round(4), columns=[f"s{at}" for at in range(signals)]), run, bad[run]


def _of_runs(rng, kind: str) -> Drawn:
    count, each, strength = int(rng.integers(18, 60)), int(rng.integers(20, 60)), float(rng.choice([0.0, 0.0, 1.0, 2.0]))
    signals = int(rng.integers(3, 8))
    x, run, bad = _runs(rng, count * (1 + FRESH), each, strength, signals)
    whole = x.assign(state=np.where(bad == 1, "worn", "unworn"))
    here = run < count
    if kind == "runs":
        whole.insert(0, str(rng.choice(["No", "run", "experiment_id"])), run + 1)
    if kind == "counter":
        whole.insert(0, "step", np.tile(np.arange(each), count * (1 + FRESH)))
    files = np.array([f"run_{one:03}.csv" for one in run[here]], object) if kind == "files" else None
    table, fresh = whole[here].reset_index(drop=True), whole[~here].reset_index(drop=True)
    return Drawn(kind, table, run[here], fresh, "state", files=files)


def _sorted(rng) -> Drawn:
    classes, each = int(rng.integers(3, 8)), int(rng.integers(60, 200))
    apart = float(rng.uniform(0, 2.5))
    centre = rng.normal(size=(classes, 4)) * apart

    def draw(rows: int) -> pd.DataFrame:
        kind = np.repeat(np.arange(classes), rows)
        names = np.array(["Normal", *(f"F{one}" for one in range(1, classes))], object)
        return pd.DataFrame((centre[kind] + rng.normal(size=(len(kind), 4))).round(4), columns=list("abcd")).assign(
            fault=names[kind]
        )

    table = draw(each)
    return Drawn("sorted", table, np.arange(len(table)), draw(1500), "fault")


def _laboratory(rng) -> Drawn:
    hours, each, noise = int(rng.integers(60, 160)), int(rng.integers(10, 40)), float(rng.uniform(0.3, 3))
    whole = hours * (1 + FRESH)
    hour = np.repeat(np.arange(whole), each)
    hidden = rng.normal(size=(whole, 3))
    value = (3 + hidden[:, 0] + noise * rng.normal(size=whole)).round(2)
    x = hidden[hour] + rng.normal(0, 0.2, (len(hour), 3))
    when = pd.Timestamp("2026-01-05") + pd.to_timedelta(np.arange(len(hour)), unit="min")
    table = pd.DataFrame(x.round(4), columns=["flow", "density", "level"]).assign(silica=value[hour])
    table.insert(0, "time", when.astype(str))
    here = hour < hours
    return Drawn("laboratory", table[here].reset_index(drop=True), hour[here], table[~here].reset_index(drop=True), "silica")


def _engines(rng) -> Drawn:
    units, noise, spread = int(rng.integers(20, 50)), float(rng.uniform(2, 15)), float(rng.uniform(0, 1.5))

    def draw(first: int, count: int) -> pd.DataFrame:
        parts = []
        for unit in range(first, first + count):
            life = int(rng.integers(60, 140))
            cycle = np.arange(1, life + 1)
            wear = 10 * np.exp((cycle - life) / 30) + spread * rng.normal()
            heat = rng.normal(0, 1) + rng.normal(0, noise / 10, life) + 0.5 * wear
            parts.append(pd.DataFrame({"unit": unit, "cycle": cycle, "t30": (600 + wear + rng.normal(0, noise / 8, life)).round(3), "p30": heat.round(3), "RUL": life - cycle}))  # fmt: skip
        return pd.concat(parts, ignore_index=True)

    table, fresh = draw(1, units), draw(1000, units * 4)
    fresh["unit"] = fresh["unit"] % units + 1  # other engines; the plant's line knows no other names
    return Drawn("engines", table, table["unit"].to_numpy(), fresh, "RUL")


def _rows(rng) -> Drawn:
    n, share = int(rng.integers(800, 3000)), float(rng.uniform(0.05, 0.4))
    effect = float(rng.uniform(0, 3))

    def draw(rows: int) -> pd.DataFrame:
        x = rng.normal(size=(rows, 4))
        z = effect * (x[:, 0] + x[:, 1] * x[:, 2]) + rng.logistic(size=rows)
        return pd.DataFrame(x.round(3), columns=["temp", "load", "speed", "flow"]).assign(z=z)

    table, fresh = draw(n), draw(20_000)
    limit = np.quantile(table["z"], 1 - share)
    table, fresh = (part.assign(fault=(part["z"] > limit).astype(int)).drop(columns="z") for part in (table, fresh))
    return Drawn("rows", table, np.arange(n), fresh, "fault")


def _course(rng) -> Drawn:
    """A value and signals that wander slowly: neighbouring rows are alike."""
    n, lasts = int(rng.integers(4000, 8000)), float(rng.uniform(10, 30))
    whole, keep = n * 5, np.exp(-1 / lasts)
    shocks = rng.normal(size=(whole, 4)) * np.sqrt(1 - keep**2)
    x = np.empty((whole, 4))
    x[0] = rng.normal(size=4)
    for at in range(1, whole):
        x[at] = keep * x[at - 1] + shocks[at]
    y = float(rng.uniform(0, 2)) * x[:, 0] + x[:, 3] + rng.normal(0, 0.2, whole)
    when = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(whole), unit="min")
    table = pd.DataFrame(x[:, :3].round(4), columns=["air", "feed", "load"]).assign(nox=y.round(4))
    table.insert(0, "time", when.astype(str))
    unit = (np.arange(n) // int(6 * lasts)).astype(int)
    return Drawn("course", table[:n], unit, table[n + 500 :].reset_index(drop=True), "nox", "regression")


KINDS: dict[str, Callable[[np.random.Generator], Drawn]] = {
    "runs": lambda rng: _of_runs(rng, "runs"), "files": lambda rng: _of_runs(rng, "files"), "counter": lambda rng: _of_runs(rng, "counter"),
    "sorted": _sorted, "laboratory": _laboratory, "engines": _engines, "rows": _rows, "course": _course,
}  # fmt: skip


def few(rng) -> Drawn:
    """Three runs: nothing can be judged."""
    x, run, bad = _runs(rng, 4, 60, 1.0)
    return Drawn("few", x.assign(run=run + 1, state=np.where(bad == 1, "worn", "unworn")), run, x, "state")


def leaking(rng) -> Drawn:
    """A table with something that gives the target away, of one kind after the other, and honest columns that look as if."""
    n, kind = 1500, int(rng.integers(0, 6))
    x = pd.DataFrame(rng.normal(size=(n, 4)).round(3), columns=["temp", "load", "speed", "flow"])
    z = x["temp"] + x["load"] + rng.normal(0, 0.7, n)
    bad = (z > 1.5).to_numpy()
    two = np.where(bad, np.where(x["speed"] > 0, "crack", "dent"), "ok")
    honest = ("temp", "load", "speed", "flow")
    if kind == 0:  # known only afterwards: a copy with noise
        table, target = x.assign(inspection=(bad + rng.normal(0, 0.05, n)).round(3), fault=bad.astype(int)), "fault"
    elif kind == 1:  # a flag of bad or not beside several classes
        table, target = x.assign(inspection=bad.astype(int), fault=two), "fault"
    elif kind == 2:  # a kind of failure
        table, target = x.assign(inspection=(bad & (x["speed"] > 0)).astype(int), fault=bad.astype(int)), "fault"
    elif kind == 3:  # the value once more
        table, target = x.assign(inspection=(z * 1.8 + 32 + rng.normal(0, 0.01, n)).round(3), value=z.round(3)), "value"
    elif kind == 4:  # a grade made of the value
        table, target = x.assign(inspection=np.array(list("ABCD"), object)[np.digitize(z, [-1, 0, 1])], value=z.round(3)), "value"
    else:  # in words
        table, target = x.assign(inspection=np.where(bad, "rework", "ship"), fault=bad.astype(int)), "fault"
    return Drawn(f"leak {kind}", table, np.arange(n), x, target, leaks=("inspection",), honest=honest)


def changed(rng) -> Drawn:
    """What was learned holds no more in the last fifth, and fresh data is like that."""
    n = int(rng.integers(3000, 6000))
    x = rng.normal(size=(n * 3, 4))
    late = np.arange(n * 3) >= 0.8 * n
    y = np.where(late, x[:, 1], x[:, 0]) * float(rng.uniform(1, 3)) + rng.normal(size=n * 3)
    table = pd.DataFrame(x.round(4), columns=["a", "b", "c", "d"]).assign(y=y.round(4))
    table.insert(0, "time", (pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(n * 3), unit="min")).astype(str))
    return Drawn("drift", table[:n], np.arange(n), table[n:].reset_index(drop=True), "y", "regression")

"""Random plants with known causes of failure: one seed, one system. The measured program sees the table only.

True quantities in correlated blocks (AR(1) factors), operating modes that shift some of them, marginals that are not normal, two to four rules that
a failure follows, and sensors with gain, offset, noise, gaps, outages and doubles; columns that measure nothing of the plant. Rules hold on the true
values, what is written down is what sensors say. *Hard* systems have less to learn from, more noise, more gaps, closer neighbours and more
failures without a cause.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

KINDS = ("threshold", "band", "and2", "and3", "product", "difference", "category")
TERMS = {"threshold": 1, "band": 1, "and2": 2, "and3": 3, "product": 2, "difference": 2, "category": 1}
LEARN, LEARN_HARD, JUDGE = 8000, 3000, 4000
FEWEST_LEARN, FEWEST_JUDGE, MOST_DRAWS = 8, 5, 50
MOST_COLUMNS = 30
PRODUCT = 0.4
"""A product is one of exp(0.4 z): both factors positive, as a load or a speed is."""
STEP_S = 60


@dataclass(frozen=True, slots=True)
class Mode:
    """A rule of failure: broken where its score is above ``limit``. The score of a row is made of z = sign · (true value − centre) / scale of each of its
    quantities: z itself, |z| (band), the smallest z (and), exp(0.4 z₁) · exp(0.4 z₂) (product), z₁ − z₂ (difference), or z less what the level of a
    category allows (category). ``p``: how often a broken rule ends in a failure."""

    kind: str
    quantities: tuple[int, ...]
    sign: tuple[float, ...]
    centre: tuple[float, ...]
    scale: tuple[float, ...]
    limit: float
    p: float
    category: int | None = None
    allows: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """``table``: what the program sees, ``learn`` rows to learn from and then those to judge by; ``target`` is its column of failures.

    ``true``: (n, quantities); ``levels``: (n, categories) codes. ``broken``, ``took``: (n, modes) bool, rules that are broken and those that took
    effect. ``failed``: (n,) bool. ``of_column``: column -> the class that it measures: a quantity, quantities + category, or ``None`` for nothing of the
    plant. ``block``: (quantities,) code of the block, each its own where it is in none. ``noise``: column -> (gain, offset, standard deviation of its
    error). ``redrawn``: how many draws were thrown away."""

    seed: int
    hard: bool
    table: pd.DataFrame
    learn: int
    true: np.ndarray
    levels: np.ndarray
    modes: tuple[Mode, ...]
    broken: np.ndarray
    took: np.ndarray
    failed: np.ndarray
    of_column: dict[str, int | None]
    block: np.ndarray
    noise: dict[str, tuple[float, float, float]]
    redrawn: int
    target: str = "failed"

    def cause(self, mode: int) -> frozenset[int]:
        """The classes of a mode: its quantities, and the category that its limit depends on."""
        one = self.modes[mode]
        return frozenset(one.quantities) | ({self.true.shape[1] + one.category} if one.category is not None else set())


def system(seed: int, hard: bool) -> System:
    """The system of a seed: the same one each time."""
    rng = np.random.default_rng([2026, seed])
    learn = LEARN_HARD if hard else LEARN
    for redrawn in range(MOST_DRAWS):
        n = learn + JUDGE
        true, levels, block = _plant(rng, n, hard)
        share = float(np.exp(rng.uniform(np.log(0.01), np.log(0.10))))
        modes = _modes(rng, true, levels, share)
        broken = np.stack([broken_by(one, true, levels) for one in modes], axis=1)
        took = broken & (rng.random(broken.shape) < np.array([one.p for one in modes]))
        none = rng.random(n) < share * rng.uniform(0, 0.3 if hard else 0.1)
        failed = took.any(axis=1) | none
        least = took[:learn].sum(axis=0).min(), took[learn:].sum(axis=0).min()
        if least[0] >= FEWEST_LEARN and least[1] >= FEWEST_JUDGE:
            table, of_column, noise = _sensors(rng, true, levels, block, hard)
            table["failed"] = failed.astype(int)
            return System(seed, hard, table, learn, true, levels, modes, broken, took, failed, of_column, block, noise, redrawn)
    raise RuntimeError(f"No system of seed {seed} has enough failures in {MOST_DRAWS} draws.")


def broken_by(mode: Mode, true: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """(n,) bool: where the rule of a mode is broken."""
    return _score(mode, true, levels) > mode.limit


def _score(mode: Mode, true: np.ndarray, levels: np.ndarray) -> np.ndarray:
    z = np.array(mode.sign) * (true[:, list(mode.quantities)] - np.array(mode.centre)) / np.array(mode.scale)
    match mode.kind:
        case "band":
            return np.abs(z[:, 0])
        case "and2" | "and3":
            return z.min(axis=1)
        case "product":
            return np.exp(PRODUCT * z.sum(axis=1))
        case "difference":
            return z[:, 0] - z[:, 1]
        case "category":
            return z[:, 0] - np.array(mode.allows)[levels[:, mode.category]]
    return z[:, 0]


def _plant(rng: np.random.Generator, n: int, hard: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True values (n, p), levels (n, categories) and blocks (p,)."""
    p, phi = int(rng.integers(4, 21)), float(rng.uniform(0, 0.98))
    block = np.arange(p) + 100
    g = rng.normal(size=(n, p))
    free = list(rng.permutation(p))
    for at in range(int(rng.integers(1, 4))):
        size = int(rng.integers(2, 6))
        if len(free) < size:
            break
        own, free = free[:size], free[size:]
        rho, factor = rng.uniform(*((0.8, 0.98) if hard else (0.5, 0.95))), _ar(rng, n, phi)
        g[:, own] = rng.choice([-1, 1], size) * np.sqrt(rho) * factor[:, None] + np.sqrt(1 - rho) * g[:, own]
        block[own] = at
    held = [_held(rng, n, int(rng.integers(2, 6))) for _ in range(int(rng.integers(0, 3)))]
    levels = np.stack(held, axis=1) if held else np.empty((n, 0), int)
    for at in range(levels.shape[1]):
        moved = rng.random(p) < 0.3
        g += (rng.normal(0, 0.8, (levels[:, at].max() + 1, p)) * moved)[levels[:, at]]
    true = np.stack([_marginal(rng, g[:, at]) for at in range(p)], axis=1)
    if rng.random() < 0.1:  # wear: a counter that is set back
        true[:, at_wear := int(rng.integers(p))] = _wear(rng, n)
        block[at_wear] = at_wear + 100
    return true, levels, block


def _ar(rng: np.random.Generator, n: int, phi: float) -> np.ndarray:
    steps, found = rng.normal(size=n), np.empty(n)
    found[0] = steps[0]
    for at in range(1, n):
        found[at] = phi * found[at - 1] + np.sqrt(1 - phi**2) * steps[at]
    return found


def _held(rng: np.random.Generator, n: int, levels: int) -> np.ndarray:
    """(n,) codes that stay for 20 to 500 rows."""
    lengths = rng.integers(20, 501, n // 20 + 1)
    return np.repeat(rng.integers(0, levels, len(lengths)), lengths)[:n]


def _wear(rng: np.random.Generator, n: int) -> np.ndarray:
    rate, found, worn, until = rng.uniform(0.5, 2), np.empty(n), 0.0, rng.uniform(80, 250)
    for at in range(n):
        worn += rate * rng.uniform(0.5, 1.5)
        if worn > until:
            worn, until = 0.0, rng.uniform(80, 250)
        found[at] = worn
    return found


def _marginal(rng: np.random.Generator, g: np.ndarray) -> np.ndarray:
    kind = rng.choice(5, p=[0.5, 0.2, 0.1, 0.1, 0.1])
    return [g, np.exp(0.5 * g), g + 0.15 * g**3, np.round(2 * g) / 2, np.tanh(g)][kind]


def _modes(rng: np.random.Generator, true: np.ndarray, levels: np.ndarray, share: float) -> tuple[Mode, ...]:
    """Two to four rules, each cut so that it is broken by its part of the share; 0.3 % at least."""
    p, count = true.shape[1], int(rng.integers(2, 5))
    parts = np.maximum(share * rng.dirichlet(np.full(count, 3.0)), 0.003)
    found, used = [], set()
    for part in parts:
        kind = str(rng.choice(KINDS))
        kind = kind if kind != "category" or levels.shape[1] else "threshold"
        free = [one for one in rng.permutation(p) if one not in used]
        pool = free if rng.random() < 0.8 and len(free) >= TERMS[kind] else list(rng.permutation(p))
        own = tuple(int(one) for one in pool[: TERMS[kind]])
        used |= set(own)
        sign = tuple(rng.choice([-1.0, 1.0], len(own)).tolist()) if kind != "difference" else (1.0, 1.0)
        category = int(rng.integers(levels.shape[1])) if kind == "category" else None
        allows = () if category is None else tuple(rng.normal(0, 1, levels[:, category].max() + 1).tolist())
        made = Mode(
            kind, own, sign, tuple(np.median(true[:, own], axis=0).tolist()), tuple(true[:, own].std(axis=0).tolist()), 0.0,
            float(rng.uniform(0.8, 1)), category, allows,
        )  # fmt: skip
        limit = float(np.quantile(_score(made, true, levels), 1 - part))
        found.append(replace(made, limit=limit))
    return tuple(found)


def _sensors(
    rng: np.random.Generator, true: np.ndarray, levels: np.ndarray, block: np.ndarray, hard: bool
) -> tuple[pd.DataFrame, dict[str, int | None], dict[str, tuple[float, float, float]]]:
    """The table that a program sees, what each of its columns measures, and how well."""
    n, p = true.shape
    columns: list[tuple[int | None, np.ndarray, tuple[float, float, float]]] = []
    more = [int(rng.integers(1, 3)) if rng.random() < 0.2 else 0 for _ in range(p)]
    unrelated = _unrelated(rng, n)
    room = MOST_COLUMNS - p - levels.shape[1] - len(unrelated)
    for at in range(p):
        more[at] = min(more[at], max(room, 0))
        room -= more[at]
        for double in range(1 + more[at]):
            gain, offset = (float(np.exp(rng.normal(0, 0.3))), float(rng.normal(0, 1))) if double else (1.0, 0.0)
            error = rng.uniform(0, 0.4 if hard else 0.15) * true[:, at].std() if rng.random() < 0.7 else 0.0
            columns.append((at, gain * (true[:, at] + rng.normal(0, 1, n) * error) + offset, (gain, offset, float(error))))
    out = {one: _outage(rng, n, hard) for one in np.unique(block)}
    for at, (of, value, _) in enumerate(columns):
        if rng.random() < 0.3:
            gone = out[block[of]] if rng.random() < 0.5 else rng.random(n) < rng.uniform(0.01, 0.35 if hard else 0.20)
            columns[at] = (of, np.where(gone, np.nan, value), columns[at][2])
    columns += [
        (p + at, np.array([f"L{code}" for code in levels[:, at]], object), (1.0, 0.0, 0.0)) for at in range(levels.shape[1])
    ]
    columns += [(None, value, (1.0, 0.0, 0.0)) for value in unrelated]
    table, of_column, noise = {"time": pd.date_range("2026-01-01", periods=n, freq=f"{STEP_S}s").astype(str)}, {}, {}
    for at, place in enumerate(rng.permutation(len(columns))):
        name = f"c{at + 1:02d}"
        of_column[name], table[name], noise[name] = columns[place]
    return pd.DataFrame(table), of_column, noise


def _outage(rng: np.random.Generator, n: int, hard: bool) -> np.ndarray:
    """(n,) bool: stretches in which nothing of a block is written down."""
    wanted, gone = rng.uniform(0.01, 0.35 if hard else 0.20), np.zeros(n, bool)
    while gone.mean() < wanted:
        first = int(rng.integers(n))
        gone[first : first + int(rng.integers(20, 200))] = True
    return gone


def _unrelated(rng: np.random.Generator, n: int) -> list[np.ndarray]:
    """One to three columns that measure nothing of the plant: the weather, a counter, numbers like names."""
    weather = 15 + 8 * np.sin(np.arange(n) * 2 * np.pi / 1440) + _ar(rng, n, 0.99)
    kinds = [weather, np.arange(n) % int(rng.integers(300, 3000)) * 1.0, rng.integers(10_000, 99_999, n) * 1.0]
    return [kinds[at] for at in rng.permutation(3)[: int(rng.integers(1, 4))]]

"""The ceiling of a random system: who knows its rules, but sees only what its sensors say, under their noise and gaps."""

import numpy as np

from benchmarks.truth.random_systems import System, broken_by

SAMPLES = 300
GRID = 512


def posterior(drawn: System, rows: np.ndarray) -> np.ndarray:
    """(k, modes) the probability of each rule to be the one that a failure of ``rows`` comes from; each row adds up to 1.

    The true value of each quantity is drawn from what is possible (its distribution in the system, weighed by what its sensors say; where they say
    nothing, from the rows whose other quantities of the block are nearest), and the rules are asked.
    """
    rng = np.random.default_rng([2026, drawn.seed, 2])
    p = drawn.true.shape[1]
    sensors = {at: [name for name, of in drawn.of_column.items() if of == at] for at in range(p)}
    grids = np.quantile(drawn.true, np.linspace(0, 1, GRID), axis=0)
    spread = drawn.true.std(axis=0)
    found = np.empty((len(rows), len(drawn.modes)))
    for place, row in enumerate(rows):
        told = [_told(drawn, sensors[at], row) for at in range(p)]
        drawn_values = np.empty((SAMPLES, p))
        for at, (middle, error) in enumerate(told):
            if middle is None:
                drawn_values[:, at] = _unseen(drawn, told, spread, at, rng)
            elif error == 0:
                drawn_values[:, at] = middle
            else:
                weight = np.exp(-0.5 * ((grids[:, at] - middle) / error) ** 2)
                known = weight.sum() > 0
                drawn_values[:, at] = rng.choice(grids[:, at], SAMPLES, p=weight / weight.sum()) if known else middle
        levels = np.repeat(drawn.levels[row][None, :], SAMPLES, axis=0)
        chance = np.array([one.p * broken_by(one, drawn_values, levels).mean() for one in drawn.modes])
        found[place] = chance / chance.sum() if chance.sum() > 0 else 1 / len(drawn.modes)
    return found


def _told(drawn: System, columns: list[str], row: int) -> tuple[float | None, float]:
    """What the sensors of one quantity say together: their mean by precision and its error; ``None`` where none says anything."""
    values, errors = [], []
    for name in columns:
        gain, offset, error = drawn.noise[name]
        if (value := float(drawn.table[name].iat[row])) == value:
            values.append((value - offset) / gain)
            errors.append(error)
    if not values:
        return None, 0.0
    if 0.0 in errors:
        return values[errors.index(0.0)], 0.0
    precision = 1 / np.square(errors)
    return float(np.average(values, weights=precision)), float(precision.sum() ** -0.5)


def _unseen(
    drawn: System, told: list[tuple[float | None, float]], spread: np.ndarray, at: int, rng: np.random.Generator
) -> np.ndarray:
    mates = [one for one in np.flatnonzero(drawn.block == drawn.block[at]) if one != at and told[one][0] is not None]
    if not mates:
        return rng.choice(drawn.true[:, at], SAMPLES)
    apart = sum(((drawn.true[:, one] - told[one][0]) / spread[one]) ** 2 for one in mates)
    return drawn.true[np.argpartition(apart, SAMPLES)[:SAMPLES], at]

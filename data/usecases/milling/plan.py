"""What one machine makes in one day: product after product, with its tools. Everything follows from (seed, machine, day).

So any moment can be generated without what came before it, and a restart finds the same line. Each day begins with a tool
of random wear (the setters re-tool overnight): that is the price, and the only one.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from data.usecases.milling.rules import (
    CUTTING_MIN,
    RANDOM_FAILURE,
    TOOL_FAILS,
    TOOL_LIFE_MIN,
    TORQUE_RANGE,
    TYPE_SHARES,
    speed_for,
)

DAY_S = 86_400


@dataclass(frozen=True, slots=True, eq=False)
class DayPlan:
    """The products of one machine and day, in order; columns of one length.

    ``tool_fails_s`` is the second of the day from which on the tool has failed (infinite where it holds).
    """

    start_s: np.ndarray  # second of the day
    end_s: np.ndarray
    kind: np.ndarray  # index into TYPES
    torque: np.ndarray  # Nm
    speed: np.ndarray  # rpm
    wear: np.ndarray  # min, at the start of the product
    tool_fails_s: np.ndarray
    random_failure: np.ndarray  # bool
    tool_changed: np.ndarray  # bool: a fresh tool at the start


@lru_cache(maxsize=512)
def day_plan(seed: int, machine: int, day: int) -> DayPlan:
    """The plan of ``machine`` (0, 1, …) for ``day`` (days since 1970, UTC)."""
    rng = np.random.default_rng([seed, machine, day])
    most = DAY_S // (60 * min(CUTTING_MIN)) + 2
    kind = rng.choice(len(TYPE_SHARES), most, p=TYPE_SHARES)
    cut_min = np.asarray(CUTTING_MIN, float)[kind]
    start_s = np.r_[0.0, np.cumsum(cut_min * 60)[:-1]] - np.floor(rng.uniform(0, 120))
    torque = rng.normal(40, 10, most)
    torque = np.clip(np.where(torque < TORQUE_RANGE[0], 80 - torque, torque), *TORQUE_RANGE)
    speed = speed_for(torque, rng.standard_normal(most))
    wear, fails_s, changed = _tools(rng, cut_min, start_s)
    random_failure = rng.random(most) < RANDOM_FAILURE
    here = (start_s < DAY_S) & (start_s + cut_min * 60 > 0)
    end_s = np.minimum(start_s + cut_min * 60, DAY_S)
    columns = (np.maximum(start_s, 0), end_s, kind, torque, speed, wear, fails_s, random_failure, changed)
    return DayPlan(*(column[here] for column in columns))


def _tools(rng: np.random.Generator, cut_min: np.ndarray, start_s: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Wear at the start of each product, when its tool fails, and where a fresh tool starts. A step a tool, some seven a day."""
    n = len(cut_min)
    worn = np.r_[0.0, np.cumsum(cut_min)]
    wear, fails_s, changed = np.empty(n), np.full(n, np.inf), np.zeros(n, bool)
    first, base = 0, -np.floor(rng.uniform(0, 200))  # the tool's wear is what is worn minus base
    while first < n:
        life, fails = rng.uniform(*TOOL_LIFE_MIN), rng.random() < TOOL_FAILS
        last = min(int(np.searchsorted(worn, base + life, side="left")), n) - 1  # the product in which the life ends
        last = max(last, first)
        wear[first : last + 1] = worn[first : last + 1] - base
        if fails and last < n:
            fails_s[last] = start_s[last] + (base + life - worn[last]) * 60
        first = last + 1
        base = worn[first]
        if first < n:
            changed[first] = True
    return wear, fails_s, changed


@lru_cache(maxsize=512)
def variation(seed: int, machine: int, hour: int) -> np.ndarray:
    """Small real variation within products, a value a second: (3600, 2), unit SD, correlated over some seconds."""
    rng = np.random.default_rng([seed, machine, hour, 7])
    noise = rng.standard_normal((3600 + 8, 2))
    window = np.cumsum(noise, axis=0)
    return (window[8:] - window[:-8]) / np.sqrt(8)


@lru_cache(maxsize=64)
def _waves(seed: int, place: int, count: int = 24) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng([seed, place, 11])
    return 2 * np.pi / np.exp(rng.uniform(np.log(1200), np.log(72_000), count)), rng.uniform(0, 2 * np.pi, count)


def drifting(seed: int, place: int, second: np.ndarray) -> np.ndarray:
    """A slow stationary Gaussian-like process of unit SD at the given plant seconds: 24 waves of 20 min to 20 h.

    ``place`` tells one process from the other. Stands for the random walk of the publication, which has no end value.
    """
    turn, phase = _waves(seed, place)
    first, last = np.floor(second.min() / 60), np.floor(second.max() / 60) + 1
    minute = np.arange(first, last + 1) * 60
    slow = np.cos(np.outer(minute, turn) + phase).sum(axis=1) * np.sqrt(2 / len(turn))
    return np.interp(second, minute, slow)

"""Functions whose truth is known, and the rows that they are asked about: what a method says of them has one right answer."""

import numpy as np

NAMES = ("a", "b", "c", "d")


def additive(x: np.ndarray) -> np.ndarray:
    return 1.0 * x[:, 0] + 3.0 * x[:, 1] + 2.0 * x[:, 2]


def each(names=NAMES) -> dict[str, list[int]]:
    return {name: [i] for i, name in enumerate(names)}


def slope(grid: np.ndarray, curve: np.ndarray) -> float:
    return float(np.polyfit(grid, curve, 1)[0])


def planted(x: np.ndarray) -> np.ndarray:
    return np.where((x[:, 0] > 1) & (x[:, 1] <= 0), 0.9, 0.1)

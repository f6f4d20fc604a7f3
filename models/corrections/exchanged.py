"""Were two values of a category written down for each other? Then no label is wrong, and putting labels right would teach a second error.

In a stretch of time whose labels the rest of the history denies, each pair of values of each category is exchanged, and the model of the rest is asked
again. Rows of which it now says something else decide (McNemar 1947, https://doi.org/10.1007/BF02295996): where nearly all of them are told rightly with
the values exchanged, the values are what is wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from data.usecase.use_case import UseCase

FEWEST = 30
"""Rows of which the model says something else with the values exchanged."""
RIGHT = 0.9
"""Share of them that it tells rightly then."""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """Values ``one`` and ``other`` of the category ``signal``. Of ``rows`` that are told otherwise with them exchanged, ``right`` are told rightly then."""

    signal: str
    one: str
    other: str
    rows: int
    right: int

    def plain(self) -> dict:
        """As JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def exchanged(use_case: UseCase, x: np.ndarray, bad: np.ndarray, says: Callable[[np.ndarray], np.ndarray]) -> Exchanged | None:
    """The pair that is exchanged in these rows, if there is one: that with the most rows told rightly.

    Args:
        x, bad: (n, features) inputs and (n,) bool outcomes of the stretch that is denied.
        says: the risks (n,) that a model of the rest of the history tells.
    """
    best, usual = None, says(x) >= 0.5
    for name, signal in use_case.signals.items():
        if not signal.categories or name not in use_case.features:
            continue
        at = list(use_case.features).index(name)
        for a, b in combinations(range(len(signal.categories)), 2):
            rows = np.flatnonzero(np.isin(x[:, at], (a, b)))
            if not len(rows):
                continue
            turned = x[rows].copy()
            turned[:, at] = a + b - turned[:, at]
            now = says(turned) >= 0.5
            other = now != usual[rows]
            right = int((now == bad[rows])[other].sum())
            if other.sum() >= FEWEST and right >= RIGHT * other.sum() and (best is None or right > best.right):
                best = Exchanged(name, signal.categories[a], signal.categories[b], int(other.sum()), right)
    return best

"""Of which readings the worker counts the reasons at once: those with which a spell of advice begins, and the worst of it so far."""

from collections.abc import Mapping

import numpy as np

from data.records import Reasons, State
from explainers.shapley.contract import CannotExplain
from models.release.release import Release
from models.release.told import as_recorded, by_code


class Beginnings:
    """Follows the spells of every asset through batch after batch, as the store does.

    ``lasting``: of the assets (codes) on which advice lasts at the start the highest risk that it came to.
    """

    def __init__(self, lasting: Mapping[int, float]) -> None:
        self._worst = dict(lasting)

    def follow(self, asset: np.ndarray, state: np.ndarray, score: np.ndarray, guess: np.ndarray | None) -> list[int]:
        """Places of the readings to be counted: of each spell in a batch the one that begins it, and its worst if that is worse than before.

        Args:
            asset: (n,) codes in the order of the readings; state: (n,) ``State.code``; score: (n,) risks.
            guess: (n,) bool, what the model does not know: such a reading neither begins a spell nor is its worst.
        """
        advised = state > State.NORMAL.code
        known = advised if guess is None else advised & ~guess
        found: list[int] = []
        if not self._worst and not advised.any():
            return found
        for code in np.unique(asset[advised | np.isin(asset, list(self._worst))]).tolist():  # a step an asset with advice: few
            rows = np.flatnonzero(asset == code)
            for run in np.split(rows, np.flatnonzero(np.diff(advised[rows])) + 1):
                if advised[run[0]]:
                    found += self._spell(code, run[known[run]], score)
                else:
                    self._worst.pop(code, None)
        return sorted(found)

    def _spell(self, code: int, run: np.ndarray, score: np.ndarray) -> list[int]:
        if not len(run):
            return []
        found = [] if code in self._worst else [int(run[0])]
        worst = int(run[score[run].argmax()])
        before = self._worst.get(code, float(score[run[0]]))
        if score[worst] > before:
            found.append(worst)
        self._worst[code] = max(before, float(score[worst]))
        return found


MOST = 8
"""Reasons that are counted with one delivery, the newest: some 20 ms each. A file that is replayed at full speed may begin thousands of spells, and a
thousand machines a flood of them; the others are counted when somebody opens them, and come to the same."""


def reasons_of(release: Release, x: np.ndarray, rows: list[int]) -> dict[int, Reasons]:
    """The reasons of some rows of (n, features) ``x``, as they are recorded: of :data:`MOST` at most, and without those that its release cannot explain."""
    found = {}
    for row in rows[-MOST:]:
        try:
            found[row] = as_recorded(by_code(release.use_case, release.interventional().explain(x[row])), release.number)
        except CannotExplain:
            continue
    return found

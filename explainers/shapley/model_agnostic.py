"""Shapley values of any function: nothing is asked of the model but to predict.

Interventional values against real background rows (Janzing et al. 2020, arXiv 1910.13413). Up to ``EXACT`` features that differ
from the background, every coalition is evaluated (the definition, as in ``shap.ExactExplainer``); above, walks through random
orders of the features and back again (antithetic permutation sampling, Mitchell et al. 2022,
https://jmlr.org/papers/v23/21-0439.html, as in ``shap.PermutationExplainer``). Both add up exactly.

They are computed here and held against shap's in the tests. In shap 0.51 both draw from the process's one random state or
compile for some ten seconds at first use, take near values for equal, and tell a missing value from the same missing value.
"""

import hashlib
import math
from collections.abc import Callable

import numpy as np

from explainers.shapley.contract import BINARY, CannotExplain, Explanation, Scale, Task, scale_of
from explainers.shapley.contrast import single

EXACT = 10
MOST_BACKGROUND, LEAST_BACKGROUND = 100, 10
MOST_ROWS, MOST_CELLS = 100_000, 10_000_000
"""About how many rows (and cells) the model predicts for one explanation: it bounds the time of wide and narrow models."""
MOST_WALKS = 10
CELLS_AT_ONCE = 2_000_000

Predict = Callable[[np.ndarray], np.ndarray]


class ModelAgnostic:
    """Explains any function. Safe to share between threads if ``predict`` is.

    Args:
        predict: (n, features) float -> (n,), or (n, classes) for a multiclass task. It sees NaN as it is. Its attribute
            ``scale``, if it has one, says what it gives; otherwise a probability, or the target of a regression.
        background: (n, features) real rows, n >= 1; at most 100 evenly spaced ones are used, fewer for wide models.
        seed: of the random orders, together with the row itself.
        note: why this method was taken, passed on with every explanation.

    Raises:
        CannotExplain: no background row.
    """

    method = "Shapley values"

    def __init__(
        self,
        predict: Predict,
        features: tuple[str, ...],
        background: np.ndarray,
        task: Task = BINARY,
        seed: int = 0,
        note: str = "",
    ) -> None:
        self.features, self.task, self.note = tuple(features), task, note
        self.scale: Scale = scale_of(predict, task)
        self._predict, self._seed = predict, seed
        rows = np.asarray(background, float)
        if not len(rows):
            raise CannotExplain("There is no background row to compare with.")
        m = len(self.features)
        self._rows = min(MOST_ROWS, MOST_CELLS // max(m, 1))
        most = min(MOST_BACKGROUND, max(LEAST_BACKGROUND, self._rows // (2 * m + 1)), len(rows))
        self.background = rows[np.linspace(0, len(rows) - 1, most).round().astype(int)]

    def explain(self, row: np.ndarray) -> Explanation:
        """Explain one (features,) row; ``spread`` is over the walks, ``None`` where all coalitions were evaluated.

        Raises:
            CannotExplain: the model takes no such row, or gives no finite number for it.
        """
        x = np.asarray(row, float)
        told, of, against = single(self._predict, x, self.task)
        value = float(np.ravel(told(x[None, :]))[0])
        # a feature that is the same in the whole background cannot tell: it is not played with, and gets exactly zero
        plays = np.flatnonzero(~((self.background == x) | (np.isnan(self.background) & np.isnan(x))).all(axis=0))
        game = _game(told, x, self.background, plays)
        spread = None
        if not len(plays):
            base, shares = value, np.zeros(0)
        elif len(plays) <= EXACT:
            base, shares = _exact(game, len(plays))
        else:
            base, shares, spread = self._walked(game, x, len(plays))
        everyone = self._placed(shares, plays)
        if not (np.isfinite(everyone).all() and np.isfinite(value)):
            raise CannotExplain("The model gives no finite number for this row or for a mixture of it with the background.")
        spread = None if spread is None else self._placed(spread, plays)
        return Explanation(self.method, self.scale, self.features, base, everyone, value, spread, of, against, self.note)

    def _placed(self, values: np.ndarray, plays: np.ndarray) -> np.ndarray:
        placed = np.zeros(len(self.features))
        placed[plays] = values
        return placed

    def _walked(self, game: Predict, x: np.ndarray, m: int) -> tuple[float, np.ndarray, np.ndarray]:
        """Base, mean share and its standard deviation over walks through random orders and back."""
        walks = int(np.clip(self._rows // (2 * m * len(self.background)), 1, MOST_WALKS))
        same = np.where(np.isnan(x), np.nan, x + 0.0)  # one NaN, one zero: equal rows have equal bytes
        digest = hashlib.sha256(same.tobytes() + str(self._seed).encode()).digest()
        random = np.random.default_rng(int.from_bytes(digest[:8], "little"))
        found, base = [], 0.0
        for _ in range(walks):
            order = random.permutation(m)
            rank = np.argsort(order)
            there = rank[None, :] < np.arange(m + 1)[:, None]  # first nobody, then one more each time
            back = rank[None, :] >= m - np.arange(1, m)[:, None]  # the same order from its end
            values = game(np.concatenate([there, back]))
            base = float(values[0])
            up, down = np.empty(m), np.empty(m)
            up[order] = np.diff(values[: m + 1])
            down[order[::-1]] = np.diff(np.concatenate([values[:1], values[m + 1 :], values[m : m + 1]]))
            found += [up, down]
        return base, np.mean(found, axis=0), np.std(found, axis=0)


def _game(told: Predict, x: np.ndarray, background: np.ndarray, plays: np.ndarray) -> Predict:
    """The value of coalitions: (k, plays) of 0 and 1 -> (k,) mean prediction with those features of ``x``, others as usual."""
    rest, width = len(background), background.shape[1]
    step = max(1, CELLS_AT_ONCE // (rest * width))

    def game(coalitions: np.ndarray) -> np.ndarray:
        values = []
        for start in range(0, len(coalitions), step):
            own = np.asarray(coalitions[start : start + step], bool)
            mixed = np.broadcast_to(background, (len(own), rest, width)).copy()
            mixed[:, :, plays] = np.where(own[:, None, :], x[plays], background[:, plays])
            values.append(np.asarray(told(mixed.reshape(-1, width)), float).reshape(len(own), rest).mean(axis=1))
        return np.concatenate(values)

    return game


def _exact(game: Predict, m: int) -> tuple[float, np.ndarray]:
    """Base and Shapley values of a game of ``m`` players: what each adds to every coalition of the others, weighted by size."""
    number = np.arange(2**m)
    coalitions = (number[:, None] >> np.arange(m)) & 1
    values, size = game(coalitions), coalitions.sum(axis=1)
    weight = np.array([1 / (m * math.comb(m - 1, k)) for k in range(m)])
    shares = np.empty(m)
    for player in range(m):
        without = number[coalitions[:, player] == 0]
        shares[player] = weight[size[without]] @ (values[without | (1 << player)] - values[without])
    return float(values[0]), shares

"""Shapley values of any function for every row of a batch: what the worker records of a model without contributions of its own.

Interventional values (Janzing et al. 2020, arXiv 1910.13413), each background row walked to the reading in a random order of the features and
back in the opposite one (antithetic sampling, Mitchell et al. 2022, https://jmlr.org/papers/v23/21-0439.html). They always add up. The orders are
drawn once, so that equal rows get equal shares, and a whole batch is one prediction. How many background rows can be afforded is measured once
(:func:`affordable`) and kept with the release.
"""

import time
from collections.abc import Callable

import numpy as np

from explainers.shapley.contract import BINARY, CannotExplain, Explanation, Scale, Task
from explainers.shapley.contrast import ahead, difference, label
from explainers.shapley.margins import Margins

LEAST, MOST = 4, 64
"""Background rows: fewer say too little of what is usual."""
ROWS_PER_S = 200
"""Readings that are to be explained in a second: eight times a line of 24 machines that send one each."""
CELLS_AT_ONCE = 4_000_000

Predict = Callable[[np.ndarray], np.ndarray]


class SampledShares:
    """A function with the shares of its inputs: :class:`models.kinds.predictor.Shares`. Safe to share between threads if ``predict`` is.

    Args:
        predict: (n, features) -> risk (n,), probabilities (n, classes) or value (n,).
        background: (n, features) real rows, n >= 1, of which ``most`` evenly spaced ones are used.

    Raises:
        CannotExplain: no background row.
    """

    method = "Shapley values"

    def __init__(
        self, predict: Predict, features: tuple[str, ...], background: np.ndarray, task: Task = BINARY, most: int = MOST,
        note: str = "", seed: int = 0,
    ) -> None:  # fmt: skip
        if not len(background):
            raise CannotExplain("There is no background row to compare with.")
        self.features, self.task, self.note = tuple(features), task, note
        self.scale: Scale = "target" if task.kind == "regression" else "margin"
        self._predict: Predict = Margins(predict, task)
        k, m = min(most, len(background)), len(self.features)
        self.background = np.asarray(background, float)[np.linspace(0, len(background) - 1, k).round().astype(int)]
        random = np.random.default_rng(seed)
        order = np.stack([random.permutation(m) for _ in range(k)])
        rank = np.argsort(order, axis=1)
        step = np.arange(1, m)
        there = rank[:, None, :] < step[None, :, None]
        back = rank[:, None, :] >= m - step[None, :, None]
        self._own = np.concatenate([there, back], axis=1)  # (k, 2(m - 1), features): which are the reading's
        self._rank = rank
        self._usual = np.asarray(self._predict(self.background), float)

    @property
    def base(self) -> float:
        """What is predicted of the background on average; of several classes it depends on which are told."""
        return float(self._usual.mean())

    def margins(self, x: np.ndarray) -> np.ndarray:
        """(n,) or (n, classes), without shares."""
        x = np.asarray(x, float)
        return self._predict(x) if len(x) else np.zeros((0, *self._usual.shape[1:]))

    def of(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """As :meth:`explainers.shapley.contributions.TreeContributions.of`."""
        margins, contributions, gap = self.together(x)
        return (contributions.sum(axis=1) if margins.ndim == 2 else margins), contributions, gap

    def together(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Margins (n,) or (n, classes), contributions (n, features + 1) with the base last, and the largest gap."""
        margins, contributions, _, gap = self._explained(np.asarray(x, float))
        return margins, contributions.astype(np.float32), gap

    def shares(self, x: np.ndarray) -> np.ndarray:
        """(n, features) shares of (n, features) rows."""
        return self._explained(np.asarray(x, float))[1][:, :-1]

    def explain(self, row: np.ndarray) -> Explanation:
        """Explain one (features,) row; ``spread`` is over the walks."""
        x = np.asarray(row, float)[None, :]
        margins, contributions, spread, _ = self._explained(x)
        of = against = None
        if self.task.kind == "multiclass":
            first, second = (int(at[0]) for at in ahead(margins, good=self.task.good))
            of, against = label(self.task, first), label(self.task, second)
        shares, base = contributions[0, :-1], float(contributions[0, -1])
        value = float(self._told(margins)[0])
        return Explanation(self.method, self.scale, self.features, base, shares, value, spread[0], of, against, self.note)

    def _explained(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
        """Margins, contributions, their spread over the walks (n, features), the largest gap."""
        k, steps, m = self._own.shape
        margins = np.asarray(self.margins(x), float)
        contributions, spread = np.zeros((len(x), m + 1)), np.zeros((len(x), m))
        at_once = max(1, CELLS_AT_ONCE // max(1, k * steps * m))
        for start in range(0, len(x), at_once):
            rows, ends = x[start : start + at_once], margins[start : start + at_once]
            n = len(rows)
            mixed = np.where(self._own, rows[:, None, None, :], self.background[:, None, :])
            between = np.asarray(self._predict(mixed.reshape(-1, m)), float) if steps else np.zeros((0, *margins.shape[1:]))
            between, usual = (
                between.reshape(n, k, steps, *margins.shape[1:]),
                np.broadcast_to(self._usual, (n, *self._usual.shape)),
            )
            if margins.ndim == 2:
                leads = ahead(ends, good=self.task.good)
                between, usual, ends = (difference(np.moveaxis(told, -1, 1), *leads) for told in (between, usual, ends))
            first, last = usual[:, :, None], np.broadcast_to(ends[:, None, None], (n, k, 1))
            up = np.diff(np.concatenate([first, between[:, :, : m - 1], last], axis=2), axis=2)
            down = np.diff(np.concatenate([first, between[:, :, m - 1 :], last], axis=2), axis=2)
            walks = np.stack(
                [np.take_along_axis(up, self._rank[None], 2), np.take_along_axis(down, m - 1 - self._rank[None], 2)], 2
            )
            contributions[start : start + n, :-1] = walks.mean(axis=(1, 2))
            contributions[start : start + n, -1] = usual.mean(axis=1)
            spread[start : start + n] = walks.mean(axis=2).std(axis=1)
        gap = float(np.abs(contributions.sum(axis=1) - self._told(margins)).max()) if len(x) else 0.0
        return margins, contributions, spread, gap

    def _told(self, margins: np.ndarray) -> np.ndarray:
        """(n,) what is explained: the margins, or how far each row's predicted class is ahead of the other one."""
        return difference(margins, *ahead(margins, good=self.task.good)) if margins.ndim == 2 else margins


def affordable(predict: Predict, x: np.ndarray, rows_per_s: float = ROWS_PER_S) -> int:
    """How many background rows leave ``rows_per_s`` readings explained in a second, by the model's measured speed on rows like (n, features) ``x``."""
    m = x.shape[1]
    rows = np.resize(np.asarray(x, float), (4000, m))
    predict(rows[:100])
    begun = time.process_time()
    predict(rows)
    per_s = len(rows) / max(time.process_time() - begun, 1e-6)
    return int(np.clip(per_s / (rows_per_s * max(1, 2 * (m - 1))), LEAST, MOST))

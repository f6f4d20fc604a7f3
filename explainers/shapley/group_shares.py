"""What each group of inputs adds to one prediction: exact Shapley values with the groups that are read as players.

Interventional values (Janzing et al. 2020, arXiv 1910.13413): a group that does not play takes the values of a real background row, all of its
columns those of the same row. Every coalition of the groups is predicted on every background row, which is the definition (Shapley 1953). Where
that would take too long, each background row is walked to the reading in random orders of the groups and back again (antithetic permutation
sampling, Mitchell et al. 2022, https://jmlr.org/papers/v23/21-0439.html), and the error of that is told. Both add up to the prediction.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from explainers.shapley.contract import BINARY, CannotExplain, Explanation, Task
from explainers.shapley.contrast import ahead, difference, label
from explainers.shapley.margins import Margins

MOST_S = 0.1
"""CPU seconds that one explanation may take; what would take longer is sampled."""
MOST_PLAYERS = 14
"""Groups above which not even the list of coalitions is made."""
LEAST_WALKS, MOST_WALKS = 16, 4000
CELLS_AT_ONCE = 4_000_000
EXACT, SAMPLED = "exact Shapley values", "sampled Shapley values"

Predict = Callable[[np.ndarray], np.ndarray]


class GroupShares:
    """Explains a function by groups of its inputs. Safe to share between threads if ``predict`` is. Equal rows get equal shares.

    Args:
        predict: (n, features) -> risk (n,), probabilities (n, classes) or value (n,); NaN as it is.
        groups: the columns of each group by its name. A column that is in none stays as in the background.
        background: (n, features) real rows, n >= 1. Neighbours should be alike (sorted by what is predicted), so that the error of having so many
            and not all of them is told as small as it is.
        walks: how many walks through random orders; 0: every coalition.
        note: what a reader should know of the method.

    Of a binary task the shares are of the probability, of several classes of how far the predicted one is ahead of another
    (:func:`explainers.shapley.contrast.ahead`) in log-odds, of a regression of the value.

    ``of``: (groups, features) bool, which columns belong to which.

    Raises:
        CannotExplain: no background row.
    """

    def __init__(
        self, predict: Predict, features: Sequence[str], groups: dict[str, Sequence[int]], background: np.ndarray, task: Task = BINARY,
        walks: int = 0, note: str = "", seed: int = 0,
    ):  # fmt: skip
        if not len(background):
            raise CannotExplain("There is no background row to compare with.")
        self.names, self.task, self.note, self.walks = tuple(groups), task, note, walks
        self.method = SAMPLED if walks else EXACT
        self.scale = {"binary": "probability", "multiclass": "margin", "regression": "target"}[task.kind]
        self._predict: Predict = Margins(predict, task) if task.kind == "multiclass" else predict
        self.background = np.asarray(background, float)
        self.of = membership(groups, len(features))
        self._usual = self._asked(self.background)
        self._seed = seed

    @property
    def base(self) -> float:
        """What is predicted of the background on average; of several classes it depends on which are told."""
        return float(self._usual.mean())

    def shares(self, x: np.ndarray) -> np.ndarray:
        """(n, groups) shares of (n, features) rows, one after the other."""
        return np.array([self.explain(row).contributions for row in x]).reshape(len(x), len(self.names))

    def explain(self, row: np.ndarray) -> Explanation:
        """Explain one (features,) row. ``features`` of the explanation are the groups, ``error`` the standard error of each share.

        Raises:
            CannotExplain: the model takes no such row, or gives no finite number for a mixture of it with the background.
        """
        x = np.asarray(row, float)
        said, of, against = self._asked(x[None, :]), None, None
        leads = None
        if self.task.kind == "multiclass":
            leads = ahead(said, good=self.task.good)
            of, against = (label(self.task, int(at[0])) for at in leads)

        def told(given: np.ndarray) -> np.ndarray:
            return given if leads is None else difference(given, *(np.repeat(lead, len(given)) for lead in leads))

        value, usual = float(told(said)[0]), told(self._usual)
        same = (self.background == x) | (np.isnan(self.background) & np.isnan(x))
        plays = np.flatnonzero((self.of & ~same.all(axis=0)).any(axis=1))  # what is the same everywhere cannot tell
        shares, error = np.zeros(len(self.names)), np.zeros(len(self.names))
        if len(plays) and self.walks and len(plays) > 1:
            found, spread = self._walked(x, self.of[plays], told, value, usual)
            shares[plays], error[plays] = completed(found, spread, value - float(usual.mean())), spread
        elif len(plays):
            values = self._coalitions(x, plays, told, value, usual)
            each = weights(len(plays)) @ (values - usual)  # nothing that is the same everywhere is left over by rounding
            shares[plays], error[plays] = each.mean(axis=1), neighbours_error(each)
        if not (np.isfinite(shares).all() and np.isfinite(value)):
            raise CannotExplain("The model gives no finite number for this row or for a mixture of it with the background.")
        return Explanation(
            self.method, self.scale, self.names, float(usual.mean()), shares, value, of=of, against=against, note=self.note,
            error=error, rows=len(self.background), usual_spread=float(usual.std()),
        )  # fmt: skip

    def _coalitions(self, x: np.ndarray, plays: np.ndarray, told: Predict, value: float, usual: np.ndarray) -> np.ndarray:
        """(2**players, background rows) what is predicted of every coalition of the groups ``plays``, in the order of :func:`coalitions`."""
        players, rest, of = len(plays), len(self.background), self.of[plays]
        own = coalitions(players)[1:-1]  # nobody: what is usual; everybody: the reading itself
        values = np.empty((2**players, rest))
        values[0], values[-1] = usual, value
        step = max(1, CELLS_AT_ONCE // (rest * len(x)))
        for start in range(0, len(own), step):
            mine = own[start : start + step] @ of
            mixed = np.where(mine[:, None, :], x, self.background).reshape(-1, len(x))
            values[1 + start : 1 + start + len(mine)] = told(self._asked(mixed)).reshape(len(mine), rest)
        return values

    def _walked(
        self, x: np.ndarray, of: np.ndarray, told: Predict, value: float, usual: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Mean share (players,) over the walks, there and back, and its standard error."""
        players, rest = len(of), len(self.background)
        random = np.random.default_rng(self._seed)
        start = np.arange(self.walks) % rest if self.walks >= rest else evenly(rest, self.walks)
        order = np.stack([random.permutation(players) for _ in range(self.walks)])
        each = np.empty((self.walks, players))
        step = max(1, CELLS_AT_ONCE // (2 * players * len(x)))
        for first in range(0, self.walks, step):
            at, ways = start[first : first + step], order[first : first + step]
            n, rank = len(ways), np.argsort(ways, axis=1)
            stage = np.arange(1, players)
            there = rank[:, None, :] < stage[None, :, None]
            back = rank[:, None, :] >= players - stage[None, :, None]
            mine = np.concatenate([there, back], axis=1) @ of
            mixed = np.where(mine, x, self.background[at][:, None, :]).reshape(-1, len(x))
            between = told(self._asked(mixed)).reshape(n, 2, players - 1)
            begin, end = np.broadcast_to(usual[at][:, None, None], (n, 2, 1)), np.full((n, 2, 1), value)
            steps = np.diff(np.concatenate([begin, between, end], axis=2), axis=2)
            up, down = np.take_along_axis(steps[:, 0], rank, 1), np.take_along_axis(steps[:, 1], players - 1 - rank, 1)
            each[first : first + n] = (up + down) / 2
        return each.mean(axis=0), each.std(axis=0, ddof=1) / math.sqrt(len(each))

    def _asked(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(self._predict(x), float)


def membership(groups: Mapping[str, Sequence[int]], features: int) -> np.ndarray:
    """(groups, features) bool: which columns belong to which group."""
    of = np.zeros((len(groups), features), bool)
    for at, columns in enumerate(groups.values()):
        of[at, list(columns)] = True
    return of


def coalitions(players: int) -> np.ndarray:
    """(2**players, players) bool: who is in each coalition; nobody first, everybody last."""
    return (np.arange(2**players)[:, None] >> np.arange(players)) & 1 == 1


def weights(players: int) -> np.ndarray:
    """(players, 2**players): what the values of all coalitions are multiplied by to give each player's Shapley value."""
    inside = coalitions(players)
    size = inside.sum(axis=1)
    joins = np.array([0.0, *(1 / (players * math.comb(players - 1, k - 1)) for k in range(1, players + 1))])
    leaves = np.array([*(1 / (players * math.comb(players - 1, k)) for k in range(players)), 0.0])
    return np.where(inside, joins[size][:, None], -leaves[size][:, None]).T


def neighbours_error(each: np.ndarray) -> np.ndarray:
    """(players,) standard error of the mean of (players, n) values of evenly drawn rows, from the differences of neighbours (Wolter 2007,
    Introduction to Variance Estimation, section 8.2): what varies smoothly along the order does not vary from one such draw to the next."""
    n = each.shape[1]
    return np.sqrt((np.diff(each, axis=1) ** 2).sum(axis=1) / (2 * n * (n - 1))) if n > 1 else np.full(len(each), np.nan)


def completed(shares: np.ndarray, error: np.ndarray, whole: float) -> np.ndarray:
    """The shares with what they lack of ``whole`` given to each by its own variance: the most likely ones that add up."""
    lacks, variance = whole - shares.sum(), error**2
    return shares + lacks * (variance / variance.sum() if variance.sum() > 0 else np.full(len(shares), 1 / len(shares)))


def evenly(n: int, k: int) -> np.ndarray:
    """``k`` places among ``n``, evenly spaced."""
    return np.linspace(0, n - 1, k).round().astype(int)


def affordable_walks(predict: Predict, background: np.ndarray, players: int, most_s: float = MOST_S) -> int:
    """How many walks leave an explanation within ``most_s`` of CPU time by the model's measured speed; 0: every coalition does.

    To be asked once, when a release is made, and kept: what is explained must not depend on how busy a computer is.
    """
    rows = np.resize(np.asarray(background, np.float32), (4000, background.shape[1]))
    predict(rows[:100])
    begun = time.process_time()
    predict(rows)
    affords = most_s * len(rows) / max(time.process_time() - begun, 1e-6)
    if players <= MOST_PLAYERS and (2**players - 2) * len(background) <= affords:
        return 0
    return int(np.clip(affords / max(1, 2 * (players - 1)), LEAST_WALKS, MOST_WALKS))

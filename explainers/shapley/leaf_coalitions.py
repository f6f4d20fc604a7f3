"""What a booster predicts of every coalition of groups on every background row, without predicting: summed over its leaves.

At each leaf the background rows were asked once which groups do not fit. A mixture of the reading and a row reaches a leaf if all of those play, and none
of those that do not fit the reading. To one tree most rows look alike, so that each tree is worked out for the few kinds of rows that it tells apart, for
all coalitions at once, and looked up for every row: several times as fast as predicting them, to the same sixth digit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from explainers.shapley.contract import NoContributions
from explainers.shapley.group_shares import coalitions, membership
from explainers.shapley.leaf_patterns import leaves_of

if TYPE_CHECKING:
    from xgboost import Booster

MOST_PLAYING = 7
MOST_GROUPS = 16
ROWS_AT_ONCE = 250
TOLERANCE = 1e-3


class LeafCoalitions:
    """Of one booster of a single output against (n, features) background rows. Safe to share between threads.

    Raises:
        NoContributions: too many groups, or trees that cannot be read (:func:`explainers.shapley.leaf_patterns.leaves_of`).
    """

    def __init__(
        self, booster: Booster, features: Sequence[str], groups: Mapping[str, Sequence[int]], background: np.ndarray
    ) -> None:
        if len(groups) > MOST_GROUPS:
            raise NoContributions("the groups are too many for all of their coalitions")
        of = membership(groups, len(features))
        found = leaves_of(booster, np.where(of.any(axis=0), of.argmax(axis=0), -1))
        if len(found) > 1:
            raise NoContributions("the model has several outputs")
        self._leaves, self._groups = found[0], len(groups)
        lacks = self._lacking(background)
        said = np.asarray(booster.inplace_predict(np.asarray(background, np.float32), predict_type="margin"), float)
        off = said - (lacks == 0) @ self._leaves.value
        self._base = float(np.median(off))
        if np.abs(off - self._base).max() > TOLERANCE:
            raise NoContributions("the model predicts otherwise than its trees add up")
        self._kind_of, self._lacks, self._leaf, self._begins = _kinds(lacks, self._leaves.tree)

    def margins(self, x: np.ndarray, plays: np.ndarray) -> np.ndarray | None:
        """(2**players, n) of one (features,) row, in the order of :func:`explainers.shapley.group_shares.coalitions`; ``None``: too many play.

        Args:
            plays: (players,) the numbers of the groups in which the row differs from the background.
        """
        if len(plays) > MOST_PLAYING:
            return None
        digit = np.zeros(2**self._groups, np.int64)
        for place, group in enumerate(plays):
            digit[(np.arange(len(digit)) >> group) & 1 == 1] += 3**place
        mine = self._lacking(x[None, :])[0][self._leaf]
        meets = np.flatnonzero((self._lacks & mine) == 0)  # what fits neither is never reached
        worth = np.zeros((len(self._leaf), 2 ** len(plays)))
        kind = digit[self._lacks[meets]] + 2 * digit[mine[meets]]
        worth[meets] = _reached(len(plays))[kind] * self._leaves.value[self._leaf[meets], None]
        of_kind = np.add.reduceat(worth, self._begins, axis=0)
        found = np.full((self._kind_of.shape[1], worth.shape[1]), self._base)
        for kinds in self._kind_of:  # a step a tree
            found += of_kind.take(kinds, axis=0)
        return found.T

    def _lacking(self, x: np.ndarray) -> np.ndarray:
        """(n, leaves) int32: a bit for each group that does not fit a row at a leaf."""
        x = np.asarray(x, np.float32)
        found = np.empty((len(x), len(self._leaves.value)), np.int32)
        slots = self._leaves.group.shape[1]
        bits = np.where(self._leaves.group >= 0, 1 << np.maximum(self._leaves.group, 0), 0)
        for start in range(0, len(x), ROWS_AT_ONCE):
            met = self._leaves.patterns(x[start : start + ROWS_AT_ONCE])
            lacks = np.zeros(met.shape, np.int32)
            for slot in range(slots):
                lacks |= np.where(met >> slot & 1, 0, bits[:, slot]).astype(np.int32)
            found[start : start + len(met)] = lacks
        return found


def _kinds(lacks: np.ndarray, tree: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The kinds of background rows that each tree tells apart.

    Args:
        lacks: (n, leaves); tree: (leaves,), ascending.

    Returns:
        (trees, n) the kind of each row at each tree; then, one after the other for all leaves of a tree of each kind, what lacks and which leaf it is;
        and where each kind begins.
    """
    kind_of, lacking, leaf, begins, kinds, entries = [], [], [], [], 0, 0
    sign = (
        np.random.default_rng(0).integers(1, 2**62, int(np.bincount(tree).max()), dtype=np.int64) | 1
    )  # of a row one number, which is its own
    for one in np.unique(tree):
        own = np.flatnonzero(tree == one)
        _, first, which = np.unique(lacks[:, own] @ sign[: len(own)], return_index=True, return_inverse=True)
        found = lacks[first][:, own]
        kind_of.append(which.reshape(-1) + kinds)
        lacking.append(found.ravel())
        leaf.append(np.tile(own, len(found)))
        begins.append(entries + len(own) * np.arange(len(found)))
        kinds, entries = kinds + len(found), entries + found.size
    return np.array(kind_of), np.concatenate(lacking), np.concatenate(leaf), np.concatenate(begins)


@lru_cache(maxsize=16)
def _reached(players: int) -> np.ndarray:
    """(3**players, 2**players) 1 where a coalition reaches a leaf: a digit of the first for each player, 1 for who must play, 2 for who must not.
    Nobody is asked for who fits neither."""
    digit = (np.arange(3**players)[:, None] // 3 ** np.arange(players)) % 3
    plays = coalitions(players)
    return (~((digit[:, None, :] == 1) & ~plays | (digit[:, None, :] == 2) & plays).any(axis=2)).astype(float)

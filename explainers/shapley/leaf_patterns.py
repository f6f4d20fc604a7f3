"""Exact interventional shares of a booster's margin by groups of inputs, against the whole background at once.

A leaf is reached by a mixture of the reading and a background row if every group on its path takes its values from where they fit. So a leaf is
a small game whose Shapley values are known (interventional Tree SHAP, Lundberg et al. 2020, https://doi.org/10.1038/s42256-019-0138-9, here with
groups of columns as players), and of the background it is enough to know how often each pattern of fits occurs at each leaf: counted once, after
which a reading costs some milliseconds however long the background is.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from explainers.shapley.contract import CannotExplain, Explanation, NoContributions, Scale, Task
from explainers.shapley.contrast import NOBODY, ahead, label
from explainers.shapley.group_shares import EXACT, membership

if TYPE_CHECKING:
    from xgboost import Booster

MOST_SLOTS = 8
"""Groups on one path; deeper trees have too many patterns."""
MOST_CELLS = 30_000_000
CHECKED = 50
TOLERANCE = 1e-3
"""Of the spread of the margins, by which counted and predicted margins may differ (single precision)."""
CELLS_AT_ONCE = 8_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Leaves:
    """The leaves of all trees of one output. A *fit* is one condition on the way to a leaf.

    ``node``: (fits,) which test; ``left``: (fits,) whether it has to hold; ``slot``: (fits,) where its group stands in its leaf; ``leaf``: (fits,).
    ``group``: (leaves, slots) the group in each slot, -1 for none. ``value``: (leaves,), ``tree``: (leaves,) of
    which tree, ascending. Tests: ``column``, ``limit``, ``missing`` (whether a
    missing value goes left), each (nodes,).
    """

    node: np.ndarray
    left: np.ndarray
    slot: np.ndarray
    leaf: np.ndarray
    group: np.ndarray
    value: np.ndarray
    tree: np.ndarray
    column: np.ndarray
    limit: np.ndarray
    missing: np.ndarray

    def patterns(self, x: np.ndarray) -> np.ndarray:
        """(n, leaves) int: a bit for each slot, set where all conditions of its group are met by a row of (n, features) float32 ``x``."""
        given = x[:, self.column]
        goes_left = np.where(np.isnan(given), self.missing, given < self.limit)
        failed = np.zeros((len(x), self.group.size), bool)
        missed = goes_left[:, self.node] != self.left
        at = self.leaf * self.group.shape[1] + self.slot
        first = np.flatnonzero(np.r_[True, at[1:] != at[:-1]])  # fits are in the order of leaf and slot
        if len(at):  # else no tree turns on anything
            failed[:, at[first]] = np.logical_or.reduceat(missed, first, axis=1)
        met = ~failed.reshape(len(x), *self.group.shape)
        return met @ (1 << np.arange(self.group.shape[1]))


class LeafPatterns:
    """For a regression in the target's unit, for several classes the lead of the predicted one in log-odds. Safe to share between threads.

    Args:
        groups: the columns of each group by its name.
        background: (n, features) real rows, n >= 1.

    Raises:
        NoContributions: trees that are too deep or split by categories, or a model that is more than its trees.
        CannotExplain: no background row.
    """

    method = EXACT

    def __init__(
        self, booster: Booster, features: Sequence[str], groups: Mapping[str, Sequence[int]], background: np.ndarray, task: Task, note: str = ""
    ) -> None:  # fmt: skip
        if not len(background):
            raise CannotExplain("There is no background row to compare with.")
        self.names, self.task, self.note = tuple(groups), task, note
        self.scale: Scale = "target" if task.kind == "regression" else "margin"
        self._booster, self.background = booster, np.asarray(background, np.float32)
        of = membership(groups, len(features))
        self._leaves = leaves_of(booster, np.where(of.any(axis=0), of.argmax(axis=0), -1))
        cells = sum(one.group.shape[0] * 2 ** one.group.shape[1] * one.group.shape[1] for one in self._leaves)
        if cells > MOST_CELLS:
            raise NoContributions("the model's trees are too many and too deep to be counted leaf by leaf")
        self._usual = self.margins(self.background).reshape(len(self.background), -1)
        self._counts = [_counted(one, self.background) for one in self._leaves]
        self._check()

    @property
    def base(self) -> float:
        """What is predicted of the background on average; of several classes it depends on which are told."""
        return float(self._usual.mean())

    def margins(self, x: np.ndarray) -> np.ndarray:
        """(n,) or (n, classes)."""
        return np.asarray(self._booster.inplace_predict(np.asarray(x, np.float32), predict_type="margin"), float)

    def shares(self, x: np.ndarray) -> np.ndarray:
        """(n, groups) shares of (n, features) rows, one after the other."""
        return np.array([self.explain(row).contributions for row in x]).reshape(len(x), len(self.names))

    def explain(self, row: np.ndarray) -> Explanation:
        """Explain one (features,) row. ``features`` of the explanation are the groups."""
        x = np.asarray(row, np.float32)[None, :]
        margins, base = self.margins(x).reshape(-1), self._usual.mean(axis=0)
        if self.task.kind != "multiclass":
            return self._told(self._shares(0, x), float(base[0]), float(margins[0]), float(self._usual.std()))
        first, second = (int(at[0]) for at in ahead(margins[None, :], good=self.task.good))
        shares, value, usual = self._shares(first, x), margins[first], self._usual[:, first]
        if second != NOBODY:
            shares, value, usual = shares - self._shares(second, x), value - margins[second], usual - self._usual[:, second]
        return self._told(
            shares, float(usual.mean()), float(value), float(usual.std()), label(self.task, first), label(self.task, second)
        )

    def _told(
        self, shares: np.ndarray, base: float, value: float, spread: float, of: str | None = None, against: str | None = None
    ) -> Explanation:
        return Explanation(
            self.method,
            self.scale,
            self.names,
            base,
            shares,
            value,
            of=of,
            against=against,
            note=self.note,
            rows=len(self.background),
            usual_spread=spread,
        )

    def _shares(self, output: int, x: np.ndarray) -> np.ndarray:
        """(groups,) of one (1, features) row."""
        leaves, counts = self._leaves[output], self._counts[output]
        mine = leaves.patterns(x)[0]
        each = (counts[:, :, None] * self._games[leaves.group.shape[1]][mine]).sum(axis=1) * leaves.value[:, None]
        return np.bincount(leaves.group.ravel() + 1, each.ravel(), len(self.names) + 1)[1:]

    @cached_property
    def _games(self) -> dict[int, np.ndarray]:
        return {slots: games(slots) for slots in {one.group.shape[1] for one in self._leaves}}

    def _check(self) -> None:
        """Shares must lead from what is usual to what is predicted, or the model is more than the trees that were read (or less)."""
        rows = self.background[np.linspace(0, len(self.background) - 1, min(CHECKED, len(self.background))).round().astype(int)]
        told = [self.explain(row) for row in rows]
        allowed = TOLERANCE * max(1.0, float(np.ptp(self._usual)))
        if not max(one.gap for one in told) <= allowed:
            raise NoContributions("the model predicts otherwise than its trees add up")


def games(slots: int) -> np.ndarray:
    """(2**slots, 2**slots, slots): the Shapley values of a leaf worth 1, by which slots the reading fits and which a background row does.

    Who only the reading fits has to play, who only the background fits must not: of p and q such, each of the former gets (p-1)! q! / (p+q)!, each
    of the latter minus p! (q-1)! / (p+q)!. Where neither fits the leaf is never reached.
    """
    bits = (np.arange(2**slots)[:, None] >> np.arange(slots)) & 1 == 1
    mine, theirs = bits[:, None, :], bits[None, :, :]
    must, must_not = mine & ~theirs, theirs & ~mine
    p, q = must.sum(axis=2), must_not.sum(axis=2)
    fact = np.array([float(math.factorial(k)) for k in range(2 * slots + 1)])
    reached = (mine | theirs).all(axis=2)
    plus = np.where(reached & (p > 0), fact[np.maximum(p - 1, 0)] * fact[q] / fact[p + q], 0.0)
    minus = np.where(reached & (q > 0), fact[p] * fact[np.maximum(q - 1, 0)] / fact[p + q], 0.0)
    return must * plus[:, :, None] - must_not * minus[:, :, None]


def leaves_of(booster: Booster, group: np.ndarray) -> list[Leaves]:
    """The leaves of each output of a booster.

    Args:
        group: (features,) which group each column belongs to, -1 for none.

    Raises:
        NoContributions: see :class:`LeafPatterns`.
    """
    learner = json.loads(booster.save_raw("json"))["learner"]
    grown = learner["gradient_booster"]
    weight = grown.get("weight_drop")  # of dart: how much of each tree counts
    grown = grown.get("gbtree", grown)
    if "model" not in grown or "trees" not in grown["model"]:
        raise NoContributions("the model has no trees")
    trees, output = grown["model"]["trees"], grown["model"]["tree_info"]
    outputs = max(1, int(learner["learner_model_param"]["num_class"]))
    found = []
    for wanted in range(outputs):
        paths, of = [], []
        for at, tree in enumerate(trees):
            if output[at] == wanted:
                paths += _paths(tree, 1.0 if weight is None else float(weight[at]), group)
                of += [at] * (len(paths) - len(of))
        if not paths:
            raise NoContributions("the model has no trees")
        found.append(_packed(paths, np.array(of, int)))
    return found


def _paths(tree: dict, weight: float, group: np.ndarray) -> list[tuple[float, list[tuple]]]:
    """Each leaf of a tree: its value, and the tests on the way as (group, column, limit, whether missing goes left, whether left)."""
    if any(tree.get("categories", ())) or any(tree.get("split_type", ())):
        raise NoContributions("the model's trees split by categories")
    if int(tree["tree_param"].get("size_leaf_vector", 1)) > 1:
        raise NoContributions("the model's trees have vector leaves")
    left, right, column = tree["left_children"], tree["right_children"], tree["split_indices"]
    limit, missing = tree["split_conditions"], tree["default_left"]
    found, open_ = [], [(0, [])]
    while open_:
        node, path = open_.pop()
        if left[node] == -1:
            found.append((weight * float(limit[node]), path))
            continue
        test = (int(group[column[node]]), column[node], limit[node], bool(missing[node]))
        open_ += [(left[node], [*path, (*test, True)]), (right[node], [*path, (*test, False)])]
    return found


def _packed(paths: list[tuple[float, list[tuple]]], tree: np.ndarray) -> Leaves:
    players = [list(dict.fromkeys(fit[0] for fit in path if fit[0] >= 0)) for _, path in paths]
    if any(fit[0] < 0 for _, path in paths for fit in path):
        raise NoContributions("the model uses an input that is in no group")
    slots = max(1, max(map(len, players), default=1))
    if slots > MOST_SLOTS:
        raise NoContributions("the model's trees ask for {slots} groups in a row", slots=slots)
    tests: dict[tuple, int] = {}
    rows, value, group = [], np.array([one for one, _ in paths], float), np.full((len(paths), slots), -1)
    for leaf, ((_, path), order) in enumerate(zip(paths, players, strict=True)):
        group[leaf, : len(order)] = order
        rows += [
            (leaf, order.index(of), tests.setdefault(test, len(tests)), went)
            for of, *test_, went in path
            for test in [tuple(test_)]
        ]
    rows.sort(key=lambda row: row[:2])
    leaf, slot, node, went = (np.array(column, int) for column in zip(*rows, strict=True)) if rows else (np.zeros(0, int),) * 4
    column, limit, missing = zip(*tests, strict=True) if tests else ((), (), ())
    return Leaves(
        node,
        went.astype(bool),
        slot,
        leaf,
        group,
        value,
        tree,
        np.array(column, int),
        np.array(limit, np.float32),
        np.array(missing, bool),
    )


def _counted(leaves: Leaves, background: np.ndarray) -> np.ndarray:
    """(leaves, 2**slots) which share of the background has each pattern at each leaf."""
    count, slots = leaves.group.shape
    found, place = np.zeros(count * 2**slots), np.arange(count) * 2**slots
    step = max(1, CELLS_AT_ONCE // max(1, len(leaves.node)))
    for start in range(0, len(background), step):
        at = place + leaves.patterns(background[start : start + step])
        found += np.bincount(at.ravel(), minlength=len(found))
    return found.reshape(count, -1) / len(background)

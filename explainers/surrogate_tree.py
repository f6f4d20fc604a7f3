"""The model in a few rules: a shallow tree that imitates it, with how faithful the imitation is (Craven & Shavlik 1996).

The rules are of the model, not of the plant: where fidelity is low they say little, and the page says so.
"""

from dataclasses import dataclass

import numpy as np

DEPTH = 4
LEAVES = 8


@dataclass(frozen=True, slots=True)
class Condition:
    """``low`` < value <= ``high`` of a feature; infinite where it is open."""

    feature: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rule:
    """Where all ``conditions`` hold, the model says ``value`` on average; that is the case in a ``share`` of rows."""

    conditions: tuple[Condition, ...]
    value: float
    share: float
    rows: int


@dataclass(frozen=True, slots=True, eq=False)
class Surrogate:
    """Rules, highest value first. ``fidelity``: share of the model's variance that they reproduce on rows that they were not
    made from (R²); ``agreement``: share of rows on the same side of the threshold; ``found``: of those that the model puts above."""

    rules: tuple[Rule, ...]
    fidelity: float
    agreement: float
    found: float | None
    rows: int


def surrogate_tree(x: np.ndarray, said: np.ndarray, features: tuple[str, ...], threshold: float, seed: int = 0) -> Surrogate:
    """Imitate a model from (n, features) rows and (n,) what it said of them. Missing values go their own way in the tree."""
    from sklearn.tree import DecisionTreeRegressor

    shuffled = np.random.default_rng(seed).permutation(len(x))
    check, fit = np.split(shuffled, [len(x) // 3])
    if not len(check):
        check = fit
    # rare and large predictions must count, or one leaf says "nothing ever happens" and is 97 % right
    weight = np.where(
        said[fit] >= threshold, 1 / max((said[fit] >= threshold).sum(), 1), 1 / max((said[fit] < threshold).sum(), 1)
    )
    tree = DecisionTreeRegressor(
        max_depth=DEPTH, max_leaf_nodes=LEAVES, min_samples_leaf=max(1, min(10, len(fit) // 200)), random_state=seed
    )
    tree.fit(x[fit], said[fit], sample_weight=weight)
    leaf = tree.apply(x)
    rules = [
        Rule(_merged(path, features), float(said[leaf == node].mean()), float((leaf == node).mean()), int((leaf == node).sum()))
        for node, path in _paths(tree.tree_)
        if (leaf == node).any()
    ]
    means = {node: said[fit][leaf[fit] == node].mean() for node in np.unique(leaf[fit])}
    guess = np.array([means[node] for node in leaf[check]])
    spread = ((said[check] - said[check].mean()) ** 2).sum()
    fidelity = 1 - float(((said[check] - guess) ** 2).sum() / spread) if spread > 1e-12 else 1.0
    above, told = said[check] >= threshold, guess >= threshold
    found = float(told[above].mean()) if above.any() else None
    return Surrogate(
        tuple(sorted(rules, key=lambda rule: -rule.value)), max(fidelity, 0.0), float((above == told).mean()), found, len(x)
    )


def _paths(tree) -> list[tuple[int, list[tuple[int, float, bool]]]]:
    """Each leaf with the way to it: (column, threshold, whether below)."""
    found, open_ = [], [(0, [])]
    while open_:
        node, path = open_.pop()
        if tree.children_left[node] < 0:
            found.append((node, path))
            continue
        column, threshold = int(tree.feature[node]), float(tree.threshold[node])
        open_.append((int(tree.children_left[node]), [*path, (column, threshold, True)]))
        open_.append((int(tree.children_right[node]), [*path, (column, threshold, False)]))
    return found


def _merged(path: list[tuple[int, float, bool]], features: tuple[str, ...]) -> tuple[Condition, ...]:
    """All conditions on a feature as one interval, in the order in which the tree asks."""
    bounds: dict[int, list[float]] = {}
    for column, threshold, is_below in path:
        low_high = bounds.setdefault(column, [-np.inf, np.inf])
        if is_below:
            low_high[1] = min(low_high[1], threshold)
        else:
            low_high[0] = max(low_high[0], threshold)
    return tuple(Condition(features[column], low, high) for column, (low, high) in bounds.items())

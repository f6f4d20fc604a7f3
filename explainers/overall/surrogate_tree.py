"""A model in a few rules: a shallow tree fitted to what the model says, not to what happened, with how far it may be trusted.

Global surrogate by a decision tree (Craven & Shavlik 1996, Extracting tree-structured representations of trained networks,
NeurIPS 8). The rules are worth as much as their fidelity on rows that the tree has not seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Condition = tuple[str, Literal["<=", ">"], float]

WORTH = 1e-3
"""Share of the output's variance that a split must explain to be worth a condition."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows for which all conditions hold, and what the model says there.

    An interval is two conditions, ``>`` first. ``missing`` names the features whose missing value fulfils the rule as well;
    a threshold of infinity parts missing from known: ``> inf`` is "missing", ``<= inf`` is "any known value".
    """

    conditions: tuple[Condition, ...]
    value: float  # mean model output
    share: float  # of the sample, 0 to 1
    rows: int
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SurrogateTree:
    """Rules by descending value; together they cover every row once. Fidelity is measured on ``held_out`` rows.

    ``r2`` is the explained share of the variance of the model's output. With a threshold, ``agreement`` is the share of rows on
    the same side of it, and ``recall`` the share of the model's positives that the tree finds. ``None``: not known, because too
    few rows were held out, the model says the same for all of them, or it has no positives.
    """

    rules: tuple[Rule, ...]
    r2: float | None
    agreement: float | None
    recall: float | None
    rows: int
    held_out: int


def surrogate_tree(
    x: np.ndarray,
    output: np.ndarray,
    names: Sequence[str],
    depth: int = 3,
    leaves: int = 8,
    threshold: float | None = None,
    decimals: Mapping[str, int] | None = None,
    clusters: np.ndarray | None = None,
    seed: int = 0,
) -> SurrogateTree:
    """Fit on 70 % of the sample, measure on the rest, list the leaves as rules with figures of the whole sample.

    Args:
        x: (n, features); NaN is a missing value.
        output: (n,) the model's probability or margin for each row; rows where it is not finite are left out.
        names: of the columns, (features,).
        threshold: where the model decides, in the unit of ``output``; from it upwards is positive.
        decimals: digits of a feature's thresholds. A threshold gets more digits as long as fewer would move a row of the sample
            to the other side, so the rules say exactly what the tree does. Features not listed are not rounded.
        clusters: (n,) codes, for instance product runs: held out as wholes, or near copies make the fidelity too good.
        seed: equal seeds give equal rules.

    Raises:
        ValueError: the lengths of the arguments do not fit.
    """
    from sklearn.tree import DecisionTreeRegressor

    x, output = np.asarray(x, np.float32), np.asarray(output, float)
    if x.shape != (len(output), len(names)) or (clusters is not None and len(clusters) != len(output)):
        raise ValueError(f"rows {x.shape}, outputs {output.shape}, {len(names)} names and the clusters do not fit")
    usable = np.isfinite(output)
    limit = float(np.finfo(np.float32).max)
    x, output = np.nan_to_num(x[usable], nan=np.nan, posinf=limit, neginf=-limit), output[usable]
    n = len(x)
    if n < 2:
        only = tuple(Rule((), float(value), 1.0, 1) for value in output)
        return SurrogateTree(only, None, None, None, n, 0)
    held = _held_out(np.arange(n) if clusters is None else np.asarray(clusters)[usable], seed)
    worth = max(WORTH * float(output[~held].var()), _noise(output))
    fitted = DecisionTreeRegressor(
        max_depth=depth,
        max_leaf_nodes=leaves,
        min_samples_leaf=0.01,  # pyright: ignore[reportArgumentType]  # a share of the rows, where 1 is a number of them
        min_impurity_decrease=worth,
        random_state=seed,
    )
    fitted.fit(x[~held], output[~held])
    told = fitted.predict(x[held]) if held.any() else np.zeros(0)
    rules = sorted(_rules(fitted.tree_, x, output, tuple(names), decimals or {}), key=lambda rule: -rule.value)
    return SurrogateTree(tuple(rules), *_fidelity(output[held], told, threshold), n, int(held.sum()))


def follows(rule: Rule, x: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Which rows (n,) of ``x`` (n, features) the rule is about."""
    x = np.asarray(x, np.float32)
    met = np.ones(len(x), bool)
    for name, sign, threshold in rule.conditions:
        values, bound = x[:, names.index(name)], np.float32(threshold)
        side = values <= bound if sign == "<=" else values > bound
        met &= np.where(np.isnan(values), name in rule.missing, side)
    return met


def _held_out(clusters: np.ndarray, seed: int) -> np.ndarray:
    """Mask (n,) of 30 % of the clusters, as wholes; none if there is only one."""
    codes, place = np.unique(clusters, return_inverse=True)
    k = len(codes)
    chosen = np.random.default_rng(seed).permutation(k)[: 0 if k < 2 else max(1, int(0.3 * k))]
    return np.isin(place, chosen)


def _noise(output: np.ndarray) -> float:
    """Variance that single precision alone may give to equal outputs."""
    return float((1e-7 * np.abs(output).max(initial=0)) ** 2)


def _fidelity(model: np.ndarray, tree: np.ndarray, threshold: float | None) -> tuple[float | None, float | None, float | None]:
    """R squared, agreement and recall of the tree's values against the model's, on the same rows."""
    spread = ((model - model.mean()) ** 2).sum() if len(model) > 1 else 0.0
    r2 = float(1 - ((model - tree) ** 2).sum() / spread) if spread > len(model) * _noise(model) else None
    if threshold is None or not len(model):
        return r2, None, None
    positive, found = model >= threshold, tree >= threshold
    return r2, float((positive == found).mean()), float(found[positive].mean()) if positive.any() else None


def _rules(tree: Any, x: np.ndarray, output: np.ndarray, names: tuple[str, ...], decimals: Mapping[str, int]) -> list[Rule]:
    """One rule per leaf of an sklearn tree that a row of the sample reaches."""
    rules, waiting = [], [(0, np.arange(len(x)), {}, {})]
    while waiting:
        node, at, bounds, missing = waiting.pop()
        if tree.children_left[node] < 0:
            if len(at):
                said = tuple(c for name, (low, high) in bounds.items() for c in _interval(name, low, high))
                also = tuple(name for name, fits in missing.items() if fits)
                rules.append(Rule(said, float(output[at].mean()), len(at) / len(x), len(at), also))
            continue
        column, left = tree.feature[node], bool(tree.missing_go_to_left[node])
        name, values = names[column], x[at, column]
        threshold = _rounded(float(tree.threshold[node]), values, decimals.get(name))
        down = np.where(np.isnan(values), left, values <= np.float32(threshold))
        low, high = bounds.get(name, (None, None))  # a deeper threshold is always the tighter one
        empty = missing.get(name, bool(np.isnan(x[:, column]).any()))
        lower, upper = {**bounds, name: (low, threshold)}, {**bounds, name: (threshold, high)}
        waiting.append((tree.children_right[node], at[~down], upper, {**missing, name: empty and not left}))
        waiting.append((tree.children_left[node], at[down], lower, {**missing, name: empty and left}))
    return rules


def _interval(name: str, low: float | None, high: float | None) -> list[Condition]:
    """The conditions that an interval needs."""
    ends: tuple[tuple[Literal["<=", ">"], float | None], ...] = ((">", low), ("<=", high))
    return [(name, sign, bound) for sign, bound in ends if bound is not None]


def _rounded(threshold: float, values: np.ndarray, digits: int | None) -> float:
    """The threshold with ``digits`` decimals, or as few more as leave every one of the values on its side.

    Values and thresholds meet in single precision, where a recorded 40.1 is equal to the 40.1 of a rule.
    """
    exact = np.float32(threshold)
    if exact > threshold:
        exact = np.nextafter(exact, np.float32(-np.inf))
    if digits is None or np.isinf(threshold):
        return float(exact)
    sides = values <= exact
    for places in range(digits, digits + 8):
        scale = 10.0**places
        for candidate in (round(threshold, places), np.floor(threshold * scale) / scale, np.ceil(threshold * scale) / scale):
            if np.array_equal(values <= np.float32(candidate), sides):
                return float(round(candidate, places)) + 0.0  # no "-0.0"
    return float(exact)

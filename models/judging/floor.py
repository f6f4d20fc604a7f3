"""Is a model better than the best simple rule? What is usual, what was the case last time, one limit on one signal (a tree with one split), and of two
outcomes one signal by itself.

A model that is not better than those has learned nothing that anybody needs it for, however good its figures look. All are held against the same
rows, which neither learned from, by what ranks or fits best for the task: the area under the ROC curve, the mean recall of the classes, R².
"""

import numpy as np
import pandas as pd

from data.readings.moments import microseconds
from data.usecase.use_case import UseCase
from models.dataset.history import timed
from models.judging.evaluation import ends, independent, resampled, scored, speaking
from models.judging.evaluation_of_values import values_of
from models.training.training_set import TrainingSet

MOST, MOST_JUDGED = 20_000, 10_000
"""Rows that the rules learn from, and that they are held against: one split needs no more."""
METRICS = {"binary": "auc", "multiclass": "macro_recall", "regression": "r2"}


def main_figure(use_case: UseCase) -> str:
    """What a model of this task is told by in one number."""
    return METRICS[use_case.task]


def floor(use_case: UseCase, told: TrainingSet, fit: np.ndarray, rows: np.ndarray, said: np.ndarray) -> dict | None:
    """The best simple rule beside the model on the same ``rows``, as plain JSON; ``None`` without rows.

    Args:
        fit: places of the rows that the rules learn from; rows: of those that are judged; said: (n,) what the model says of these: the risk,
            or its class or value.

    Returns:
        rule (usual, last, split), feature and limit of a split, figure, model, value, difference with its 95 % interval (low, high), which goes by the
        units that can say anything of it: ``None`` where those are fewer than two.
    """
    if not len(rows) or not len(fit):
        return None
    if len(rows) > MOST_JUDGED:
        some = np.sort(np.random.default_rng(1).choice(len(rows), MOST_JUDGED, replace=False))
        rows, said = rows[some], said[some]
    if len(fit) > MOST:
        fit = np.sort(np.random.default_rng(0).choice(fit, MOST, replace=False))
    y = told.failed[rows].astype(float) if use_case.task == "binary" else told.y[rows].astype(float)
    unit = None if told.unit is None else told.unit[rows]
    weights, weight = resampled(len(y), 0, unit), told.weight[rows].astype(float)
    units = speaking(y > 0, y > 0, unit)["auc"] if use_case.task == "binary" else independent(len(y), unit)
    ours = _figure(use_case, said, y, weights, weight)
    best = None
    for name, (answer, extra) in _rules(use_case, told, fit, rows).items():
        theirs = _figure(use_case, answer, y, weights, weight)
        if best is None or np.nan_to_num(theirs[0], nan=-np.inf) > np.nan_to_num(best[1][0], nan=-np.inf):
            best = ({"rule": name} | extra, theirs)
    assert best is not None
    rule, theirs = best
    low, high = ends(float(ours[0] - theirs[0]), (ours - theirs)[1:], units)
    numbers = {"model": ours[0], "value": theirs[0], "difference": ours[0] - theirs[0], "low": low, "high": high}
    return (
        rule | {"figure": main_figure(use_case)} | {key: float(one) if np.isfinite(one) else None for key, one in numbers.items()}
    )


def _figure(use_case: UseCase, said: np.ndarray, y: np.ndarray, weights: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """(resamples + 1,) the main figure, of all rows first; ``weight``: (n,) for how many each stands."""
    if use_case.task == "binary":
        value, spread = scored(use_case, said, y, 0.5, weights, weight, only=("auc",))["auc"]
        return np.concatenate([[value], spread])
    whole = np.concatenate([np.ones((1, len(y))), weights]) * weight
    return values_of(use_case, whole, said, y)[main_figure(use_case)]


def _rules(use_case: UseCase, told: TrainingSet, fit: np.ndarray, rows: np.ndarray) -> dict[str, tuple[np.ndarray, dict]]:
    """Each rule's answers, (n,), and what else is to be said of it."""
    y = told.failed.astype(float) if use_case.task == "binary" else told.y.astype(float)
    values, counts = np.unique(y[fit], return_counts=True)
    usual = float(y[fit].mean()) if use_case.task != "multiclass" else float(values[counts.argmax()])
    found = {"usual": (np.full(len(rows), usual), {})}
    if timed(use_case) and (use_case.task == "regression" or use_case.group is not None):
        # the order of a file is no course of time: it may be sorted by what is asked; and within a run of one fault "as before" is the answer itself
        found["last"] = (_last(use_case, told, y, rows, usual), {})
    if split := _split(use_case, told.x, y, fit, rows):
        found["split"] = split
    if use_case.task == "binary" and (signal := _signal(use_case, told.x, y, fit, rows)):
        found["signal"] = signal
    return found


def _last(use_case: UseCase, told: TrainingSet, y: np.ndarray, rows: np.ndarray, usual: float) -> np.ndarray:
    """(n,) what was the case last time, as far as that is known by then: of a value without groups the newest one that is ``truth.delay_s`` old;
    otherwise the last outcome of the run, batch or stretch before, for within one the answer is what is asked."""
    table = pd.DataFrame({"asset": told.table["asset"].astype(str).to_numpy(), "y": y, "at": np.arange(len(y))})
    table["time"] = microseconds(told.table["time"])
    table["unit"] = np.arange(len(y)) if told.unit is None else told.unit
    known = table[told.table["origin"].isin(["history", "truth"]).to_numpy()].sort_values(["time", "at"], kind="stable")
    if use_case.task == "regression" and use_case.group is None:
        asked = known.assign(time=known["time"] - int(use_case.truth.delay_s * 1e6))
        before = pd.merge_asof(
            asked.sort_values("time", kind="stable"), known[["time", "asset", "y"]].rename(columns={"y": "last"}), on="time", by="asset",
            allow_exact_matches=use_case.truth.delay_s > 0,
        ).set_index("at")["last"]  # fmt: skip
    else:
        of_asset = known.groupby("asset", sort=False)
        begins = known["unit"] != of_asset["unit"].shift()
        last = of_asset["y"].shift().where(begins)
        before = last.groupby([known["asset"], begins.groupby(known["asset"]).cumsum()]).transform("first").set_axis(known["at"])
    return before.reindex(rows).fillna(usual).to_numpy()


def _split(use_case: UseCase, x: np.ndarray, y: np.ndarray, fit: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, dict] | None:
    """A tree with one split over all signals."""
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    kind = DecisionTreeClassifier if use_case.task == "multiclass" else DecisionTreeRegressor  # the mean of 0 and 1 is a risk
    tree = kind(max_depth=1, min_samples_leaf=max(1, len(fit) // 1000), random_state=0).fit(x[fit], y[fit])
    if tree.tree_.node_count < 3:
        return None
    feature = use_case.features[tree.tree_.feature[0]]
    return tree.predict(x[rows]).astype(float), {"feature": feature, "limit": float(tree.tree_.threshold[0])}


def _signal(use_case: UseCase, x: np.ndarray, y: np.ndarray, fit: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, dict] | None:
    """The one signal by which the two outcomes are told apart best: the higher it is, or the lower (``sign``), the likelier the bad one."""
    best = None
    for at, name in enumerate(use_case.features):
        column = x[:, at].astype(float)
        known = fit[np.isfinite(column[fit])]
        bad = y[known] > 0
        if use_case.described(name).categories or not 0 < bad.sum() < len(bad):
            continue
        place = pd.Series(column[known]).rank().to_numpy()
        area = (place[bad].sum() - bad.sum() * (bad.sum() + 1) / 2) / (bad.sum() * (~bad).sum())  # Mann & Whitney 1947
        if best is None or abs(area - 0.5) > abs(best[1] - 0.5):
            best = at, area, float(np.median(column[known]))
    if best is None:
        return None
    at, area, middle = best
    sign = 1 if area >= 0.5 else -1
    return sign * np.nan_to_num(x[rows, at].astype(float), nan=middle), {"feature": use_case.features[at], "sign": sign}

"""Does one signal tell the outcome nearly by itself? Then it may be known only afterwards, and the figures of the model are its figures.

A small tree over that signal alone learns from what the model learned from and is asked of what was held out. ``new`` asks the same of a table
(:mod:`data.onboarding.leaks`); a use case that was written by hand, or has got signals since, is asked here, and whoever reads the card is told.
"""

import numpy as np
import pandas as pd

from data.onboarding.leaks import SUSPECTED, told_by
from data.usecase.use_case import UseCase
from models.training.training_set import TrainingSet

MOST = 5000
"""Rows that are learned from, and that are asked: enough for a tree of a few leaves."""


def alone(use_case: UseCase, told: TrainingSet, fit: np.ndarray, rows: np.ndarray) -> dict | None:
    """The feature that tells most by itself, where that is nearly everything; ``None`` where none does.

    Args:
        fit, rows: places of the rows to learn from and of those to ask.

    Returns:
        feature and value: the area under the curve of two outcomes, the least of it over all classes, or the share of the variance of a value.
        ``only_bad``: of several classes it tells only whether a reading is bad.
    """
    fit, rows = _some(fit), _some(rows)
    places = np.concatenate([fit, rows])
    train = np.arange(len(places)) < len(fit)
    bad = told.failed[places].astype(float)
    y = bad if use_case.task == "binary" else told.y[places].astype(float)
    best = None
    for at, name in enumerate(use_case.features):
        x = told.x[places, at].astype(float)
        value, only_bad = told_by(x, y, use_case.task, [train]), False
        if use_case.task == "multiclass" and value < SUSPECTED:
            value, only_bad = told_by(x, bad, "binary", [train]), True
        if use_case.task != "regression" and value < SUSPECTED and not use_case.described(name).categories:
            value = max(value, _in_order(x, bad, train))
        if value >= SUSPECTED and (best is None or (only_bad, -value) < (best["only_bad"], -best["value"])):
            best = {"feature": name, "value": float(value), "only_bad": only_bad}
    return best


def _in_order(x: np.ndarray, bad: np.ndarray, train: np.ndarray) -> float:
    """The area under the curve of a signal as it is, upwards or downwards as what is learned from has it: a few leaves are coarser than that."""
    areas = []
    for part in (train, ~train):
        known = part & np.isfinite(x)
        n = bad[known].sum()
        if not 5 <= n <= known.sum() - 5:
            return 0.0
        place = pd.Series(x[known]).rank().to_numpy()
        areas.append((place[bad[known] > 0].sum() - n * (n + 1) / 2) / (n * (known.sum() - n)))  # Mann & Whitney 1947
    return float(areas[1] if areas[0] >= 0.5 else 1 - areas[1])


def _some(rows: np.ndarray) -> np.ndarray:
    return rows if len(rows) <= MOST else np.sort(np.random.default_rng(2).choice(rows, MOST, replace=False))

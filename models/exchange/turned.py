"""Is a brought model the right way round? A file of XGBoost has no names of classes, and names may be wrong: what its answers go with tells.

A model that knows nothing is let through, its figures say so; one that knows the plant and calls things by each other's names is refused.
"""

import numpy as np

from data.usecase.use_case import UseCase
from models.judging.evaluation import ends, independent, resampled, scored
from models.training.train import Trained

MOST = 20_000
SURE = 0.6
"""Area under the ROC curve of the exchanged outcomes from which on a model is taken to know them."""


def turned(made: Trained) -> str:
    """Why a model is upside down, and what to do; empty if it is not shown to be. Looked at are real readings, whoever learned from them."""
    told, task = made.training_set, made.use_case.task
    rows = np.flatnonzero(told.table["origin"].isin(["history", "truth"]).to_numpy())
    if len(rows) > MOST:
        rows = np.sort(np.random.default_rng(0).choice(rows, MOST, replace=False))
    unit = None if told.unit is None else told.unit[rows]
    if task == "binary":
        return _reversed(made, rows, unit)
    said = made.predictor.predicted(told.x[rows])
    return (
        _exchanged(made, said, told.y[rows].astype(int))
        if task == "multiclass"
        else _against(said, told.y[rows].astype(float), unit)
    )


def _reversed(made: Trained, rows: np.ndarray, unit: np.ndarray | None) -> str:
    use_case, told = made.use_case, made.training_set
    weights = resampled(len(rows), 0, unit, 100)
    area, spread = scored(
        use_case, made.predictor.risk(told.x[rows]), told.failed[rows].astype(float), 0.5, weights, only=("auc",)
    )["auc"]
    _, high = ends(area, spread, independent(len(rows), unit))
    if not (high < 0.5 and 1 - area >= SURE):
        return ""
    good, bad = use_case.target.outcomes[0], use_case.target.outcomes[1]
    return (
        f"is upside down: on {len(rows):,} readings of the history its risk of {bad!r} is higher where {good!r} was true (area under the ROC curve "
        f"{area:.2f}). Class 1 has to be {bad!r} and class 0 {good!r}: train it with {_codes(use_case)} (an encoder numbers words by the alphabet)."
    )


def _exchanged(made: Trained, said: np.ndarray, y: np.ndarray) -> str:
    """Classes that are called by each other's names: the naming under which most of each class is found (Kuhn 1955), against its own."""
    from scipy.optimize import linear_sum_assignment

    outcomes = list(made.use_case.target.outcomes)
    counts = np.array([[np.sum((y == true) & (said == called)) for called in outcomes] for true in outcomes], float)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    true, called = linear_sum_assignment(-shares)
    moved = [
        (t, c) for t, c in zip(true, called, strict=True) if t != c and shares[t, c] > 0.5 > shares[t, t] and counts[t].sum() >= 5
    ]
    if len(moved) < 2:
        return ""
    words = made.use_case.target.outcomes
    told = "; ".join(f"what it calls {words[outcomes[c]]!r} is mostly {words[outcomes[t]]!r}" for t, c in moved[:5])
    return f"has its classes in another order: {told}. Train it with {_codes(made.use_case)}."


def _against(said: np.ndarray, y: np.ndarray, unit: np.ndarray | None) -> str:
    if np.std(said) == 0 or np.std(y) == 0:
        return ""
    weights = np.concatenate([np.ones((1, len(y)), np.float32), resampled(len(y), 0, unit, 100)]).astype(float)
    n, a, b = weights.sum(axis=1), (said - said.mean()) / said.std(), (y - y.mean()) / y.std()
    r = weights @ (a * b) / n - (weights @ a / n) * (weights @ b / n)
    _, high = ends(float(r[0]), r[1:], independent(len(y), unit))
    if not (high < 0 and r[0] < -0.5):
        return ""
    return f"runs against the truth: its values fall where the measured ones rise (correlation {r[0]:.2f}). Train it on the value itself, not on its negative."


def _codes(use_case: UseCase) -> str:
    """``0 for good, 1 for bad``."""
    return ", ".join(f"{code} for {word!r}" for code, word in use_case.target.outcomes.items())

"""Figures that only a regression or several classes have: how far off its values are, which classes are taken for which."""

import numpy as np

from data.usecase import UseCase
from models.evaluation import interval, resampled
from models.predictor import Predictor


def own_figures(use_case: UseCase, says: Predictor, x: np.ndarray, y: np.ndarray, seed: int = 0) -> dict:
    """With 95 % bootstrap intervals, as plain JSON: ``mae``, ``rmse``, ``bias``, ``r2`` of a regression; ``accuracy`` and ``macro_recall``
    of several classes, and for each class its rows, recall and precision."""
    predicted, weights = says.predicted(x), resampled(len(y), seed)
    whole = np.concatenate([np.ones((1, len(y)), np.float32), weights])
    figures = _values(whole, predicted, y) if use_case.task == "regression" else _classes(use_case, whole, predicted, y)
    by_class = figures.pop("by_class", None)
    told = {name: interval(float(column[0]), column[1:]) for name, column in figures.items()}
    return told | ({"by_class": by_class} if by_class else {})


def _values(whole: np.ndarray, predicted: np.ndarray, y: np.ndarray) -> dict:
    n, off = whole.sum(axis=1), predicted - y
    square, mean = whole @ off**2 / n, whole @ y / n
    with np.errstate(all="ignore"):
        r2 = 1 - square / (whole @ y.astype(float) ** 2 / n - mean**2)
    return {"mae": whole @ np.abs(off) / n, "rmse": np.sqrt(square), "bias": whole @ off / n, "r2": r2}


def _classes(use_case: UseCase, whole: np.ndarray, predicted: np.ndarray, y: np.ndarray) -> dict:
    right, codes = (predicted == y).astype(float), list(use_case.target.outcomes)
    is_class = np.stack([y == code for code in codes], axis=1).astype(float)
    with np.errstate(all="ignore"):
        recall = (whole @ (is_class * right[:, None])) / (whole @ is_class)
        called = [right[predicted == code].mean() if (predicted == code).any() else None for code in codes]
    by_class = {
        str(code): {
            "rows": int(is_class[:, at].sum()),
            "recall": None if np.isnan(recall[0, at]) else float(recall[0, at]),
            "precision": None if called[at] is None else float(called[at]),
        }
        for at, code in enumerate(codes)
    }
    return {
        "accuracy": whole @ right / whole.sum(axis=1),
        "macro_recall": np.nanmean(np.where(np.isfinite(recall), recall, np.nan), axis=1),
        "by_class": by_class,
    }

"""Figures that only a regression or several classes have: how far off its values are, which classes are taken for which."""

import numpy as np

from data.usecase.use_case import UseCase
from models.judging.evaluation import independent, interval, resampled
from models.kinds.predictor import Predictor


def own_figures(
    use_case: UseCase, says: Predictor, x: np.ndarray, y: np.ndarray, unit: np.ndarray | None = None, seed: int = 0,
    weight: np.ndarray | None = None,
) -> dict:  # fmt: skip
    """With 95 % bootstrap intervals, as plain JSON: ``mae``, ``rmse``, ``bias``, ``r2`` of a regression; ``accuracy`` and ``macro_recall``
    of several classes, and for each class its rows, recall and precision.

    Args:
        unit: (n,) which rows are not independent of each other; weight: (n,) for how many each row stands.
    """
    predicted, weights = says.predicted(x), resampled(len(y), seed, unit)
    units = independent(len(y), unit)
    whole = np.concatenate([np.ones((1, len(y))), weights])
    whole = whole if weight is None else whole * weight
    y = np.asarray(y, float)
    figures = values_of(use_case, whole, predicted, y)
    by_class = figures.pop("by_class", None)
    told = {
        name: interval(float(column[0]), column[1:], units, name in ("accuracy", "macro_recall"))
        for name, column in figures.items()
    }
    return told | ({"by_class": by_class} if by_class else {})


def values_of(use_case: UseCase, whole: np.ndarray, predicted: np.ndarray, y: np.ndarray) -> dict:
    """Each figure for each row of ``whole``, weights (resamples, n); of classes also ``by_class``."""
    if use_case.task == "regression":
        return _values(whole.astype(float), predicted, y)
    return _classes(use_case, whole.astype(float), predicted, y)


def _values(whole: np.ndarray, predicted: np.ndarray, y: np.ndarray) -> dict:
    """In float64 and about the mean: of values that are all near 300 the difference of two squares would keep no digit."""
    with np.errstate(all="ignore"):
        n, off = whole.sum(axis=1), np.asarray(predicted, float) - y
        centred = y - (y.mean() if len(y) else 0.0)
        square = whole @ off**2 / n
        spread = whole @ centred**2 / n - (whole @ centred / n) ** 2
        return {"mae": whole @ np.abs(off) / n, "rmse": np.sqrt(square), "bias": whole @ off / n, "r2": 1 - square / spread}


def _classes(use_case: UseCase, whole: np.ndarray, predicted: np.ndarray, y: np.ndarray) -> dict:
    right, codes = (predicted == y).astype(float), list(use_case.target.outcomes)
    is_class = np.stack([y == code for code in codes], axis=1).astype(float)
    with np.errstate(all="ignore"):
        recall = (whole @ (is_class * right[:, None])) / (whole @ is_class)
        called = [
            np.average(right[told], weights=whole[0, told]) if told.any() else None for told in (predicted == c for c in codes)
        ]
    by_class = {
        str(code): {
            "rows": int(is_class[:, at].sum()),
            "recall": None if np.isnan(recall[0, at]) else float(recall[0, at]),
            "precision": None if (share := called[at]) is None else float(share),
        }
        for at, code in enumerate(codes)
    }
    there = is_class.sum(axis=0) > 0
    with np.errstate(all="ignore"):
        return {
            "accuracy": whole @ right / whole.sum(axis=1),
            "macro_recall": np.nanmean(recall[:, there], axis=1) if there.any() else np.full(len(whole), np.nan),
            "by_class": by_class,
        }

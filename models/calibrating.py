"""Fitting how sure a model is, on rows that it did not learn from: Venn-Abers by MAPIE, and conformal thresholds."""

import math

import numpy as np

from data.usecase import UseCase
from explainers.certainty import COVERAGES, Calibration, grid
from explainers.coverage import ClassSets, Errors

KEPT = 2001
FEWEST = 20
"""Rows of an outcome below which no interval can be learned: everything is then possible."""


def calibrated(risk: np.ndarray, y: np.ndarray) -> Calibration:
    """A calibration from (n,) risks and outcomes (0 or 1) of rows that were not trained on.

    With too few rows of an outcome the interval is 0 to 1 and every outcome stays possible: "I don't know" is then the truth.
    """
    rows = int((y == 0).sum()), int((y > 0).sum())
    misses = {c: (_miss(risk[y == 0], c), _miss(1 - risk[y > 0], c)) for c in COVERAGES}
    if min(rows) < FEWEST:
        nothing = np.zeros_like(grid())
        return Calibration(nothing, nothing + 1, misses, rows)
    from mapie.calibration import VennAbers

    fitted = VennAbers()
    with np.errstate(all="ignore"):  # MAPIE divides by the zero steps of its convex hull
        fitted.fit(_both(risk), (y > 0).astype(int))
    _, interval = fitted.predict_proba(_both(grid()))
    low, high = interval.min(axis=1), interval.max(axis=1)
    return Calibration(np.maximum.accumulate(low), np.maximum.accumulate(high), misses, rows)


def held_coverage(calibration: Calibration, risk: np.ndarray, y: np.ndarray, coverage: float) -> dict:
    """How often the promise was kept on other rows: share of sets that hold the truth, for each outcome and of single answers."""
    sets, truth = calibration.outcomes(risk, coverage), (y > 0).astype(int)
    held = sets[np.arange(len(y)), truth]
    return {
        "promised": coverage,
        "held": _mean(held),
        "held_0": _mean(held[truth == 0]),
        "held_1": _mean(held[truth == 1]),
        "single": _mean(sets.sum(axis=1) == 1),
    }


def errors_of(predicted: np.ndarray, y: np.ndarray) -> Errors:
    """The errors of a regression on (n,) rows that it did not learn from, thinned to ``KEPT`` evenly spaced ones."""
    found = np.sort(np.asarray(y, float) - np.asarray(predicted, float))
    return Errors(found if len(found) <= KEPT else found[np.linspace(0, len(found) - 1, KEPT).round().astype(int)])


def class_sets(probabilities: np.ndarray, y: np.ndarray) -> ClassSets:
    """Thresholds of each class, from (n, classes) probabilities of rows that were not learned from. A class with too few of them is
    never ruled out."""
    misses = {c: tuple(_miss(1 - probabilities[y == k, k], c) for k in range(probabilities.shape[1])) for c in COVERAGES}
    return ClassSets(misses)


def held_sure(use_case: UseCase, kept: Errors | ClassSets, said: np.ndarray, y: np.ndarray, coverage: float) -> dict:
    """How often the promise of a class set or an interval was kept on other rows.

    Args:
        said: (n, classes) probabilities, or (n,) values of a regression.
    """
    if isinstance(kept, Errors):
        low, high = kept.interval(said, coverage)
        held = (y >= low) & (y <= high)
        return {"promised": coverage, "held": _mean(held), "width": float(np.mean(high - low)) if len(y) else None}
    sets = kept.of(said, coverage)
    held = sets[np.arange(len(y)), y.astype(int)]
    by_class = {str(k): _mean(held[y == k]) for k in use_case.target.outcomes}
    return {"promised": coverage, "held": _mean(held), "single": _mean(sets.sum(axis=1) == 1), "by_class": by_class}


def _miss(miss: np.ndarray, coverage: float) -> float:
    """The finite-sample quantile of split conformal prediction: the ceil((n + 1) * coverage)-th smallest miss."""
    rank = math.ceil((len(miss) + 1) * coverage)
    return 1.0 if rank > len(miss) else float(np.sort(miss)[rank - 1])


def _both(risk: np.ndarray) -> np.ndarray:
    return np.stack([1 - risk, risk], axis=1).astype(float)


def _mean(flags: np.ndarray) -> float | None:
    return float(flags.mean()) if len(flags) else None

"""Fitting how sure a model is, on rows that it did not learn from: Venn-Abers by MAPIE, the scores of each outcome, errors with their usual size; and
how well what is promised is kept on yet other rows."""

import numpy as np

from data.usecase.use_case import UseCase
from explainers.certainty.certainty import COVERAGES, Calibration, grid
from explainers.certainty.coverage import ONE, ClassSets, Errors, Scale
from explainers.certainty.p_values import FEWEST, KEPT, ByOutcome, Scores, drawn

OWN = 200
"""Rows of each outcome from which on a part of the plant has scores of its own: fewer would promise 95 % within no better than 3 points."""
SIZES, OF_EACH = 10, 100
"""Into how many pieces predicted values are parted at most, to learn how far off they usually are, and of how many rows each is at least."""
MOST_JUDGED = 5000
"""Judged rows beyond which what chance allows is that of the calibration alone."""
SMALLEST = 0.05
"""The least usual error, as a share of that of all."""


def calibrated(
    risk: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None, part: tuple[str, np.ndarray] = ("", np.zeros(0))
) -> Calibration:
    """A calibration from (n,) risks and outcomes (0 or 1) of rows that were not trained on.

    With too few rows of an outcome the interval is 0 to 1 and that outcome stays possible: "I don't know" is then the truth.

    Args:
        weight: (n,) for how many each row stands; part: the name and (n,) codes of a categorical input, whose parts are calibrated each by itself where
            they have enough rows.
    """
    risk, rows = np.asarray(risk, float), (int((y == 0).sum()), int((y > 0).sum()))
    weight, bad = _ones(y) if weight is None else np.asarray(weight, float), y > 0
    scores = scores_of(np.stack([risk, 1 - risk], axis=1), bad.astype(int), weight, part)
    misses = {c: (fine, ill) for c, (fine, ill) in _misses(scores).items()}
    if min(rows) < FEWEST:
        nothing = np.zeros_like(grid())
        return Calibration(nothing, nothing + 1, misses, rows, scores)
    if (weight != 1).any():
        return Calibration(*_weighted_venn_abers(risk, bad, weight), misses, rows, scores)
    from mapie.calibration import VennAbers

    fitted = VennAbers()
    with np.errstate(all="ignore"):  # MAPIE divides by the zero steps of its convex hull
        fitted.fit(_both(risk), (y > 0).astype(int))
    _, interval = fitted.predict_proba(_both(grid()))
    low, high = interval.min(axis=1), interval.max(axis=1)
    return Calibration(np.maximum.accumulate(low), np.maximum.accumulate(high), misses, rows, scores)


def scores_of(
    misses: np.ndarray, y: np.ndarray, weight: np.ndarray, part: tuple[str, np.ndarray] = ("", np.zeros(0))
) -> ByOutcome:
    """The scores of every outcome from (n, outcomes) misses (1 - its probability) and (n,) outcomes; by ``part`` as in :func:`calibrated`."""
    outcomes, (by, code) = range(misses.shape[1]), part

    def of(rows: np.ndarray) -> tuple[Scores, ...]:
        return tuple(Scores.of(misses[rows & (y == k), k], weight[rows & (y == k)]) for k in outcomes)

    own = {int(c): of(code == c) for c in np.unique(code[~np.isnan(code)])} if by else {}
    own = {c: scores for c, scores in own.items() if all(one.rows >= OWN for one in scores)}
    rest = of(~np.isin(code, list(own))) if own else of(np.ones(len(y), bool))
    if any(one.few for one in rest):
        rest = of(np.ones(len(y), bool))
    return ByOutcome(rest, by if own else "", own or None)


def part_of(use_case: UseCase, x: np.ndarray) -> tuple[str, np.ndarray]:
    """The input by which confidence is learned apart where there is enough of each, and its codes in (n, features) rows: the first category."""
    by = next((name for name, signal in use_case.signals.items() if signal.categories), "")
    return by, x[:, use_case.features.index(by)].astype(float) if by else np.zeros(0)


def _misses(scores: ByOutcome) -> dict[float, tuple[float, ...]]:
    """For versions that know no p-values: the largest miss at each coverage that an outcome keeps."""

    def largest(one: Scores, c: float) -> float:
        half = one.p(one.misses, np.full(len(one.misses), 0.5)) > 1 - c
        return 1.0 if one.few else float(one.misses[half].max(initial=0.0))

    return {c: tuple(largest(one, c) for one in scores.all) for c in COVERAGES}


def held_coverage(
    calibration: Calibration, risk: np.ndarray, y: np.ndarray, coverage: float, weight: np.ndarray | None = None,
    part: np.ndarray | None = None, unit: np.ndarray | None = None,
) -> dict:  # fmt: skip
    """How often the promise was kept on other rows: share of sets that hold the truth, for each outcome; of single answers and of empty sets.

    ``range_1``: within which the share of failures lies in 95 of 100 such judgements if the promise holds, of so many calibration and so many held-out
    ones (``failures``); ``rows``: what each outcome was calibrated on; ``margin_1``: within which the line's own share lies.

    Args:
        part: (n,) codes of the input that the scores are parted by; unit: (n,) which rows are not independent of each other.
    """
    sets, truth = calibration.outcomes(risk, coverage, drawn(np.arange(len(y))), part), (y > 0).astype(int)
    held, weight = sets[np.arange(len(y)), truth], _ones(y) if weight is None else weight
    told = {
        "promised": coverage,
        "held": _mean(held, weight),
        "held_0": _mean(held[truth == 0], weight[truth == 0]),
        "held_1": _mean(held[truth == 1], weight[truth == 1]),
        "single": _mean(sets.sum(axis=1) == 1, weight),
        "empty": _mean(np.asarray(~sets.any(axis=1)), weight),
        "failures": int(truth.sum()),
    }
    if calibration.scores is None:
        return told
    bad, own = truth == 1, calibration.scores.all[1]
    return told | {
        "rows": [round(one.rows) for one in calibration.scores.all],
        "margin_1": list(own.margin(coverage)),
        "range_1": chance(coverage, own.rows, held[bad], weight[bad], None if unit is None else unit[bad]),
    }


def chance(
    promised: float, calibrated_on: float, held: np.ndarray, weight: np.ndarray, unit: np.ndarray | None = None
) -> list[float] | None:
    """Between which shares what is found lies in 95 of 100 judgements when a promise holds: a beta-binomial distribution, of a calibration from so many
    rows and of the (n,) judged ones, which count as many as their weights and units leave of them (design effect: Kish 1965). ``None``: there are none."""
    from scipy.stats import betabinom

    if not len(held):
        return None
    n = weight.sum() ** 2 / (weight**2).sum()
    if unit is not None:
        codes = np.unique(unit, return_inverse=True)[1]
        off = np.bincount(codes, weight * (held - promised)) / weight.sum()
        n = max(1.0, min(n, promised * (1 - promised) / max(float((off**2).sum()), 1e-12)))
    n = min(max(1, round(n)), MOST_JUDGED)
    a, b = (calibrated_on + 1) * promised, (calibrated_on + 1) * (1 - promised)
    return [float(betabinom.ppf(q, n, a, b) / n) for q in (0.025, 0.975)]


def errors_of(
    predicted: np.ndarray,
    y: np.ndarray,
    weight: np.ndarray | None = None,
    limits: tuple[float | None, float | None] | None = None,
) -> Errors:
    """The errors of a regression on (n,) rows that it did not learn from, over how far off such values usually are, thinned to ``KEPT`` evenly spaced
    ones. That size of each half of the rows is learned on the other one, so that no error makes itself smaller.

    Args:
        weight: (n,) for how many each row stands; limits: between which the target can lie at all.
    """
    predicted, limits = np.asarray(predicted, float), limits or (None, None)
    found, weight = np.asarray(y, float) - predicted, _ones(y) if weight is None else np.asarray(weight, float)
    rows, scale = len(found), _scale(predicted, np.abs(found), weight)
    if scale is not ONE:
        half = np.empty(rows, bool)
        half[np.argsort(predicted, kind="stable")] = np.arange(rows) % 2 == 0
        for own in (half, ~half):
            found[own] /= _scale(predicted[~own], np.abs(y[~own] - predicted[~own]), weight[~own], at_least=OF_EACH // 2).of(
                predicted[own]
            )
    order = np.argsort(found, kind="stable")
    found = found[order]
    if (weight != 1).any():
        reached = np.cumsum(weight[order])
        at = (np.arange(min(KEPT, rows)) + 0.5) / min(KEPT, rows)
        found = found[np.searchsorted(reached / reached[-1], at)]
    elif rows > KEPT:
        found = found[np.linspace(0, rows - 1, KEPT).round().astype(int)]
    return Errors(found, scale, limits, rows)


def _scale(predicted: np.ndarray, size: np.ndarray, weight: np.ndarray, at_least: int = OF_EACH) -> Scale:
    """How large (n,) absolute errors usually are by the predicted value: their mean in pieces of as many rows each."""
    pieces, whole = min(SIZES, len(size) // at_least), float(np.average(size, weights=weight)) if len(size) else 0.0
    if pieces < 2 or whole == 0 or not np.isfinite(whole):
        return ONE
    parts = np.array_split(np.argsort(predicted, kind="stable"), pieces)
    at = np.array([np.average(predicted[rows], weights=weight[rows]) for rows in parts])
    width = np.array([np.average(size[rows], weights=weight[rows]) for rows in parts])
    at, first = np.unique(at, return_index=True)
    return Scale(at, np.maximum(width[first], SMALLEST * whole))


def class_sets(
    probabilities: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None, part: tuple[str, np.ndarray] = ("", np.zeros(0))
) -> ClassSets:
    """The scores of each class, from (n, classes) probabilities of rows that were not learned from. A class with too few of them is
    ruled out by what holds for all classes together."""
    scores = scores_of(
        1 - np.asarray(probabilities, float), np.asarray(y), _ones(y) if weight is None else np.asarray(weight, float), part
    )
    return ClassSets(_misses(scores), scores)


def held_sure(
    use_case: UseCase, kept: Errors | ClassSets, said: np.ndarray, y: np.ndarray, coverage: float, weight: np.ndarray | None = None,
    part: np.ndarray | None = None, unit: np.ndarray | None = None,
) -> dict:  # fmt: skip
    """How often the promise of a class set or an interval was kept on other rows. ``range``: within which that lies in 95 of 100 such judgements if the
    promise holds.

    Args:
        said: (n, classes) probabilities, or (n,) values of a regression; weight: (n,) for how many each row stands; part: (n,) codes of the input that
            the scores are parted by; unit: (n,) which rows are not independent of each other.
    """
    weight = _ones(y) if weight is None else weight
    if isinstance(kept, Errors):
        low, high = kept.interval(said, coverage)
        held, width = (y >= low) & (y <= high), high - low
        known = len(width) > 0 and bool(np.isfinite(width).all())  # of too few errors none is promised
        ends = [float(np.quantile(width, q)) for q in (0.05, 0.95)] if known else None
        told = {"held": _mean(held, weight), "width": _mean(width, weight) if known else None, "widths": ends}
        return {"promised": coverage} | told | {"range": chance(coverage, kept.rows or len(kept.sorted), held, weight, unit)}
    sets = kept.of(said, coverage, drawn(np.arange(len(y))), part)
    held = sets[np.arange(len(y)), y.astype(int)]
    by_class = {str(k): _mean(held[y == k], weight[y == k]) for k in use_case.target.outcomes}
    told = {"promised": coverage, "held": _mean(held, weight), "single": _mean(sets.sum(axis=1) == 1, weight)}
    rows = min((one.rows for one in kept.scores.all if not one.few), default=0) if kept.scores else 0
    bad = use_case.failed(y)
    return told | {
        "empty": _mean(np.asarray(~sets.any(axis=1)), weight),
        "by_class": by_class,
        "together": [] if kept.scores is None else list(kept.scores.together),
        "range": chance(coverage, rows, held, weight, unit),
        "held_1": _mean(held[bad], weight[bad]),
        "failures": int(bad.sum()),
        "range_1": chance(coverage, rows, held[bad], weight[bad], None if unit is None else unit[bad]),
    }


def _weighted_venn_abers(risk: np.ndarray, bad: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper ends over the grid by the definition: the reading to come joins with either outcome, and an isotonic regression of all,
    each counted by its weight, says what its risk came to. MAPIE knows no weights."""
    from sklearn.isotonic import isotonic_regression

    told = grid()
    cell = np.searchsorted((told[1:] + told[:-1]) / 2, risk)  # the nearest place of the grid: finer is never asked
    held = np.bincount(cell, weight, len(told))
    came = np.bincount(cell, weight * bad, len(told))
    ends = []
    for outcome in (0.0, 1.0):
        found = np.empty(len(told))
        for at in range(len(told)):
            n, k = held.copy(), came.copy()
            n[at], k[at] = n[at] + 1, k[at] + outcome
            some = np.flatnonzero(n)
            found[at] = isotonic_regression(k[some] / n[some], sample_weight=n[some])[np.searchsorted(some, at)]
        ends.append(np.maximum.accumulate(found))
    return ends[0], ends[1]


def _ones(y: np.ndarray) -> np.ndarray:
    return np.ones(len(y))


def _both(risk: np.ndarray) -> np.ndarray:
    return np.stack([1 - risk, risk], axis=1).astype(float)


def _mean(told: np.ndarray, weight: np.ndarray) -> float | None:
    return float(np.average(told, weights=weight)) if len(told) else None

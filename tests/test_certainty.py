"""How sure: intervals and sets that keep their promise on other rows, the same as MAPIE's; and honest with too few rows."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from explainers.certainty import COVERAGES, Calibration, nearest_coverage
from models.calibrating import calibrated, held_coverage


def drawn(n, seed, skew=1.0):
    """Risks of a model that says too much (its true risk is the said one to the power of ``skew``), and outcomes."""
    rng = np.random.default_rng(seed)
    said = rng.beta(0.3, 1.5, n)
    return said, (rng.random(n) < said**skew).astype(float)


@pytest.fixture(scope="module")
def fitted():
    return calibrated(*drawn(8000, 1, skew=2.0))


def test_the_promise_is_kept_on_other_rows_for_the_rare_outcome_too(fitted):
    for coverage in COVERAGES:
        kept = held_coverage(fitted, *drawn(20_000, 2, skew=2.0), coverage)
        assert kept["held_0"] >= coverage - 0.02 and kept["held_1"] >= coverage - 0.03
        risk, y = drawn(20_000, 2, skew=2.0)
        conformal = fitted.conformal(risk, coverage)[np.arange(len(y)), y.astype(int)]
        assert conformal[y == 0].mean() == pytest.approx(coverage, abs=0.02)
        assert conformal[y == 1].mean() == pytest.approx(coverage, abs=0.03)


def test_the_interval_holds_the_share_that_really_failed(fitted):
    risk, y = drawn(60_000, 3, skew=2.0)
    low, high = fitted.interval(risk)
    for said in (0.2, 0.5, 0.8, 0.95):
        near = np.abs(risk - said) < 0.02
        assert low[near].min() - 0.06 <= y[near].mean() <= high[near].max() + 0.06
    assert fitted.of(0.5, 0.9).likely == pytest.approx(0.25, abs=0.08)  # it says 50 % where 25 % fail


def test_sets_are_those_of_mapie(fitted):
    from mapie.classification import SplitConformalClassifier

    class Said(ClassifierMixin, BaseEstimator):
        def fit(self, x, y):
            self.classes_, self.fitted_ = np.array([0, 1]), True
            return self

        def predict_proba(self, x):
            return np.stack([1 - x[:, 0], x[:, 0]], axis=1)

        def predict(self, x):
            return (x[:, 0] > 0.5).astype(int)

    risk, y = drawn(8000, 1, skew=2.0)
    asked = np.linspace(0.001, 0.999, 500)
    for outcome in (0, 1):
        rows = y == outcome
        mapie = SplitConformalClassifier(Said().fit(None, None), confidence_level=0.9, prefit=True)
        mapie.conformalize(risk[rows, None], y[rows].astype(int))
        theirs = mapie.predict_set(asked[:, None])[1][:, outcome, 0]
        assert (fitted.conformal(asked, 0.9)[:, outcome] == theirs).mean() > 0.99


def test_the_interval_is_that_of_mapie(fitted):
    from mapie.calibration import VennAbers

    risk, y = drawn(8000, 1, skew=2.0)
    theirs = VennAbers()
    with np.errstate(all="ignore"):
        theirs.fit(np.stack([1 - risk, risk], axis=1), y.astype(int))
    asked = np.random.default_rng(0).uniform(0.01, 0.99, 300)
    _, interval = theirs.predict_proba(np.stack([1 - asked, asked], axis=1))
    low, high = fitted.interval(asked)
    assert np.quantile(np.abs(low - interval.min(axis=1)), 0.9) < 0.01
    assert np.quantile(np.abs(high - interval.max(axis=1)), 0.9) < 0.01


def test_it_is_kept_and_read_again(fitted):
    again = Calibration.from_json(fitted.as_json())
    assert again.of(0.7, 0.95).outcomes == fitted.of(0.7, 0.95).outcomes
    assert again.of(0.7, 0.95).low == pytest.approx(fitted.of(0.7, 0.95).low, abs=1e-5)


@pytest.mark.parametrize("failures", [0, 5])
def test_with_hardly_any_failure_it_does_not_pretend_to_know(failures):
    risk, y = np.linspace(0, 1, 200), np.zeros(200)
    y[-failures or 200 :] = 1
    sure = calibrated(risk, y).of(0.6, 0.99)
    assert (sure.low, sure.high) == (0, 1) and 1 in sure.outcomes


def test_two_outcomes_are_no_answer(fitted):
    both = fitted.of(0.7, 0.95)
    assert both.outcomes == (0, 1) and not both.knows
    assert fitted.of(0.0001, 0.95).knows


def test_what_half_of_such_readings_came_to_is_never_ruled_out(fitted):
    """Label-conditional sets alone would: hardly any quiet reading has such a risk, but quiet ones are many."""
    strict = Calibration(fitted.low, fitted.high, dict.fromkeys(COVERAGES, (0.001, 0.9)), (1, 1))
    for risk in np.linspace(0.3, 0.8, 11):
        found = strict.of(float(risk), 0.95)
        assert strict.conformal(np.array([risk]), 0.95).tolist() == [[False, True]]
        assert (0 in found.outcomes) == (1 - found.low > 0.05) and 1 in found.outcomes


def test_a_wish_for_a_coverage_takes_the_nearest_that_is_kept():
    assert [nearest_coverage(c) for c in (0.5, 0.86, 0.93, 0.999)] == [0.8, 0.9, 0.95, 0.99]

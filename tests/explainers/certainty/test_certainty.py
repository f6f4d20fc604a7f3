"""How sure: intervals and sets that keep their promise on other rows, the same as MAPIE's; and honest with too few rows."""

import json
from itertools import pairwise

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from explainers.certainty import p_values
from explainers.certainty.certainty import COVERAGES, STEPS, Calibration, nearest_coverage
from explainers.certainty.p_values import ByOutcome, Scores
from models.training.calibrating import calibrated, chance, class_sets, held_coverage, scores_of


def drawn(n, seed, skew=1.0):
    """Risks of a model that says too much (its true risk is the said one to the power of ``skew``), and outcomes."""
    rng = np.random.default_rng(seed)
    said = rng.beta(0.3, 1.5, n)
    return said, (rng.random(n) < said**skew).astype(float)


@pytest.fixture(scope="module")
def fitted():
    return calibrated(*drawn(8000, 1, skew=2.0))


@pytest.mark.parametrize("coverage", COVERAGES)
def test_the_promise_is_met_and_no_more_than_met_for_the_rare_outcome_too(coverage):
    """Over 60 calibrations from 150 failures each: their mean is what is promised, and each lies within the margin that it tells."""
    kept, within = [], 0
    for seed in range(60):
        risk, y = drawn(1800, seed, skew=2.0)
        scores = scores_of(np.stack([risk, 1 - risk], axis=1), y.astype(int), np.ones(len(y)))
        fitted = Calibration(np.zeros(STEPS), np.ones(STEPS), {}, (0, 0), scores)
        found = held_coverage(fitted, *drawn(20_000, 1000 + seed, skew=2.0), coverage)
        kept.append((found["held_0"], found["held_1"]))
        within += found["range_1"][0] <= found["held_1"] <= found["range_1"][1]
    assert np.mean(kept, axis=0) == pytest.approx(coverage, abs=0.01)
    assert within >= 52  # 57 expected; fewer than 52 come once in 50


def test_a_lower_level_leaves_fewer_open(fitted):
    risk, _ = drawn(20_000, 2, skew=2.0)
    u = p_values.drawn(np.arange(len(risk)))
    sets = [fitted.outcomes(risk, coverage, u) for coverage in COVERAGES]
    for smaller, larger in pairwise(sets):
        assert (larger | ~smaller).all()
        assert (smaller.sum(axis=0) < larger.sum(axis=0)).all(), "of each outcome"


@pytest.mark.parametrize("weighed", [False, True])
def test_p_values_are_those_of_the_definition(weighed):
    """Row by row: of the outcome's own readings those that were predicted worse, a part of those that were alike, and the reading itself."""
    rng = np.random.default_rng(5)
    risk, y = np.round(rng.random(300), 2), (rng.random(300) < 0.3).astype(int)
    weight = rng.choice([1.0, 4.0], 300) if weighed else np.ones(300)
    scores = scores_of(np.stack([risk, 1 - risk], axis=1), y, weight)
    asked, u = np.round(rng.random(40), 2), rng.random(40)
    found = scores.p(np.stack([asked, 1 - asked], axis=1), u)
    for outcome in (0, 1):
        own = [(r if outcome == 0 else 1 - r, w) for r, k, w in zip(risk, y, weight, strict=True) if k == outcome]
        rows = sum(w for _, w in own) ** 2 / sum(w * w for _, w in own)
        for at in range(len(asked)):
            miss = asked[at] if outcome == 0 else 1 - asked[at]
            worse = sum(w for m, w in own if m > miss + 1e-9) / sum(w for _, w in own) * rows
            alike = sum(w for m, w in own if abs(m - miss) <= 1e-9) / sum(w for _, w in own) * rows
            assert found[at, outcome] == pytest.approx((worse + u[at] * (alike + 1)) / (rows + 1), abs=1e-9)


def test_the_number_that_parts_ties_belongs_to_the_reading():
    ids = np.arange(200_000)
    u = p_values.drawn(ids)
    assert (u == p_values.drawn(ids)).all() and u.min() >= 0 and u.max() < 1
    counts = np.bincount((u * 50).astype(int), minlength=50)
    assert ((counts - 4000) ** 2 / 4000).sum() < 86  # chi-square with 49 degrees, 0.999
    assert abs(np.corrcoef(u[1:], u[:-1])[0, 1]) < 0.01


def test_a_part_of_the_plant_with_enough_rows_keeps_the_promise_by_itself():
    """Two products, of which the model knows one hardly at all; a third one is too rare to be learned by itself."""

    def rows(n, seed):
        rng = np.random.default_rng(seed)
        part, y = rng.choice(3, n, p=[0.45, 0.5, 0.05]).astype(float), rng.random(n) < 0.3
        risk = 1 / (1 + np.exp(-rng.normal(np.where(y, 1, -1) * np.where(part == 1, 0.3, 2.0), 1.0)))
        return risk, y.astype(float), part

    kept = {True: [], False: []}
    for seed in range(20):
        risk, y, part = rows(3000, seed)
        for own in (True, False):
            scores = scores_of(
                np.stack([risk, 1 - risk], 1), y.astype(int), np.ones(len(y)), ("product", part) if own else ("", part)
            )
            assert set(scores.parts or ()) == ({0, 1} if own else set())
            other, truth, code = rows(6000, 100 + seed)
            held = scores.p(np.stack([other, 1 - other], 1), p_values.drawn(np.arange(len(other))), code)[:, 1] > 0.1
            kept[own].append([held[(truth > 0) & (code == one)].mean() for one in range(3)])
    assert np.mean(kept[True], axis=0) == pytest.approx(0.9, abs=0.02)
    assert np.mean(kept[False], axis=0)[1] < 0.87
    again = p_values.ByOutcome.from_json(
        json.loads(
            json.dumps(scores_of(np.stack([risk, 1 - risk], 1), y.astype(int), np.ones(len(y)), ("product", part)).as_json())
        )
    )
    assert again.by == "product" and len(again.scores(1.0)) == 2 and again.scores(2.0) is again.all


def test_the_interval_holds_the_share_that_really_failed(fitted):
    risk, y = drawn(60_000, 3, skew=2.0)
    low, high = fitted.interval(risk)
    for said in (0.2, 0.5, 0.8, 0.95):
        near = np.abs(risk - said) < 0.02
        assert low[near].min() - 0.06 <= y[near].mean() <= high[near].max() + 0.06
    assert fitted.of(0.5, 0.9).likely == pytest.approx(0.25, abs=0.08)  # it says 50 % where 25 % fail


def test_sets_are_those_of_mapie(fitted):
    """Where nothing is parted by chance: between two of its own rows, MAPIE's threshold at the same level is ours."""
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
        for coverage in (0.8, 0.9, 0.95):
            mapie = SplitConformalClassifier(Said().fit(None, None), confidence_level=coverage, prefit=True)
            mapie.conformalize(risk[rows, None], y[rows].astype(int))
            theirs = mapie.predict_set(asked[:, None])[1][:, outcome, 0]
            assert (fitted.outcomes(asked, coverage, np.full(500, 0.5))[:, outcome] == theirs).mean() > 0.99


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
    again = Calibration.from_json(json.loads(json.dumps(fitted.as_json())))
    for risk in (0.02, 0.3, 0.7):
        for coverage in COVERAGES:
            now, then = again.of(risk, coverage, 0.3), fitted.of(risk, coverage, 0.3)
            assert now.outcomes == then.outcomes and np.allclose(now.margin, then.margin, atol=1e-3)
            assert now.low == pytest.approx(then.low, abs=1e-5)


def test_one_of_before_is_read_as_it_was_and_says_so(fitted):
    """It had largest misses, and what so many such readings came to that it could not be ruled out."""
    kept = {name: value for name, value in fitted.as_json().items() if name != "scores"}
    old = Calibration.from_json(json.loads(json.dumps(kept)))
    for risk in np.linspace(0.01, 0.99, 30):
        found = old.of(float(risk), 0.95)
        assert not found.exact and fitted.of(float(risk), 0.95).exact and not found.common
        missed = np.array([risk, 1 - risk]) <= old.misses[0.95]
        assert found.outcomes == tuple(np.flatnonzero(missed | (np.array([1 - found.low, found.high]) > 0.05)))


@pytest.mark.parametrize("failures", [0, 5])
def test_with_hardly_any_failure_it_does_not_pretend_to_know(failures):
    risk, y = np.linspace(0, 1, 200), np.zeros(200)
    y[-failures or 200 :] = 1
    sure = calibrated(risk, y).of(0.6, 0.99)
    assert (sure.low, sure.high) == (0, 1) and 1 in sure.outcomes and not sure.knows


def test_two_outcomes_are_no_answer(fitted):
    both = fitted.of(0.5, 0.99)
    assert both.outcomes == (0, 1) and not both.knows
    assert fitted.of(0.0001, 0.95).knows


def test_what_is_ruled_out_and_yet_common_is_not_known():
    """Failures are one in fifty: hardly any quiet reading has such a risk, but half of those that have it are quiet."""
    rng = np.random.default_rng(6)
    y = rng.random(40_000) < 0.02
    risk = np.where(y, rng.beta(4, 4, len(y)), rng.beta(0.5, 20, len(y)))
    fitted = calibrated(risk, y.astype(float))
    for said in (0.25, 0.3):
        found = fitted.of(said, 0.95)
        assert found.outcomes == (1,) and found.common == (0,) and 1 - found.low > 0.05 and not found.knows
    assert fitted.of(0.6, 0.95).knows


def test_a_promise_for_few_is_told_with_its_margin():
    """The share of failures that a calibration keeps, against 4,000 calibrations from so many."""
    rng = np.random.default_rng(7)
    for rows, coverage in ((231, 0.8), (231, 0.99), (40, 0.9)):
        low, high = p_values.Scores.of(np.linspace(0, 1, rows)).margin(coverage)
        order = np.sort(rng.random((4000, rows)), axis=1)
        place = (rows + 1) * coverage
        kept = np.array([np.interp(place, np.arange(rows + 2), np.r_[0, one, 1]) for one in order])
        assert np.mean((kept >= low) & (kept <= high)) == pytest.approx(0.95, abs=0.02)
        assert low < coverage < high


def test_chance_is_what_judging_finds_when_a_promise_holds():
    rng = np.random.default_rng(8)
    found = []
    for _ in range(400):
        threshold = np.quantile(rng.random(231), 0.9, method="higher")
        held = rng.random(60) <= threshold
        low, high = chance(0.9, 231, held, np.ones(60))
        found.append(low <= held.mean() <= high)
    assert np.mean(found) >= 0.93
    runs = np.repeat(np.arange(6), 10)  # ten alike in each of six runs say no more than six
    held = np.repeat(rng.random(6) < 0.5, 10)
    assert chance(0.9, 231, held, np.ones(60), runs)[0] < chance(0.9, 231, held, np.ones(60))[0] - 0.1


def test_a_wish_for_a_coverage_takes_the_nearest_that_is_kept():
    assert [nearest_coverage(c) for c in (0.5, 0.86, 0.93, 0.999)] == [0.8, 0.9, 0.95, 0.99]


def test_a_class_with_few_examples_is_not_open_in_every_reading():
    """Of three classes the last one has eight rows: alone nothing can be learned of it (Ding et al. 2023), and the other two keep their promise."""
    rng = np.random.default_rng(9)

    def told(rows):
        y = np.r_[np.zeros(rows), np.ones(rows // 4), np.full(8, 2)].astype(int)
        odds = np.exp(np.eye(3)[y] * 4 + rng.normal(0, 1.2, (len(y), 3)))
        return odds / odds.sum(axis=1, keepdims=True), y

    fitted = class_sets(*told(2000))
    assert fitted.scores.together == (2,)
    p, y = told(4000)
    sets = fitted.of(p, 0.95, rng.random(len(y)))
    assert (sets.sum(axis=1) == 1).mean() > 0.8 and sets[:, 2].mean() < 0.05
    for code in (0, 1):
        assert sets[y == code, code].mean() == pytest.approx(0.95, abs=0.02)
    everything = np.concatenate([1 - p[y == code, code] for code in range(3)])
    again = ByOutcome(tuple(Scores.of(1 - p[y == code, code]) for code in range(3)))
    ours, naive = again.p(1 - p[:50], np.full(50, 0.5))[:, 2], [np.mean(everything >= m) for m in (1 - p[:50, 2])]
    assert ours == pytest.approx(naive, abs=2e-3)


def test_one_of_two_outcomes_with_few_examples_is_never_ruled_out():
    both = ByOutcome((Scores.of(np.linspace(0, 1, 300)), Scores.of(np.linspace(0, 1, 5))))
    assert both.together == () and (both.p(np.array([[0.1, 0.9]]), np.array([0.5]))[:, 1] == 1).all()

"""What every explainer holds for every task and model: shares add up, equal rows get equal reasons, columns may be permuted,
constants say nothing, missing values are explained, several classes are told as predicted against runner-up."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from explainers.shapley.contract import CannotExplain
from explainers.shapley.contributions import TreeContributions, probability
from explainers.shapley.interventional import InterventionalShap
from tests.explained_models import CASES, DRAWS, FEATURES, TAKES_NO_NAN, TASKS, boosted, explained, rows

TOLERANCE = {"tree contributions": 1e-4, "exact Shapley values": 1e-6, "Shapley values": 1e-9, "LIME": 1e-9}
"""How far the shares may be from adding up, on the explainer's own scale. LIME's is its local model's, exact by construction."""
METHODS = {"LIME": "LIME", "interventional": "exact Shapley values", "pipeline": "Shapley values", "kernel": "Shapley values"}
FEW = 8


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Histogram boosting waits for all its threads: with other cores busy that takes seconds."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module", params=CASES, ids="-".join)
def case(request):
    return request.param


@pytest.fixture(scope="module")
def made(case):
    return explained(*case)


@pytest.fixture(scope="module")
def explainer(made):
    return made[0]


@pytest.fixture(scope="module")
def told(case, explainer):
    """Explanations of the first few rows."""
    return [explainer.explain(row) for row in rows(case[1])[0][:FEW]]


def test_the_shares_add_up_to_the_prediction(case, told):
    for one in told:
        assert one.method == METHODS.get(case[0], "tree contributions")
        assert one.gap < TOLERANCE[one.method]
        assert one.contributions.shape == (len(FEATURES),)
        assert np.abs(one.contributions).max() > 0


def test_what_is_explained_is_what_the_model_says(case, made, told):
    kind, task = case
    if kind in DRAWS:
        return  # its value is its local model's
    said = made[1](rows(task)[0][:FEW])
    for one, score in zip(told, said, strict=True):
        if task == "regression":
            expected = score
        elif task == "binary":
            expected = score if one.scale == "probability" else np.log(score / (1 - score))
        else:
            lower, higher = np.sort(score)[-2:]
            expected = higher - lower if one.scale == "probability" else np.log(higher / lower)
        assert one.value == pytest.approx(expected, abs=1e-4)


def test_the_scale_and_the_classes_are_told(case, made, told):
    task = case[1]
    names = TASKS[task].classes
    for at, one in enumerate(told):
        assert (one.scale == "target") == (task == "regression")
        if task == "multiclass":
            order = np.argsort(made[1](rows(task)[0][at : at + 1])[0])
            assert (one.of, one.against) == (names[order[-1]], names[order[-2]])
        else:
            assert one.of is None and one.against is None


def test_equal_rows_get_equal_reasons(explainer, case):
    x = rows(case[1])[0]
    first, other, again = explainer.explain(x[7]), explainer.explain(x[8]), explainer.explain(x[7].copy())
    assert (first.contributions == again.contributions).all() and first.value == again.value
    assert (first.contributions != other.contributions).any()


def test_a_constant_feature_says_nothing(told):
    assert max(abs(one.contributions[FEATURES.index("constant")]) for one in told) < 1e-9


def test_a_feature_keeps_its_share_when_the_columns_are_permuted(case, told):
    order = [2, 4, 0, 3, 1]
    other, _ = explained(*case, tuple(FEATURES[i] for i in order))
    a = np.array([one.contributions for one in told])
    x = rows(case[1])[0][:FEW]
    b = np.array([other.explain(row[order]).contributions for row in x])[:, np.argsort(order)]
    if case[0] in DRAWS:  # held by rank over many rows
        assert np.corrcoef(np.abs(a).mean(axis=0), np.abs(b).mean(axis=0))[0, 1] > 0.9
    elif case[0] in ("xgboost", "interventional"):  # trained again: ties between columns may be split otherwise
        assert np.abs(a - b).max() < 0.05 * np.abs(a).max() + 1e-3
    else:
        assert np.allclose(a, b, atol=1e-9)


def test_a_missing_value_is_explained_too(case, explainer):
    row = rows(case[1])[0][3].copy()
    row[1] = np.nan
    if case[0] in TAKES_NO_NAN:
        with pytest.raises(CannotExplain, match="NaN"):
            explainer.explain(row)
        return
    one = explainer.explain(row)
    assert np.isfinite(one.contributions).all() and np.isfinite(one.value)
    assert one.gap < TOLERANCE[one.method]


def test_a_method_that_draws_tells_its_spread(case, told):
    for one in told:
        assert (one.spread is not None) == (case[0] in DRAWS)
        assert one.spread is None or ((one.spread >= 0).all() and one.spread.max() > 0)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    row=st.tuples(st.floats(-5, 5, width=32), st.floats(-5, 5, width=32), st.floats(0, 1, width=32), st.integers(0, 2)),
    missing=st.sets(st.integers(0, 2)),
)
def test_contributions_add_up_for_any_row(case, explainer, row, missing):
    if case[0] in DRAWS:
        return  # exact by construction, and slow
    x = np.array([*row[:3], 3.0, row[3]], np.float32)
    if case[0] not in TAKES_NO_NAN:
        x[list(missing)] = np.nan
    one = explainer.explain(x)
    assert np.isfinite(one.contributions).all()
    assert one.gap < TOLERANCE[one.method] * max(1, abs(one.value))


def test_the_probability_scale_says_what_the_model_says():
    x, y = rows()
    booster = boosted(x, y, "binary")
    margins, contributions, gap = TreeContributions(booster, FEATURES).of(x[:50])
    assert gap < 1e-4
    assert np.allclose(probability(margins), booster.inplace_predict(x[:50]), atol=1e-6)
    assert np.allclose(contributions.sum(axis=1), margins, atol=1e-4)
    shown = InterventionalShap(booster, FEATURES, x[:200]).explain(x[0])
    assert shown.value == pytest.approx(float(probability(margins)[0]), abs=1e-6)


@pytest.mark.parametrize("task", TASKS)
def test_batches_and_single_rows_get_the_same_contributions(task):
    x, y = rows(task)
    trees = TreeContributions(boosted(x, y, task), FEATURES, task=TASKS[task])
    whole = trees.of(x[:300])[1]
    assert np.allclose(whole[:5], np.vstack([trees.of(x[i : i + 1])[1] for i in range(5)]), atol=1e-6)
    assert len(trees.of(x[:0])[0]) == 0


def test_a_contrast_is_the_difference_of_what_is_told_of_the_two_classes():
    import xgboost

    x, y = rows("multiclass")
    booster = boosted(x, y, "multiclass")
    every = booster.predict(xgboost.DMatrix(x[:FEW]), pred_contribs=True)
    _, contrasts, _, first, second = TreeContributions(booster, FEATURES, task=TASKS["multiclass"]).contrasts(x[:FEW])
    for at in range(FEW):
        assert np.allclose(contrasts[at], every[at, first[at]] - every[at, second[at]], atol=1e-6)


def test_what_raises_the_prediction_has_a_positive_share_in_every_method(case, explainer):
    """LIME keeps the weights of a regression twice, once negated: taking the wrong ones turned every sign."""
    x = rows(case[1])[0]
    if case[1] == "multiclass":
        return  # there a share is of a difference between two classes, which differ from row to row
    high = x[np.argsort(-x[:, 0])[:8]]
    load = np.array([explainer.explain(row).contributions[FEATURES.index("load")] for row in high])
    assert (load > 0).mean() >= 0.75

"""Explainers on what is odd: one class, one background row, empty columns, very many features. Each works or says why it cannot."""

import time

import numpy as np
import pytest
import shap
from sklearn.ensemble import (
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from threadpoolctl import threadpool_limits

from explainers.local.local_surrogate import LocalSurrogate
from explainers.shapley.choice import explainer_for
from explainers.shapley.contract import CannotExplain
from explainers.shapley.interventional import InterventionalShap
from explainers.shapley.model_agnostic import ModelAgnostic
from tests.explained_models import FEATURES, KINDS, TASKS, boosted, fitted, held, rows

CATEGORIES = {FEATURES.index("kind"): KINDS}
MULTI = TASKS["multiclass"]


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Histogram boosting waits for all its threads: with other cores busy that takes seconds."""
    with threadpool_limits(1):
        yield


def test_shapley_values_of_a_function_are_those_that_shap_computes_from_the_trees():
    x, y = rows("regression")
    forest = RandomForestRegressor(5, max_depth=4, random_state=0).fit(x, y)
    tree = shap.TreeExplainer(forest, x[:30].astype(float), feature_perturbation="interventional")
    expected = tree.shap_values(x[100:104].astype(float), check_additivity=False)
    agnostic = ModelAgnostic(forest.predict, FEATURES, x[:30], TASKS["regression"])
    found = [agnostic.explain(row).contributions for row in x[100:104]]
    assert np.allclose(found, expected, atol=1e-6)


def wide(m, n=200):
    """Rows of ``m`` columns, the last one constant, some values missing."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(n, m))
    y = x[:, 0] - 2 * x[:, 1] + 0.1 * x[:, 2:5].sum(axis=1)
    x[:, -1] = 1.0
    x[rng.random(x.shape) < 0.02] = np.nan
    x[:, -1] = 1.0
    return x, y


def test_random_walks_find_the_shares_of_a_linear_model_exactly():
    x, y = wide(30)
    model = make_pipeline(SimpleImputer(), LinearRegression()).fit(x, y)
    explainer = explainer_for(model, tuple(f"s{i}" for i in range(30)), x, TASKS["regression"])
    told = held(explainer, x[5], 1e-9)
    filled = model[0].transform(x[5:6])[0] - model[0].transform(explainer.background).mean(axis=0)
    assert np.allclose(told.contributions, model[-1].coef_ * filled, atol=1e-8)
    assert told.contributions[-1] == 0.0
    assert told.spread is not None and told.spread.max() < 1e-8


def test_random_walks_follow_from_the_row_and_not_from_the_state_of_the_process():
    x, _ = wide(20)
    x = np.nan_to_num(x)
    explainer = ModelAgnostic(lambda z: np.tanh(z).prod(axis=1) + z[:, 0] * z[:, 1], tuple(map(str, range(20))), x)
    first = explainer.explain(x[3])
    np.random.seed(99)
    before = np.random.get_state()[1].copy()
    again = explainer.explain(x[3].copy())
    assert (first.contributions == again.contributions).all() and first.spread.max() > 0
    assert (np.random.get_state()[1] == before).all()


def test_five_hundred_features_are_explained_within_seconds():
    x, y = wide(500)
    model = make_pipeline(SimpleImputer(), LogisticRegression()).fit(x, y > 0)
    explainer = explainer_for(model, tuple(f"s{i}" for i in range(500)), x)
    started = time.process_time()
    told = held(explainer, x[5], 1e-9)
    assert time.process_time() - started < 5
    assert told.contributions[-1] == 0.0


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("kind", ["forest", "pipeline", "histogram"])
def test_one_background_row_and_empty_columns_are_enough_for_all_but_lime(kind, task):
    x, _ = rows(task)
    background = x[:1].copy()
    held(explainer_for(fitted(kind, task), FEATURES, background, TASKS[task], CATEGORIES), x[3])
    background = x[:20].copy()
    background[:, 1] = np.nan
    held(explainer_for(fitted(kind, task), FEATURES, background, TASKS[task], CATEGORIES), x[3])


@pytest.mark.parametrize("make", [ModelAgnostic, LocalSurrogate], ids=["Shapley", "LIME"])
def test_without_a_background_row_the_reason_is_given(make):
    with pytest.raises(CannotExplain, match="background"):
        make(lambda z: z[:, 0], FEATURES, np.empty((0, 5)))


def test_the_interventional_explainer_takes_one_row_one_class_and_missing_values():
    x, y = rows()
    booster = boosted(x, y, "binary")
    broken = x[:20].copy()
    broken[::2, 1] = np.nan
    broken[:, 2] = np.nan
    for background in (x[:1], x[:50][y[:50] == 0], broken, np.full((3, 5), np.nan)):
        held(InterventionalShap(booster, FEATURES, background), x[3])
    same = InterventionalShap(boosted(x, y * 0, "binary"), FEATURES, x[:20])
    assert (held(same, x[3]).contributions == 0).all()
    with pytest.raises(CannotExplain, match="no background row"):
        InterventionalShap(booster, FEATURES, x[:0])
    with pytest.raises(CannotExplain, match="probability"):
        InterventionalShap(boosted(*rows("multiclass"), "multiclass"), FEATURES, x[:20])


@pytest.mark.parametrize(
    "spoil, reason",
    [
        (lambda x: x[:1], "1 rows"),
        (lambda x: np.repeat(x[:1], 30, axis=0), "no column of the background varies"),
        (lambda x: np.full_like(x, np.nan), "no column of the background varies"),
    ],
    ids=["one row", "constant", "empty"],
)
def test_lime_that_cannot_fit_says_why(spoil, reason):
    with pytest.raises(CannotExplain, match=reason):
        LocalSurrogate(lambda z: z[:, 0], FEATURES, spoil(rows()[0]), CATEGORIES)


def test_lime_takes_an_empty_column_as_constant_and_shows_the_model_the_rows_own_value():
    x, _ = rows()
    background = x[:100].copy()
    background[:, 1] = np.nan
    seen = []
    explainer = LocalSurrogate(lambda z: seen.append(z) or 0.2 * z[:, 0] + 0.0, FEATURES, background, CATEGORIES)
    row = x[3].copy()
    row[1] = np.nan
    told = held(explainer, row, 1e-9)
    assert told.contributions[1] == 0 and told.contributions[0] != 0
    assert all(np.isnan(z[:, 1]).all() and (z[:, 3] == 3.0).all() for z in seen)


def test_lime_takes_a_category_without_a_name_and_tells_a_model_that_fails():
    x, _ = rows()
    row = np.array([0.1, 0.2, 0.3, 3.0, 7.0], np.float32)
    held(LocalSurrogate(lambda z: z[:, 0], FEATURES, x[:100], CATEGORIES), row, 1e-9)
    with pytest.raises(CannotExplain):
        LocalSurrogate(lambda z: np.full(len(z), np.nan), FEATURES, x[:100], CATEGORIES).explain(row)

"""Which explainer a model gets: what has contributions of its own is read exactly, everything else falls back and says why;
texts, classes and iterations are those of the model."""

import numpy as np
import pandas as pd
import pytest
import xgboost
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.linear_model import LinearRegression
from sklearn.svm import SVC
from threadpoolctl import threadpool_limits

from explainers.shapley.choice import explainer_for
from explainers.shapley.contract import CannotExplain, NoContributions, Task
from explainers.shapley.contributions import TreeContributions
from explainers.shapley.pipelines import as_function, booster_function
from explainers.shapley.sklearn_trees import SklearnTrees, per_output
from tests.explained_models import FEATURES, KINDS, TASKS, boosted, fitted, frame, held, rows

CATEGORIES = {FEATURES.index("kind"): KINDS}
MULTI = TASKS["multiclass"]


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Histogram boosting waits for all its threads: with other cores busy that takes seconds."""
    with threadpool_limits(1):
        yield


@pytest.mark.parametrize("booster", [{"booster": "gblinear"}, {"multi_strategy": "multi_output_tree"}], ids=lambda s: str(*s))
def test_a_booster_without_contributions_is_explained_as_a_function_and_says_so(booster):
    x, y = rows("multiclass")
    model = boosted(x, y, "multiclass", **booster)
    with pytest.raises(NoContributions):
        TreeContributions(model, FEATURES, task=MULTI)
    told = held(explainer_for(model, FEATURES, x[:20], MULTI), x[0], 1e-6)
    assert told.method == "Shapley values" and ("gblinear" in told.note or "vector leaves" in told.note)
    assert told.of in MULTI.classes and told.against in MULTI.classes


def test_a_regression_on_a_logarithm_is_explained_in_the_targets_unit():
    x, y = rows("regression")
    for model in (
        boosted(x, np.abs(y), "regression", objective="count:poisson"),
        HistGradientBoostingRegressor(loss="poisson", max_iter=5).fit(x, np.abs(y)),
    ):
        explainer = explainer_for(model, FEATURES, x[:20], TASKS["regression"])
        told = held(explainer, x[0])
        said = booster_function(model, TASKS["regression"])(x[:1]) if isinstance(model, xgboost.Booster) else model.predict(x[:1])
        assert (
            told.scale == "target" and told.value == pytest.approx(said[0], abs=1e-5) and "logarithm" in told.note + "logarithm"
        )
        assert told.note


def test_boosting_of_several_classes_falls_back_as_shap_does_not_take_it():
    x, y = rows("multiclass")
    model = GradientBoostingClassifier(n_estimators=3).fit(x, y)
    told = held(explainer_for(model, FEATURES, x[:20], MULTI, CATEGORIES), x[0], 1e-9)
    assert told.method == "Shapley values" and "only supported for binary" in told.note


def test_native_categories_are_not_left_to_shap_which_misreads_them():
    x, y = rows()
    named = pd.DataFrame(x, columns=list(FEATURES)).assign(kind=pd.Categorical(frame(x)["kind"]))
    text, coded = (HistGradientBoostingClassifier(max_iter=8, categorical_features=c) for c in ("from_dtype", [4]))
    for model in (text.fit(named, y), coded.fit(x, y)):
        explainer = explainer_for(model, FEATURES, x[:20], categories=CATEGORIES)
        held(explainer, np.array([*x[0, :4], len(KINDS)]), 1e-9)  # a code without a text
        told = held(explainer, x[0], 1e-9)
        expected = model.predict_proba(named[:1] if model is text else x[:1])[0, 1]
        assert told.value == pytest.approx(expected) and "native categories" in told.note


@pytest.mark.parametrize("texts", [KINDS, ("c", "a", "b")], ids=["same codes", "other codes"])
def test_xgboost_with_its_own_categories_means_the_same_texts(texts):
    x, y = rows()
    named = frame(x).assign(kind=pd.Categorical(frame(x)["kind"], categories=list(texts)))
    model = xgboost.XGBClassifier(n_estimators=10, enable_categorical=True, n_jobs=1).fit(named, y)
    told = held(explainer_for(model, FEATURES, x[:20], categories=CATEGORIES), x[0])
    said = model.predict_proba(named[:1])[0, 1]
    assert (1 / (1 + np.exp(-told.value)) if texts == KINDS else told.value) == pytest.approx(said, abs=1e-5)
    assert (told.note == "") == (texts == KINDS)


def test_an_early_stopped_model_is_explained_up_to_its_best_iteration():
    x, y = rows()
    model = xgboost.XGBClassifier(n_estimators=50, early_stopping_rounds=3, n_jobs=1, learning_rate=0.9)
    model.fit(x[:300], y[:300], eval_set=[(x[300:], y[300:])], verbose=False)
    assert model.best_iteration + 1 < model.get_booster().num_boosted_rounds()
    told = held(explainer_for(model, FEATURES, x[:20]), x[0])
    assert told.value == pytest.approx(float(model.predict(x[:1], output_margin=True)[0]), abs=1e-5)


def test_a_class_that_was_never_seen_is_neither_predicted_nor_runner_up():
    x, y = rows("multiclass")
    task = Task("multiclass", (*MULTI.classes, "molten"))
    some = y != 1
    for model in (
        RandomForestClassifier(5).fit(x[some], y[some]),
        HistGradientBoostingClassifier(max_iter=5).fit(x[some], y[some]),
    ):
        told = held(explainer_for(model, FEATURES, x[:20], task), x[0])
        assert {told.of, told.against} == {"fine", "bent"}
    assert as_function(model, FEATURES, None, task)(x[:3]).shape == (3, 4)
    grown = boosted(x[some], y[some], "multiclass", num_class=4)
    assert {held(explainer_for(grown, FEATURES, x[:20], task), x[0]).of} <= {"fine", "bent"}


@pytest.mark.parametrize("task", ["binary", "multiclass"])
def test_a_model_that_has_seen_one_class_only_has_no_reasons(task):
    x, _ = rows()
    none = np.zeros(len(x), int)
    for model in (RandomForestClassifier(3).fit(x, none), HistGradientBoostingClassifier(max_iter=3).fit(x, none)):
        told = held(explainer_for(model, FEATURES, x[:20], TASKS[task]), x[0])
        assert (told.contributions == 0).all() and told.value == (0 if task == "binary" else 1) and told.against is None
    settings = {"num_class": 1} if task == "multiclass" else {}
    told = held(explainer_for(boosted(x, none, task, **settings), FEATURES, x[:20], TASKS[task]), x[0])
    assert (told.contributions == 0).all() and told.against is None


def test_codes_become_texts_again_and_unknown_codes_are_missing():
    x = rows()[0][:4].copy()
    x[:, 4] = [1, 9, np.nan, -1]
    function = as_function(fitted("pipeline", "binary"), FEATURES, CATEGORIES, TASKS["binary"])
    texts = function.frame(x.astype(float))["kind"]
    assert texts[0] == "b" and texts[1:].isna().all()
    assert np.allclose(function(rows()[0][:9]), fitted("pipeline", "binary").predict_proba(frame(rows()[0][:9]))[:, 1])


def test_a_classifier_without_probabilities_is_explained_by_its_margin():
    x, y = rows()
    model = SVC().fit(x, np.array(["good", "bad"])[1 - y])  # scikit-learn sorts: "bad" is its first class
    told = held(explainer_for(model, FEATURES, x[:20], Task("binary", ("good", "bad"))), x[0], 1e-9)
    assert told.scale == "margin" and told.value == pytest.approx(-model.decision_function(x[:1])[0])


def test_wrong_columns_and_wrong_classes_are_told_at_once():
    x, y = rows("multiclass")
    with pytest.raises(ValueError, match="other columns"):
        explainer_for(fitted("pipeline", "binary"), (*FEATURES[:4], "sort"), x[:20])
    for model in (boosted(x, y, "multiclass"), RandomForestClassifier(2).fit(x, y)):
        with pytest.raises(ValueError, match="task is binary"):
            explainer_for(model, FEATURES, x[:20])
    with pytest.raises(ValueError, match="for no classes"):
        explainer_for(boosted(*rows(), "binary"), FEATURES, x[:20], MULTI)
    with pytest.raises(ValueError, match="not among"):
        as_function(RandomForestClassifier(2).fit(x, y + 5), FEATURES, None, MULTI)
    with pytest.raises(CannotExplain, match="2 numbers"):
        explainer_for(LinearRegression().fit(x, np.c_[y, y]), FEATURES, x[:5], TASKS["regression"]).explain(x[0])


def test_shares_of_every_shape_that_shap_gives_are_read_alike():
    every = np.arange(24.0).reshape(2, 4, 3)
    assert (per_output([every[..., i] for i in range(3)]) == every).all() and (per_output(every) == every).all()
    assert (per_output(every[..., 0]) == every[..., :1]).all()


def test_a_model_that_shap_would_read_wrongly_is_refused(monkeypatch):
    x, _ = rows()
    monkeypatch.setattr("explainers.shapley.sklearn_trees.per_output", lambda values: 1.1 * np.asarray(values))
    with pytest.raises(NoContributions, match="reads the model wrongly"):
        SklearnTrees(fitted("forest", "binary"), FEATURES, x[:20])

"""The shares that a worker records of a model that was trained elsewhere: they add up, are the exact Shapley values where these can be had, and
are the same for a row whatever comes with it."""

import numpy as np
import pytest

from explainers.shapley.choice import shares_for
from explainers.shapley.margins import NEVER, Margins, link, slope
from explainers.shapley.model_agnostic import ModelAgnostic
from explainers.shapley.pipelines import as_function
from explainers.shapley.sampled_shares import LEAST, MOST, SampledShares, affordable
from explainers.shapley.tree_shares import TreeShares
from tests.explained_models import FEATURES, KINDS, TASKS, fitted, rows

CATEGORIES = {FEATURES.index("kind"): KINDS}
CASES = [(kind, task) for kind in ("forest", "histogram", "pipeline") for task in TASKS] + [("kernel", "regression")]


@pytest.fixture(params=CASES, ids="-".join)
def made(request):
    kind, task = request.param
    model, (x, _) = fitted(kind, task), rows(task)
    predict = as_function(model, FEATURES, CATEGORIES, TASKS[task])
    return shares_for(model, predict, FEATURES, x[:200], TASKS[task]), predict, x, TASKS[task]


def test_they_add_up_and_do_not_depend_on_what_else_is_asked(made):
    shares, predict, x, task = made
    margins, contributions, gap = shares.together(x[:40])
    assert gap < 1e-6 and contributions.dtype == np.float32 and np.isfinite(contributions).all()
    assert np.allclose(margins, shares.margins(x[:40])) and np.allclose(
        shares.together(x[7:8])[1][0], contributions[7], atol=1e-5
    )
    one = shares.explain(x[7])
    assert one.gap < 1e-6 and np.allclose(one.contributions, contributions[7, :-1], atol=1e-5)
    assert one.scale == ("target" if task.kind == "regression" else "margin") and (one.of is None) == (task.kind != "multiclass")
    told = shares.of(x[:40])[0]
    assert np.allclose(told, contributions.sum(axis=1), atol=1e-4)
    assert len(shares.together(x[:0])[1]) == len(shares.margins(x[:0])) == 0
    if predict.scale == "probability":
        said = np.clip(predict(x[:40]), NEVER, 1 - NEVER)
        back = (
            1 / (1 + np.exp(-margins)) if task.kind == "binary" else np.exp(margins) / np.exp(margins).sum(axis=1, keepdims=True)
        )
        assert np.allclose(back, said, atol=2e-3)


@pytest.mark.parametrize("task", TASKS)
def test_sampled_ones_are_the_exact_shapley_values_but_for_the_sampling(task):
    model, (x, _) = fitted("histogram", task), rows(task)
    predict = as_function(model, FEATURES, CATEGORIES, TASKS[task])
    exact = ModelAgnostic(
        Margins(predict, TASKS[task]), FEATURES, x[:200][np.linspace(0, 199, MOST).round().astype(int)], TASKS[task]
    )
    sampled = SampledShares(predict, FEATURES, x[:200], TASKS[task])
    for row in x[:12]:
        true, found = exact.explain(row), sampled.explain(row)
        assert found.base == pytest.approx(true.base, abs=1e-6) and found.value == pytest.approx(true.value, abs=1e-6)
        assert np.abs(found.contributions - true.contributions).max() < 0.12 * np.abs(true.contributions).max() + 0.02
        assert found.contributions[FEATURES.index("constant")] == 0


def test_a_linear_model_is_explained_exactly_with_any_number_of_samples():
    weights = np.array([1.0, -2.0, 0.5])
    x = np.random.default_rng(0).normal(size=(50, 3))
    shares = SampledShares(lambda rows: rows @ weights, ("a", "b", "c"), x, TASKS["regression"], most=5)
    used = x[np.linspace(0, 49, 5).round().astype(int)]
    assert np.allclose(shares.together(x[:10])[1][:, :-1], (x[:10] - used.mean(axis=0)) * weights, atol=1e-5)


def test_a_single_input_gets_everything():
    shares = SampledShares(lambda rows: 3 * rows[:, 0], ("a",), np.arange(9.0)[:, None], TASKS["regression"])
    assert np.allclose(shares.together(np.array([[10.0]]))[1], [[3 * (10 - 4), 12]])


def test_what_is_certain_stays_finite_and_keeps_its_sign():
    p, base = np.array([0.0, 0.03, 0.5, 1.0]), np.array(0.03)
    assert np.isfinite(link(p, TASKS["binary"])).all() and np.isfinite(slope(p, base, TASKS["binary"])).all()
    assert (slope(p, base, TASKS["binary"]) > 0).all()
    assert np.allclose(link(base, TASKS["binary"]) + (p - base) * slope(p, base, TASKS["binary"]), link(p, TASKS["binary"]))


def test_a_slow_model_gets_fewer_samples():
    import time

    x = rows()[0]

    def slow(given):
        end = time.process_time() + len(given) / 8000
        while time.process_time() < end:
            pass
        return given[:, 0]

    assert affordable(slow, x) < affordable(lambda given: given[:, 0], x) == MOST
    assert affordable(slow, x, rows_per_s=1e6) == LEAST


def test_trees_that_are_too_slow_for_a_line_are_sampled_only_where_that_is_faster(monkeypatch):
    x, model = rows()[0], fitted("forest", "binary")
    predict = as_function(model, FEATURES, None, TASKS["binary"])

    def chosen(trees, sampled, samples=None):
        monkeypatch.setattr(
            "explainers.shapley.choice.explained_per_s", lambda one, _: trees if isinstance(one, TreeShares) else sampled
        )
        return shares_for(model, predict, FEATURES, x[:50], TASKS["binary"], samples)

    assert isinstance(chosen(150.0, 900.0), TreeShares) and isinstance(chosen(40.0, 3.0), TreeShares)
    found = chosen(40.0, 150.0)
    assert isinstance(found, SampledShares) and "too many and too deep" in found.note
    assert isinstance(chosen(40.0, 150.0, samples=0), TreeShares) and len(chosen(900.0, 3.0, samples=7).background) == 7

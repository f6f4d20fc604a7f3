"""What every explainer holds: shares add up, equal rows get equal reasons, columns may be permuted, constants say nothing."""

import numpy as np
import pytest
import xgboost

from explainers.contributions import TreeContributions, probability
from explainers.interventional import InterventionalShap
from explainers.local_surrogate import LocalSurrogate

FEATURES = ("load", "heat", "wear", "constant", "kind")
N = 2500
TOLERANCE = {"tree contributions": 1e-4, "interventional SHAP": 1e-4, "LIME": 1e-9}
"""How far the shares may be from adding up, on the explainer's own scale. LIME's is its local model's, exact by construction."""


def rows(seed=0):
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(0, 1, N), rng.normal(0, 1, N), rng.uniform(0, 1, N), np.full(N, 3.0), rng.integers(0, 3, N)])
    return x.astype(np.float32), ((x[:, 0] + 0.5 * x[:, 1] > 1.0) | (x[:, 2] > 0.95)).astype(np.float32)


def trained(x, y):
    return xgboost.train(
        {"objective": "binary:logistic", "max_depth": 3, "eta": 0.3, "seed": 1, "nthread": 1},
        xgboost.DMatrix(x, y),
        num_boost_round=30,
    )


def made(kind, x, y, features=FEATURES):
    booster = trained(x, y)
    categories = {features.index("kind"): ("a", "b", "c")}
    return {
        "tree": lambda: TreeContributions(booster, features),
        "interventional": lambda: InterventionalShap(booster, features, x[:200]),
        "local": lambda: LocalSurrogate(lambda rows: booster.inplace_predict(rows), features, x[:200], categories),
    }[kind]()


@pytest.fixture(scope="module", params=["tree", "interventional", "local"])
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def explainer(kind):
    return made(kind, *rows())


def test_shares_add_up_to_the_prediction(explainer):
    for row in rows()[0][:20]:
        told = explainer.explain(row)
        assert told.gap < TOLERANCE[told.method]
        assert told.contributions.shape == (len(FEATURES),)


def test_equal_rows_get_equal_reasons(explainer):
    row = rows()[0][7]
    assert (explainer.explain(row).contributions == explainer.explain(row.copy()).contributions).all()


def test_a_constant_feature_says_nothing(explainer):
    shares = np.array([explainer.explain(row).contributions for row in rows()[0][:20]])
    assert np.abs(shares[:, FEATURES.index("constant")]).max() < 1e-6


def test_a_feature_keeps_its_share_when_the_columns_are_permuted(kind, explainer):
    x, y = rows()
    order = [2, 4, 0, 3, 1]
    other = made(kind, x[:, order], y, tuple(FEATURES[i] for i in order))
    loads, permuted = [], []
    for row in x[:25]:
        loads.append(explainer.explain(row).contributions)
        permuted.append(other.explain(row[order]).contributions)
    a, b = np.array(loads), np.array(permuted)[:, np.argsort(order)]
    if kind == "local":  # its draws differ: held by rank over many rows
        assert np.corrcoef(np.abs(a).mean(axis=0), np.abs(b).mean(axis=0))[0, 1] > 0.9
    else:
        assert np.abs(a - b).max() < 0.05 * np.abs(a).max() + 1e-3


def test_a_missing_value_is_explained_too(explainer):
    row = rows()[0][3].copy()
    row[1] = np.nan
    told = explainer.explain(row)
    assert np.isfinite(told.contributions).all() and np.isfinite(told.value)


def test_a_method_that_draws_tells_its_spread(kind, explainer):
    told = explainer.explain(rows()[0][0])
    assert (told.spread is not None) == (kind == "local")
    if told.spread is not None:
        assert (told.spread >= 0).all() and told.spread.max() > 0


def test_the_probability_scale_says_what_the_model_says():
    x, y = rows()
    booster = trained(x, y)
    margins, contributions, gap = TreeContributions(booster, FEATURES).of(x[:50])
    assert gap < 1e-4
    assert np.allclose(probability(margins), booster.inplace_predict(x[:50]), atol=1e-6)
    assert np.allclose(contributions.sum(axis=1), margins, atol=1e-4)
    assert InterventionalShap(booster, FEATURES, x[:200]).explain(x[0]).value == pytest.approx(
        float(probability(margins)[0]), abs=1e-6
    )


def test_batches_and_single_rows_get_the_same_contributions():
    x, y = rows()
    trees = TreeContributions(trained(x, y), FEATURES)
    whole = trees.of(x[:300])[1]
    assert np.allclose(whole[:5], np.vstack([trees.of(x[i : i + 1])[1] for i in range(5)]), atol=1e-6)


def test_what_raises_the_risk_has_a_positive_share_in_every_method(kind):
    """LIME keeps the weights of a regression twice, once negated: taking the wrong ones turned every sign."""
    x, y = rows()
    explainer = made(kind, x, y)
    high = x[(x[:, 0] > 1.5) & (x[:, 2] < 0.9)][:10]
    load = np.array([explainer.explain(row).contributions[0] for row in high])
    assert (load > 0).mean() >= 0.9

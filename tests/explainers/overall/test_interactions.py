"""Interactions against functions whose truth is known."""

import numpy as np
import pytest

from explainers.overall.interactions import friedman_h, shap_interactions
from explainers.overall.sampling import some_rows
from tests.known_functions import NAMES, additive


def test_shap_interactions_find_the_product_first_and_hardly_any_in_a_sum(x, boosters):
    import xgboost as xgb

    product, total = (shap_interactions(booster, x, NAMES, most=200, top=3) for booster in boosters)
    assert product.pairs[0][:2] == ("a", "b") and product.pairs[0][2] > 5 * product.pairs[1][2]
    assert len(product.pairs) == 3 and product.rows == 200
    assert max(strength for *_, strength in total.pairs) < 0.05 * total.matrix[0, 0]
    assert (product.matrix == product.matrix.T).all()
    rows = xgb.DMatrix(x[some_rows(len(x), 200, 0)].astype(np.float32))
    raw = boosters[0].predict(rows, pred_interactions=True)
    assert product.pairs[0][2] == pytest.approx(np.abs(raw[:, 0, 1] + raw[:, 1, 0]).mean(), rel=1e-5)
    assert product.matrix[2, 2] == pytest.approx(np.abs(raw[:, 2, 2]).mean(), rel=1e-5)


def test_shap_interactions_of_several_classes_are_the_mean_over_them(x):
    import xgboost as xgb

    y = (x[:, 0] * x[:, 1] > 0).astype(int) + (x[:, 2] > 1)
    settings = {"objective": "multi:softprob", "num_class": 3, "max_depth": 3, "nthread": 1}
    booster = xgb.train(settings, xgb.DMatrix(x.astype(np.float32), y), num_boost_round=10)
    found = shap_interactions(booster, x, NAMES, most=100)
    assert found.matrix.shape == (4, 4) and found.pairs[0][:2] == ("a", "b")


def test_friedman_h_is_one_for_a_pure_product_and_zero_for_a_sum(x):
    centred = x - x.mean(axis=0)
    pairs = [(2, 3), (0, 2), (0, 1)]
    found = friedman_h(lambda rows: rows[:, 0] * rows[:, 1] + rows[:, 2], centred, pairs, NAMES)
    assert found.pairs[0][:2] == ("a", "b") and found.pairs[0][2] > 0.9 and found.rows == 60
    assert max(strength for *_, strength in found.pairs[1:]) < 1e-9
    total = friedman_h(additive, x, [(0, 1), (1, 2), (0, 3)], NAMES)
    assert max(strength for *_, strength in total.pairs) < 1e-9


def test_friedman_h_is_the_share_that_theory_says(x):
    """a + b + k a b with independent standard normals: the joint part has k^2 of 2 + k^2 of the variance."""
    found = friedman_h(lambda rows: rows[:, 0] + rows[:, 1] + 2 * rows[:, 0] * rows[:, 1], x, [(0, 1)], NAMES, most=400)
    assert found.pairs[0][2] == pytest.approx(4 / 6, abs=0.1)


def test_friedman_h_agrees_with_shap_on_a_booster_and_asks_no_column_of_itself(x, boosters):
    def predict(rows):
        return boosters[0].inplace_predict(rows.astype(np.float32))

    found = friedman_h(predict, x, [(0, 2), (0, 1), (1, 2)], NAMES, most=40)
    assert found.pairs[0][:2] == ("a", "b") and found.pairs[0][2] > 0.5 and found.pairs[1][2] < 0.2
    with pytest.raises(ValueError, match="itself"):
        friedman_h(predict, x, [(1, 1)], NAMES)

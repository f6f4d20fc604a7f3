"""Permutation importance and dependence against functions whose truth is known."""

import numpy as np
import pytest

from explainers.overall.dependence import dependence
from explainers.overall.permutation import log_loss, permutation_importance, squared_error
from tests.known_functions import additive, each, slope


def test_permutation_finds_twice_the_variance_of_each_term_and_nothing_for_what_is_ignored(x):
    found = permutation_importance(additive, x, additive(x), each(), squared_error, repeats=10)
    assert found.names == ("b", "c", "a", "d")
    assert found.mean[:3] == pytest.approx([2 * 9 * x[:, 1].var(), 2 * 4 * x[:, 2].var(), 2 * x[:, 0].var()], rel=0.1)
    assert found.mean[3] == found.low[3] == found.high[3] == 0
    assert (found.low[:3] < found.mean[:3]).all() and (found.mean[:3] < found.high[:3]).all()
    assert found.loss == 0 and found.rows == 1500


def test_permutation_of_a_group_moves_it_as_one(x):
    """The sum of a signal and its copy's negative is zero as long as both move together."""
    doubled = np.column_stack([x[:, 0], x[:, 0], x[:, 1]])

    def cancelling(rows):
        return 5 * rows[:, 0] - 5 * rows[:, 1] + rows[:, 2]

    columns = {"first": [0], "both": [0, 1], "other": [2]}
    found = permutation_importance(cancelling, doubled, cancelling(doubled), columns, squared_error)
    mean = dict(zip(found.names, found.mean, strict=True))
    assert mean["both"] == pytest.approx(0, abs=1e-12)
    assert mean["first"] > 10 * mean["other"] > 0


def test_permutation_of_signals_recomputes_what_derives_from_them(x):
    def power(signals):
        return np.column_stack([signals, signals[:, 0] * signals[:, 1]])

    seen = []

    def predict(features):
        seen.append(np.abs(features[:, 4] - features[:, 0] * features[:, 1]).max())
        return features[:, 4]

    truth = x[:, 0] * x[:, 1]
    found = permutation_importance(predict, x, truth, each(), squared_error, recompute=power)
    assert set(found.names[:2]) == {"a", "b"} and found.mean[1] > 1 and found.mean[2] == 0
    assert max(seen) == 0, "a derived feature did not follow its signals"


def test_permutation_by_log_loss_for_two_and_for_three_classes(x):
    p = 1 / (1 + np.exp(-3 * x[:, 0]))
    y = (np.random.default_rng(1).random(len(x)) < p).astype(int)
    two = permutation_importance(lambda r: 1 / (1 + np.exp(-3 * r[:, 0])), x, y, each(), log_loss, repeats=4)
    three = permutation_importance(
        lambda r: np.column_stack([np.zeros(len(r)), 1 / (1 + np.exp(3 * r[:, 0])), 1 / (1 + np.exp(-3 * r[:, 0]))]),
        x,
        y + 1,
        each(),
        log_loss,
        repeats=4,
    )
    assert two.names[0] == "a" and two.mean[0] > 0.5 and (two.mean[1:] == 0).all()
    assert two.loss == pytest.approx(-np.log(np.where(y == 1, p, 1 - p)).mean())
    assert three.mean == pytest.approx(two.mean) and three.loss == pytest.approx(two.loss)
    assert log_loss(np.array([1]), np.array([0.0]))[0] == pytest.approx(-np.log(1e-7))


def test_permutation_is_the_same_for_the_same_seed_in_any_order_and_leaves_the_data_alone(x):
    before = x.copy()
    one = permutation_importance(additive, x, additive(x), each(), squared_error, seed=4)
    turned = dict(reversed(each().items()))
    two = permutation_importance(additive, x, additive(x), turned, squared_error, seed=4)
    other = permutation_importance(additive, x, additive(x), each(), squared_error, seed=5)
    assert one.names == two.names and (one.mean == two.mean).all() and (one.mean != other.mean).any()
    assert (x == before).all()


def test_dependence_of_a_linear_model_is_its_slope(x):
    found = dependence(additive, x, 1)
    assert len(found.grid) == 40 and found.grid[0] == x[:, 1].min() and found.grid[-1] == x[:, 1].max()
    assert found.pdp == pytest.approx(3 * found.grid + (x[:, 0] + 2 * x[:, 2]).mean())
    assert found.ale - found.ale[0] == pytest.approx(3 * (found.grid - found.grid[0]))
    assert found.ice.shape == (30, 40) and np.diff(found.ice, axis=1) == pytest.approx(np.tile(3 * np.diff(found.grid), (30, 1)))
    assert np.interp(x[:, 1], found.grid, found.ale).mean() == pytest.approx(0, abs=1e-12)
    assert found.rows == 1500 and not found.recomputed


def test_ale_keeps_correlated_columns_apart(twins):
    """Off the diagonal, where no row is, this function runs wild: PDP averages that in, ALE stays where the rows are."""

    def wild(rows):
        return rows[:, 0] + rows[:, 1] + 50 * np.maximum(np.abs(rows[:, 0] - rows[:, 1]) - 1.5, 0) * np.sign(rows[:, 0])

    plain = dependence(lambda rows: rows.sum(axis=1), twins, 0)
    assert slope(plain.grid, plain.ale) == pytest.approx(1) and slope(plain.grid, plain.pdp) == pytest.approx(1)
    found = dependence(wild, twins, 0)
    inner = np.abs(found.grid) < 2
    assert slope(found.grid[inner], found.ale[inner]) == pytest.approx(1, abs=0.1)
    assert slope(found.grid[inner], found.pdp[inner]) > 5


def test_ale_of_a_product_is_that_of_the_rows_at_hand_where_pdp_is_flat(twins):
    """x1 * x2 with x2 = 0.95 x1: a local step is E[x2 | x1] = 0.95 x1, so ALE is 0.475 x1^2; PDP is x1 E[x2] = 0."""
    found = dependence(lambda rows: rows[:, 0] * rows[:, 1], twins, 0)
    inner = np.abs(found.grid) < 2
    bend = np.polyfit(found.grid[inner], found.ale[inner], 2)[0]
    assert bend == pytest.approx(0.475, abs=0.05)
    assert np.abs(np.polyfit(found.grid[inner], found.pdp[inner], 2)[0]) < 0.01


def test_many_rows_are_asked_for_the_local_effect_and_few_for_the_curves(x):
    many = np.tile(x, (10, 1)) + np.random.default_rng(3).normal(0, 0.01, (15_000, x.shape[1]))
    asked = []

    def predict(rows):
        asked.append(len(rows))
        return additive(rows)

    found = dependence(predict, many, 1, most=200)
    assert (found.rows, found.near, found.ice.shape) == (200, 15_000, (30, 40)) and sum(asked) == 200 * 40 + 2 * 15_000
    assert found.ale - found.ale[0] == pytest.approx(3 * (found.grid - found.grid[0]))
    assert dependence(additive, many, 1, most=10**6).rows == 15_000


def test_the_local_effect_hardly_depends_on_which_readings_are_drawn(x):
    """One step in a hundred jumps by 1: with few rows the sum goes where a single row takes it."""

    def jumps(rows):
        return (rows[:, 0] + rows[:, 1] > 3.2).astype(float)

    rng = np.random.default_rng(5)
    pairs = [rng.normal(size=(n, 2)) for n in (500, 500, 20_000, 20_000)]
    one, two, three, four = (
        np.interp(np.linspace(-2, 2, 9), f.grid, f.ale) for f in (dependence(jumps, p, 0, most=100) for p in pairs)
    )
    assert np.abs(three - four).max() < 0.02 < np.abs(one - two).max()


def test_error_of_the_pdp_shrinks_with_the_root_of_the_rows(x):
    few, many = dependence(additive, x[:100], 1), dependence(additive, np.tile(x[:100], (16, 1)), 1)
    assert many.pdp == pytest.approx(few.pdp[np.searchsorted(few.grid, many.grid)])
    assert few.pdp_error[0] / many.pdp_error[0] == pytest.approx(4, rel=0.02)
    assert few.pdp_error[0] == pytest.approx((x[:100, 0] + 2 * x[:100, 2]).std(ddof=1) / 10)


def test_dependence_on_a_signal_takes_its_derived_features_along(x):
    def with_square(signals):
        return np.column_stack([signals, signals[:, 0] ** 2])

    found = dependence(lambda features: features[:, 4], x, 0, recompute=with_square)
    alone = dependence(lambda features: features[:, 4], with_square(x), 0)
    assert found.recomputed and found.pdp == pytest.approx(found.grid**2)
    assert np.ptp(alone.pdp) == pytest.approx(0, abs=1e-12)
    inner = np.abs(found.grid) < 2
    assert np.polyfit(found.grid[inner], found.ale[inner], 2)[0] == pytest.approx(1, abs=0.05)


def test_few_values_are_all_on_the_grid_and_categories_have_no_ale(x):
    steps = x.copy()
    steps[:, 0] = np.random.default_rng(0).choice([1.0, 2.0, 5.0], len(x))
    number, category = dependence(additive, steps, 0), dependence(additive, steps, 0, categorical=True)
    assert number.grid.tolist() == category.grid.tolist() == [1, 2, 5]
    assert np.diff(number.ale) == pytest.approx([1, 3]) and category.ale is None
    assert np.interp(steps[:, 0], number.grid, number.ale).mean() == pytest.approx(0, abs=1e-12)


def test_a_row_on_an_edge_belongs_to_the_interval_below():
    steps = np.repeat([[1.0, 1.0], [2.0, 2.0], [5.0, 5.0]], 10, axis=0)
    found = dependence(lambda rows: rows[:, 0] * rows[:, 1], steps, 0)
    assert np.diff(found.ale) == pytest.approx([1.5 * 1, 5 * 3])


def test_batches_give_what_one_predict_gives(x, monkeypatch):
    whole = dependence(additive, x, 2)
    monkeypatch.setattr("explainers.overall.dependence.BATCH", 4000)
    assert (dependence(additive, x, 2).pdp == whole.pdp).all()

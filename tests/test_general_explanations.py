"""General explanations against functions whose truth is known: what a method says of them has one right answer."""

import numpy as np
import pandas as pd
import pytest

from explainers.dependence import dependence
from explainers.interactions import friedman_h, shap_interactions
from explainers.permutation import log_loss, permutation_importance, squared_error
from explainers.sampling import cluster_bootstrap, relative_error, some_rows, standard_error, stretches
from explainers.surrogate_tree import follows, surrogate_tree

NAMES = ("a", "b", "c", "d")


@pytest.fixture(scope="module")
def x() -> np.ndarray:
    return np.random.default_rng(7).normal(size=(1500, 4))


@pytest.fixture(scope="module")
def twins() -> np.ndarray:
    """Two columns that correlate by 0.95."""
    rng = np.random.default_rng(3)
    first = rng.normal(size=4000)
    return np.stack([first, 0.95 * first + np.sqrt(1 - 0.95**2) * rng.normal(size=4000)], axis=1)


def additive(x: np.ndarray) -> np.ndarray:
    return 1.0 * x[:, 0] + 3.0 * x[:, 1] + 2.0 * x[:, 2]


def each(names=NAMES) -> dict[str, list[int]]:
    return {name: [i] for i, name in enumerate(names)}


# ---------------------------------------------------------------------------------------------- permutation importance


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


# ------------------------------------------------------------------------------------------------- PDP, ICE and ALE


def slope(grid: np.ndarray, curve: np.ndarray) -> float:
    return float(np.polyfit(grid, curve, 1)[0])


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
    monkeypatch.setattr("explainers.dependence.BATCH", 4000)
    assert (dependence(additive, x, 2).pdp == whole.pdp).all()


# ------------------------------------------------------------------------------------------------------ interactions


@pytest.fixture(scope="module")
def boosters(x):
    import xgboost as xgb

    def fit(y):
        settings = {"max_depth": 4, "eta": 0.15, "nthread": 1, "seed": 0}
        return xgb.train(settings, xgb.DMatrix(x.astype(np.float32), y), num_boost_round=60)

    return fit(x[:, 0] * x[:, 1] + x[:, 2]), fit(np.sign(x[:, 0]) + np.sign(x[:, 2]))


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


# ---------------------------------------------------------------------------------------------------- surrogate tree


def planted(x: np.ndarray) -> np.ndarray:
    return np.where((x[:, 0] > 1) & (x[:, 1] <= 0), 0.9, 0.1)


def test_surrogate_tree_finds_the_planted_rule():
    x = np.random.default_rng(0).normal(size=(6000, 4))
    found = surrogate_tree(x, planted(x), NAMES, threshold=0.5, decimals={"a": 1, "b": 1})
    first = found.rules[0]
    assert [(name, sign) for name, sign, _ in sorted(first.conditions)] == [("a", ">"), ("b", "<=")]
    assert [at for *_, at in sorted(first.conditions)] == pytest.approx([1, 0], abs=0.05)
    assert first.value == pytest.approx(0.9) and first.share == pytest.approx((planted(x) > 0.5).mean(), abs=0.003)
    assert found.r2 > 0.95 and found.agreement > 0.99 and found.recall > 0.95 and found.held_out == 1800
    assert [rule.value for rule in found.rules] == sorted((rule.value for rule in found.rules), reverse=True)


def test_rules_cover_every_row_once_and_merge_a_feature_into_an_interval(x):
    band = np.where((x[:, 0] > -0.5) & (x[:, 0] <= 0.5), 1.0, 0.0) + 0.1 * x[:, 1]
    found = surrogate_tree(x, band, NAMES, depth=4, leaves=8, decimals=dict.fromkeys(NAMES, 2))
    masks = np.stack([follows(rule, x, NAMES) for rule in found.rules])
    assert (masks.sum(axis=0) == 1).all() and len(found.rules) <= 8
    for rule, mask in zip(found.rules, masks, strict=True):
        assert mask.sum() == rule.rows and band[mask].mean() == pytest.approx(rule.value)
        assert len({(name, sign) for name, sign, _ in rule.conditions}) == len(rule.conditions)
    assert [sign for name, sign, _ in found.rules[0].conditions if name == "a"] == [">", "<="]
    assert sum(rule.share for rule in found.rules) == pytest.approx(1)


def test_a_threshold_is_rounded_only_as_far_as_no_row_changes_side():
    wide = np.repeat([[0.0], [2.28]], 50, axis=0)
    narrow = np.repeat([[1.11], [1.17]], 50, axis=0)
    output = np.repeat([0.0, 1.0], 50)
    assert surrogate_tree(wide, output, ["a"], decimals={"a": 0}).rules[0].conditions == (("a", ">", 1.0),)
    assert surrogate_tree(narrow, output, ["a"], decimals={"a": 0}).rules[0].conditions == (("a", ">", 1.14),)
    recorded = np.repeat([[40.1], [40.2]], 50, axis=0)
    assert surrogate_tree(recorded, output, ["a"], decimals={"a": 1}).rules[0].conditions == (("a", ">", 40.1),)
    assert str(surrogate_tree(wide - 1.2, output, ["a"], decimals={"a": 0}).rules[0].conditions[0][2]) == "0.0"
    assert surrogate_tree(wide, output, ["a"]).rules[0].conditions[0][2] == pytest.approx(1.14, abs=1e-6)


def test_rules_say_where_missing_values_go(x):
    holes = x.copy()
    holes[::5, 0] = np.nan
    output = np.where(np.isnan(holes[:, 0]) | (holes[:, 0] > 1), 0.8, 0.1)
    found = surrogate_tree(holes, output, NAMES, threshold=0.5)
    masks = np.stack([follows(rule, holes, NAMES) for rule in found.rules])
    assert (masks.sum(axis=0) == 1).all() and found.agreement == 1
    assert found.rules[0].missing == ("a",) and found.rules[-1].missing == ()


def test_a_rule_can_be_about_a_missing_value_alone(x):
    holes = x.copy()
    holes[::5, 0] = np.nan
    output = np.where(np.isnan(holes[:, 0]), 0.8, 0.1)
    found = surrogate_tree(holes, output, NAMES, threshold=0.5, decimals={"a": 1})
    assert [(rule.conditions, rule.missing, rule.rows) for rule in found.rules] == [
        ((("a", ">", np.inf),), ("a",), 300),
        ((("a", "<=", np.inf),), (), 1200),
    ]
    assert follows(found.rules[0], holes, NAMES).tolist() == np.isnan(holes[:, 0]).tolist()
    assert follows(found.rules[1], holes, NAMES).tolist() == (~np.isnan(holes[:, 0])).tolist()


def test_a_tree_does_not_pretend_to_know_noise_and_copies_are_held_out_together(x):
    noise = np.random.default_rng(2).normal(size=100)
    copies, runs = np.repeat(x[:100], 10, axis=0), np.repeat(np.arange(100), 10)
    fair = surrogate_tree(copies, np.repeat(noise, 10), NAMES, depth=4, clusters=runs)
    fooled = surrogate_tree(copies, np.repeat(noise, 10), NAMES, depth=4)
    assert fair.r2 < 0.1 < fooled.r2
    assert surrogate_tree(copies, np.repeat(noise, 10), NAMES, depth=4, clusters=runs) == fair


# ---------------------------------------------------------------------------------------------------------- sampling


def test_resampling_clusters_of_ten_copies_is_wider_by_the_root_of_ten():
    rng = np.random.default_rng(11)
    values, codes = np.repeat(rng.normal(1, 1, size=(200, 3)), 10, axis=0), np.repeat(rng.permutation(200), 10)
    shuffled = rng.permutation(2000)
    values, codes = values[shuffled], codes[shuffled]
    low, high = cluster_bootstrap(values, codes, resamples=2000)
    naive_low, naive_high = cluster_bootstrap(values, np.arange(2000), resamples=2000)
    assert (high - low) / (naive_high - naive_low) == pytest.approx(np.full(3, np.sqrt(10)), rel=0.1)
    assert (low < values.mean(axis=0)).all() and (values.mean(axis=0) < high).all()
    error, naive = standard_error(values, codes), standard_error(values, np.arange(2000))
    assert naive == pytest.approx(values.std(axis=0, ddof=1) / np.sqrt(2000))
    assert (high - low) / 2 / 1.96 == pytest.approx(error, rel=0.1)
    assert relative_error(-values, codes) == pytest.approx(standard_error(np.abs(values), codes) / np.abs(values).mean(axis=0))


def test_the_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(5)
    hits = 0
    for seed in range(200):
        sizes = rng.integers(1, 12, size=60)
        codes = np.repeat(np.arange(60), sizes)
        low, high = cluster_bootstrap(rng.normal(size=60)[codes, None] + 0.1 * rng.normal(size=(len(codes), 1)), codes, 200, seed)
        hits += low[0] <= 0 <= high[0]
    assert 0.88 <= hits / 200 <= 0.99


def test_clusters_are_drawn_in_steps_and_by_seed(monkeypatch):
    values, codes = np.random.default_rng(0).normal(size=(300, 2)), np.arange(300) // 3
    whole = cluster_bootstrap(values, codes, seed=1)
    monkeypatch.setattr("explainers.sampling.WEIGHTS", 1000)
    assert np.array_equal(whole, cluster_bootstrap(values, codes, seed=1))
    assert not np.array_equal(whole, cluster_bootstrap(values, codes, seed=2))
    with pytest.raises(ValueError, match="300 rows"):
        cluster_bootstrap(values, codes[:10])


def test_readings_of_one_machine_in_the_same_minutes_are_one_stretch_whatever_the_time_is_kept_in():
    time = pd.to_datetime(["2026-03-02 12:00:01", "2026-03-02 12:09:59", "2026-03-02 12:10:00", "2026-03-02 12:00:01"], utc=True)
    asset = pd.Series(["M-01", "M-01", "M-01", "M-02"])
    for unit in ("us", "ns", "s"):
        codes = stretches(asset, pd.Series(time.as_unit(unit)))
        assert codes[0] == codes[1] and len(set(codes.tolist())) == 3


# --------------------------------------------------------------------------------------------------------- bad input


def kind(rows: np.ndarray) -> np.ndarray:
    """A model that takes missing values."""
    return np.nan_to_num(rows[:, 0]) + 2 * np.nan_to_num(rows[:, 1])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("n", [0, 1])
def test_one_row_or_none_says_that_nothing_is_known(n, x, boosters):
    few = x[:n]
    shuffled = permutation_importance(kind, few, kind(few), each(), squared_error)
    assert shuffled.rows == n and shuffled.names == NAMES and np.isnan(shuffled.mean).all()
    curve = dependence(kind, few, 1)
    assert curve.rows == n and len(curve.grid) == n and curve.ale is None and np.isnan(curve.pdp_error).all()
    assert curve.ice.shape == (n, n)
    pairs = friedman_h(kind, few, [(0, 1)], NAMES)
    assert pairs.rows == n and np.isnan(pairs.pairs[0][2])
    assert shap_interactions(boosters[0], few, NAMES).rows == n
    tree = surrogate_tree(few, kind(few), NAMES, threshold=0.5)
    assert len(tree.rules) == n and tree.r2 is tree.agreement is tree.recall is None
    assert np.isnan(cluster_bootstrap(few, np.zeros(n, int))).all() and np.isnan(standard_error(few, np.zeros(n, int))).all()


@pytest.mark.filterwarnings("error")
def test_two_rows_are_enough_to_answer(x):
    assert surrogate_tree(x[:2], kind(x[:2]), NAMES, threshold=0.0).rows == 2
    assert dependence(kind, x[:2], 1).ale is not None
    assert np.isfinite(friedman_h(kind, x[:2], [(0, 1)], NAMES).pairs[0][2])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("filling", [4.0, np.nan], ids=["constant", "all missing"])
def test_a_column_that_says_nothing_gets_nothing(filling, x, boosters):
    flat = x.copy()
    flat[:, 1] = filling
    shuffled = permutation_importance(kind, flat, kind(flat), each(), squared_error)
    assert dict(zip(shuffled.names, shuffled.mean, strict=True))["b"] == 0 and shuffled.names[0] == "a"
    curve = dependence(kind, flat, 1)
    assert curve.ale is None and curve.grid.tolist() == ([4.0] if filling == 4 else [])
    assert curve.rows == (len(x) if filling == 4 else 0)
    assert friedman_h(kind, flat, [(0, 1)], NAMES).pairs[0][2] == pytest.approx(0, abs=1e-9)
    assert np.isfinite(shap_interactions(boosters[0], flat, NAMES, most=50).matrix).all()
    tree = surrogate_tree(flat, kind(flat), NAMES)
    assert tree.r2 > 0.9 and {name for rule in tree.rules for name, *_ in rule.conditions} == {"a"}
    low, high = cluster_bootstrap(flat, np.arange(len(flat)))
    assert np.isfinite(low[[0, 2, 3]]).all()
    assert (
        (low[1] == high[1] == 4) if filling == 4 else np.isnan([low[1], high[1], relative_error(flat, flat[:, 0] > 0)[1]]).all()
    )


@pytest.mark.filterwarnings("error")
def test_missing_values_and_infinities_are_left_out_and_counted(x):
    holes = x.copy()
    holes[:100, 1], holes[100:110, 1], holes[200:250, 0] = np.nan, np.inf, np.nan

    def strict(rows):
        return rows[:, 0] + 2 * rows[:, 1]

    with np.errstate(all="ignore"):
        curve = dependence(strict, holes, 1)
        shuffled = permutation_importance(strict, holes, additive(x), each(), squared_error)
        pairs = friedman_h(strict, holes, [(0, 1)], NAMES)
    assert curve.rows == 1500 - 110 - 50 and slope(curve.grid, curve.pdp) == pytest.approx(2) and np.isfinite(curve.ale).all()
    assert shuffled.rows == 1500 - 110 - 50 and np.isfinite(shuffled.mean).all()
    assert pairs.pairs[0][2] < 1e-9 and pairs.rows == 60
    told = additive(x)
    told[:5] = np.nan
    assert permutation_importance(kind, x, told, each(), squared_error).rows == 1495
    tree = surrogate_tree(holes, np.where(np.isnan(told), np.nan, planted(x)), NAMES)
    assert tree.rows == 1495 and sum(rule.rows for rule in tree.rules) == 1495
    values = np.array([[1.0], [np.nan], [3.0], [np.inf]])
    assert cluster_bootstrap(values, np.arange(4), 500)[1][0] == 3 and standard_error(values, np.arange(4))[0] == pytest.approx(1)


def test_a_model_that_always_says_the_same_has_no_fidelity_to_measure(x):
    tree = surrogate_tree(x, np.full(len(x), 0.2), NAMES, threshold=0.5)
    assert len(tree.rules) == 1 and tree.rules[0].conditions == () and tree.r2 is None
    assert tree.agreement == 1 and tree.recall is None
    assert friedman_h(lambda rows: np.full(len(rows), 0.2), x, [(0, 1)], NAMES).pairs[0][2] == 0

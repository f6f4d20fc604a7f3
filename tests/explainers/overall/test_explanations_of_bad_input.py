"""General explanations of too few rows, of columns that say nothing and of missing values."""

import numpy as np
import pytest

from explainers.overall.dependence import dependence
from explainers.overall.interactions import friedman_h, shap_interactions
from explainers.overall.permutation import permutation_importance, squared_error
from explainers.overall.sampling import cluster_bootstrap, relative_error, standard_error
from explainers.overall.surrogate_tree import surrogate_tree
from tests.known_functions import NAMES, additive, each, planted, slope


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

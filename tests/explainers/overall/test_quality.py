"""The quality of explanations: each measure against a case whose answer is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from explainers import quality

WEIGHTS = np.array([5.0, -3.0, 2.0, 0.1, 0.0, 0.0])
RNG = np.random.default_rng(0)
BACKGROUND, X = RNG.normal(size=(300, 6)), RNG.normal(size=(80, 6))
TRUE = (X - BACKGROUND.mean(axis=0)) * WEIGHTS
WRONG = TRUE[:, ::-1]


def linear(x):
    return x @ WEIGHTS


def test_shares_that_add_up_have_no_gap_and_others_have_theirs():
    base = np.full(len(X), linear(BACKGROUND).mean())
    assert quality.completeness(base, TRUE, linear(X)).max() < 1e-9
    assert quality.completeness(base + 0.5, TRUE, linear(X)) == pytest.approx(0.5)


def test_what_is_named_moves_the_prediction_and_the_rest_does_not():
    pgi, pgu = quality.prediction_gap(linear, X, TRUE, BACKGROUND)
    other_pgi, other_pgu = quality.prediction_gap(linear, X, WRONG, BACKGROUND)
    assert pgi.mean() > 5 * pgu.mean() and pgi.mean() > other_pgi.mean() and pgu.mean() < other_pgu.mean()
    everything, nothing = quality.prediction_gap(linear, X, TRUE, BACKGROUND, k=6)
    assert nothing.max() < 1e-12 < everything.min()


def test_true_shares_are_faithful_and_wrong_ones_are_not():
    right, wrong = (np.nanmean(quality.faithfulness(linear, X, phi, BACKGROUND)) for phi in (TRUE, WRONG))
    assert right > 0.5 and wrong < 0.25
    constant = quality.faithfulness(lambda x: np.ones(len(x)), X, TRUE, BACKGROUND)
    assert np.isnan(constant).all()


def test_the_same_reasons_next_to_it_do_not_vary_and_opposite_ones_do():
    near = np.repeat(TRUE[:, None, :], 4, axis=1)
    assert quality.local_variability(TRUE, near).max() < 1e-9
    assert quality.local_variability(TRUE, -near).min() == pytest.approx(2)


def test_relative_stability_is_the_ratio_of_relative_changes():
    x, phi = np.full((1, 2), 10.0), np.full((1, 2), 2.0)
    near, near_phi = x[:, None, :] * 1.1, phi[:, None, :] * 1.3
    assert quality.input_stability(x, phi, near, near_phi) == pytest.approx([3.0])


def test_one_reason_is_sparse_and_many_alike_are_not():
    assert quality.sparsity(np.eye(6))[0] == 0 and quality.sparsity(np.ones((1, 6)))[0] == pytest.approx(1)
    assert np.isnan(quality.sparsity(np.zeros((1, 6)))[0])


def test_seeds_that_agree_overlap_wholly():
    same = np.repeat(TRUE[:, None, :], 3, axis=1)
    assert (quality.seed_stability(same) == 1).all()
    apart = np.stack([np.r_[np.ones(3), np.zeros(3)], np.r_[np.zeros(3), np.ones(3)]])[None]
    assert quality.seed_stability(apart)[0] == 0
    assert np.isnan(quality.seed_stability(same[:, :1])).all()


@given(hnp.arrays(float, (4, 5), elements=st.floats(-1e3, 1e3)))
def test_bounds(phi):
    found = quality.sparsity(phi)
    assert ((found[np.isfinite(found)] >= 0) & (found[np.isfinite(found)] <= 1)).all()
    jaccard = quality.seed_stability(np.stack([phi, phi[:, ::-1]], axis=1))
    assert ((jaccard >= 0) & (jaccard <= 1)).all()


def test_the_badge_is_given_to_the_worst_twentieth_in_the_right_direction():
    kept = quality.summary({"faithfulness": np.linspace(0, 1, 101), "pgu": np.linspace(0, 1, 101), "pgi": np.linspace(0, 1, 20)})
    assert kept["faithfulness"]["p5"] == pytest.approx(0.05) and kept["faithfulness"]["rows"] == 101
    assert quality.unsure({"faithfulness": 0.04, "pgu": 0.04, "pgi": -1.0}, kept) == ("faithfulness",)
    assert quality.unsure({"faithfulness": 0.5, "pgu": 0.99}, kept) == ("pgu",)
    assert quality.unsure({"faithfulness": np.nan, "sparsity": 1.0}, kept) == ()


def test_a_measure_that_nobody_has_is_kept_as_not_known():
    assert quality.summary({"pgi": np.array([np.nan])})["pgi"] == {
        "p5": None, "p25": None, "p50": None, "p75": None, "p95": None, "mean": None, "rows": 0
    }  # fmt: skip


def test_one_row_and_five_hundred_features():
    x, background = np.random.default_rng(1).normal(size=(1, 500)), np.random.default_rng(2).normal(size=(40, 500))
    phi = x * 0.01
    for found in (*quality.prediction_gap(lambda r: r.sum(axis=1), x, phi, background), quality.sparsity(phi)):
        assert np.isfinite(found).all()

"""Is it new: what was seen is known, what lies apart is not, and what is beyond the data is named."""

import math

import numpy as np
import pytest

from explainers.certainty.novelty import Novelty, learned, limit_of

FEATURES = ("a", "b", "c")


def rows(n, seed):
    rng = np.random.default_rng(seed)
    a = rng.normal(50, 5, n)
    return np.stack([a, 200 - 2 * a + rng.normal(0, 1, n), rng.integers(0, 3, n)], axis=1).astype(np.float32)


@pytest.fixture(scope="module")
def known():
    return learned(FEATURES, rows(8000, 1), rows(2000, 2), seed=3)


def test_other_rows_of_the_same_process_are_not_new(known):
    assert (known.of(rows(20_000, 4)) > 1).mean() < 0.001


def test_the_limit_is_what_a_stated_share_goes_beyond_counted_or_reckoned_from_the_tail():
    """Gaussian, exponential and heavy tails of which the truth is known; means over 40 draws, since one limit from few rows is a draw itself."""
    for tail, beyond in (
        (lambda rng, n: np.abs(rng.normal(size=n)), lambda x: math.erfc(x / math.sqrt(2))),
        (lambda rng, n: rng.exponential(size=n), lambda x: math.exp(-x)),
        (lambda rng, n: rng.pareto(6, n), lambda x: (1 + x) ** -6),
    ):
        for share in (1e-2, 1e-4):  # 30 of 3,000 are counted; 0.3 of them are reckoned
            limits = [limit_of(tail(np.random.default_rng(seed), 3000), share) for seed in range(40)]
            assert 0.3 < beyond(float(np.median(limits))) / share < 4  # the shape of the tail is believed by more than half


def test_what_weighs_more_counts_as_often_as_it_stands_for():
    rng = np.random.default_rng(3)
    distance, copies = rng.exponential(size=3000), rng.integers(1, 5, 3000)
    for share in (0.01, 1e-4):
        weighed, copied = limit_of(distance, share, copies.astype(float)), limit_of(np.repeat(distance, copies), share)
        assert weighed == pytest.approx(copied, rel=0.02)


def test_fewer_false_alarms_are_later_ones():
    limits = [learned(FEATURES, rows(8000, 1), rows(2000, 2), seed=3, share=share).limit for share in (1e-2, 1e-3, 1e-5, 1e-7)]
    assert limits == sorted(limits) and limits[0] < limits[-1]
    few = learned(FEATURES, rows(300, 1), rows(100, 2), seed=3)
    assert few.limit == pytest.approx(1.5 * float((few.of(rows(100, 2)) * few.limit).max()), rel=1e-5)


def test_both_errors_are_told_with_what_they_are_of():
    from data.usecase.file import load
    from models.judging.unknown import readings_until, unknown_figures
    from models.training.training_set import training_set

    milling = load("milling")
    told = training_set(milling, None, history_rows=6000)
    held = np.flatnonzero(told.held_out)
    known = learned(milling.features, told.x[~told.held_out][::2], told.x[~told.held_out][1::2], 0, milling.called_new)
    found = unknown_figures(milling, known, told, held)
    assert found["readings"] == len(held) and found["asset_days"] == pytest.approx(len(held) / 86_400)
    assert found["false"] == (known.of(told.x[held]) > 1).sum() and found["high"] > found["per_day"] >= 0
    assert found["high"] >= 3.6 / found["asset_days"]  # none of them seen: at most 3.7 at 95 %
    seen = [one["half"] for one in found["seen"]]
    assert seen == sorted(seen) and seen[-1] > 0.9 and all(one["hardest"] <= one["half"] for one in found["seen"])
    assert readings_until(0.9) == 1 and readings_until(0.5) == 4 and readings_until(0) == float("inf")


def test_a_value_beyond_all_data_is_new_and_named_with_where_the_data_ends(known):
    row = np.array([95, 10, 1], np.float32)
    assert known.of(row[None])[0] > 1
    found = known.outside(row)
    assert [one.feature for one in found] == ["a", "b"] or [one.feature for one in found] == ["b", "a"]
    by_name = {one.feature: one for one in found}
    assert by_name["a"].high < 80 < by_name["a"].value


def test_a_combination_that_never_occurred_is_new_although_no_single_value_is(known):
    row = np.array([62, 120, 1], np.float32)  # both values occur, but never together: b falls when a grows
    assert known.of(row[None])[0] > 1 and known.outside(row) == ()


def test_a_missing_value_is_not_new_by_itself(known):
    row = rows(1, 9)
    row[0, 2] = np.nan
    assert np.isfinite(known.of(row)).all() and known.of(row)[0] <= 1 and known.outside(row[0]) == ()


def test_it_is_kept_and_read_again(known, tmp_path):
    known.save(tmp_path / "novelty.npz")
    again = Novelty.load(tmp_path / "novelty.npz")
    asked = rows(100, 5)
    assert again.features == FEATURES and (again.of(asked) == known.of(asked)).all()


def test_many_rows_at_once_are_what_single_rows_are(known):
    asked = rows(2500, 6)
    assert np.allclose(
        known.of(asked)[[0, 1200, 2499]], np.concatenate([known.of(asked[i : i + 1]) for i in (0, 1200, 2499)]), atol=1e-3
    )


@pytest.mark.parametrize("n", [1, 3])
def test_from_hardly_any_rows_and_from_constant_ones(n):
    few = np.full((n, 3), 7.0, np.float32)
    known = learned(FEATURES, few, few[:0], seed=0)
    assert known.of(few)[0] <= 1 and known.of(few + 1)[0] > 1


def test_columns_of_which_nothing_is_known_say_nothing():
    blind = rows(500, 1)
    blind[:, 1] = np.nan
    known = learned(FEATURES, blind[:400], blind[400:], seed=0)
    assert np.isfinite(known.of(rows(50, 2))).all()

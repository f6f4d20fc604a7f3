"""Is it new: what was seen is known, what lies apart is not, and what is beyond the data is named."""

import numpy as np
import pytest

from explainers.novelty import Novelty, learned

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

"""What changed since a machine was fine: which signals, from what to what, since when; and when nothing can be said."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.readings.resets import resets
from models.release.since_fine import STRETCH, since_fine

BANDS = ((30.0, 50.0), (0.0, 200.0), None, None)
CODED = np.array([False, False, False, True])


def record(n=300, episode=200):
    """Torque, wear, a signal without a band, a product; from ``episode`` on the machine is not fine. Nothing has moved yet."""
    rng = np.random.default_rng(0)
    values = np.stack([40 + rng.normal(0, 1, n), np.full(n, 50.0), 10 + rng.normal(0, 0.1, n), np.zeros(n)], axis=1)
    return values, np.arange(n) < episode


def test_what_moved_is_told_in_its_unit_with_the_row_since_which_it_stayed():
    values, fine = record()
    values[195:, 0] = 66.0  # before anything was advised
    found = since_fine(values, fine, 299, BANDS, CODED)
    (one,) = found.moved
    assert (one.feature, one.now, one.since) == (0, 66.0, 195)
    assert one.before == pytest.approx(40, abs=0.5) and one.widths == pytest.approx(1.3, abs=0.03)
    assert (found.first, found.last, found.episode) == (0, 199, 200)


def test_what_is_outside_its_band_comes_first_then_what_is_farthest():
    values, fine = record()
    values[200:, 0], values[200:, 1], values[200:, 2], values[200:, 3] = 51.0, 190.0, 20.0, 2
    found = since_fine(values, fine, 299, BANDS, CODED)
    assert [one.feature for one in found.moved] == [0, 2, 1, 3]
    assert (found.moved[3].before, found.moved[3].now) == (0.0, 2.0)


def test_no_more_is_told_than_asked_for():
    values, fine = record()
    values[200:] += 1000
    assert len(since_fine(values, fine, 299, BANDS, CODED, most=2).moved) == 2


def test_what_came_up_while_it_was_fine_is_no_change():
    values, fine = record()
    values[:200:4, 0] = 66.0
    values[200:, 0] = 66.0
    assert since_fine(values, fine, 299, BANDS, CODED).moved == ()


def test_a_reading_that_is_fine_or_has_nothing_before_it_is_not_compared():
    values, fine = record()
    assert since_fine(values, fine, 150, BANDS) is None
    assert since_fine(values, np.zeros(300, bool), 299, BANDS) is None
    assert since_fine(values, np.arange(300) < 4, 299, BANDS) is None


def test_only_what_came_after_an_older_spell_of_advice_counts():
    values, fine = record(3000, 3000)
    fine[500:2000], fine[2400:] = False, False
    values[:500, 0] = 10.0
    values[2400:, 0] = 60.0
    found = since_fine(values, fine, 2999, BANDS, CODED)
    assert found.first == 2000 and found.last == 2399 and found.moved[0].before == pytest.approx(40, abs=0.5)


def test_what_was_not_read_is_not_told():
    values, fine = record()
    values[200:, 0] = np.nan
    values[:200, 2], values[200:, 2] = np.nan, 99.0
    values[:, 3] = np.nan
    assert since_fine(values, fine, 299, BANDS, CODED).moved == ()


@given(st.integers(1, 4 * STRETCH), st.integers(0, 2**32 - 1))
def test_whatever_the_record_the_change_began_in_it_and_before_the_reading(n, seed):
    rng = np.random.default_rng(seed)
    values = np.where(rng.random((n, 4)) < 0.1, np.nan, rng.normal(0, 100, (n, 4)))
    values[:, 3] = np.round(np.abs(values[:, 3]) / 50)
    found = since_fine(values, rng.random(n) < 0.5, n - 1, BANDS, CODED)
    for one in found.moved if found else ():
        assert found.first <= one.since <= n - 1 and one.now == values[n - 1, one.feature]


def test_a_counter_starts_over_where_it_falls_back():
    wear = np.concatenate((np.arange(0, 205), np.arange(0, 120), np.arange(3, 60))).astype(float)
    assert resets(wear).tolist() == [205, 325]
    wear[204] = np.nan
    assert resets(wear).tolist() == [205, 325]


@pytest.mark.parametrize(
    "values",
    [np.array([]), np.ones(50), np.full(9, np.nan), np.sin(np.arange(500.0)), 200 - np.arange(200.0), np.arange(200.0)],
    ids=["nothing", "still", "never read", "a wave", "falling", "never reset"],
)
def test_what_is_no_counter_or_never_fell_does_not_start_over(values):
    assert resets(values).tolist() == []

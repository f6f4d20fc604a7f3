"""Intervals of values: their width follows the reading, they respect what the target can be, and they follow the truth that comes in."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from explainers.certainty.adaptive import FEWEST, NEWEST, STEP, adaptive
from explainers.certainty.coverage import Errors, kept
from models.release.lately import followed
from models.training.calibrating import errors_of, held_sure


def values(n, seed, bias=0.0, more=1.0):
    """Predicted values, and truths that lie the farther off the larger they are."""
    rng = np.random.default_rng(seed)
    predicted = rng.uniform(10, 100, n)
    return predicted, predicted + bias + more * 0.1 * predicted * rng.normal(size=n)


def test_the_width_follows_the_reading_and_the_promise_is_kept_of_small_and_large_values():
    fitted, even = errors_of(*values(2000, 1)), errors_of(np.zeros(2000), np.diff(values(2000, 1), axis=0)[0])
    predicted, truth = values(20_000, 2)
    for coverage in (0.8, 0.9, 0.95, 0.99):
        low, high = fitted.interval(predicted, coverage)
        held = (truth >= low) & (truth <= high)
        assert held.mean() == pytest.approx(coverage, abs=0.015)
        for part in (predicted < 30, predicted > 80):
            assert held[part].mean() == pytest.approx(coverage, abs=0.04)
    low, high = fitted.interval(np.array([15.0, 90.0]), 0.9)
    assert (high - low)[1] > 3 * (high - low)[0]
    low, high = even.interval(predicted, 0.9)  # one width for all keeps it on the whole only
    assert ((truth >= low) & (truth <= high))[predicted > 80].mean() < 0.85


def test_over_many_calibrations_the_mean_is_what_is_promised():
    for rows in (150, 400):
        found = []
        for seed in range(60):
            fitted, (predicted, truth) = errors_of(*values(rows, seed)), values(3000, 500 + seed)
            low, high = fitted.interval(predicted, 0.9)
            found.append(((truth >= low) & (truth <= high)).mean())
        assert np.mean(found) == pytest.approx(0.9, abs=0.01)


def test_no_interval_reaches_beyond_what_the_target_can_be():
    predicted, truth = values(1000, 3)
    fitted = errors_of(predicted, truth, limits=(0.0, 100.0))
    low, high = fitted.interval(np.array([10.0, 99.0]), 0.99)
    assert low[0] >= 0 and high[1] == 100
    found, *_ = adaptive(fitted, predicted[:300], truth[:300] + 60, 0.9)
    low, high = found.interval(np.array([99.0, 10.0]))
    assert high[0] == 100 and high[1] > 60


def test_it_is_kept_and_read_again_and_one_of_before_has_one_width():
    fitted = errors_of(*values(1000, 4), limits=(0.0, None))
    again, asked = kept(json.loads(json.dumps(fitted.as_json()))), np.array([12.0, 50.0, 95.0])
    assert np.allclose(again.interval(asked, 0.9), fitted.interval(asked, 0.9), rtol=1e-5) and again.rows == 1000
    assert np.allclose(again.beyond(asked, (None, 60)), fitted.beyond(asked, (None, 60)), atol=1e-4)
    old = kept({"errors": [-2.0, -1.0, 0.0, 1.0, 2.0]})
    low, high = old.interval(asked, 0.5)
    assert np.allclose(high - low, high[0] - low[0])


def oracle(fitted, predicted, truth, coverage, known):
    """The same by the definition, one at a time, everything reckoned anew for each."""
    scale = fitted.scale.of(predicted)
    start = (
        fitted.sorted
        if len(fitted.sorted) <= NEWEST
        else fitted.sorted[((np.arange(NEWEST) + 0.5) * len(fitted.sorted) / NEWEST).astype(int)]
    )
    pool0 = np.random.default_rng(0).permutation(start).tolist()
    ends, outside = [None] * len(truth), [None] * len(truth)

    def at(count):
        miss = 1 - coverage
        for j in range(count):
            miss += STEP * ((1 - coverage) - outside[j])
        pool = np.sort((pool0 + [(truth[j] - predicted[j]) / scale[j] for j in range(count)])[-NEWEST:])
        n, rank = len(pool), (len(pool) + 1) * min(miss, 1) / 2
        if rank < 1:
            middle, half = (pool[0] + pool[-1]) / 2, (pool[-1] - pool[0]) / 2
            return middle - half * (2 - rank), middle + half * (2 - rank)
        places = np.arange(1, n + 1)
        return np.interp(rank, places, pool), np.interp(n + 1 - rank, places, pool)

    for i in range(len(truth)):
        ends[i] = at(known[i])
        outside[i] = not ends[i][0] <= (truth[i] - predicted[i]) / scale[i] <= ends[i][1]
    return np.array([(predicted[i] + scale[i] * ends[i][0], predicted[i] + scale[i] * ends[i][1]) for i in range(len(truth))]).T


@pytest.mark.parametrize("late", [0, 7])
def test_what_was_told_is_what_the_definition_says(late):
    fitted = errors_of(*values(500, 5))
    predicted, truth = values(330, 6, bias=8.0)
    known = np.maximum(np.arange(330) - late, 0)
    _, low, high = adaptive(fitted, predicted, truth, 0.9, known)
    assert np.allclose([low, high], oracle(fitted, predicted, truth, 0.9, known))


@pytest.mark.parametrize("drift", [0.0, 30.0])
def test_the_promise_goes_on_being_kept_while_the_plant_drifts(drift):
    fitted = errors_of(*values(1000, 7))
    predicted, truth = values(6000, 8)
    truth = truth + drift * np.linspace(0, 1, 6000)
    found, low, high = adaptive(fitted, predicted, truth, 0.9)
    held = (truth >= low) & (truth <= high)
    assert held.mean() == pytest.approx(0.9, abs=0.01) and held.reshape(12, -1).mean(axis=1).min() > 0.82
    was_low, was_high = fitted.interval(predicted, 0.9)
    assert (((truth >= was_low) & (truth <= was_high))[-1000:].mean() < 0.5) == bool(drift)
    told = found.told(50.0)
    assert told.rows == 6000 and told.newest == NEWEST and told.held == held[-NEWEST:].mean() and told.width > 0


def test_hardly_any_truth_changes_nothing():
    fitted = errors_of(*values(1000, 9))
    assert adaptive(fitted, *values(FEWEST - 1, 10), 0.9)[0] is None and adaptive(fitted, *values(0, 1), 0.9)[0] is None
    assert adaptive(Errors(np.zeros(0)), *values(50, 10), 0.9)[0] is None


def test_the_truth_of_a_reading_is_never_in_its_own_interval():
    """Values come in a day late: what was told is what was known when it was told, whenever that is asked."""
    fitted = errors_of(*values(1000, 11))
    predicted, truth = values(400, 12, bias=20.0)
    made = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=i) for i in range(400)]
    told = pd.DataFrame(
        {"predicted": predicted, "outcome": truth, "time": made, "arrived": [t + timedelta(hours=24) for t in made]}
    )
    _, low, high = followed(fitted, told, 0.9)
    was_low, was_high = fitted.interval(predicted[:24], 0.9)
    assert np.allclose(high[:24] - low[:24], was_high - was_low, rtol=0.15)  # the same errors, of which 200 are kept
    for at in (100, 399):
        before, *_ = followed(fitted, told[told["arrived"] < made[at]], 0.9)
        assert np.allclose(np.array(before.interval(predicted[at : at + 1]))[:, 0], [low[at], high[at]])


def test_what_is_judged_says_how_wide_and_what_chance_allows():
    from data.usecase.file import load

    found = held_sure(load("tep_soft_sensor"), errors_of(*values(1000, 13)), *values(500, 14), 0.9)
    assert found["range"][0] < 0.9 < found["range"][1] and found["range"][0] <= found["held"] <= found["range"][1]
    assert found["widths"][0] < found["width"] < found["widths"][1]

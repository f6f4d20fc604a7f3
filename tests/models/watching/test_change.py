"""An honest "the plant has changed": silent while the promise is kept, aloud when it is broken, never on a handful of readings."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from data.usecase.file import load
from explainers.certainty.coverage import ClassSets, Errors
from models.training.calibrating import held_sure
from models.watching.change import of_confirmed
from tests.plants import plant


@pytest.fixture(scope="module")
def kiln(tmp_path_factory):
    home = tmp_path_factory.mktemp("kiln")
    return load(plant(home, "regression"), home)


def told(n, drift=0.0, seed=0):
    rng = np.random.default_rng(seed)
    predicted = rng.uniform(0, 2, n)
    outcome = predicted + rng.normal(0, 1, n) + drift
    return pd.DataFrame(
        {
            "predicted": predicted,
            "outcome": outcome,
            "score": 0.1,
            "bad": 0.0,
            "novelty": 0.5,
            "time": pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(np.arange(n), unit="s"),
            "release": 1,
            "asset": "K-1",
        }
    )


def release():
    return SimpleNamespace(sure=Errors(np.sort(np.random.default_rng(1).normal(0, 1, 2000))), record=SimpleNamespace(figures={}))


def test_while_the_promise_is_kept_nothing_is_said(kiln):
    said = [of_confirmed(kiln, release(), told(1000, seed=seed)) for seed in range(30)]
    assert not any(one.changed for one in said) and np.mean([one.shares[0].now for one in said]) == pytest.approx(0.9, abs=0.01)


def test_a_drift_is_told_with_its_size(kiln):
    found = of_confirmed(kiln, release(), told(1000, drift=2.0))
    assert found.changed and found.bias == pytest.approx(2.0, abs=0.2) and found.fallen[0].now < 0.5


def test_few_readings_say_nothing(kiln):
    found = of_confirmed(kiln, release(), told(8, drift=5.0))
    assert found.shares == () and not found.changed
    assert of_confirmed(kiln, release(), told(8).iloc[:0]) is None


def test_errors_that_go_on_are_one_witness(kiln):
    alone = of_confirmed(kiln, release(), told(1000)).shares[0]
    slow = told(1000)
    slow["outcome"] = slow["predicted"] + np.repeat(np.random.default_rng(4).normal(0, 1, 20), 50)  # 20 moods of 50 readings
    assert alone.witnesses > 500 and of_confirmed(kiln, release(), slow).shares[0].witnesses < 120


MILLING = load("milling")
HELD = {"recall": {"value": 0.9, "low": 0.865, "high": 0.935}, "precision": {"value": 0.95, "low": 0.92, "high": 0.98}}
WATCHED = SimpleNamespace(record=SimpleNamespace(figures={"held_out": HELD}))


def line(failures, recall=0.9, precision=0.95, seed=0, each=1):
    """So many failures among thirty times as many products, each ``each`` readings long, with warnings as good as said."""
    rng = np.random.default_rng(seed)
    bad = np.repeat(rng.permutation(np.arange(30 * failures) < failures), each)
    false = (failures * recall * (1 / precision - 1)) / (29 * failures)
    warned = np.repeat(rng.random(30 * failures), each) < np.where(bad, recall, false)
    time = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(np.arange(len(bad)), unit="s")
    score = np.where(warned, 0.9, 0.01)
    return pd.DataFrame(
        {
            "asset": "M-01",
            "time": time,
            "score": score,
            "bad": bad * 1.0,
            "outcome": bad * 1.0,
            "predicted": np.nan,
            "novelty": 0.5,
        }
    )


def test_a_model_that_misses_failures_is_told_though_nearly_every_reading_is_right():
    found = [of_confirmed(MILLING, WATCHED, line(250, recall=0.72, seed=seed)) for seed in range(40)]
    assert np.mean([one.changed and one.fallen[0].what == "recall" for one in found]) >= 0.95
    none = of_confirmed(MILLING, WATCHED, line(250, recall=0.0))
    assert none.changed and none.shares[0].chance < 1e-9 and none.shares[0].now == 0
    false = [of_confirmed(MILLING, WATCHED, line(250, precision=0.8, seed=seed)) for seed in range(40)]
    assert np.mean([one.changed and one.fallen[0].what == "precision" for one in false]) >= 0.95


def test_a_line_that_is_as_it_was_is_hardly_ever_called_changed():
    rng, changed = np.random.default_rng(8), 0
    for seed in range(300):  # each time another true recall and precision, as far from the held-out figure as its interval says
        as_it_is = line(250, *np.clip([rng.normal(0.9, 0.018), rng.normal(0.95, 0.0153)], 0, 1), seed)
        changed += of_confirmed(MILLING, WATCHED, as_it_is).changed
    assert changed <= 8  # 0.5 % of each of two shares: 3 to be expected


def test_what_could_be_noticed_is_told_and_shrinks_with_what_comes_in():
    few, many = (of_confirmed(MILLING, WATCHED, line(n)).shares[0] for n in (40, 400))
    assert few.what == many.what == "recall" and few.detectable > 0.15 > many.detectable > 0.05
    fell = [of_confirmed(MILLING, WATCHED, line(400, recall=0.9 - many.detectable, seed=seed)).changed for seed in range(60)]
    assert 0.65 <= np.mean(fell) <= 0.95  # four in five


def test_a_product_in_several_intervals_counts_once():
    told = line(200)
    told = told.assign(arrived=told["time"])
    more = told[told["bad"] > 0].assign(score=0.01)  # the end of each failure was quiet
    both = pd.concat([told, more, more], ignore_index=True)
    once, thrice = (of_confirmed(MILLING, WATCHED, one).shares[0] for one in (told, both))
    assert (thrice.rows, thrice.now) == (once.rows, once.now) and not of_confirmed(MILLING, WATCHED, both).changed


def test_a_failure_of_many_readings_counts_once():
    once, often = (of_confirmed(MILLING, WATCHED, line(200, each=each)).shares[0] for each in (1, 20))
    assert often.rows == 20 * once.rows and often.witnesses == pytest.approx(200, rel=0.25)


def test_the_interval_of_a_value_and_its_risk_belong_together():
    errors = release().sure
    low, high = errors.interval(np.array([10.0]), 0.9)
    assert high[0] - low[0] == pytest.approx(3.29, abs=0.15)
    assert errors.beyond(np.array([10.0]), (None, high[0]))[0] == pytest.approx(0.05, abs=0.005)
    assert errors.beyond(np.array([10.0]), (low[0], high[0]))[0] == pytest.approx(0.1, abs=0.01)
    never, always = errors.beyond(np.array([0.0, 20.0]), (None, 10.0))  # of n errors none was so large, which is not "never"
    assert never == pytest.approx(0.5 / (len(errors.sorted) + 1)) and always == pytest.approx(1 - never)
    few = Errors(np.array([0.1, 0.2]))
    unpromised = held_sure(MILLING, few, np.zeros(40), np.zeros(40), 0.9)
    assert unpromised["width"] is None and unpromised["widths"] is None and unpromised["held"] == 1.0
    assert few.interval(np.array([1.0]), 0.9)[1][0] == np.inf  # two errors promise nothing


def test_a_class_that_cannot_be_ruled_out_stays():
    sets = ClassSets({0.9: (0.3, 0.97, 1.0)})
    held = sets.of(np.array([[0.9, 0.05, 0.05], [0.2, 0.7, 0.1]]), 0.9)
    assert held.tolist() == [[True, True, True], [False, True, True]]

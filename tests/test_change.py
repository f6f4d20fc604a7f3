"""An honest "the plant has changed": silent while the promise is kept, aloud when it is broken, never on a handful of readings."""

from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from data.usecase_file import load
from explainers.coverage import ClassSets, Errors
from models.change import of_confirmed
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
            "time": datetime.now(UTC),
            "release": 1,
        }
    )


def release():
    return SimpleNamespace(sure=Errors(np.sort(np.random.default_rng(1).normal(0, 1, 2000))), record=None)


def test_while_the_promise_is_kept_nothing_is_said(kiln):
    said = [of_confirmed(kiln, release(), told(1000, seed=seed)) for seed in range(30)]
    assert not any(one.changed for one in said) and np.mean([one.held for one in said]) == pytest.approx(0.9, abs=0.01)


def test_a_drift_is_told_with_its_size(kiln):
    found = of_confirmed(kiln, release(), told(1000, drift=2.0))
    assert found.changed and found.bias == pytest.approx(2.0, abs=0.2) and found.held < 0.5


def test_few_readings_say_nothing(kiln):
    assert of_confirmed(kiln, release(), told(50, drift=5.0)) is None


def test_the_interval_of_a_value_and_its_risk_belong_together():
    errors = release().sure
    low, high = errors.interval(np.array([10.0]), 0.9)
    assert high[0] - low[0] == pytest.approx(3.29, abs=0.15)
    assert errors.beyond(np.array([10.0]), (None, high[0]))[0] == pytest.approx(0.05, abs=0.005)
    assert errors.beyond(np.array([10.0]), (low[0], high[0]))[0] == pytest.approx(0.1, abs=0.01)
    assert errors.beyond(np.array([0.0, 20.0]), (None, 10.0)).tolist() == [0.0, 1.0]
    few = Errors(np.array([0.1, 0.2]))
    assert few.interval(np.array([1.0]), 0.9)[1][0] == np.inf  # two errors promise nothing


def test_a_class_that_cannot_be_ruled_out_stays():
    sets = ClassSets({0.9: (0.3, 0.97, 1.0)})
    held = sets.of(np.array([[0.9, 0.05, 0.05], [0.2, 0.7, 0.1]]), 0.9)
    assert held.tolist() == [[True, True, True], [False, True, True]]

"""The unit in which a value or a signal is given changes nothing but the unit, and gaps in a table keep nothing from being learned or explained."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import r2_score

from data.onboarding.create import create
from data.usecase.file import load
from explainers.local.local_surrogate import LocalSurrogate
from models.judging.evaluation_of_values import values_of
from models.training.train import train, watched_rows
from models.training.training_set import training_set

RNG = np.random.default_rng(1)
X = RNG.normal(size=(900, 3)).round(3)
Y = (X[:, 0] + X[:, 1] ** 2 + RNG.normal(0, 0.1, 900)).round(4)


def learned(home, x, y):
    home.mkdir()
    pd.DataFrame(x, columns=list("abc")).assign(t=y).to_csv(home / "u.csv", index=False)
    create([home / "u.csv"], "t", home, name="u", task="regression")
    use_case = load("u", home)
    made = train(use_case, training_set(use_case, None), lambda *_: True)
    held = made.training_set.held_out
    return made, made.predictor.predicted(made.training_set.x[held]), made.training_set.y[held]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return learned(tmp_path_factory.mktemp("plain") / "home", X, Y)


@pytest.mark.parametrize(("scale", "shift"), [(1e-5, 0.0), (1e7, 0.0), (1.0, 273.15), (50.0, 101_325.0), (-3.0, 2.0)], ids=str)
def test_a_target_in_another_unit_is_learned_alike(scale, shift, plain, tmp_path):
    made, told, _ = plain
    other, said, y = learned(tmp_path / "home", X, scale * Y + shift)
    assert other.rounds == made.rounds
    assert np.abs((said - shift) / scale - told).max() < 0.02 * Y.std()
    assert r2_score(y, said) > 0.9 and (other.errors.sorted.std() / abs(scale)) == pytest.approx(
        made.errors.sorted.std(), rel=0.02
    )


@pytest.mark.parametrize(("scale", "shift"), [(1e-5, 0.0), (1e7, 0.0), (1.0, 273.15)], ids=str)
def test_a_signal_in_another_unit_is_learned_alike(scale, shift, plain, tmp_path):
    made, told, _ = plain
    other, said, _ = learned(tmp_path / "home", X * scale + shift, Y)
    assert np.abs(said - told).max() < 0.1 * Y.std() and abs(other.rounds - made.rounds) <= 3


def test_how_much_is_explained_keeps_its_digits_far_from_zero():
    y = (300 + 1e-3 * RNG.normal(size=500)).astype(np.float64)
    said = (y + 1e-4 * RNG.normal(size=500)).astype(float)
    use_case = SimpleNamespace(task="regression")
    weights = np.ones((1, 500), np.float32)
    assert values_of(use_case, weights, said, y)["r2"][0] == pytest.approx(r2_score(y, said), abs=1e-6)


def test_a_correction_is_learned_from_and_never_says_when_to_stop():
    told = training_set(load("milling"), None, history_rows=3000)
    watched, origin = watched_rows(told), told.table["origin"].to_numpy(object, copy=True)
    origin[watched[:3]] = "correction"
    corrected = replace(told, table=told.table.assign(origin=origin))
    assert not set(watched[:3]) & set(watched_rows(corrected))


def test_the_second_opinion_bears_a_gap_in_every_row():
    rows = RNG.normal(size=(60, 8))
    rows[np.arange(60), np.arange(60) % 8] = np.nan
    second = LocalSurrogate(lambda x: np.nan_to_num(np.asarray(x, float)[:, 0]), tuple("abcdefgh"), rows)
    shares = second.explain(np.zeros(8)).contributions
    assert np.isfinite(shares).all()

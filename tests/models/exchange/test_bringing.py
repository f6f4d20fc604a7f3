"""A model that was trained elsewhere becomes a challenger, or is refused with the reason; nothing that could run code is opened."""

import json
import pickle
import threading

import numpy as np
import pytest
import xgboost

from data.people import DEMO_PEOPLE, NotAllowed
from data.store import open_store
from data.usecase.file import load
from models.exchange.bringing import bring_file
from models.exchange.tables import ExchangeError
from models.lifecycle import registry
from models.lifecycle.registry import champion
from models.release.release import Release
from models.training.training_set import training_set
from tests.plants import plant

DANA = next(one for one in DEMO_PEOPLE if one.id == "dana")
OLGA = next(one for one in DEMO_PEOPLE if one.id == "olga")


@pytest.fixture(scope="module", params=["regression", "multiclass"])
def home(request, tmp_path_factory, judged_on_few):
    folder = tmp_path_factory.mktemp("brought")
    use_case = load(plant(folder, request.param), folder)
    store = open_store(folder / "pullcord.db")
    store.readings.prepare(use_case)
    yield folder, store, use_case
    store.close()


def model(use_case, names=True, rounds=12, **params):
    told = training_set(use_case, None)
    own = {"regression": {}, "multiclass": {"objective": "multi:softprob", "num_class": 3}}[use_case.task]
    rows = xgboost.DMatrix(told.x, told.y, feature_names=list(use_case.features) if names else None)
    return xgboost.train({"max_depth": 3, "nthread": 2} | own | params, rows, rounds)


@pytest.mark.parametrize("ending", ["json", "ubj"])
@pytest.mark.parametrize("names", [True, False])
def test_a_file_of_either_kind_is_judged_and_predicts_the_same(home, tmp_path, ending, names):
    folder, store, use_case = home
    booster = model(use_case, names)
    booster.save_model(tmp_path / f"model.{ending}")
    record = bring_file(folder, store, use_case, tmp_path / f"model.{ending}", DANA)
    assert record.created_by == f"dana (from model.{ending})" and record.figures["held_out"]["rows"] > 100
    store.releases.set_champion(use_case.name, record.number, "dana", "tried")
    x = training_set(use_case, None).x[:50]
    rows = xgboost.DMatrix(x, feature_names=list(use_case.features) if names else None)
    theirs = booster.predict(rows)
    ours = champion(folder, store, use_case).says(x)
    assert np.allclose(ours.predicted, theirs.argmax(axis=1) if theirs.ndim == 2 else theirs, atol=1e-4)
    assert ours.gap < 1e-3 and np.isfinite(ours.risk).all()


def test_two_that_are_brought_at_once_are_two_releases(home, tmp_path, monkeypatch):
    folder, store, use_case = home
    if use_case.task != "regression":
        pytest.skip("once is enough")
    meet, write = threading.Barrier(2), registry.write_release

    def together(*given, **named):
        meet.wait(60)  # both have come as far as writing
        return write(*given, **named)

    monkeypatch.setattr(registry, "write_release", together)
    before, got = len(store.releases.all(use_case.name)), {}

    def bring(rounds):
        model(use_case, rounds=rounds).save_model(tmp_path / f"{rounds}.json")
        got[rounds] = bring_file(folder, store, use_case, tmp_path / f"{rounds}.json", DANA)

    threads = [threading.Thread(target=bring, args=(rounds,)) for rounds in (3, 5)]
    [thread.start() for thread in threads]
    [thread.join(120) for thread in threads]
    assert got[3].number != got[5].number and len(store.releases.all(use_case.name)) == before + 2
    for rounds, record in got.items():
        assert Release.load(folder, record, use_case).booster.num_boosted_rounds() == rounds, "each folder holds its own model"
    assert not list((folder / "releases" / use_case.name).glob(".*")), "nothing is left behind"


def test_what_does_not_fit_is_told(home, tmp_path):
    folder, store, use_case = home
    file, before = tmp_path / "model.json", len(store.releases.all(use_case.name))
    told = training_set(use_case, None)
    cases = [
        (xgboost.train({"objective": "binary:logistic"}, xgboost.DMatrix(told.x, told.failed), 2), "binary:logistic"),
        (xgboost.train({}, xgboost.DMatrix(told.x[:, :3], told.y), 2), "has 3 inputs"),
        (
            xgboost.train({}, xgboost.DMatrix(told.x, told.y, feature_names=[f"f{i}" for i in range(told.x.shape[1])]), 2),
            "it lacks",
        ),
    ]
    for booster, said in cases:
        booster.save_model(file)
        with pytest.raises(ExchangeError, match=said):
            bring_file(folder, store, use_case, file, DANA)
    assert len(store.releases.all(use_case.name)) == before


def test_a_damaged_file_harms_nothing(home, tmp_path):
    folder, store, use_case = home
    model(use_case).save_model(tmp_path / "m.ubj")
    whole = (tmp_path / "m.ubj").read_bytes()
    for at in (100, len(whole) // 2):
        (tmp_path / "broken.ubj").write_bytes(whole[:at] + b"\xff\x00\xff" * 20)
        with pytest.raises(ExchangeError, match="no XGBoost model"):
            bring_file(folder, store, use_case, tmp_path / "broken.ubj", DANA)
    (tmp_path / "odd.json").write_text(json.dumps({"learner": 1}))
    with pytest.raises(ExchangeError, match="no XGBoost model"):
        bring_file(folder, store, use_case, tmp_path / "odd.json", DANA)


def test_a_pickle_is_never_opened(home, tmp_path):
    folder, store, use_case = home

    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    (tmp_path / "model.pkl").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ExchangeError, match="pickle"):
        bring_file(folder, store, use_case, tmp_path / "model.pkl", DANA)
    (tmp_path / "renamed.json").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ExchangeError):
        bring_file(folder, store, use_case, tmp_path / "renamed.json", DANA)
    assert not (tmp_path / "sprung").exists()


def test_an_operator_may_not(home, tmp_path):
    folder, store, use_case = home
    with pytest.raises(NotAllowed):
        bring_file(folder, store, use_case, tmp_path / "none.json", OLGA)

"""Releases: whole or not there at all, checked before they are loaded, released and rolled back by those who may."""

import json
import shutil
import threading

import numpy as np
import pytest

from data.people import NotAllowed
from data.records import Person
from data.store import open_store
from data.usecase.file import load
from models.lifecycle.registry import champion, previous, promote, register, roll_back
from models.release.release import Release, ReleaseError
from models.training.train import train
from models.training.training_set import training_set

MILLING = load("milling")
DANA, OLGA = Person("dana", "Dana", "data_scientist"), Person("olga", "Olga", "operator")
ROW = {
    "product_type": "L",
    "air_temperature": 300.0,
    "process_temperature": 310.0,
    "rotational_speed": 1400.0,
    "torque": 75.0,
    "tool_wear": 150.0,
}


@pytest.fixture
def home(released_home, tmp_path):
    shutil.copytree(released_home, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def opened_store(home):
    opened = open_store(home / "pullcord.db")
    opened.readings.prepare(MILLING)
    yield opened
    opened.close()


@pytest.fixture
def second(home, opened_store):
    trained = train(MILLING, training_set(MILLING, opened_store, history_rows=8000), lambda *_: True)
    return register(home, opened_store, MILLING, trained, "dana")


def test_a_release_explains_what_it_predicts(home, opened_store):
    release = champion(home, opened_store, MILLING)
    row = release.row(ROW)
    score, contributions, gap = release.score_and_contributions(row[None, :])
    assert score[0] > 0.7 and gap < 1e-3
    assert contributions.shape == (1, len(MILLING.features) + 1)
    exact, second_opinion = release.interventional().explain(row), release.local_surrogate().explain(row)
    assert exact.value == pytest.approx(score[0], abs=1e-6)
    assert second_opinion.features == exact.features
    assert release.values(ROW)["strain"] == 75 * 150
    assert release.band("M-01", "torque") == (30, 50)
    low, high = release.band("M-01", "rotational_speed")
    assert 1150 < low < 1500 < high < 2900
    assert "held-out" in release.card


@pytest.mark.parametrize("name", ["model.ubj", "bands.json", "background.parquet", "release.json"])
def test_a_changed_or_missing_file_is_told_before_anything_is_loaded(home, opened_store, name):
    record = opened_store.releases.get("milling", 1)
    file = home / record.folder / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(ReleaseError, match="damaged"):
        Release.load(home, record, MILLING)
    file.unlink()
    with pytest.raises(ReleaseError, match=r"missing|damaged"):
        Release.load(home, record, MILLING)


def test_another_feature_list_is_told(home, opened_store):
    derived = {name: d for name, d in MILLING.derived.items() if name != "strain"}
    groups = {name: g for name, g in MILLING.groups.items() if name != "strain"}
    other = type(MILLING).model_validate(MILLING.model_dump() | {"derived": derived, "groups": groups, "fallback": {}})
    with pytest.raises(ReleaseError, match="other features"):
        Release.load(home, opened_store.releases.get("milling", 1), other)


def test_a_use_case_that_computes_an_input_otherwise_is_told(home, opened_store):
    told = MILLING.model_dump()
    told["derived"]["power"]["expression"] = "torque * rotational_speed"
    told["signals"]["product_type"]["categories"] = ["M", "L", "H"]
    other = type(MILLING).model_validate(told)
    with pytest.raises(ReleaseError, match=r"other values of product_type, power than usecase.yaml"):
        Release.load(home, opened_store.releases.get("milling", 1), other)


def test_a_broken_champion_is_stood_in_for_by_the_one_before(home, opened_store, second):
    promote(home, opened_store, MILLING, second.number, DANA, "better", override=True)
    (home / second.folder / "model.ubj").write_bytes(b"not a model")
    stand_in = champion(home, opened_store, MILLING)
    assert stand_in.number == 1
    assert "damaged" in stand_in.trouble and "stands in" in stand_in.trouble


def test_with_no_whole_release_the_error_says_what_to_do(home, opened_store):
    shutil.rmtree(home / "releases")
    with pytest.raises(ReleaseError, match=r"models\.training"):
        champion(home, opened_store, MILLING)


def test_releasing_and_rolling_back_go_by_role_and_into_the_trail(home, opened_store, second):
    with pytest.raises(NotAllowed):
        promote(home, opened_store, MILLING, second.number, OLGA, "I want it")
    with pytest.raises(ReleaseError, match="only one release"):
        roll_back(home, opened_store, MILLING, DANA, "none before")
    promote(home, opened_store, MILLING, second.number, DANA, "better", override=True)
    assert previous(opened_store, MILLING) == 1
    assert roll_back(home, opened_store, MILLING, DANA, "worse after all").number == 1
    actions = [entry.action for entry in opened_store.audit.newest("milling") if entry.subject.startswith("release:")]
    assert actions[:3] == ["roll_back", "override_release", "train"]


def test_a_challenger_is_compared_with_the_champion_on_the_same_rows(second):
    against = second.figures["against"]
    assert against["release"] == 1 and second.parent == 1
    assert {row["verdict"] for row in against["figures"].values()} <= {"better", "same", "worse"}
    assert 0 < against["reasons"]["ndcg"] <= 1
    json.dumps(second.figures, allow_nan=False)


def test_a_release_may_be_shared_between_threads(home, opened_store):
    release, found = champion(home, opened_store, MILLING), []
    row = release.row(ROW)
    threads = [
        threading.Thread(target=lambda: found.append(release.interventional().explain(row).contributions)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and all(np.array_equal(one, found[0]) for one in found)

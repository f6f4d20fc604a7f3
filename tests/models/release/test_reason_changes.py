"""Which readings two releases tell differently: a planted change is found, the same model changes nothing."""

import shutil
from datetime import UTC, datetime

import numpy as np
import pytest

from data.readings.features import signal_matrix
from data.records import ReleaseRecord
from data.store import open_store
from data.usecase.file import load
from data.usecases.milling.history import training_history
from models.dataset.choices import Choices
from models.judging.judging import judged
from models.release.portrait import Portrait
from models.release.reason_changes import changed_readings, main_reasons, moved
from models.release.release import Release
from models.training.train import train
from models.training.training_set import training_set
from tests import deliveries

MILLING = load("milling")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def plant(released_home, tmp_path_factory):
    """Release 1 has predicted two thousand products; a challenger may not use strain."""
    home = tmp_path_factory.mktemp("home") / "plant"
    shutil.copytree(released_home, home)
    store = open_store(home / "pullcord.db")
    store.readings.prepare(MILLING)
    old = Release.load(home, store.releases.get("milling", 1), MILLING)
    values = signal_matrix(MILLING, training_history(MILLING, rows=4000, seed=99, first_day=21_000))
    for at in range(len(values) // 24):  # one of each machine a second
        part = deliveries.explained(MILLING, old, values[24 * at : 24 * at + 24], first=24 * at, second=at)
        deliveries.record(store, MILLING, part)
    trained = train(
        MILLING, training_set(MILLING, None, history_rows=12_000, choices=Choices(leave_out=("strain",))), lambda *_: True
    )
    yield store, home, old, trained
    store.close()


def test_the_main_reason_is_what_raises_the_risk_most():
    shares = np.zeros((2, len(MILLING.features) + 1))
    shares[0, MILLING.features.index("strain")], shares[0, MILLING.features.index("power")] = 2.0, -5.0
    shares[1, MILLING.features.index("power")] = 1.0
    assert [list(MILLING.groups)[at] for at in main_reasons(MILLING, shares)] == ["strain", "power"]


def test_the_same_model_moves_no_reason(plant):
    _, _, old, trained = plant
    shares = old.score_and_contributions(trained.training_set.x[:300])[1]
    assert moved(MILLING, shares, shares) == {"advised": 300, "changed": 0, "share": 0.0, "moves": []}
    assert moved(MILLING, shares[:0], shares[:0])["share"] is None


def test_a_planted_change_of_reasons_is_counted_and_told_from_what_to_what(plant):
    _, _, old, trained = plant
    figures = judged(Portrait(trained), old)
    found = figures["against"]["main_reason"]
    assert found["changed"] > 5 and found["changed"] == sum(move["n"] for move in found["moves"])
    assert "strain" in {move["from"] for move in found["moves"]} and "strain" not in {move["to"] for move in found["moves"]}
    assert found["share_of_both"] < found["share"], "of what the new one is silent about there is no other reason"
    assert figures["against"]["quality"]["faithfulness"] and figures["quality"]["faithfulness"]


def test_recorded_readings_are_found_to_be_opened_side_by_side(plant, tmp_path):
    from models.lifecycle.registry import register

    store, home, old, trained = plant
    record = register(home, store, MILLING, trained, "test")
    assert isinstance(record, ReleaseRecord) and record.created <= datetime.now(UTC)
    new = Release.load(home, record, MILLING)
    found = changed_readings(MILLING, store, new, old)
    assert len(found) and "strain" in set(found["reason_before"]) and "strain" not in set(found["reason_after"])
    one = store.readings.prediction("milling", int(found["id"].iloc[0]))
    assert found["before"].iloc[0] == pytest.approx(one.score) and found["after"].iloc[0] == pytest.approx(
        new.risk(new.row(one.values)[None, :])[0]
    )
    gaps = (found["after"] - found["before"]).abs()
    assert gaps.is_monotonic_decreasing
    assert changed_readings(MILLING, store, old, old).empty
    assert {"gold", "quality"} <= set(record.figures) and "gold" in record.figures["against"]

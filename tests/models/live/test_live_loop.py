"""The live loop: one step records or quarantines every row, follows the champion without losing one, and waits out trouble."""

import json
import shutil
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime

import numpy as np
import pytest

from data.readings.batch import RawBatch
from data.settings import PROJECT, load_settings
from data.sources import open_source
from data.store import Conflict, StoreError, open_store
from data.usecase.file import load
from data.usecases.milling.source import LineSource
from models.lifecycle.registry import register
from models.live.step import LiveLoop
from models.live.worker import Worker
from models.training.train import train
from models.training.training_set import training_set
from models.watching.detection import detections
from tests.clocks import H, S, computer, turn
from tests.e2e.plant import wait_for

__all__ = ["computer"]

MILLING = load("milling")
EVER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@pytest.fixture
def home(released_home, tmp_path):
    shutil.copytree(released_home, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def plant(home):
    opened = open_store(home / "pullcord.db")
    opened.readings.prepare(MILLING)
    yield opened
    opened.close()


@pytest.fixture
def loop(home, plant):
    start = int(time.time() - 4000) * 1_000_000
    return LiveLoop(home, plant, MILLING, LineSource(MILLING, plant.readings.start_source("line", start), seed=3, clock=None))


def now_us():
    return int(time.time() * 1e6)


def test_what_is_recorded_is_what_the_release_says_of_the_reading(loop, plant):
    loop.step(240, now_us())
    seen = plant.readings.board("milling")
    assert len(seen) == 24
    for state in seen[:5]:
        row = loop.release.row(state.prediction.values)
        assert loop.release.risk(row[None, :])[0] == pytest.approx(state.prediction.score, abs=1e-6)
        margin = state.prediction.base + sum(state.prediction.contributions.values())
        assert 1 / (1 + np.exp(-margin)) == pytest.approx(state.prediction.score, abs=1e-4)
    assert loop.gap < 1e-3


def test_one_bad_row_stops_nothing(loop, plant):
    raw = loop.source.poll(24)
    raw.columns["torque"] = raw.columns["torque"].astype(object)
    raw.columns["torque"][5] = "no signal"
    loop.source.poll = lambda limit: RawBatch(raw.source, raw.positions, raw.columns)
    done = loop.step(24, now_us())
    assert (done.readings, done.quarantined) == (23, 1)
    (rejected,) = plant.readings.quarantined("milling")
    assert "torque" in rejected.reason and "no signal" in rejected.reason and rejected.asset == "M-06"


def test_when_the_clock_is_put_right_the_line_goes_on_from_now_and_what_it_stamped_ahead_is_kept(computer, home, monkeypatch):
    monkeypatch.setenv("PULLCORD_HOME", str(home))
    settings = load_settings(backlog_s=2)
    computer.wall = int(time.time() * 1e6) + 2 * H  # it was always two hours ahead, and nobody could know
    plant = open_store(home / "pullcord.db")
    plant.readings.prepare(MILLING)

    def until_it_ends(put_right):
        source, delayed = open_source(MILLING, plant, settings)
        worker = Worker(settings, plant, MILLING, source.name, name="w")
        running = threading.Thread(target=worker.run, args=(source, delayed))
        running.start()
        wait_for(lambda: worker.recorded >= 48, 60, "readings")
        put_right()
        running.join(2)
        worker.stopping.set()
        running.join(60)
        plant.workers.gone("w")
        return worker

    def put_right():
        turn(computer, S, -2 * H)
        assert not plant.clock.state().trusted
        plant.clock.trust("erik", "it was two hours ahead")

    worker = until_it_ends(put_right)
    ahead = plant.readings.counts("milling")["readings"]
    assert worker.again and ahead >= 48 and plant.readings.newest_us("milling") > computer.wall + H
    assert plant.readings.set_aside_future("milling") == ahead and plant.readings.board("milling") == []
    again = until_it_ends(lambda: None)
    assert not again.again and plant.readings.counts("milling")["readings"] == ahead + again.recorded
    assert abs(plant.readings.newest_us("milling") - computer.wall) < 2 * S
    plant.close()


def test_a_restart_goes_on_where_the_record_ends(home, plant, loop):
    for _ in range(3):
        loop.step(100, now_us())
    source = LineSource(MILLING, plant.readings.position("line"), seed=3, clock=None)
    again = LiveLoop(home, plant, MILLING, source)
    for _ in range(3):
        again.step(100, now_us())
    assert plant.readings.counts("milling")["readings"] == 600
    history = plant.readings.history("milling", "M-01", *EVER)
    assert history["sequence"].tolist() == list(range(25))


def test_a_delivery_that_could_not_be_recorded_is_recorded_by_the_next_step(loop, plant, monkeypatch):
    record, failures = plant.readings.record, iter([StoreError("locked"), StoreError("locked")])

    def failing(*given, **named):
        for error in failures:
            raise error
        return record(*given, **named)

    monkeypatch.setattr(plant.readings, "record", failing)
    for _ in range(2):
        with pytest.raises(StoreError):
            loop.step(100, now_us())
    loop.step(100, now_us())
    loop.step(100, now_us())
    monkeypatch.undo()
    assert plant.readings.history("milling", "M-01", *EVER)["sequence"].tolist() == list(range(9))
    assert plant.readings.counts("milling")["readings"] == 200


def test_a_new_champion_and_a_roll_back_are_taken_up_under_load_and_no_reading_is_lost(home, plant, loop):
    trained = train(MILLING, training_set(MILLING, plant, history_rows=8000), lambda *_: True)
    second = register(home, plant, MILLING, trained, "dana").number
    for at, champion in enumerate((1, second, 1, second, 1)):
        plant.releases.set_champion("milling", champion, "dana", "rehearsal", "roll_back" if champion == 1 else "release")
        assert loop.follow_champion() is True
        assert loop.release.number == champion, at
        for _ in range(4):
            loop.step(120, now_us())
    history = plant.readings.history("milling", "M-02", *EVER)
    assert history["sequence"].tolist() == list(range(100))
    assert set(history["release"]) == {1, second}


def test_a_damaged_new_champion_is_told_and_the_old_one_goes_on(home, plant, loop):
    trained = train(MILLING, training_set(MILLING, plant, history_rows=8000), lambda *_: True)
    record = register(home, plant, MILLING, trained, "dana")
    (home / record.folder / "model.ubj").write_bytes(b"broken")
    plant.releases.set_champion("milling", record.number, "dana", "oops")
    loop.follow_champion()
    assert loop.release.number == 1
    assert "damaged" in loop.release.trouble
    assert loop.step(48, now_us()).readings == 48


@pytest.mark.slow
def test_with_its_only_release_damaged_a_worker_waits_and_trains_another_when_asked(home, plant):
    (home / plant.releases.get("milling", 1).folder / "model.ubj").write_bytes(b"broken")
    settings = load_settings(home=home, backlog_s=60)
    worker = Worker(settings, plant, MILLING, "line:x")
    source = LineSource(MILLING, plant.readings.start_source("line:x", now_us() - 60_000_000), seed=3)
    running = threading.Thread(target=worker.run, args=(source,))
    running.start()
    try:
        wait_for(lambda: any("damaged" in beat.trouble for beat in plant.workers.all()), 20, "the trouble")
        plant.jobs.submit("train", "milling", {}, "dana")
        wait_for(lambda: len(plant.releases.all("milling")) == 2, 240, "another release")
        plant.releases.set_champion("milling", 2, "dana", "the first one is damaged")
        wait_for(lambda: plant.readings.counts("milling")["readings"] > 0, 20, "readings")
    finally:
        worker.stopping.set()
        running.join(20)
    assert worker.release == 2 and not running.is_alive()


def test_two_workers_never_read_the_same_source(home, plant):
    settings = load_settings(home=home)
    Worker(settings, plant, MILLING, "line")
    with pytest.raises(Conflict, match="already reads"):
        Worker(settings, plant, MILLING, "line", name="another")


def test_a_line_whose_speed_is_changed_goes_on_at_once_and_nothing_comes_late(home, plant):
    for speed in (10.0, 1.0, 10.0):
        source, delayed = open_source(MILLING, plant, load_settings(home=home, speed=speed, backlog_s=600))
        loop = LiveLoop(home, plant, MILLING, source, delayed)
        done = loop.step(5000, now_us())
        assert done.readings > 0
        time.sleep(1.1)
    assert plant.readings.counts("milling")["quarantined"] == 0


def test_the_headless_run_says_what_it_did_in_one_object(home):
    command = [
        sys.executable,
        "-W",
        "ignore",
        "worker.py",
        "--use-case",
        "milling",
        "--readings",
        "3000",
        "--json",
        "--home",
        str(home),
    ]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=True)
    said = json.loads(done.stdout)
    assert set(said) == {"readings", "recorded", "quarantined", "seconds", "rows_per_second", "release"}
    assert (said["readings"], said["recorded"], said["quarantined"], said["release"]) == (3000, 3000, 0, 1)


def test_detections_count_each_cause_and_the_false_alarms():
    score, outcome = np.array([0.9, 0.9, 0.1, np.nan, 0.6]), np.array([1, 0, 1, 1, 1])
    modes = {"HDF": np.array([True, False, False, True, False]), "OSF": np.array([False, False, True, False, True])}
    found = detections(score, outcome, modes, 0.5)
    assert (found["failures"], found["found"], found["advised"], found["false_alarms"]) == (4, 2, 3, 1)
    assert found["by_cause"]["HDF"] == {"failures": 2, "found": 1, "recall": 0.5}

"""The demo's home is never a plant's, its line is the same in every showing, and a reset brings everything back to the beginning."""

import threading
import time

import numpy as np
import pytest

from data.people import DEMO_PEOPLE
from data.settings import DEMO_HOME, SettingsError, is_demo, load_settings, prepared_home
from data.sources import open_source
from data.store import StoreError, copy_content, open_store
from data.store.contract import SourcePosition
from data.usecase.file import load
from data.usecases.milling.source import LineSource
from models.demo import showing, staging
from models.demo.showing import Stage
from tests import deliveries, screens

MILLING = load("milling")
START_US = 1_800_000_000_000_000
M14 = MILLING.assets.index("M-14")


def demo_home(home):
    """A released home made the demo's, as the first start makes it."""
    showing.put(home, Stage())
    store = open_store(home / "pullcord.db")
    store.readings.prepare(MILLING)
    for person in DEMO_PEOPLE:
        store.people.save(person, "demo")
    store.close()
    (home / "beginning").mkdir()
    copy_content(home / "pullcord.db", home / "beginning" / "pullcord.db")
    return load_settings(home=home, demo=True)


def line(start_us=START_US, late=lambda: ()):
    position = SourcePosition("line", start_us, -1)
    return LineSource(MILLING, position, seed=showing.SEED, clock=None, origin_s=showing.PLANT_SECOND, late_flaws=late)


def torques(source, ticks):
    raw = source.poll(24 * ticks)
    return raw.columns["torque"].reshape(ticks, 24)[:, M14].astype(float)


def test_the_demo_has_a_home_of_its_own(monkeypatch):
    monkeypatch.delenv("PULLCORD_HOME", raising=False)
    assert load_settings(demo=True).home == DEMO_HOME != load_settings().home


@pytest.mark.parametrize("held", ["pullcord.db", "releases"])
def test_it_refuses_a_home_with_records_of_a_plant(tmp_path, held):
    (tmp_path / held).touch()
    with pytest.raises(SettingsError, match="records of a real plant"):
        prepared_home(load_settings(home=tmp_path, demo=True))
    assert not is_demo(tmp_path) and [path.name for path in tmp_path.iterdir()] == [held]


def test_and_a_plant_refuses_the_home_of_a_demo(tmp_path):
    prepared_home(load_settings(home=tmp_path, demo=True))
    assert is_demo(tmp_path)
    with pytest.raises(SettingsError, match="make demo"):
        prepared_home(load_settings(home=tmp_path))


def test_a_showing_is_the_same_whatever_the_clock_says_when_it_begins():
    assert np.array_equal(torques(line(), 300), torques(line(START_US + 86_400_000_000 * 3 + 12_345_678), 300))


def test_the_drift_begins_when_it_is_switched_on_and_stays_where_it_ends():
    plain, on = torques(line(), 700), []
    flawed = line(late=lambda: tuple(on))
    before = torques(flawed, 100)
    assert np.array_equal(before, plain[:100])
    on.append(drift(START_US / 1e6 + 100))
    after = torques(flawed, 600) - plain[100:]
    assert after[0] == pytest.approx(0, abs=0.06) and np.all(np.diff(after[:30]) > 0.5)
    assert after[40:] == pytest.approx(showing.DRIFT_NM, abs=0.06)


def drift(begun):
    """The flaw of the demo, switched on at a stamp."""
    return showing.Flaw("sensor_drift", (showing.ASSET,), showing.DRIFT_NM * 3600 / showing.DRIFT_S, begun, most=showing.DRIFT_NM)


def test_after_a_restart_the_drift_is_where_it_was():
    going = line(late=lambda: (drift(START_US / 1e6 + 10),))
    whole = going.poll(24 * 200)
    again = LineSource(
        MILLING, SourcePosition("line", START_US, 24 * 120 - 1), seed=showing.SEED, clock=None, origin_s=showing.PLANT_SECOND,
        late_flaws=lambda: (drift(START_US / 1e6 + 10),),
    )  # fmt: skip
    assert np.array_equal(again.poll(24 * 80).columns["torque"], whole.columns["torque"][24 * 120 :])


def test_the_stage_says_from_when_on_the_sensor_drifts(tmp_path):
    assert showing.late_flaws(tmp_path) == ()
    showing.put(tmp_path, Stage(drift_from=123.0))
    assert showing.late_flaws(tmp_path) == (drift(123.0),)


def test_a_damaged_stage_is_the_beginning(tmp_path):
    for text in ("{", "[1]", '{"step": 3, "unknown": 1}', "null"):
        (tmp_path / "demo.json").write_text(text)
        assert showing.stage(tmp_path).step in (0, 3)


def test_two_sessions_change_the_stage_one_after_the_other(tmp_path):
    showing.put(tmp_path, Stage(step=0))

    def steps():
        for _ in range(50):
            showing.change(tmp_path, lambda stage: Stage(step=stage.step + 1))

    threads = [threading.Thread(target=steps) for _ in range(4)]
    [thread.start() for thread in threads], [thread.join() for thread in threads]
    assert showing.stage(tmp_path).step == 200


def test_for_ten_minutes_no_machine_of_the_showing_comes_near_a_failure(released_home):
    from data.readings.features import feature_matrix
    from data.usecases.milling.line import MillingLine
    from models.lifecycle.registry import champion

    store = open_store(released_home / "pullcord.db")
    release, plain = champion(released_home, store, MILLING), MillingLine(MILLING, showing.SEED)
    store.close()
    second = np.arange(showing.PLANT_SECOND, showing.PLANT_SECOND + 600, 2)
    for machine in range(24):
        seen = plain.moments(machine, second)
        risk = release.risk(feature_matrix(MILLING, np.column_stack([seen.kind, seen.numbers]).astype(float)))
        assert not seen.modes.any() and risk.max() < MILLING.advice.possible.leave, plain.assets[machine]


@pytest.mark.parametrize("healthy_s", [3, 12, 30, 60, 90])
def test_the_wrong_advice_comes_within_half_a_minute_of_the_drift_whenever_it_begins(released_home, healthy_s):
    from data.readings.features import feature_matrix
    from data.usecases.milling.line import MillingLine
    from models.lifecycle.registry import champion

    store = open_store(released_home / "pullcord.db")
    release = champion(released_home, store, MILLING)
    store.close()
    begun = showing.PLANT_SECOND + healthy_s
    seen = MillingLine(MILLING, showing.SEED, (drift(begun),)).moments(M14, np.arange(begun, begun + 240))
    x = feature_matrix(MILLING, np.column_stack([seen.kind, seen.numbers]).astype(float))
    warned = release.risk(x) >= MILLING.advice.possible.enter
    first = int(np.argmax(np.convolve(warned, np.ones(3), "valid") == 3)) + 2
    assert 12 <= first <= 30 and warned[first:].all() and not seen.modes.any()
    assert (
        release.novelty(x).max() <= 0.8
    )  # advice, not "I don't know", and no near thing: the release after it draws its own limit


def test_a_reset_brings_back_the_beginning_under_an_open_store(opened_home):
    home, store = opened_home
    settings = demo_home(home)
    deliveries.record(store, MILLING, deliveries.scored_batch(MILLING, 0, 40, score=0.9))
    flagged = screens.flag(store, reading=1)
    (home / "releases" / "milling" / "2").mkdir()
    showing.put(home, Stage(run=4, step=6, playing=True, drift_from=1.0))
    asked = staging.begin_again(home)
    assert (asked.run, asked.step, asked.drift_from, asked.playing) == (5, 0, None, False) and staging.asked_for(home)
    staging.take_up(settings)
    assert not staging.asked_for(home)
    assert store.readings.board("milling") == [] and store.feedback.fates("olga") == []
    assert store.releases.champion("milling").number == 1 and store.people.get("olga") is not None
    assert [path.name for path in (home / "releases" / "milling").iterdir()] == ["1"]
    deliveries.record(store, MILLING, deliveries.scored_batch(MILLING, 0, 8, score=0.9))
    assert screens.flag(store, reading=1).id == flagged.id


def test_a_home_that_was_made_ready_is_not_trained_again(opened_home):
    home, _ = opened_home
    settings, before = demo_home(home), (home / "releases" / "milling" / "1").stat().st_mtime_ns
    begun = time.monotonic()
    staging.make_ready(settings)
    assert time.monotonic() - begun < 20 and (home / "releases" / "milling" / "1").stat().st_mtime_ns == before
    assert showing.stage(home) == Stage(run=2)


def test_the_source_of_the_demo_is_its_line(opened_home):
    home, store = opened_home
    settings = demo_home(home).model_copy(update={"backlog_s": 60.0})
    source, _ = open_source(MILLING, store, settings, staged=showing.staged(settings))
    got = source.poll(24 * 61).columns["torque"].reshape(-1, 24)[:, M14].astype(float)
    assert got[60] == torques(line(), 1)[0]


def test_without_a_copy_of_the_beginning_a_reset_is_refused(tmp_path):
    with pytest.raises(StoreError, match="beginning"):
        staging.put_back(tmp_path, MILLING)

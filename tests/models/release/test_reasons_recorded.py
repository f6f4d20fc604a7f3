"""Whose reasons the worker counts at once and records: the reading with which advice begins and the worst of it, in the delivery's own transaction."""

import shutil

import numpy as np
import pytest

from data.store import open_store
from data.usecase.file import load
from data.usecases.milling.source import LineSource
from explainers.shapley.group_shares import EXACT
from models.live.beginnings import Beginnings
from models.live.step import LiveLoop
from models.release.told import as_explained, as_recorded, explained_by, shares_of

MILLING = load("milling")
BEGUN_US = 1_764_000_000_000_000
"""From this moment on the line gives seven spells of advice within ten minutes."""


@pytest.fixture(scope="module")
def lived(released_home, tmp_path_factory):
    """Some minutes of the line through the loop, in uneven deliveries and with a restart while advice lasts."""
    home = tmp_path_factory.mktemp("recorded") / "home"
    shutil.copytree(released_home, home)
    store = open_store(home / "pullcord.db")
    store.readings.prepare(MILLING)
    source = LineSource(MILLING, store.readings.start_source("line:test", BEGUN_US), seed=5, clock=None)
    for limit in (96, 2400, 48, 480, *[1000] * 10):  # small enough that none holds more than beginnings.MOST spells
        loop = LiveLoop(home, store, MILLING, source)  # as after a restart
        loop.step(limit, BEGUN_US + 1_800_000_000)
    yield store, loop.release
    store.close()


def test_every_beginning_and_every_worst_reading_of_advice_has_its_reasons_on_record(lived):
    store, _ = lived
    with store._c.database() as db:
        table = "readings_milling"
        spells = db.execute("SELECT asset, start_us, reading FROM episode WHERE NOT unknown").fetchall()
        begins = {
            db.execute(f"SELECT min(id) FROM {table} WHERE asset = ? AND time_us = ?", (asset, at)).fetchone()[0]
            for asset, at, _ in spells
        }
        recorded = {row[0] for row in db.execute("SELECT reading FROM reasons").fetchall()}
        advised = db.execute(f"SELECT count(*) FROM {table} WHERE state > 0").fetchone()[0]
    assert len(spells) >= 2
    assert begins | {worst for _, _, worst in spells} <= recorded
    assert len(recorded) < advised / 3, "not every reading is counted"


def test_what_is_on_record_is_what_its_release_counts_and_leads_to_its_risk(lived):
    store, release = lived
    with store._c.database() as db:
        some = [row[0] for row in db.execute("SELECT reading FROM reasons ORDER BY reading LIMIT 6").fetchall()]
    kept = store.readings.reasons("milling", some)
    for reading in some:
        seen, found = store.readings.prediction("milling", reading), kept[reading]
        again = as_recorded(explained_by(release, seen), release.number)
        assert found == again and found.method == EXACT and found.rows == len(release.background)
        shares = shares_of(MILLING, seen, as_explained(found))
        assert shares.base + sum(shares.groups.values()) == pytest.approx(100 * seen.score, abs=1e-3)
        assert max(found.errors.values()) < 0.02


def test_a_record_is_never_changed_and_goes_with_its_reading(lived):
    store, release = lived
    with store._c.database() as db:
        reading = db.execute("SELECT min(reading) FROM reasons").fetchone()[0]
    before = store.readings.reasons("milling", [reading])[reading]
    other = as_recorded(explained_by(release, store.readings.prediction("milling", reading + 1)), 99)
    assert store.readings.keep_reasons("milling", reading, other) == before
    assert store.readings.reasons("milling", [10**9]) == {}


def test_advice_without_a_record_has_no_reason_of_another_share(lived):
    store, _ = lived
    with store._c.database() as db:
        advised = db.execute("SELECT min(id) FROM readings_milling WHERE state > 0").fetchone()[0]
        quiet = db.execute("SELECT min(id) FROM readings_milling WHERE state = 0").fetchone()[0]
    assert shares_of(MILLING, store.readings.prediction("milling", advised), None).groups == {}
    assert shares_of(MILLING, store.readings.prediction("milling", quiet), None).groups != {}


def test_one_reading_is_counted_for_a_spell_that_does_not_get_worse():
    spells = Beginnings({})
    asset, score = np.zeros(4, int), np.array([0.9, 0.8, 0.9, 0.7])
    assert spells.follow(asset, np.array([0, 1, 1, 1]), score, None) == [1, 2]
    assert spells.follow(asset, np.array([1, 1, 1, 1]), score, None) == []
    assert spells.follow(asset, np.array([1, 0, 0, 1]), score, None) == [3]
    assert spells.follow(asset, np.array([1, 1, 1, 0]), score, np.array([True, False, False, False])) == [2]
    assert Beginnings({0: 0.85}).follow(asset, np.array([1, 1, 1, 1]), score, None) == [0]


def test_the_background_is_a_random_part_that_stands_for_all_of_what_was_learned_from(lived):
    from models.training.training_set import training_set

    _, release = lived
    learned = training_set(MILLING, None)
    x = learned.x[~learned.held_out]
    kept = release.manifest["reasons"]
    assert (kept["walks"] == 0 and kept["error"] <= 0.5) or kept["background"] == 2000
    assert len(release.background) == kept["background"]
    assert {row.tobytes() for row in release.background} <= {row.tobytes() for row in x}
    assert release.risk(release.background).mean() == pytest.approx(release.risk(x).mean(), abs=0.002)

"""A challenger in the shadow: recorded with the reading, told where it differs, and never in the champion's way."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from data.people import NotAllowed
from data.records import Person, ReleaseRecord
from data.store import Conflict, NotFound
from data.usecase.file import load
from data.usecases.milling.source import LineSource
from models.lifecycle.registry import end_shadow, promote, register, shadow
from models.live.step import LiveLoop
from models.release.release import Release, ReleaseError
from models.training.train import train
from models.training.training_set import training_set
from tests.deliveries import at, truths
from tests.screens import button, recorded_plant, show, texts

MILLING = load("milling")
DANA, OLGA = Person("dana", "Dana", "data_scientist"), Person("olga", "Olga", "operator")


def release(store, number):
    store.releases.add(ReleaseRecord("milling", number, f"releases/milling/{number}", "0", datetime.now(UTC), "test", None, {}))


@pytest.fixture
def plant(store):
    release(store, 1), release(store, 2)
    store.releases.set_champion("milling", 1, "test", "first")
    return store


def silently(scored, score, number=2):
    return replace(scored, shadow=number, shadow_score=np.broadcast_to(np.asarray(score, float), len(scored)).copy())


def test_it_starts_and_ends_on_record_and_the_champion_is_never_its_own_shadow(plant):
    assert plant.shadows.now("milling") is None
    with pytest.raises(Conflict, match="is the champion"):
        plant.shadows.start("milling", 1, "dana", "try")
    with pytest.raises(NotFound):
        plant.shadows.start("milling", 9, "dana", "try")
    assert plant.shadows.start("milling", 2, "dana", "try").number == 2
    plant.shadows.end("milling", "dana", "enough"), plant.shadows.end("milling", "dana", "twice is once")
    assert plant.shadows.now("milling") is None
    assert [entry.action for entry in plant.audit.trail("release:milling/2")][-2:] == ["shadow_on", "shadow_off"]


def test_what_it_says_is_counted_for_all_and_kept_where_it_differs(plant, record, scored_batch):
    scores = [0.9, 0.9, 0.2, 0.2, 0.30, 0.1]
    record(silently(scored_batch(0, 6, score=scores), [0.95, 0.1, 0.8, 0.25, 0.45, 0.1]), truth=truths(("M-02", 0, 0, 0, None)))
    seen = plant.shadows.counts("milling", 2)
    assert (seen.rows, seen.both, seen.only_champion, seen.only_shadow) == (6, 1, 1, 1) and seen.agreement == pytest.approx(4 / 6)
    assert (seen.first, seen.last) == (at(0), at(1))
    found = plant.shadows.cases("milling", 2)
    assert found["id"].tolist() == [5, 3, 2] and found["shadow"].tolist() == [0.45, 0.8, 0.1]
    assert found["outcome"].isna().tolist() == [True, True, False] and found["asset"].tolist() == ["M-01", "M-03", "M-02"]
    assert plant.shadows.cases("milling", 3).empty and plant.shadows.counts("milling", 3).agreement is None


def test_a_delivery_that_comes_again_is_counted_once(plant, record, scored_batch):
    delivery = silently(scored_batch(0, 8, score=0.9), 0.1)
    record(delivery), record(delivery)
    record(silently(scored_batch(4, 12, score=0.9), 0.1))
    assert plant.shadows.counts("milling", 2).rows == 12 and plant.shadows.counts("milling", 2).only_champion == 12
    assert len(plant.shadows.cases("milling", 2)) == 4  # one a machine and minute


def test_what_is_pruned_leaves_no_shadow_behind(plant, record, scored_batch):
    record(silently(scored_batch(0, 8, score=0.9), 0.1))
    plant.readings.prune("milling", at(3600))
    left = plant.shadows.cases("milling", 2)
    assert set(left["id"]) == {5, 6, 7, 8}  # the newest of each machine are kept


@pytest.fixture
def home(opened_home):
    """A really trained challenger beside the champion."""
    folder, store = opened_home
    register(folder, store, MILLING, train(MILLING, training_set(MILLING, None, history_rows=4000), lambda *_: True), "test")
    return folder, store


def loop_of(home, store, name="line"):
    return LiveLoop(
        home, store, MILLING, LineSource(MILLING, store.readings.start_source(name, 1_700_000_000_000_000), seed=3, clock=None)
    )


@pytest.mark.slow
def test_the_champion_says_bit_for_bit_the_same_with_a_shadow_and_promotion_ends_it(home):
    folder, store = home
    bare = loop_of(folder, store)
    raw = bare.source.poll(480)
    alone = bare.prepare(raw, 1_700_000_100_000_000)["scored"]
    shadow(folder, store, MILLING, 2, DANA, "see how it does")
    beside = loop_of(folder, store)
    both = beside.prepare(raw, 1_700_000_100_000_000)["scored"]
    assert (both.score == alone.score).all() and (both.contributions == alone.contributions).all() and alone.shadow is None
    assert both.shadow == 2 and np.array_equal(both.shadow_score, beside.shadow.risk(feature_rows(raw, both)))
    beside = loop_of(folder, store)
    beside.step(480, 1_700_000_100_000_000)
    assert store.shadows.counts("milling", 2).rows == 480
    promote(folder, store, MILLING, 2, DANA, "better", override=True)
    assert store.shadows.now("milling") is None
    beside.follow_champion(), beside.follow_shadow()
    assert beside.shadow is None and beside.release.number == 2


def feature_rows(raw, scored):
    from data.readings.features import feature_matrix

    return feature_matrix(MILLING, scored.batch.values)


@pytest.mark.slow
def test_a_broken_shadow_is_refused_and_one_that_breaks_later_disturbs_nothing(home):
    folder, store = home
    with pytest.raises(NotAllowed):
        shadow(folder, store, MILLING, 2, OLGA, "me too")
    shadow(folder, store, MILLING, 2, DANA, "see")
    manifest = folder / "releases/milling/2/profile.json"
    manifest.write_text(json.dumps({}))
    with pytest.raises(ReleaseError, match="was changed"):
        shadow(folder, store, MILLING, 2, DANA, "again")
    loop = loop_of(folder, store)
    assert loop.shadow is None and "The shadow is not followed" in loop.shadow_trouble
    assert loop.step(24, 1_700_000_100_000_000).readings == 24 and isinstance(loop.release, Release)
    end_shadow(store, MILLING, DANA, "broken")
    loop.follow_shadow()
    assert loop.shadow_trouble == ""


def page():
    from data.usecase.file import load
    from pages.parts.releases.shadow_view import shadow_view

    shadow_view(load("milling"), 2)


def test_the_screen_tells_agreement_and_differences_and_ends_the_run(tmp_path, monkeypatch, use_case):
    from tests import deliveries

    for store in recorded_plant(tmp_path / "home", monkeypatch, use_case):
        release(store, 1), release(store, 2)
        store.releases.set_champion("milling", 1, "test", "first")
        assert "It can predict the live readings silently" in texts(show(page, "dana"))
        assert button(show(page, "erik"), "start_shadow") is None
        store.shadows.start("milling", 2, "dana", "try")
        deliveries.record(store, use_case, silently(deliveries.scored_batch(use_case, 8, 16, score=[0.9, 0.02] * 4), 0.7))
        app = show(page, "dana")
        assert {metric.label: metric.value for metric in app.metric} == {
            "Readings": "8", "Both say the same": "50.00\u202f%", "Only the champion warns": "0", "Only the shadow warns": "4"
        }  # fmt: skip
        button(app, "end_shadow").click().run()
        assert not app.exception and store.shadows.now("milling") is None

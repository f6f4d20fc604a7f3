"""The prediction page with a real release: what it says of a failure, of a quiet reading, and of one that is new; and what breaks."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st

from data.people import DEMO_PEOPLE
from data.store import open_store
from data.usecase.file import load
from explainers.shapley.group_shares import EXACT
from models.lifecycle.registry import champion
from models.release.told import as_recorded, explained_by
from tests import deliveries
from tests.screens import show, texts

MILLING = load("milling")
READINGS = np.array(
    [  # product, air, process, speed, torque, wear
        [0, 300.0, 310.5, 1330, 62.0, 205],  # 1: overstrain
        [1, 301.5, 309.6, 1330, 48.0, 60],  # 2: heat
        [0, 300.0, 310.0, 2600, 9.0, 30],  # 3: power, too little
        [1, 300.0, 310.0, 1500, 40.0, 80],  # 4: quiet
        [2, 300.0, 310.0, 3300, 19.0, 80],  # 5: nothing like it was seen
    ]
)


@pytest.fixture(scope="module")
def home(released_home, tmp_path_factory):
    home = tmp_path_factory.mktemp("prediction") / "home"
    shutil.copytree(released_home, home)
    store = open_store(home / "pullcord.db")
    store.readings.prepare(MILLING)
    for person in DEMO_PEOPLE:
        store.people.save(person, "test")
    release = champion(home, store, MILLING)
    deliveries.record(store, MILLING, deliveries.explained(MILLING, release, READINGS))
    deliveries.record(store, MILLING, truth=deliveries.truths(("M-01", -9000, -8000, 1.0, "OSF")), last=99)
    store.close()
    return home


@pytest.fixture
def plant(home, screens_of):
    return screens_of(home)


def page():
    from pages.prediction import render

    render()


def board():
    from pages.board import render

    render()


def said(app):
    """All that it says, the drawn rows too."""
    return f"{texts(app)} " + " ".join(str(one.proto.body) for one in app.get("html"))


@pytest.mark.parametrize(
    "reading, cause, change",
    [
        (1, "overstrain failure", "With torque"),
        (2, "heat dissipation failure", "With speed"),
        (3, "power failure", "With "),
    ],
)
def test_a_failure_is_told_with_its_cause_how_sure_what_would_change_it_and_what_it_was_before(plant, reading, cause, change):
    text = said(show(page, "olga", reading=reading)).replace("\u00a0", " ")
    assert f"points to **{cause}**" in text and f"t points to {cause}" in text
    assert "Of readings with such a risk" in text and "Only one outcome is plausible: failure" in text
    assert "What would change it" in text and change in text and "the risk would be below" in text
    assert "Seen before" in text and f"failure ({cause})" in text and "of the 20 most similar past cases" in text


def test_a_quiet_reading_needs_no_change(plant):
    text = said(show(page, "olga", reading=4))
    assert "no advice" in text and "What would change it" not in text and "Seen before" in text


def test_what_is_not_in_the_training_data_replaces_the_prediction(plant):
    text = said(show(page, "olga", reading=5)).replace("\u00a0", " ")
    assert "I don't know: this is not in the training data" in text
    assert "Speed is 3,300 rpm; the training data ends at" in text and "That is a guess" in text
    assert "likely failure" not in text and "What would change it" not in text


def test_the_expert_view_has_every_figure(plant):
    app = show(page, "dana", reading=1)
    app.toggle(key="expert").set_value(True).run()
    assert not app.exception, app.exception
    text = said(app)
    assert (
        "The shares (exact Shapley values of the groups) add up within 0.000\u00a0points" in text and "A second opinion" in text
    )
    assert "How good this explanation is" in text and "What if" in text


def test_a_slider_moves_the_risk_and_the_reasons_within_permitted_limits(plant):
    app = show(page, "dana", reading=1)
    app.toggle(key="expert").set_value(True).run()
    torque = app.slider(key="what_if_1_torque")
    assert (torque.min, torque.max, torque.step) == (5.0, 75.0, 0.5)
    torque.set_value(40.0).run()
    assert "instead of" in texts(app) and "Risk <1" in texts(app).replace("\u202f", " ")
    app.toggle(key="what_if_1_tool_wear").set_value(True).run()
    assert not app.exception


def test_what_is_asked_twice_is_computed_once(plant):
    from pages.parts.reasons import explained
    from pages.parts.shell import session

    seen = session.store().readings.prediction("milling", 1)
    release = session.release(MILLING, 1)
    assert explained.answers(MILLING, seen, release) is explained.answers(MILLING, seen, release)
    assert explained.in_points(MILLING, seen, release) is explained.in_points(MILLING, seen, release)
    assert explained.second_opinion(MILLING, seen, release)[0] is explained.second_opinion(MILLING, seen, release)[0]


def test_a_damaged_release_leaves_the_stored_reasons(plant, tmp_path, monkeypatch):
    home = tmp_path / "home"
    shutil.copytree(plant, home)
    (home / "releases/milling/1/model.ubj").write_bytes(b"broken")
    monkeypatch.setenv("PULLCORD_HOME", str(home))
    st.cache_resource.clear()
    app = show(page, "dana", reading=1)
    app.toggle(key="expert").set_value(True).run()
    assert not app.exception
    assert "it points to overstrain failure" in said(app) and "cannot be loaded" in " ".join(one.value for one in app.warning)


def test_a_release_without_the_newer_files_still_explains(plant, tmp_path, monkeypatch):
    """A folder of before calibration, novelty, cases and quality were kept."""
    import hashlib
    import json

    home = tmp_path / "home"
    shutil.copytree(plant, home)
    store, folder = open_store(home / "pullcord.db"), home / "releases/milling/2"
    shutil.copytree(home / "releases/milling/1", folder)
    manifest = json.loads((folder / "release.json").read_text())
    for name in ("certainty.json", "novelty.npz", "cases.parquet", "quality.json"):
        (folder / name).unlink()
        del manifest["files"][name]
    (folder / "release.json").write_text(json.dumps(manifest))
    digest = hashlib.sha256((folder / "release.json").read_bytes()).hexdigest()
    first = store.releases.get("milling", 1)
    store.releases.add(replace(first, number=2, folder="releases/milling/2", digest=digest, created_by="dana (job:9)"))
    release = champion(home, store, MILLING)
    old = type(release).load(home, store.releases.get("milling", 2), MILLING)
    scored = deliveries.explained(MILLING, old, READINGS[:1], first=200, second=60)
    deliveries.record(store, MILLING, scored)
    store.close()
    monkeypatch.setenv("PULLCORD_HOME", str(home))
    st.cache_resource.clear()
    app = show(page, "dana", reading=6)
    app.toggle(key="expert").set_value(True).run()
    assert not app.exception, app.exception
    assert "it points to overstrain failure" in said(app) and "before the quality of explanations was measured" in texts(app)


@pytest.mark.parametrize(
    "background, why",
    [
        (READINGS[:1], "needs at least 2"),
        (np.repeat(READINGS[:1], 50, axis=0), "no column of the background varies"),
    ],
    ids=["one row", "constant"],
)
def test_a_second_method_that_cannot_fit_says_why_and_the_page_stands(plant, background, why):
    from data.readings.features import feature_matrix
    from pages.parts.shell import session

    release = session.release(MILLING, 1)
    release.__dict__["background"] = feature_matrix(MILLING, background.astype(float))
    app = show(page, "dana", reading=1)
    app.toggle(key="expert").set_value(True).run()
    assert not app.exception, app.exception
    told = " ".join(one.value for one in app.info)
    assert "There is no second opinion on this reading" in told and why in told
    assert "From a usual risk of" in said(app)


def test_a_model_that_predicts_margins_is_told_in_points_all_the_same(plant):
    """What a ``binary:logitraw`` model gives is no risk; what is told goes by the risk that everything else goes by."""
    from pages.parts.shell import session

    release = session.release(MILLING, 1)
    release.booster.set_param({"objective": "binary:logitraw"})
    app = show(page, "dana", reading=1)
    app.toggle(key="expert").set_value(True).run()
    assert not app.exception, app.exception
    assert "From a usual risk of" in said(app)
    assert "The shares (exact Shapley values of the groups) add up within 0.000\u00a0points" in texts(app)


def test_shares_that_do_not_add_up_are_said_to(plant, tmp_path, monkeypatch):
    """A record whose shares miss what the model says: by how much is said, and nobody hides it."""
    from pages.parts.shell import session

    shutil.copytree(plant, tmp_path / "home")
    monkeypatch.setenv("PULLCORD_HOME", str(tmp_path / "home"))
    st.cache_resource.clear()
    store, release = session.store(), session.release(MILLING, 1)
    exact = as_recorded(explained_by(release, store.readings.prediction("milling", 1)), 1)
    with store._c.write() as db:
        db.execute("DELETE FROM reasons")
    store.readings.keep_reasons("milling", 1, replace(exact, base=exact.base + 0.03))
    app = show(page, "dana", reading=1)
    app.toggle(key="expert").set_value(True).run()
    assert not app.exception
    assert "The shares miss what the model says by 3.0\u00a0points" in " ".join(one.value for one in app.warning)


def test_what_is_opened_is_recorded_and_read_from_the_record_for_ever_after(plant, tmp_path, monkeypatch):
    shutil.copytree(plant, tmp_path / "home")
    monkeypatch.setenv("PULLCORD_HOME", str(tmp_path / "home"))
    st.cache_resource.clear()
    store = open_store(tmp_path / "home" / "pullcord.db")
    with store._c.write() as db:
        db.execute("DELETE FROM reasons")
    first = said(show(page, "olga", reading=4))
    kept = store.readings.reasons("milling", [4])[4]
    assert kept.method == EXACT and set(kept.shares) == set(MILLING.groups) and kept.rows >= 500
    assert kept.base + sum(kept.shares.values()) == pytest.approx(kept.value, abs=1e-6)
    (tmp_path / "home/releases/milling/1/model.ubj").write_bytes(b"broken")
    st.cache_resource.clear()
    lead = "From a usual risk of"
    again = said(show(page, "olga", reading=4))
    assert lead in first and first.split(lead)[1].split("here:")[0] == again.split(lead)[1].split("here:")[0]
    with store._c.write() as db:
        db.execute("DELETE FROM reasons")
    st.cache_resource.clear()
    assert "Why was not recorded, and release 1 cannot be asked any more." in said(show(page, "olga", reading=1))
    store.close()


def test_a_line_that_fits_badly_is_marked_and_agrees_with_nothing(plant):
    app = show(page, "dana", reading=1)
    app.toggle(key="expert").set_value(True).run()
    assert "Its line fits badly" in " ".join(one.value for one in app.warning)
    assert "Ticked only when" not in texts(app) and "The methods" not in texts(app)

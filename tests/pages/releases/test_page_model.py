"""The Model page with real releases and real readings: every section, parts of the plant, two releases beside each other."""

import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st

from data.people import DEMO_PEOPLE
from data.readings.features import signal_matrix
from data.store import open_store
from data.usecase.file import load
from data.usecases.milling.history import training_history
from explainers.overall.surrogate_tree import Rule, SurrogateTree
from models.lifecycle.registry import champion
from pages.parts.model import model_structure
from pages.parts.model.model_structure import FAITHFUL
from tests import deliveries
from tests.screens import show, texts

MILLING = load("milling")
N = 2400


@pytest.fixture(scope="module")
def home(released_home, tmp_path_factory):
    """Release 1 has predicted 2,400 readings over a hundred minutes; release 2 is the same model and has predicted nothing."""
    home = tmp_path_factory.mktemp("model") / "home"
    shutil.copytree(released_home, home)
    store = open_store(home / "pullcord.db")
    store.readings.prepare(MILLING)
    for person in DEMO_PEOPLE:
        store.people.save(person, "test")
    release, first = champion(home, store, MILLING), store.releases.get("milling", 1)
    values = signal_matrix(MILLING, training_history(MILLING, rows=N, seed=5, first_day=20_300))
    scored = deliveries.explained(MILLING, release, values)
    batch = scored.batch
    at = batch.time_us + np.arange(N) // 24 * 60_000_000
    scored = replace(scored, batch=replace(batch, asset=(np.arange(N) % 24).astype(np.int32), time_us=at, sequence=np.arange(N)))
    deliveries.record(store, MILLING, scored)
    shutil.copytree(home / first.folder, home / "releases/milling/2")
    store.releases.add(replace(first, number=2, folder="releases/milling/2", parent=1, created_by="dana (job:1)"))
    store.close()
    return home


@pytest.fixture(autouse=True)
def plant(home, screens_of):
    screens_of(home)


def page():
    from pages.model import render

    render()


def opened(section, **params):
    app = show(page, "dana", **params)
    if section != "matters":
        app.button_group(key="section").set_value(section).run()
    assert not app.exception, app.exception
    return app


def figures(app):
    return len(app.get("plotly_chart"))


def test_what_matters_is_from_a_stated_sample_with_its_error(plant):
    app = opened("matters")
    said = texts(app)
    assert "From all 2,400 readings" in said and "predicted and explained live by release 1" in said
    assert "the longest bar may be off by ±" in said and "How much worse it gets without each signal" in said
    assert "Order of importance kept since it was made" in said
    assert figures(app) == 4  # importance, permutation, dots, parts


@pytest.mark.parametrize(
    "section, words, drawn",
    [
        ("acts", "What the model would say if it were otherwise", 2),
        ("together", "which values act together", 1),
        ("rules", "They imitate the model", 0),
        ("quality", "how good its reasons are", 1),
    ],
)
def test_every_section_stands_for_one_release_and_for_two(section, words, drawn):
    one, two = opened(section), opened(section, release=1, beside=2)
    assert words in texts(one) and figures(one) == drawn
    assert texts(two).count("elease 2") > texts(one).count("elease 2") and figures(two) == 2 * drawn


def test_rules_that_follow_the_model_too_loosely_are_warned_of_and_others_are_not():
    app, told = opened("rules"), {}
    for area in ("Area A", "Area B", "Area C", "Area D"):
        said = texts(app.selectbox(key="part_area").set_value(area).run())
        fidelity = float(re.search(r"Fidelity (−?[\d.]+) of 1", said)[1].replace("−", "-"))
        told[area] = (fidelity >= FAITHFUL, "Do not go by these rules" in said)
    assert all(faithful != warned for faithful, warned in told.values()) and len(set(told.values())) == 2, told


def test_two_releases_are_compared_on_the_same_readings():
    said = texts(opened("matters", release=1, beside=2))
    assert "nDCG): 1.000 of 1" in said  # the same model


def test_a_release_that_predicted_nothing_is_shown_by_the_champion_s_readings():
    said = texts(opened("matters", release=2))
    assert "explained here by release 2, which did not predict them" in said


@pytest.mark.parametrize("section", ["matters", "acts", "together", "rules"])
def test_a_part_of_the_plant_is_looked_at_by_itself_and_an_empty_one_is_told(section):
    app = opened(section)
    app.selectbox(key="part_area").set_value("Area B").run()
    assert not app.exception
    app.selectbox(key="part_asset_Area B").set_value("M-07").run()
    assert not app.exception
    app.selectbox(key="part_said").set_value(True).run()
    app.selectbox(key="part_kind").set_value("product_type=H").run()
    assert not app.exception and "No reading of release 1 belongs to this part" in texts(app)


@pytest.mark.parametrize("feature", [*MILLING.features])
def test_every_value_can_be_looked_at_categories_too(feature):
    app = opened("acts")
    app.button_group(key="feature").set_value(feature).run()
    assert not app.exception and figures(app) == 2


def test_a_damaged_release_shows_what_it_explained_live(home, tmp_path, monkeypatch):
    broken = tmp_path / "home"
    shutil.copytree(home, broken)
    (broken / "releases/milling/1/model.ubj").write_bytes(b"broken")
    monkeypatch.setenv("PULLCORD_HOME", str(broken))
    st.cache_resource.clear()
    for section in ("matters", "acts", "together", "rules", "quality"):
        app = opened(section)
        assert "Release 1 cannot be loaded" in texts(app)


def test_rules_of_too_few_readings_to_say_how_well_they_follow_are_told_without_that(monkeypatch):
    one = SurrogateTree((Rule((), 0.02, 1.0, 1),), None, None, None, 1, 0)
    monkeypatch.setattr(model_structure, "_rules", lambda *_: one)
    said = texts(opened("rules"))
    assert "Release 1 in 1 rule" in said and "Fidelity – of 1" in said and "Do not go by these rules" not in said

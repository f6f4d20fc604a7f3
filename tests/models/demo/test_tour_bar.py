"""The tour's bar: on every page of the demo and on none of a plant, and its buttons step, pause, hand over, reset and leave."""

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.records import State
from models.demo import showing
from models.demo.showing import Stage
from tests import deliveries
from tests.models.demo.test_demo_home import MILLING, demo_home
from tests.screens import button, texts

APP = Path(__file__).parents[3] / "app.py"


@pytest.fixture
def home(shown_home, monkeypatch):
    """The demo's home as the screens see it, with M-14 warned of."""
    home, store = shown_home
    demo_home(home)
    showing.put_in_place(home, 1)
    monkeypatch.setenv("PULLCORD_DEMO", "true")
    st.cache_resource.clear()
    batch = deliveries.scored_batch(MILLING, 0, 24, assets=24, score=0.9, state=State.LIKELY)
    deliveries.record(store, MILLING, batch)
    return home


def run(**params):
    app = AppTest.from_file(str(APP), default_timeout=120)
    for name, value in params.items():
        app.query_params[name] = value
    return seen(app.run())


def seen(app):
    assert not app.exception, app.exception
    return app


def refresh():
    """What the bar does each second by itself, which a page run without a browser does not."""

    def turned():
        from pages.parts.tour.playing import turn

        turn()

    seen(AppTest.from_function(turned, default_timeout=120).run())


def press(app, key):
    button(app, key).click()
    return seen(app.run())


def test_the_demo_says_so_on_its_page_and_a_plant_has_no_bar(home, monkeypatch):
    assert "machines and people are made up" in texts(run(who="maria"))
    (home / "demo.json").unlink()
    monkeypatch.setenv("PULLCORD_DEMO", "false")
    st.cache_resource.clear()
    plain = run(who="maria")
    assert "made up" not in texts(plain) and button(plain, "tour_start") is None


def test_the_steps_are_walked_by_next_and_back_and_stand_still_in_between(home):
    showing.put(home, Stage(step=1))
    app = run()
    assert "1 of 9" in texts(app) and button(app, "tour_back").disabled
    press(app, "tour_play")
    assert showing.stage(home).playing
    press(app, "tour_play")
    assert not showing.stage(home).playing and "Paused" in texts(app)
    showing.put(home, Stage(step=3, reading=14))
    app = seen(app.run())
    assert "3 of 9" in texts(app)
    press(app, "tour_next")
    assert showing.stage(home).step == 4 and "pulls the cord" in texts(app)
    press(app, "tour_back")
    assert showing.stage(home).step == 3


def test_next_does_what_the_step_waits_for_as_the_person_of_the_story(home, shown_home):
    store = shown_home[1]
    showing.put(home, Stage(step=4, reading=14))
    app = run()
    press(app, "tour_next")
    (fate,) = store.feedback.fates("olga")
    assert (fate.flag.asset, fate.flag.reading, str(fate.flag.reason)) == ("M-14", 14, "false_alarm")
    assert fate.flag.snapshot["reasons"] and showing.stage(home).beat == 1
    press(app, "tour_next")
    assert showing.stage(home).step == 5
    press(app, "tour_next")
    assert store.feedback.case(fate.flag.case).claimed_by == "erik"
    press(app, "tour_next")
    (correction,) = store.feedback.corrections("milling")
    assert (correction.person, correction.outcome, correction.flags) == ("erik", 0.0, (fate.flag.id,))
    assert [entry.action for entry in store.audit.trail(f"case:{fate.flag.case}")] == ["open_case", "claim_case", "decide"]


def test_what_is_refused_stands_in_the_bar_and_the_story_stands_still(home, shown_home):
    showing.put(home, Stage(step=8, playing=True, since=0.0))
    refresh()
    app = run()
    assert "The story stands still" in texts(app) and not showing.stage(home).playing
    assert shown_home[1].releases.champion("milling").number == 1


def test_by_hand_says_what_to_tap_and_keeps_the_tour_from_doing_it(home, shown_home):
    showing.put(home, Stage(step=4, reading=14))
    app = run()
    press(app, "tour_hand")
    assert showing.stage(home).hand and "Your turn, as Olga" in texts(app)
    showing.put(home, Stage(step=4, reading=14, playing=True, hand=True, since=0.0))
    refresh()
    assert shown_home[1].feedback.fates("olga") == []
    showing.put(home, Stage(step=4, reading=14, playing=True, since=0.0))
    refresh()
    assert len(shown_home[1].feedback.fates("olga")) == 1


def test_reset_asks_for_a_new_showing_in_one_tap_and_leave_leaves_the_badge(home):
    showing.put(home, Stage(step=5, drift_from=1.0, reading=14))
    app = run()
    press(app, "tour_reset")
    assert showing.stage(home) == Stage(run=2)
    assert "put back to the start" in texts(app) and button(app, "tour_start").disabled
    press(app, "tour_leave")
    assert "made up" in texts(app) and button(app, "tour_start") is None
    press(app, "tour_join")
    assert button(app, "tour_start") is not None

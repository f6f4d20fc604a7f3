"""The board's page and the two buttons beside a prediction, run without a browser."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from data.records import ShelfReason, State, Verdict, VerdictKind
from data.usecase.file import load
from tests.deliveries import at, record, scored_batch
from tests.screens import button, flag, recorded_plant, show, texts

MILLING = load("milling")


@pytest.fixture
def plant(tmp_path, monkeypatch):
    yield from recorded_plant(tmp_path / "home", monkeypatch, MILLING)


def beside():
    import streamlit as st

    from pages.parts.board.seen_and_shelve import seen_and_shelve
    from pages.parts.shell import session

    use_case = session.use_case()
    seen_and_shelve(use_case, session.store().readings.prediction("milling", int(st.query_params["reading"])))


def drawn():
    import json

    import streamlit as st

    from pages.board import _view
    from pages.parts.shell import session
    from tests.deliveries import at

    session.plant_now = lambda use_case: at(2)  # the moment of the recorded readings
    st.code(json.dumps(_view(session.use_case(), None, st.query_params.get("wall") == "1")))


def view(**params):
    import json

    from pages.parts.shell import session

    real = session.plant_now
    try:
        return json.loads(show(drawn, **params).code[0].value)
    finally:
        session.plant_now = real


def soon(**given):
    return datetime.now(UTC) + timedelta(**given)


def test_seen_beside_a_prediction_is_recorded_and_said(plant):
    app = show(beside, "olga", reading=1)
    button(app, "big_seen").click().run()
    assert not app.exception and [one.person for one in plant.attention.acknowledged("milling")] == ["olga"]
    assert (
        "Seen by Olga Berg" in texts(show(beside, "omar", reading=1))
        and button(show(beside, "omar", reading=1), "big_seen") is None
    )


def test_seen_on_a_page_that_stood_open_while_it_got_worse_is_not_recorded(plant):
    later = {"score": [0.1, 0.6, 0.1, 0.1], "state": [State.NORMAL, State.POSSIBLE, State.NORMAL, State.NORMAL]}
    record(plant, MILLING, scored_batch(MILLING, 8, 12, **later))
    app = show(beside, "olga", reading=10)  # of M-02, possible
    worse = later | {"score": [0.1, 0.9, 0.1, 0.1], "state": [State.NORMAL, State.LIKELY, State.NORMAL, State.NORMAL]}
    record(plant, MILLING, scored_batch(MILLING, 12, 16, **worse))
    button(app, "big_seen").click().run()
    assert plant.attention.acknowledged("milling") == [] and "M-02 is worse now" in texts(app)


def test_shelved_beside_a_prediction_is_said_and_brought_back(plant):
    assert button(show(beside, "olga", reading=1), "big_shelve") is not None
    plant.attention.shelve("milling", "M-01", "omar", soon(hours=1), ShelfReason.MAINTENANCE)
    app = show(beside, "olga", reading=1)
    assert "by Omar Haddad: Maintenance or planned stop" in texts(app) and button(app, "big_shelve") is None
    button(app, "big_unshelve").click().run()
    assert not app.exception and plant.attention.shelved("milling") == []


def test_what_the_model_does_not_know_is_seen_beside_its_prediction_too(plant):
    assert button(show(beside, "olga", reading=2), "big_seen") is None
    rows = scored_batch(MILLING, 8, 12)
    record(plant, MILLING, replace(rows, novelty=np.array([0.5, 2.0, 0.5, 0.5], np.float32)))
    app = show(beside, "olga", reading=10)  # of M-02, normal all along
    button(app, "big_seen").click().run()
    (known,) = plant.attention.acknowledged("milling")
    assert (known.asset, known.unknown) == ("M-02", True) and "Seen by Olga Berg" in texts(app)
    assert button(app, "big_shelve") is not None
    assert button(show(beside, "olga", reading=2), "big_shelve") is None  # before that, it was known


@pytest.mark.parametrize(("who", "reading"), [("maria", 1), (None, 1), ("olga", 2)])
def test_who_may_not_or_where_there_is_no_advice_has_no_such_buttons(plant, who, reading):
    app = show(beside, who, reading=reading)
    assert button(app, "big_seen") is None and button(app, "big_shelve") is None


def test_shelving_takes_a_reason_and_at_most_the_shift(plant):
    def asked():
        from pages.parts.board.seen_and_shelve import ask_to_shelve
        from pages.parts.shell import session

        ask_to_shelve(session.use_case(), "M-01")

    app = show(asked, "olga")
    app.segmented_control(key="shelve_for").set_value(0).run()
    button(app, "big_shelf_sensor").click().run()
    (held,) = plant.attention.shelved("milling")
    assert held.reason is ShelfReason.SENSOR and held.until - held.at <= timedelta(hours=8)
    assert held.until.minute == 0 and held.until.astimezone(__import__("zoneinfo").ZoneInfo("Europe/Berlin")).hour in (6, 14, 22)


def test_a_role_that_may_not_shelve_is_refused_whatever_the_screen_shows(plant):
    def asked():
        from pages.parts.board.seen_and_shelve import acknowledge, ask_to_shelve
        from pages.parts.shell import session

        told = acknowledge(session.use_case(), "M-01")
        __import__("streamlit").markdown(told)
        ask_to_shelve(session.use_case(), "M-01")

    app = show(asked, "maria")
    assert "may not acknowledge" in texts(app)
    button(app, "big_shelf_known").click().run()
    assert "may not shelve" in texts(app)
    assert plant.attention.shelved("milling") == [] == plant.attention.acknowledged("milling")


def test_the_board_lists_what_is_shelved_and_on_a_wall_nothing_is_pressed(plant):
    assert {row["name"] for row in view(who="olga")["rows"]} == {"M-01", "M-03"}
    plant.attention.shelve("milling", "M-01", "omar", soon(hours=1), ShelfReason.KNOWN)
    plant.attention.acknowledge("milling", "M-03", "omar")
    shown = view(who="olga")
    assert [(row["name"], row["seen"][:19]) for row in shown["rows"]] == [("M-03", "Seen by Omar Haddad")]
    assert {"key": "shelf", "text": "1 shelved", "go": {"shelf": True}} in shown["notices"]
    assert view(wall="1")["notices"] == []


def test_advice_that_outlasts_its_risk_says_why_it_was_given_and_opens_that_reading(plant):
    """The newest reading is fine: its own strongest reason would be none."""
    before = {row["name"]: row for row in view(who="olga")["rows"]}
    assert before["M-01"]["go"]["reading"] == 5  # the newest: its risk is high
    fine = scored_batch(MILLING, 8, 12, score=[0.02] * 4, state=[State.LIKELY, State.NORMAL] * 2)
    fine.contributions[:] = 0
    record(plant, MILLING, fine)
    shown = view(who="olga")
    row = next(row for row in shown["rows"] if row["name"] == "M-01")
    assert (row["state"], row["shape"]) == ("was likely", "△")
    worst = plant.readings.recent_advice("milling", at(0)).set_index("asset")["reading"]["M-01"]
    assert row["go"]["reading"] == worst in (1, 5) and row["why"] == before["M-01"]["why"] != ""
    tile = next(one for area in shown["areas"] for one in area["tiles"] if one["name"] == "M-01")
    assert tile["go"]["reading"] == worst
    plant.releases.set_switch("milling", False, "erik", "test")
    assert all(
        row["go"]["reading"] != worst for row in view(who="olga")["rows"]
    )  # by the plant's rules it is the newest that counts


def test_the_shelf_is_listed_for_all_and_brought_back_by_those_who_may(plant):
    def page():
        from pages.parts.board.seen_and_shelve import shelf
        from pages.parts.shell import session

        shelf([session.use_case()])

    assert "Nothing is shelved" in texts(show(page, "olga"))
    held = plant.attention.shelve("milling", "M-03", "omar", soon(hours=1), ShelfReason.OTHER)
    assert "Shelved until" in texts(show(page, "maria")) and button(show(page, "maria"), f"big_back_{held.id}") is None
    app = show(page, "erik")
    button(app, f"big_back_{held.id}").click().run()
    assert not app.exception and plant.attention.shelved("milling") == []


def test_the_whole_page_is_drawn_for_everybody_on_the_wall_and_off_it(plant):
    def page():
        from pages.board import render

        render()

    for who, params in ((None, {}), ("olga", {}), ("erik", {"area": "x"}), (None, {"wall": "1"})):
        app = show(page, who, **params)
        assert (len(app.header) == 0) == ("wall" in params)


def test_the_row_says_what_goes_on_about_its_machine_by_role_and_never_by_name(plant):
    def row(asset="M-01"):
        return next(one for one in view(who="olga")["rows"] if one["name"] == asset)

    assert row()["note"] == ""
    raised = flag(plant, reading=5)
    assert row()["note"].startswith("Flagged ") and row()["note"].endswith("(operator)") and row("M-03")["note"] == ""
    plant.feedback.claim(raised.case, "erik")
    assert row()["note"] == "Being looked at (engineer)"
    assert next(t for area in view(who="olga")["areas"] for t in area["tiles"] if t["name"] == "M-01")["mark"] == "in_review"
    plant.feedback.decide(Verdict(raised.case, "erik", VerdictKind.MODEL_WRONG, "Fine.", 0.0))
    assert row()["note"] == "Answered (engineer): The model was wrong" and "Erik" not in str(view(who="olga"))


def test_what_came_and_went_is_opened_at_its_worst_and_cleared_by_seen(plant):
    record(plant, MILLING, scored_batch(MILLING, 8, 12, score=[0.02] * 4))
    shown = view(who="olga")
    assert [(row["name"], row["kind"], row["state"]) for row in shown["rows"]] == [
        ("M-01", "returned", "was likely"), ("M-03", "returned", "was likely"),
    ]  # fmt: skip
    assert shown["title"] == "Nothing needs a look; 2 came and went, not seen yet" and shown["needing"] == 0
    row = shown["rows"][0]
    assert row["go"]["reading"] in (1, 5) and row["advice"] and not row["shelves"] and shown["bells"] == []
    app = show(past, "olga", reading=row["go"]["reading"])
    assert "was likely" in texts(app) and "Nobody has said that they saw it." in texts(app) and button(app, "big_shelve") is None
    button(app, "big_seen").click().run()
    assert not app.exception and [row["name"] for row in view(who="olga")["rows"]] == ["M-03"]
    assert plant.attention.unseen("milling", at(0))[0].asset == "M-03"


def past():
    import streamlit as st

    from pages.parts.board.seen_and_shelve import seen_and_shelve
    from pages.parts.shell import session
    from tests.deliveries import at

    session.plant_now = lambda use_case: at(3)
    use_case = session.use_case()
    seen_and_shelve(use_case, session.store().readings.prediction("milling", int(st.query_params["reading"])))

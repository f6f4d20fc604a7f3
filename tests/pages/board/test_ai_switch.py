"""AI off: two taps, on record, on every screen; the plant's own rules stand in, and nothing is lost."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from data.people import Action, NotAllowed, may, require
from data.records import Person, State
from data.store import Conflict
from data.usecase.file import load
from models.state.fallback import broken_rules
from pages.parts.board.asset_board.view import board_view
from tests.pages.board.test_board_view import AT, state, tile
from tests.screens import button, recorded_plant, show, texts

MILLING = load("milling")
FINE = {
    "product_type": "L", "air_temperature": 300.0, "process_temperature": 310.0, "rotational_speed": 1500.0, "torque": 40.0,
    "tool_wear": 100.0,
}  # fmt: skip


@pytest.fixture
def plant(tmp_path, monkeypatch, use_case):
    yield from recorded_plant(tmp_path / "home", monkeypatch, use_case)


def test_it_is_switched_with_who_why_and_when_and_never_twice(store):
    assert store.releases.switch("milling") is None
    off = store.releases.set_switch("milling", False, "erik", "Too many false alarms since the changeover.")
    assert (off.on, off.by) == (False, "erik") and store.releases.switch("milling") == off
    with pytest.raises(Conflict, match="off already, switched by erik"):
        store.releases.set_switch("milling", False, "dana", "")
    on = store.releases.set_switch("milling", True, "dana", "")
    assert store.releases.switch("milling") == on and store.releases.switch("another") is None
    with pytest.raises(Conflict, match="on already"):
        store.releases.set_switch("milling", True, "dana", "")
    trail = store.audit.trail("use_case:milling")
    assert [(entry.action, entry.person) for entry in trail] == [("ai_off", "erik"), ("ai_on", "dana")]
    assert "false alarms" in trail[0].details["reason"]


@pytest.mark.parametrize(
    "role, allowed", [("operator", False), ("engineer", True), ("data_scientist", True), ("manager", False), ("admin", True)]
)
def test_who_may(role, allowed):
    person = Person("x", "X", role)
    assert may(person, Action.SWITCH_AI) == allowed
    if not allowed:
        with pytest.raises(NotAllowed, match="switch ai"):
            require(person, Action.SWITCH_AI)


def test_the_rules_are_the_plant_s_own_derived_values_too():
    assert broken_rules(MILLING, FINE) == ()
    found = broken_rules(MILLING, FINE | {"torque": 66.0, "tool_wear": 205.0})
    assert [(one.signal, one.side, one.band) for one in found] == [("power", "above", (3.5, 9)), ("strain", "above", (0, 11000))]
    assert [one.signal for one in broken_rules(MILLING, FINE | {"process_temperature": 308.5})] == ["temperature_difference"]


def test_without_rules_of_its_own_a_use_case_goes_by_its_stated_normal_ranges():
    MILLING = load("milling").model_copy(update={"fallback": {}})
    found = broken_rules(MILLING, FINE | {"torque": 66.0, "tool_wear": 205.0})
    assert [(one.signal, one.side) for one in found] == [
        ("torque", "above"),
        ("tool_wear", "above"),
        ("power", "above"),
        ("strain", "above"),
    ]
    assert broken_rules(MILLING, FINE | {"torque": 50.0}) == ()  # the edge belongs to it
    assert broken_rules(MILLING, {"torque": float("nan"), "product_type": ""}) == ()


def test_the_board_shows_what_left_its_range_and_no_risk():
    from dataclasses import replace

    def at(asset, values, score, shown):
        one = state(asset, score, shown)
        return replace(one, prediction=replace(one.prediction, values=values, novelty=9.0))

    states = [at("M-01", FINE, 0.99, State.LIKELY), at("M-02", FINE | {"torque": 66.0}, 0.01, State.NORMAL)]
    board = board_view(MILLING, states, {"M-01": [99] * 60}, {"M-01": "an old reason"}, AT, 5, None, off=True)
    assert [row["name"] for row in board["rows"]] == ["M-02"]
    row = board["rows"][0]
    assert (row["state"], row["target"], row["kind"], row["since"]) == ("outside", "by rule, no AI", "possible", "")
    assert row["why"].replace("\u00a0", " ") == "Power 10.4 kW, by rule 3.5–9.0"
    assert tile(board, "M-01")["text"] == "normal" and tile(board, "M-01")["label"] == "M-01: normal"
    assert "%" not in json.dumps(board) and "nan" not in json.dumps(board).lower() and "old reason" not in json.dumps(board)


def switched(who, on):
    def page(on):
        import streamlit

        from data.people import NotAllowed
        from data.store import StoreError
        from pages.parts.board.ai_switch import set_ai
        from pages.parts.shell import session

        try:
            set_ai(session.use_case(), on, "Sensors are being changed.")
        except (NotAllowed, StoreError) as error:
            streamlit.error(str(error))

    app = AppTest.from_function(page, default_timeout=120, args=(on,))
    app.query_params["who"] = who
    app.run()
    assert not app.exception, app.exception
    return texts(app)


def test_every_screen_says_that_it_is_off_and_who_may_not_cannot(plant):
    def board():
        from pages.board import render

        render()

    def prediction():
        from pages.prediction import render

        render()

    assert "may not switch ai" in switched("olga", False) and plant.releases.switch("milling") is None
    assert (
        button(show(board, "olga"), "ai_switch") is None and button(show(board, "erik"), "ai_switch").label == "Switch the AI off"
    )
    switched("erik", False)
    assert "off already" in switched("dana", False)
    assert button(show(board, "erik"), "ai_switch").label == "Switch the AI on"
    assert "The AI is off since" in texts(show(prediction, "olga", reading=1)) and "Sensors are being changed" in texts(
        show(prediction, "olga", reading=1)
    )
    switched("dana", True)
    assert "The AI is off" not in texts(show(prediction, "olga", reading=1))

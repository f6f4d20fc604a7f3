"""The machine's page: its trend as the browser gets it, what happened on the time axis, and what changed since it was fine."""

import base64
import json
from datetime import UTC, datetime

import numpy as np
import pytest
import streamlit as st

from data.records import FlagReason
from data.usecase.file import load
from models.lifecycle.registry import champion
from pages.parts.board import board_reading
from pages.parts.shell import session
from tests import deliveries
from tests.screens import flag, show, texts

MILLING = load("milling")
ROUND = len(MILLING.assets)
FINE, HOT = [1, 300.0, 310.0, 1500.0, 40.0, 0.0], [1, 301.5, 309.6, 1330.0, 48.0, 0.0]
"""Product, air, process, speed, torque, wear: nothing is advised; and too little between process and air for the speed."""


def page():
    from pages.asset import render

    render()


@pytest.fixture
def line(shown_home, monkeypatch):
    """160 seconds of M-01 that end now: it is given a new tool, is silent for half a minute, then runs hot. M-02 is fine."""
    home, store = shown_home
    monkeypatch.setattr(board_reading, "wait_s", lambda use_case, heartbeats: 3600.0)  # however long it takes to draw
    release = champion(home, store, MILLING)
    begun = (datetime.now(UTC) - deliveries.ZERO).total_seconds() - 160
    seconds = [*range(90), *range(120, 160)]
    for place, second in enumerate(seconds):
        row = np.array([HOT if second >= 130 else FINE], float)
        row[0, 5] = 150 + second if second < 40 else second - 40
        deliveries.record(store, MILLING, deliveries.explained(MILLING, release, row, ROUND * place, begun + second))
    deliveries.record(store, MILLING, deliveries.explained(MILLING, release, np.array([FINE]), ROUND * 200 + 1, begun + 160))
    yield store, seconds
    st.cache_resource.clear()


def drawn(app):
    """What the trend's component is given."""
    (found,) = (json.loads(one.proto.json) for one in app.get("bidi_component"))
    return found


def html(app):
    return " ".join(str(one.proto.body) for one in app.get("html"))


def test_the_trend_has_a_line_of_text_for_the_risk_and_each_signal_on_one_axis(line):
    view = drawn(show(page, asset="M-01"))
    assert [row["label"] for row in view["rows"]][:2] == ["Risk of failure", "Air temperature"]
    assert len(view["rows"]) == 1 + len(MILLING.features) and view["opens"]
    torque = next(row for row in view["rows"] if row["label"] == "Torque")
    assert (torque["now"], torque["unit"], torque["band"], torque["note"]) == (48.0, "Nm", [30.0, 50.0], "normal 30–50")
    assert view["rows"][-1]["words"] == ["L (low quality)", "M (medium quality)", "H (high quality)"]
    figure = json.loads(view["figure"])
    assert {trace["xaxis"] for trace in figure["data"][1:]} == {"x"} and view["held"] is None
    assert view["span"][1] - view["span"][0] == pytest.approx(3_600_000)
    assert (
        "M-01" in view["alt"] and view["library"].startswith("/component/") and view["library"].endswith("plotly.min.js?v=7.1.0")
    )


def test_what_happened_stands_on_the_time_axis_with_its_sign_and_its_words(line):
    store, _ = line
    flag(store, 130, reason=FlagReason.FALSE_ALARM)
    store.releases.set_switch("milling", False, "dana", "test")
    store.releases.set_switch("milling", True, "dana", "test")
    view = drawn(show(page, asset="M-01"))
    told = " | ".join(mark["text"] for mark in view["marks"])
    for part in ("Tool wear starts again at 0", "Flagged:", "No data for 31", "AI off since", "AI on again since"):
        assert part in told, told
    assert {one["sign"] for one in view["legend"]} >= {"▽", "⚑", "?", "▯", "▮"}
    (silence,) = (mark for mark in view["marks"] if mark["text"].startswith("No data"))
    assert silence["until"] - silence["at"] == pytest.approx(31_000, abs=5)


def test_while_the_ai_is_off_the_machine_shows_its_signals_and_no_risk(line):
    store, seconds = line
    assert "risk of failure" in texts(show(page, asset="M-01"))
    store.releases.set_switch("milling", False, "dana", "Sensors are being changed.")
    now = (datetime.now(UTC) - deliveries.ZERO).total_seconds()
    release = champion(session.settings().home, store, MILLING)
    deliveries.record(store, MILLING, deliveries.explained(MILLING, release, np.array([HOT]), ROUND * 300, now))
    app = show(page, asset="M-01")
    said, view = texts(app), drawn(app)
    assert "risk of failure" not in said and "%" not in said and "What changed" not in said
    assert "outside" in said and "by rule, no AI" in said and "No risk is shown" in said and "Sensors are being changed" in said
    assert not [one for one in app.button if one.key in ("why", "missed")]
    assert (view["rows"][0]["now"], view["rows"][0]["missing"], view["rows"][0]["note"]) == (None, "AI is off", "")
    assert view["rows"][1]["now"] is not None
    (mark,) = (one for one in view["marks"] if one["text"].startswith("AI off since"))
    assert mark["until"] == pytest.approx(view["span"][1], abs=5)
    assert told_risks(view) == len(seconds)  # what was told before it was switched off stays

    store.releases.set_switch("milling", True, "dana", "")
    app = show(page, asset="M-01")
    assert "risk of failure" in texts(app) and drawn(app)["rows"][0]["now"] is not None
    assert told_risks(drawn(app)) == len(seconds)  # and what was not, is not told afterwards


def told_risks(view):
    """How many points of the risk are drawn and lead to a reading."""
    risk = json.loads(view["figure"])["data"][0]
    at, of = (np.frombuffer(base64.b64decode(risk[name]["bdata"]), risk[name]["dtype"]) for name in ("y", "customdata"))
    assert (np.isnan(at) == (of < 0)).all()
    return int((of >= 0).sum())


def test_a_failure_that_was_found_is_a_mark_until_it_ended(line):
    store, _ = line
    begun = (store.readings.prediction("milling", 1).time - deliveries.ZERO).total_seconds()
    found = deliveries.truths(("M-01", begun + 130, begun + 140, 1.0, "HDF"), ("M-01", begun, begun + 9, 0.0, None))
    deliveries.record(store, MILLING, truth=found, last=9999)
    (mark,) = (one for one in drawn(show(page, asset="M-01"))["marks"] if one["text"].startswith("Confirmed"))
    assert "heat dissipation failure" in mark["text"] and mark["until"] - mark["at"] == pytest.approx(10_000)


def test_of_a_machine_that_needs_a_look_it_is_told_what_changed(line):
    app = show(page, asset="M-01")
    text = html(app).replace("\u00a0", " ")
    assert "What changed since it was fine" in texts(app)
    assert "Process above air" in text and "<bdi>10.0</bdi> → <b><bdi>8.1 K</bdi></b>" in text and "since " in text
    assert "from 10.0 K to 8.1 K" in text  # read out by a screen reader


def test_of_a_machine_that_is_fine_nothing_changed(line):
    app = show(page, asset="M-02")
    assert "What changed" not in texts(app) and len(drawn(app)["rows"]) == 1 + len(MILLING.features)


def test_the_stretch_that_is_zoomed_into_stays_in_the_record_that_is_sent(line, monkeypatch):
    now = drawn(show(page, asset="M-01"))["span"][1]
    past = [now - 5 * 3_600_000, now - 4 * 3_600_000]
    monkeypatch.setattr("pages.asset.held", lambda key, of: tuple(past))
    view = drawn(show(page, asset="M-01"))
    assert view["span"][0] == pytest.approx(past[0], abs=2)


def test_of_many_signals_those_that_weigh_most_are_drawn_first_and_all_are_one_tap_away(line, monkeypatch):
    monkeypatch.setattr("pages.asset.MOST", 3)
    app = show(page, asset="M-01")
    first = [row["label"] for row in drawn(app)["rows"][1:]]
    assert len(first) == 3 and "Process above air" in first
    app.toggle(key="all_signals").set_value(True).run()
    assert len(drawn(app)["rows"]) == 1 + len(MILLING.features)


@pytest.mark.parametrize("asset", ["M-99", "<script>", "‮M-01", "א" * 500])
def test_a_machine_that_there_is_not_is_told(line, asset):
    assert "There is no machine" in texts(show(page, asset=asset))

"""What the board shows: worst first, normal is quiet, and what is silent is never shown as its last good value."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from data.records import AssetState, Heartbeat, Prediction, State
from data.usecase.file import load
from pages.parts.board.asset_board.view import MINUTES, MOST_ROWS, board_view, sparks
from pages.parts.shell.freshness import freshness

AT = datetime(2026, 3, 2, 13, 2, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def milling():
    return load("milling")


def state(asset, score=0.05, shown=State.NORMAL, age_s=1.0, lasts_s=60.0, unknown_s=None):
    """``unknown_s``: for how long the model has not known what it is doing."""
    time, unknown = AT - timedelta(seconds=age_s), unknown_s is not None
    seen = Prediction("milling", hash(asset) % 1000, asset, time, 1, {}, 7, score, shown, 0.0, {}, 2.0 if unknown else 0.2)
    return AssetState(seen, AT - timedelta(seconds=lasts_s), time, AT - timedelta(seconds=unknown_s) if unknown else None)


def made_up_for(asset, age_s, recorded_s):
    """A reading that was old when it was recorded."""
    return replace(state(asset, age_s=age_s), recorded_at=AT - timedelta(seconds=recorded_s))


def view(milling, states, area=None, **given):
    return board_view(milling, states, given.get("trends", {}), given.get("reasons", {}), AT, 5, area)


def tile(shown, asset):
    return next(t for area in shown["areas"] for t in area["tiles"] if t["name"] == asset)


def test_the_worst_comes_first_and_what_lasts_longer_before_what_is_new(milling):
    states = [
        state("M-01", 0.62, State.POSSIBLE, lasts_s=10),
        state("M-02", 0.63, State.POSSIBLE, lasts_s=900),
        state("M-03", 0.74, State.LIKELY),
        state("M-04", 0.92, State.LIKELY),
        state("M-05"),
    ]
    shown = view(milling, states)
    assert [row["name"] for row in shown["rows"]] == ["M-04", "M-03", "M-02", "M-01"]
    assert shown["title"] == "4 need a look"


def test_an_abnormal_row_says_it_in_shape_word_number_and_reason(milling):
    row = view(milling, [state("M-14", 0.82, State.LIKELY, lasts_s=190)], reasons={"M-14": "Torque is 66 Nm"})["rows"][0]
    assert (row["shape"], row["area"], row["since"], row["why"]) == ("▲", "Area C", "3 min", "Torque is 66 Nm")
    assert row["state"].startswith("likely 82")
    assert row["go"] == {"page": "prediction", "use_case": "milling", "reading": hash("M-14") % 1000}
    assert "M-14" in row["label"] and "failure" in row["label"]


def test_a_normal_tile_leads_to_its_machine_and_an_abnormal_one_to_its_prediction(milling):
    shown = view(milling, [state("M-01"), state("M-02", 0.55, State.POSSIBLE)])
    assert tile(shown, "M-01")["go"] == {"page": "asset", "use_case": "milling", "asset": "M-01"}
    assert tile(shown, "M-02")["go"]["page"] == "prediction"
    assert tile(shown, "M-02")["shape"] == "◆"


def test_a_silent_machine_shows_its_silence_and_not_its_last_value(milling):
    shown = view(milling, [state("M-18", 0.9, State.LIKELY, age_s=42)])
    silent = tile(shown, "M-18")
    assert (silent["kind"], silent["shape"], silent["text"]) == ("silent", "?", "no data, 42\xa0s; was likely")
    assert shown["rows"] == [] and "90" not in json.dumps(silent)


def test_silence_is_not_told_as_good_news(milling):
    live = [state(asset) for asset in milling.assets[:-1]]
    assert view(milling, live)["quiet"] == "Nothing needs a look"
    assert view(milling, live[1:])["quiet"] == "Nothing needs a look; 1 machine sends no data"
    assert "nothing can be said" in view(milling, [state(asset, age_s=60) for asset in milling.assets[:-1]])["quiet"]


def test_a_machine_that_never_reported_says_so(milling):
    assert tile(view(milling, [state("M-01")]), "M-24")["text"] == "no data yet"


def test_the_area_filter_leaves_one_area_in_lane_and_tiles(milling):
    shown = view(milling, [state("M-01", 0.8, State.LIKELY), state("M-14", 0.8, State.LIKELY)], area="Area C")
    assert [area["name"] for area in shown["areas"]] == ["Area C"]
    assert [row["name"] for row in shown["rows"]] == ["M-14"]


def test_a_flood_keeps_the_lane_short_and_says_how_many_more(milling):
    shown = view(milling, [state(asset, 0.9, State.LIKELY) for asset in milling.assets[:12]])
    assert len(shown["rows"]) == MOST_ROWS and shown["more"].startswith("4 more")


def test_a_replayed_table_is_an_area_only_once_it_reported(milling):
    assert "Published table" not in [area["name"] for area in view(milling, [state("M-01")])["areas"]]
    assert tile(view(milling, [state("P-01")]), "P-01")["kind"] == "normal"


def test_the_whole_view_is_plain_json(milling):
    assert json.loads(json.dumps(view(milling, [state("M-14", 0.82, State.LIKELY)])))


def test_a_sparkline_has_a_place_for_every_minute_and_holes_where_nothing_was_read():
    minutes = pd.to_datetime(["2026-03-02 13:02", "2026-03-02 12:03", "2026-03-02 11:00"], utc=True)
    trend = pd.DataFrame({"asset": ["M-01", "M-01", "M-01"], "minute": minutes, "risk": [0.834, 0.1, 0.9]})
    line = sparks(trend, AT)["M-01"]
    assert len(line) == MINUTES and line[-1] == 83 and line[0] == 10 and line[1:-1] == [None] * (MINUTES - 2)


def test_a_line_that_reports_every_three_minutes_has_a_trend_without_holes():
    times = [AT.replace(second=0) - timedelta(minutes=3 * n) for n in range(70)]
    trend = pd.DataFrame({"asset": "TE", "minute": times, "risk": [0.01 * (n % 90) for n in range(70)]})
    alone = sparks(trend, AT)["TE"]
    assert sum(value is not None for value in alone) == 20  # each between two minutes without any
    whole = sparks(trend, AT, timedelta(hours=3))["TE"]
    assert whole == [n % 90 for n in range(59, -1, -1)]


def beat(age_s, trouble=""):
    return Heartbeat("w1", "milling", "line", 1, AT, AT - timedelta(seconds=age_s), 7, 10, trouble)


@pytest.mark.parametrize(
    ("states", "beats", "live", "said"),
    [
        ([state("M-01", age_s=1)], [beat(0)], True, "live, 1 s ago"),
        ([state("M-01", age_s=30)], [beat(0)], False, "Stale since 14:01:37"),
        ([state("M-01", age_s=2)], [beat(2.5)], True, "live, 2 s ago"),
        ([state("M-01", age_s=2)], [beat(3.5)], False, "Stale since"),
        ([state("M-01", age_s=2)], [replace(beat(1), pid=0)], False, "Reading has stopped, nothing new since"),
        ([state("M-01", age_s=300)], [beat(300)], False, "Reading has stopped, nothing new since"),
        ([state("M-01", age_s=9)], [beat(1, "the disk is full")], False, "the disk is full"),
        ([state("M-01", age_s=300)], [beat(300, "release 3 is damaged")], False, "release 3 is damaged"),
        ([made_up_for("M-01", 3000, 1)], [beat(0)], False, "Catching up: at 13:12:07, 50 min behind"),
        ([made_up_for("M-01", 3000, 1), state("M-02", age_s=3600)], [beat(0)], False, "Catching up: at 13:12:07"),
        ([made_up_for("M-01", 3000, 9)], [beat(0)], False, "Stale since 13:12:07"),
        ([made_up_for("M-01", 3000, 1)], [beat(3.5)], False, "Stale since"),
        ([], [beat(0)], False, "Waiting for the first reading"),
        ([], [], False, "This line is not being read"),
    ],
)
def test_the_header_says_how_fresh_the_board_is_in_the_plants_time(milling, states, beats, live, said):
    found = freshness(milling, states, beats, AT, 5)
    assert found.live is live and said in found.text


def test_what_the_model_knows_again_stays_unknown_until_its_spell_is_over_unless_it_is_known_to_be_worse(milling):
    lasting = state("M-14", unknown_s=60)
    known = replace(lasting, prediction=replace(lasting.prediction, novelty=0.2))
    assert (tile(view(milling, [known]), "M-14")["kind"], known.since) == ("new", known.unknown_since)
    worse = replace(known, prediction=replace(known.prediction, state=State.LIKELY, score=0.9))
    assert (tile(view(milling, [worse]), "M-14")["kind"], worse.since) == ("likely", worse.state_since)
    off = board_view(milling, [known], {}, {}, AT, 5, off=True)
    assert "M-14" not in [row["name"] for row in off["rows"]] or tile(off, "M-14")["kind"] != "new"


def test_while_a_worker_makes_up_for_what_was_missed_the_board_says_so_and_shows_nothing_as_live(milling):
    behind = [made_up_for("M-14", 1800, 1)]
    assert view(milling, behind)["quiet"] == "Catching up with what was missed: live in a moment"
    assert tile(view(milling, behind), "M-14")["kind"] == "silent"
    assert view(milling, [made_up_for("M-14", 1800, 9)])["quiet"].startswith("No live data")
    assert board_view(milling, behind, {}, {}, AT, 5, late=True)["quiet"].startswith("No live data")
    assert view(milling, [*behind, state("M-01")])["quiet"].startswith("Nothing needs a look;")


def test_a_line_that_reports_each_minute_is_live_by_its_workers_sign_of_life_and_not_a_moment_longer(milling):
    slow, seen = milling.model_copy(update={"cadence_s": 60}), [state("M-01", age_s=50)]
    assert freshness(slow, seen, [beat(1)], AT, 5).live and not freshness(slow, seen, [beat(3.5)], AT, 5).live
    shown = {late: tile(board_view(slow, seen, {}, {}, AT, 5, late=late), "M-01")["kind"] for late in (False, True)}
    assert shown == {False: "normal", True: "silent"}


@pytest.mark.parametrize("shown, score", [(State.LIKELY, 0.99), (State.NORMAL, 0.01)])
def test_what_the_model_does_not_know_is_shown_as_that_and_never_as_a_risk(milling, shown, score):
    one = state("M-20", score, shown)
    one = replace(one, prediction=replace(one.prediction, novelty=2.5))
    board = view(milling, [one, state("M-01", 0.8, State.LIKELY)], reasons={"M-20": "Speed is 3,300 rpm."})
    assert [row["name"] for row in board["rows"]] == ["M-01", "M-20"]  # real advice first
    row, there = board["rows"][1], tile(board, "M-20")
    assert (row["kind"], row["shape"], row["state"], row["target"]) == ("new", "○", "unknown", "not in the training data")
    assert (there["kind"], there["shape"], there["text"]) == ("new", "○", "unknown") and there["go"]["page"] == "prediction"
    assert "%" not in row["label"] + there["label"] and "M-20 unknown" in board["spoken"]
    known = replace(one, prediction=replace(one.prediction, novelty=0.9))
    assert tile(view(milling, [known]), "M-20")["kind"] == str(shown)


def test_a_state_that_outlasts_its_risk_is_told_as_past_and_after_what_stands(milling):
    worst = state("M-03", 0.97, State.LIKELY).prediction
    gone = replace(state("M-03", 0.003, State.LIKELY, lasts_s=300), grounds=worst)
    shown = view(milling, [gone, state("M-05", 0.45, State.POSSIBLE)])
    assert [(row["name"], row["kind"], row["shape"], row["state"].replace("\u202f", " ")) for row in shown["rows"]] == [
        ("M-05", "possible", "◆", "possible 45 %"), ("M-03", "returned", "△", "was likely"),
    ]  # fmt: skip
    past = shown["rows"][1]
    assert past["target"].replace("\u202f", " ") == "13:57–14:02, highest 97 %" and past["go"]["reading"] == worst.id
    there = tile(shown, "M-03")
    assert (there["kind"], there["shape"], there["text"]) == ("returned", "△", "was likely until 14:02")
    assert shown["title"] == "1 needs a look · 1 came and went" and (shown["needing"], shown["past"]) == (1, 1)
    assert "<1" not in json.dumps([past, there])

"""The board at any size: how many assets are shown how, floods, what was seen or shelved, and what is new to whom."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from data.records import Acknowledgement, Look, ShelfReason, Shelving, State
from data.shifts import shift_at
from data.usecase.file import load
from data.usecase.use_case import UseCase
from pages.parts.board.asset_board.lane import MOST_ROWS
from pages.parts.board.asset_board.marks import LINGER, Marks, bells, is_new
from pages.parts.board.asset_board.merged import merged
from pages.parts.board.asset_board.tiles import mode_of, short_names
from pages.parts.board.asset_board.view import board_view
from pages.parts.board.wall import MOST_WALL_ROWS, wall_rows
from tests.pages.board.test_board_view import AT, state, tile

MILLING = load("milling")
MIN = timedelta(minutes=1)


def large(machines, areas):
    names = [f"M-{number:04}" for number in range(machines)]
    size = -(-machines // areas)
    told = MILLING.model_dump() | {"replay": None}
    told["areas"] = {f"Hall {at}": names[at * size : (at + 1) * size] for at in range(areas)}
    return UseCase.model_validate(told)


def view(use_case, states, marks=None, **given):
    return board_view(use_case, states, {}, {}, AT, 5, given.pop("area", None), marks=marks, **given)


def shelved(asset, shown=State.LIKELY, lasts=MIN, **more):
    return Shelving(1, "milling", asset, shown, "olga", AT - MIN, AT + lasts, ShelfReason.KNOWN, **more)


def seen(asset, shown=State.LIKELY, **more):
    return Acknowledgement("milling", asset, 7, shown, "olga", AT - MIN, **more)


def flooded(*assets):
    return [state(asset, 0.8, State.LIKELY, lasts_s=180 + 60 * at) for at, asset in enumerate(assets)]


def running(*assets, **given):
    return Marks(spells=dict.fromkeys(assets, AT - MIN), names={"olga": "Olga Berg"}, **given)


@pytest.mark.parametrize(
    ("assets", "areas", "mode"),
    [
        (6, 1, "rich"),
        (24, 4, "rich"),
        (48, 4, "rich"),
        (60, 6, "compact"),
        (200, 10, "cells"),
        (1000, 25, "cards"),
        (1000, 1, "cells"),
    ],
)
def test_the_more_assets_the_smaller_each_and_a_thousand_are_told_by_area(assets, areas, mode):
    assert mode_of(assets, areas) == mode
    use_case = large(assets, areas)
    shown = view(use_case, [state(asset) for asset in use_case.assets])
    assert {area["mode"] for area in shown["areas"]} == {mode}
    assert sum(len(area.get("strip") or area["tiles"]) for area in shown["areas"]) == assets


def test_a_card_counts_what_is_not_normal_worst_first_and_its_strip_says_where():
    use_case = large(1000, 25)
    states = [state(asset) for asset in use_case.assets]
    states[2], states[3], states[4] = (
        state("M-0002", 0.6, State.POSSIBLE), state("M-0003", 0.9, State.LIKELY), state("M-0004", 0.9, State.LIKELY, age_s=99),
    )  # fmt: skip
    first, second = view(use_case, states)["areas"][:2]
    assert [one[2] for one in first["counts"]] == ["1 likely", "1 possible", "1 without data"]
    assert first["strip"] == "nnpls" + 35 * "n" and second["counts"] == [["normal", "■", "all normal"]]


def test_an_area_that_was_opened_shows_its_assets_as_large_as_there_is_room_for():
    use_case = large(1000, 25)
    shown = view(use_case, [state(asset) for asset in use_case.assets], area="Hall 3")
    (area,) = shown["areas"]
    assert area["mode"] == "rich" and len(area["tiles"]) == 40 and tile(shown, "M-0120")["text"]


def test_a_cell_carries_its_risk_and_where_it_leads_only_when_it_is_advice():
    use_case = large(200, 10)
    states = [state(asset) for asset in use_case.assets]
    states[7] = state("M-0007", 0.88, State.LIKELY)
    cells = view(use_case, states, running("M-0007"))["areas"][0]["tiles"]
    assert cells[6] == ["M-0006", "0006", "n"]
    assert [str(part).replace("\u202f", " ") for part in cells[7]] == [
        "M-0007",
        "0007",
        "l",
        "88 %",
        str(states[7].prediction.id),
        "",
    ]


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["L3-M-014", "L3-M-015"], ["014", "015"]), (["M-1", "M-10"], ["1", "10"]), (["Mill", "Kiln"], ["Mill", "Kiln"]),
        (["M-1"], ["M-1"]), (["A", "AB"], ["A", "B"]), ([], []),
    ],
)  # fmt: skip
def test_names_are_shortened_by_what_all_begin_with(names, short):
    assert list(short_names(names).values()) == short


def test_a_thousand_assets_are_sent_in_a_few_kilobytes():
    use_case = large(1000, 25)
    states = [state(asset, 0.9, State.LIKELY) if at % 30 == 0 else state(asset) for at, asset in enumerate(use_case.assets)]
    sent = json.dumps(view(use_case, states, running(*use_case.assets, flood=True)))
    assert len(sent) < 15_000


def test_what_is_shelved_leaves_the_lane_and_stays_marked_in_its_place():
    states = [state("M-01", 0.9, State.LIKELY), state("M-02", 0.6, State.POSSIBLE)]
    shown = view(MILLING, states, running("M-01", "M-02", shelved={"M-01": shelved("M-01")}))
    assert [row["name"] for row in shown["rows"]] == ["M-02"] and shown["title"] == "1 needs a look"
    assert tile(shown, "M-01")["mark"] == "shelved" and tile(shown, "M-01")["kind"] == "likely"


def test_what_got_worse_than_it_was_shelved_is_back():
    marks = running("M-01", shelved={"M-01": shelved("M-01", State.POSSIBLE)})
    assert view(MILLING, [state("M-01", 0.9, State.LIKELY)], marks)["rows"][0]["name"] == "M-01"
    assert view(MILLING, [state("M-01", 0.6, State.POSSIBLE)], marks)["rows"] == []
    strange = state("M-01", 0.6, State.POSSIBLE, unknown_s=60)  # the model does not know it: nobody has shelved that
    assert view(MILLING, [strange], marks)["rows"][0]["kind"] == "new"


def test_what_the_model_does_not_know_is_seen_and_shelved_like_advice():
    strange = state("M-01", lasts_s=9000, unknown_s=120)
    (row,) = view(MILLING, [strange], Marks())["rows"]
    assert (row["kind"], row["since"], row["seen"]) == ("new", "2 min", "")  # not since when its state is normal
    assert row["advice"] == {"use_case": "milling", "asset": "M-01", "state": "normal"}
    known = view(MILLING, [strange], running(seen={"M-01": seen("M-01", State.NORMAL, unknown=True)}))
    assert known["rows"][0]["seen"] == "Seen by Olga Berg, 14:01" and tile(known, "M-01")["mark"] == "seen"
    assert known["title"] == "1 seen, nothing else needs a look"
    aside = view(MILLING, [strange], running(shelved={"M-01": shelved("M-01", State.NORMAL, unknown=True)}))
    assert aside["rows"] == [] and (tile(aside, "M-01")["mark"], tile(aside, "M-01")["kind"]) == ("shelved", "new")


@pytest.mark.parametrize("unknown", [True, False])
def test_what_was_said_of_advice_and_of_what_is_unknown_is_kept_apart(unknown):
    now = state("M-01", 0.6, State.POSSIBLE, unknown_s=None if unknown else 60)
    said = {"seen": {"M-01": seen("M-01", unknown=unknown)}, "shelved": {"M-01": shelved("M-01", unknown=unknown)}}
    (row,) = view(MILLING, [now], running("M-01", **said))["rows"]
    assert row["seen"] == "" and tile(view(MILLING, [now], running("M-01", **said)), "M-01")["mark"] == ""


def test_what_is_seen_stays_with_who_saw_it_and_goes_behind_what_nobody_has():
    states = [state("M-01", 0.95, State.LIKELY), state("M-02", 0.75, State.LIKELY)]
    shown = view(MILLING, states, running("M-01", "M-02", seen={"M-01": seen("M-01")}))
    assert [row["name"] for row in shown["rows"]] == ["M-02", "M-01"] and shown["title"] == "1 needs a look"
    assert shown["rows"][1]["seen"] == "Seen by Olga Berg, 14:01" and tile(shown, "M-01")["mark"] == "seen"
    all_seen = view(MILLING, states[:1], running("M-01", seen={"M-01": seen("M-01")}))
    assert all_seen["title"] == "1 seen, nothing else needs a look"
    worse = view(MILLING, states[:1], running("M-01", seen={"M-01": seen("M-01", State.POSSIBLE)}))
    assert worse["rows"][0]["seen"] == "" and worse["needing"] == 1


def test_with_the_ai_off_nothing_is_put_aside():
    from dataclasses import replace

    one = state("M-02", 0.01, State.NORMAL)
    values = {
        "torque": 66.0,
        "rotational_speed": 1500.0,
        "tool_wear": 10.0,
        "air_temperature": 300.0,
        "process_temperature": 310.0,
    }
    one = replace(one, prediction=replace(one.prediction, values=values | {"product_type": "L"}))
    marks = running("M-02", shelved={"M-02": shelved("M-02")}, seen={"M-02": seen("M-02")}, flood=True)
    (row,) = view(MILLING, [one], marks, off=True)["rows"]
    assert (row["name"], row["seen"], row["advice"]) == ("M-02", "", None)


def test_a_sound_is_for_likely_advice_that_nobody_has_seen_or_shelved_once_an_episode():
    states = {asset: state(asset, 0.9, State.LIKELY) for asset in ("M-01", "M-02", "M-03")}
    states["M-04"] = state("M-04", 0.6, State.POSSIBLE)
    marks = running(*states, seen={"M-02": seen("M-02")}, shelved={"M-03": shelved("M-03")})
    assert bells("milling", states, marks) == [f"milling/M-01/{int((AT - MIN).timestamp())}"]


@pytest.mark.parametrize(
    ("start", "before", "begun", "new"),
    [
        (-30, -60, -1, True),  # began while they were away
        (-90, -60, -1, False),  # they had it before them then
        (-30, -60, -6, False),  # they have had it before them for long enough
        (-1, -60, -120, True),  # it began while they look
        (-30, None, -1, False),  # their first look: nothing of before is new
        (-1, None, -2, True),
    ],
)
def test_what_is_new_to_somebody_follows_from_when_they_looked_last(start, before, begun, new):
    look = Look(AT + MIN * begun, None if before is None else AT + MIN * before)
    assert is_new(AT + MIN * start, look, AT) is new and timedelta(minutes=2) < LINGER < timedelta(minutes=6)


def test_several_lines_keep_an_opened_area_together_and_count_what_is_left():
    def told(states, **given):
        return view(MILLING, states, running(*MILLING.assets, **given), opened=("Area A",)) | {
            "fresh": ["x/M-01"], "status": [], "notices": [],
        }  # fmt: skip

    flood = told([state(asset, 0.6, State.POSSIBLE) for asset in MILLING.assets[:10]], flood=True)
    quiet = told([state(asset, 0.9, State.LIKELY) for asset in MILLING.assets[:10]])
    found = merged([("a", "A", flood), ("b", "B", quiet)])
    assert [row["kind"] for row in found["rows"]] == ["likely"] * MOST_ROWS and found["left"] == 2 + 10
    group = {"key": "area:Area A", "kind": "possible", "name": "Area A", "area": "2 machines", "holds": 2}
    member = {"key": "M-02", "kind": "possible", "name": "M-02", "area": "Area A", "member": True}
    found = merged([("a", "A", flood | {"rows": [group, member]}), ("b", "B", quiet | {"rows": quiet["rows"][:1]})])
    assert [row["name"] for row in found["rows"]] == ["M-01", "Area A", "M-02"] and len(found["bells"]) == 10


def test_a_wall_has_room_for_a_few_rows_and_counts_the_others():
    shown = wall_rows(view(MILLING, [state(asset, 0.8, State.LIKELY) for asset in MILLING.assets[:12]]))
    assert len(shown["rows"]) == MOST_WALL_ROWS and shown["more"].startswith("8 more")
    flood = wall_rows(view(MILLING, flooded(*MILLING.assets[:23]), running(flood=True), opened=("Area A",), wall=True))
    assert [row["name"] for row in flood["rows"]] == ["M-23", "M-22", "Area D", "Area C"] or len(flood["rows"]) == MOST_WALL_ROWS
    assert sum(row.get("holds", 1) for row in flood["rows"]) + flood["left"] == 23


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-03-02T12:00", "2026-03-02T13:00"), ("2026-03-02T13:00", "2026-03-02T21:00"), ("2026-03-02T23:30", "2026-03-03T05:00"),
        ("2026-03-29T00:30", "2026-03-29T04:00"),  # the night in which the clocks go forward
    ],
)  # fmt: skip
def test_a_shift_ends_by_the_plants_own_clock(at, end):
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert shift_at(MILLING, moment).end == datetime.fromisoformat(end).replace(tzinfo=UTC)

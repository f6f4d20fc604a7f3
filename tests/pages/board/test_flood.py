"""A flood of advice: when there is one, and that only what has no room is gathered, with its ages and its worst."""

from datetime import timedelta

from data.records import State
from data.usecase.file import load
from pages.parts.board.asset_board.flood import in_flood
from pages.parts.board.asset_board.lane import MOST_GROUPS, MOST_ROWS
from tests.pages.board.test_board_scale import large, running, view
from tests.pages.board.test_board_view import AT, state

MILLING = load("milling")
MIN = timedelta(minutes=1)


def starts(*minutes):
    return [AT - MIN * ago for ago in minutes]


def test_a_flood_begins_with_the_eleventh_in_ten_minutes_and_ends_below_five():
    began = [AT + timedelta(seconds=at) for at in range(11)]
    assert not in_flood(began[:10], AT + MIN) and in_flood(began, AT + MIN)
    assert in_flood([*began, *(AT + 5 * MIN for _ in range(5))], AT + 12 * MIN)  # five of them are left: it lasts
    assert not in_flood([*began, *(AT + 5 * MIN for _ in range(4))], AT + 12 * MIN)
    assert not in_flood([*began, *(AT + 13 * MIN for _ in range(10))], AT + 14 * MIN)  # it was over: ten more are none
    assert in_flood(reversed([*began, AT + 90 * MIN]), AT + MIN)  # what comes later, and the order, do not matter
    assert not in_flood([], AT) and not in_flood(began, AT + 60 * MIN)


def likely(*assets, score=0.8):
    return [state(asset, score, State.LIKELY, lasts_s=180 + 60 * at) for at, asset in enumerate(assets)]


def test_what_fits_is_never_gathered_however_many_came_at_once():
    states = [*likely(*MILLING.assets[:7]), state("M-08", 0.6, State.POSSIBLE)]
    shown = view(MILLING, states, running(*MILLING.assets, flood=True))
    assert [row["name"] for row in shown["rows"]][-1] == "M-08" and len(shown["rows"]) == 8 and shown["flood"] == ""
    assert all("holds" not in row and row["advice"] for row in shown["rows"])


def test_in_a_flood_the_worst_stand_alone_and_the_rest_is_told_by_area_with_its_ages_and_its_worst():
    states = [*likely(*MILLING.assets[:10]), *(state(asset, 0.6, State.POSSIBLE) for asset in MILLING.assets[10:14])]
    shown = view(MILLING, states, running(*MILLING.assets, flood=True))
    rows = shown["rows"]
    alone = [row["name"] for row in rows if "holds" not in row]
    assert alone == ["M-10", "M-09", "M-08", "M-07", "M-06"]  # of equals those that have lasted longest
    assert [(row["name"], row["state"]) for row in rows[5:]] == [
        ("Area A", "5 likely"),
        ("Area B", "2 possible"),
        ("Area C", "2 possible"),
    ]
    first = rows[5]
    assert (
        first["since"] == "3 min\u2009–\u20097 min"
        and first["why"].startswith("Worst: M-05, likely 80")
        and "for 7 min" in first["why"]
    )
    assert "told by area" in shown["flood"] and shown["title"] == "14 need a look" and shown["left"] == 0
    assert first["go"] == {"group": "Area A", "use_case": "milling"} and first["advice"] is None


def test_what_is_likely_never_stands_behind_what_is_possible():
    states = [*likely(*MILLING.assets[12:18]), *(state(asset, 0.69, State.POSSIBLE) for asset in MILLING.assets[:12])]
    for flood in (True, False):
        rows = view(MILLING, states, running(*MILLING.assets, flood=flood))["rows"]
        kinds = [row["kind"] for row in rows]
        assert kinds == sorted(kinds, key=("likely", "possible").index) and kinds[0] == "likely"


def test_an_area_of_a_flood_opens_to_what_had_no_room():
    states = likely(*MILLING.assets[:12])
    rows = view(MILLING, states, running(*MILLING.assets, flood=True), opened=("Area A",))["rows"]
    (group,) = [row for row in rows if "holds" in row and row["name"] == "Area A"]
    members = [row for row in rows if row.get("member")]
    assert len(members) == group["holds"] and all(row["advice"] and row["area"] == "Area A" for row in members)
    assert group["expanded"] and len({row["key"] for row in rows}) == len(rows)


def test_a_flood_of_many_areas_leaves_room_for_the_map():
    use_case = large(1000, 25)
    shown = view(use_case, [state(asset, 0.8, State.LIKELY) for asset in use_case.assets], running(flood=True))
    groups = [row for row in shown["rows"] if "holds" in row]
    assert len(shown["rows"]) == MOST_ROWS and len(groups) == MOST_GROUPS
    assert shown["left"] == 1000 - sum(row.get("holds", 1) for row in shown["rows"])

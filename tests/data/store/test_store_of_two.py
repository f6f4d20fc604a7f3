"""Two people, one record: what rests on an older screen is refused where it is written, and the one who was faster is named."""

import ast
from itertools import count

import pytest
from sqlite_utils import Database

from data.records import ReleaseRecord, ShelfReason, State
from data.store import Conflict, open_store
from data.store.sqlite.migrations import MIGRATIONS
from tests.data.store.test_store_attention import soon
from tests.deliveries import at
from tests.house.test_house import HOUSE

PLACES = {"claim": 4, "ask_second": 3, "assign": 4, "decide": 2, "comment": 5, "acknowledge": 4, "shelve": 6, "set_switch": 5}
"""Verbs of the store that change what somebody else may have changed meanwhile, and how many things are handed to each with what was on the screen."""


@pytest.fixture
def said(staffed, record, scored_batch):
    """Says the state of M-01 a second after what was said before; gives the store."""
    second = count()

    def say(state):
        record(scored_batch(next(second), next(second), assets=1, state=[state], score=[0.9 if state else 0.1]))
        return staffed

    return say


@pytest.fixture
def released(staffed):
    """A store with releases 1 to 3; the first is the champion."""
    for number in (1, 2, 3):
        staffed.releases.add(ReleaseRecord("milling", number, f"releases/milling/{number}", "0", at(0), "dana", None, {}))
    staffed.releases.set_champion("milling", 1, "dana", "first")
    return staffed


def test_what_is_worse_than_what_was_on_the_screen_is_not_seen(said):
    store = said(State.POSSIBLE)
    said(State.LIKELY)
    with pytest.raises(Conflict, match="M-01 is worse now than what was on your screen"):
        store.attention.acknowledge("milling", "M-01", "olga", State.POSSIBLE)
    assert store.attention.acknowledged("milling") == []
    assert store.attention.acknowledge("milling", "M-01", "olga", State.LIKELY).state is State.LIKELY
    said(State.POSSIBLE)
    store.attention.acknowledge("milling", "M-01", "olga", State.LIKELY)  # milder than what was seen is no trouble


def test_what_somebody_shelved_meanwhile_is_not_shelved_otherwise_unread(said):
    store = said(State.POSSIBLE)
    first = store.attention.shelve("milling", "M-01", "omar", soon(hours=1), ShelfReason.MAINTENANCE, [])
    with pytest.raises(Conflict, match="omar has shelved M-01 meanwhile"):
        store.attention.shelve("milling", "M-01", "olga", soon(minutes=15), ShelfReason.KNOWN, [])
    assert store.attention.shelved("milling") == [first]
    again = store.attention.shelve("milling", "M-01", "olga", soon(minutes=15), ShelfReason.KNOWN, [first.id])
    assert store.attention.shelved("milling") == [again]


def test_a_switch_goes_by_the_reason_that_was_read(staffed):
    releases = staffed.releases
    read = releases.set_switch("milling", False, "erik", "Too many false alarms.")
    releases.set_switch("milling", True, "dana", "Mended.")
    releases.set_switch("milling", False, "adam", "A sensor burns.")
    with pytest.raises(Conflict, match="adam has switched the AI of milling since"):
        releases.set_switch("milling", True, "dana", "", read)
    assert releases.switch("milling").reason == "A sensor burns."
    assert releases.set_switch("milling", True, "dana", "", releases.switch("milling")).on


def test_champion_and_shadow_are_changed_by_who_has_seen_them(released):
    store = released
    store.releases.set_champion("milling", 2, "adam", "better", seen=1)
    with pytest.raises(Conflict, match="it is release 2 now"):
        store.releases.set_champion("milling", 3, "dana", "better", seen=1)
    store.shadows.start("milling", 3, "adam", "to look at it", 0)
    with pytest.raises(Conflict, match="adam lets release 3 run in the shadow"):
        store.shadows.start("milling", 1, "dana", "to look at it", 0)
    with pytest.raises(Conflict, match="adam lets release 3 run in the shadow"):
        store.shadows.end("milling", "dana", "enough", 1)
    assert store.shadows.now("milling").number == 3
    store.shadows.end("milling", "dana", "enough", 3)
    store.shadows.end("milling", "dana", "enough", 3)  # ended by somebody already: that is what was wanted
    assert store.shadows.now("milling") is None


def test_why_a_champion_became_one_is_kept_with_it_also_of_an_older_file(tmp_path):
    file = tmp_path / "pullcord.db"
    older = Database(file)
    MIGRATIONS.apply(older, stop_before="m014_versions_of_drafts")
    for number in (1, 2):
        older["release"].insert(
            {"use_case": "milling", "number": number, "folder": f"f/{number}", "digest": "0", "created_us": 1, "created_by": "dana", "parent": None,
             "figures": "{}", "note": ""}
        )  # fmt: skip
    for at_us, number, action in ((10, 1, "release"), (20, 2, "override_release"), (30, 1, "roll_back")):
        older["champion"].insert({"use_case": "milling", "number": number, "since_us": at_us, "by": "dana"})
        older["audit"].insert(
            {"at_us": at_us + 1, "person": "dana", "action": action, "subject": f"release:milling/{number}", "use_case": "milling",
             "details": f'{{"reason": "reason {at_us}"}}'}
        )  # fmt: skip
    older["handover"].insert({"use_case": "milling", "start_us": 5, "end_us": 9, "remarks": "M-14 runs warm."}, alter=False)
    older.close()
    store = open_store(file)
    told = [(one.number, one.action, one.reason) for one in store.releases.champions("milling")]
    assert told == [(1, "roll_back", "reason 30"), (2, "override_release", "reason 20"), (1, "release", "reason 10")]
    (kept,) = Database(file)["handover"].rows
    assert (kept["remarks"], kept["version"]) == ("M-14 runs warm.", 1)
    store.close()


def test_every_screen_hands_over_what_was_on_it():
    """The demo's script excepted, which looks at the store right before each of its taps."""
    bare = []
    for file in sorted((HOUSE / "pages").rglob("*.py")):
        if "tour" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PLACES:
                asked = ast.unparse(node.func.value)
                carried = len(node.args) >= PLACES[node.func.attr] or any(one.arg == "seen" for one in node.keywords)
                if asked.split(".")[-1] in ("feedback", "attention", "releases") and not carried:
                    bare.append(f"{file.relative_to(HOUSE)}:{node.lineno} {ast.unparse(node.func)}")
    assert bare == []

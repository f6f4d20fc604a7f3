"""Before a line has anything live to show: every screen says what happens and how far it is, in plain words, and what to do when it cannot."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as hy

from data.records import STEPS, Champion, Heartbeat, Preparing
from data.usecase.file import load
from models.jobs.first_release import BY
from pages.parts.board.asset_board.beginning_view import beginning_view
from pages.parts.board.asset_board.merged import merged
from pages.parts.shell.beginning import DONE, NEXT, NOW, told
from tests.deliveries import record, scored_batch
from tests.screens import show, texts

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
MILLING = load("milling")
JARGON = re.compile(r"tree|loss|release|worker|epoch|fold|booster|rows", re.IGNORECASE)


def ago(seconds):
    return AT - timedelta(seconds=seconds)


def beat(preparing=None, age_s=0.5, pid=4711, trouble="", source="line:1"):
    return Heartbeat("w", "milling", source, pid, ago(60), ago(age_s), None, 0, trouble, preparing)


def making(step="judge", share=0.5, failed=""):
    return Preparing(step, share, ago(20), ago(1), failed)


def champion(age_s, by=BY):
    return Champion("milling", 1, ago(age_s), by)


def begins(beats=(), champion=None, last=None, comes=True, backlog_s=3600.0):
    return told(MILLING, champion, last, beats, AT, comes, backlog_s)


def said(found):
    return " ".join((found.title, found.lead, found.left, found.hint, *(name for name, _ in found.steps)))


@given(hy.sampled_from(STEPS), hy.floats(0, 1), hy.floats(0, 400))
def test_how_far_it_is_stands_there_in_plain_words_and_never_goes_beyond_what_is_done(step, share, age_s):
    found = begins([beat(Preparing(step, share, ago(age_s + 20), ago(age_s)))])
    assert 0 <= found.share <= 0.75 and found.calm and found.left
    kinds = [kind for _, kind in found.steps]
    assert kinds == [DONE] * STEPS.index(step) + [NOW] + [NEXT] * (len(kinds) - STEPS.index(step) - 1)
    assert not JARGON.search(said(found)) and "because" not in said(found)


def test_each_thing_that_can_be_wrong_says_what_to_do_and_each_that_is_not_goes_on_by_itself():
    assert begins().calm and "being started" in begins().title
    alone = begins(comes=False)
    assert not alone.calm and "python worker.py --use-case milling" in alone.hint
    killed = begins([beat(making(), age_s=40)])
    assert killed.calm and re.search(r"interrupted at \d\d:\d\d:\d\d", killed.title) and killed.lead
    left_alone = begins([beat(making(), age_s=40)], comes=False)
    assert not left_alone.calm and "worker.py" in left_alone.hint
    failed = begins([beat(making(failed="The tables are not there: fetch them once"))])
    assert not failed.calm and "fetch them once" in failed.lead and "tried again" in failed.hint
    broken = begins([beat(trouble="Release 1 is damaged.")], champion(60))
    assert not broken.calm and broken.lead == "Release 1 is damaged."
    waiting = begins([beat()], champion(60))
    assert waiting.calm and "waits for its first reading" in waiting.title and waiting.share is None


def test_the_hour_before_the_start_is_no_news_of_silent_machines():
    early, late = (begins([beat()], champion(10), ago(10 + 3600 * (1 - part))) for part in (0.1, 0.9))
    assert early.calm and 0.75 < early.share < late.share < 1 and early.left != late.left
    assert (
        begins([beat()], champion(3000), ago(2000)) is None
    )  # behind after it had begun: the board tells how far, of machines it knows
    assert begins([beat(age_s=60)], champion(10), ago(900)) is None  # it died meanwhile: that is told as what it is
    assert begins([beat()], champion(10), ago(0.5)) is None  # live


def test_a_line_that_begins_stands_on_one_board_with_one_that_runs():
    other = {"quiet": "Nothing needs a look", "status": [], "areas": [], "notices": [], "fresh": [], "spoken": "", "bells": [], "flood": "",
             "rows": [], "needing": 0, "abnormal": 0, "left": 0, "columns": 1, "widest": 1, "threshold": 50.0}  # fmt: skip
    view = merged([("a", "Line A", other), ("milling", MILLING.title, beginning_view(MILLING, begins([beat(making())])))])
    assert view["quiet"] == "Line A: Nothing needs a look"
    (begun,) = view["beginnings"]
    assert begun["key"] == "milling" and begun["share"] > 0
    assert [tile["name"] for area in view["areas"] for tile in area["tiles"]] == [
        asset for assets in MILLING.areas.values() for asset in assets
    ]
    assert {tile["kind"] for area in view["areas"] for tile in area["tiles"]} == {"waiting"}
    assert merged([("m", "M", other), ("n", "N", other)])["quiet"] == "Nothing needs a look"


def lives(store):
    """A sign of life of a worker that makes the first model, of this moment."""
    now = datetime.now(UTC)
    told_now = Preparing("judge", 0.5, now - timedelta(seconds=20), now)
    store.workers.beat(Heartbeat("w", "milling", "line:1", 4711, now, now, None, 0, "", told_now))


def page(name):
    def drawn():
        from importlib import import_module

        import streamlit as st

        import_module("pages." + st.query_params["name"]).render()

    return lambda **asked: show(drawn, name=name, **asked)


@pytest.mark.parametrize("name", ["asset", "prediction", "handover", "model", "releases", "overview"])
def test_every_page_says_it_in_that_minute_and_shows_nothing_empty_to_be_tapped(empty, name):
    lives(empty)
    app = page(name)(who="adam", asset="M-03")
    assert "Milling line is being made ready" in texts(app) and not app.error
    assert [bar for bar in app.get("progress")] and "second" not in texts(app)
    assert not [one for one in app.button if one.key in ("train", "hand_over")]


def board():
    import json

    import streamlit as st

    from pages.board import _view
    from pages.parts.shell import session

    st.code(json.dumps(_view(session.use_case(), None, False)))


def test_the_board_is_fed_from_its_first_second_on(empty):
    import json

    lives(empty)
    view = json.loads(show(board, "olga").code[0].value)
    assert view["beginnings"][0]["left"] and view["status"] and view["areas"] and view["rows"] == []
    assert "no alarm system" in view["beginnings"][0]["intended"]
    record(empty, MILLING, scored_batch(MILLING, 0, 24))
    lives(empty)
    assert "beginnings" not in json.loads(show(board, "olga").code[0].value)

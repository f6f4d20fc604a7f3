"""The handover: what a shift's facts are, how its draft reads, and the page on which two people sign it."""

from datetime import UTC, datetime, timedelta

import pytest
import streamlit as st

from data.records import FlagKind, FlagReason, State
from data.shifts import Shift, shift_at
from models.documents.document import Items, markdown
from models.documents.handover import document, plain, restored
from models.documents.shift import Facts, facts
from models.documents.words import ENGLISH
from pages.parts.documents.card_page import card_page
from tests import deliveries
from tests.deliveries import refused
from tests.screens import button, decided, flag, recorded_plant, show, texts

MILD = "M-14 runs warm <b>& loud</b>"


@pytest.fixture
def plant(tmp_path, monkeypatch, use_case):
    """A store with a few readings of M-01 to M-04, odd ones with advice."""
    yield from recorded_plant(tmp_path / "home", monkeypatch, use_case)


def handover():
    from pages.handover import render

    render()


def now_shift(use_case):
    return shift_at(use_case, datetime.now(UTC))


def told(use_case, found, names=None):
    return document(use_case, Shift(deliveries.ZERO, deliveries.at(8 * 3600)), found, names or {}, ENGLISH)


def test_the_facts_of_a_shift_are_gathered_from_the_record(plant, use_case):
    store, now = plant, datetime.now(UTC) + timedelta(seconds=1)
    deliveries.record(store, use_case, rejects=refused(9, 10), last=20)
    raised = flag(store, reading=1)
    flag(store, reading=3, person="omar", kind=FlagKind.UNCLEAR, reason=FlagReason.NOT_UNDERSTOOD)
    decided(store, raised.case)
    store.releases.set_switch("milling", False, "erik", "sensor exchange")
    store.attention.acknowledge("milling", "M-01", "olga")
    now = datetime.now(UTC) + timedelta(seconds=1)
    behind = now - deliveries.at(2)
    found = facts(use_case, store, Shift(now - timedelta(hours=1), now + timedelta(hours=1)), now, behind=behind, patience_s=60)
    assert {one["called"] for one in found.open} == {"outside"}  # the AI is off: by rule, as on the board
    assert {one["asset"] for one in found.advice} == {"M-01", "M-03"} and found.advice[0]["state"] == State.LIKELY
    m01, m03 = found.flags
    assert m01 == {"asset": "M-01", "wrong": 1, "unclear": 0, "answered": 1}
    assert m03 == {"asset": "M-03", "wrong": 0, "unclear": 1, "answered": 0}
    assert [(one["asset"], one["by"]) for one in found.attended] == [("M-01", "olga")]
    assert found.answers == ({"asset": "M-01", "kind": "model_wrong", "answer": "The sensor reads too high."},)
    assert found.refused == ({"asset": "M-01", "signal": "torque", "rows": 2},)
    assert len(found.silent) == 20 and found.silent[0] == {"asset": "M-05", "since": None}
    assert [(one["until"], one["reason"]) for one in found.ai_off] == [(None, "sensor exchange")]
    before = facts(use_case, store, Shift(now - timedelta(hours=9), now - timedelta(hours=1)), now, behind=behind)
    assert (before.advice, before.flags, before.answers, before.silent, before.ai_off) == ((), (), (), (), ())


def test_the_draft_tells_what_there_is_and_of_what_there_is_nothing(use_case):
    at, later = deliveries.ZERO.isoformat(), (deliveries.ZERO + timedelta(days=1)).isoformat()
    spell = {"asset": "M-14", "state": "likely", "start": at, "end": None, "score": 0.82, "reading": 1}
    stands = {"asset": "M-14", "called": "likely", "risk": 0.82, "since": at, "aside": False}
    found = Facts(
        at,
        advice=(spell, spell | {"asset": "M-02", "end": at}),
        open=(stands, stands | {"asset": "M-15", "called": "unknown", "risk": None, "aside": True}),
        unseen=({"asset": "M-02", "state": "possible", "start": at, "end": at, "score": 0.6},),
        attended=({"asset": "M-14", "by": "olga", "at": at, "until": later, "reason": "sensor"},),
        flags=({"asset": "M-14", "wrong": 3, "unclear": 0, "answered": 3},),
        silent=({"asset": "M-18", "since": at}, {"asset": "M-20", "since": None}),
        refused=({"asset": None, "signal": None, "rows": 1200}, {"asset": "M-01", "signal": "torque", "rows": 2}),
    )
    text = markdown(told(use_case, found, {"olga": "Olga Berg"})).replace("\\", "")
    for line in (
        "M-14: likely, highest risk 82 %, since 12:00 UTC.",
        "M-15: unknown to the model, since 12:00 UTC. It is on the shelf.",
        "M-02: was possible from 12:00 UTC to 12:00 UTC, highest risk 60 %.",
        "Advice that came and went in this shift: 1.",
        "M-14: put aside by Olga Berg until 2026-03-03 12:00 UTC (A sensor reads wrong).",
        "M-14: flagged wrong 3, unclear 0; answered 3.",
        "M-18: no reading since 12:00 UTC.",
        "M-20: has never sent a reading.",
        "machine not known, whole row: 1,200 readings in quarantine.",
        "M-01, Torque: 2 readings in quarantine.",
        "## Nothing to report\n\nAnswers to flags · New releases · AI switched off",
    ):
        assert line in text, line


def test_in_the_night_in_which_a_clock_shows_an_hour_twice_moments_keep_their_day_and_zone(use_case):
    at = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # Berlin: the first 02:30
    shift = Shift(at - timedelta(hours=2), at + timedelta(hours=6))
    found = Facts(at.isoformat(), silent=({"asset": "M-18", "since": at.isoformat()},))
    assert "M-18: no reading since 2026-10-25 00:30 UTC." in markdown(document(use_case, shift, found, {}, ENGLISH))


def test_many_of_a_kind_are_counted_not_listed(use_case):
    silent = tuple({"asset": f"M-{n:02}", "since": None} for n in range(1, 25))
    (section,) = [
        one
        for one in told(use_case, Facts(deliveries.ZERO.isoformat(), silent=silent)).sections
        if isinstance(one.blocks[0], Items)
    ]
    assert len(section.blocks[0].items) == 9 and section.blocks[0].items[-1] == "and 16 more."


def test_what_was_signed_is_kept_word_by_word(use_case):
    whole = told(use_case, Facts(deliveries.ZERO.isoformat(), silent=({"asset": "M-01", "since": None},)))
    assert restored(plain(whole)) == whole


def test_two_people_sign_on_the_page_and_then_it_is_frozen(plant, use_case):
    shift = now_shift(use_case)
    app = show(handover, "olga")
    app.text_area[0].input(MILD).run()
    assert plant.handovers.get("milling", shift.start).remarks == MILD
    app = show(handover, "olga")  # another browser
    assert "M-14 runs warm" in texts(app) and "Written by" in texts(app)
    button(app, "big_sign_out").click().run()
    signed = plant.handovers.get("milling", shift.start)
    assert (signed.outgoing, signed.remarks, signed.language) == ("olga", MILD, "en") and signed.facts["upto"]
    assert (
        "Handed over by Olga Berg" in texts(app)
        and button(app, "big_sign_in") is None
        and button(app, "big_take_back") is not None
    )
    app = show(handover, "omar")
    assert "Nobody has taken over yet" in texts(app) and button(app, "big_take_back") is None
    app.text_area[0].input("Seen.")
    button(app, "big_sign_in").click().run()
    done = plant.handovers.get("milling", shift.start)
    assert (done.incoming, done.reply, done.frozen) == ("omar", "Seen.", True)
    said = texts(app)
    assert "Taken over by Omar Haddad" in said and "Olga Berg → Omar Haddad" in said
    assert button(app, "big_sign_in") is None and button(app, "big_sign_out") is None


def test_what_is_shown_later_is_what_was_signed_not_what_is_true_now(plant, use_case):
    app = show(handover, "olga")
    button(app, "big_sign_out").click().run()
    flag(plant, reading=1)
    assert "M-01: flagged" not in texts(show(handover, "omar"))
    app = show(handover, "olga")
    button(app, "big_take_back").click().run()
    assert "M-01: flagged wrong 1, unclear 0; answered 0." in texts(app).replace("\\", "")


def test_who_may_not_hand_over_is_told_whatever_the_screen_shows(plant):
    from data.people import Action, NotAllowed, may, require

    people = {person.id: person for person in plant.people.all()}
    assert [name for name, person in people.items() if may(person, Action.HAND_OVER)] == ["olga", "omar", "erik", "adam"]
    with pytest.raises(NotAllowed, match="may not hand over"):
        require(people["maria"], Action.HAND_OVER)


@pytest.mark.parametrize("moment", ["yesterday", "9999-01-01T00:00", "", "2026-11-28T05:00 +99:00", "'; DROP TABLE handover"])
def test_an_address_of_no_shift_shows_the_running_one(plant, use_case, moment):
    app = show(handover, "olga", shift=moment)
    assert button(app, "big_sign_out") is not None and f"big_shift_{now_shift(use_case).start:%Y%m%d%H%M}" in [
        one.key for one in app.button
    ]


def test_past_handovers_are_listed_by_ten_and_printed_as_text(plant, use_case):
    from data.records import Handover

    shift = now_shift(use_case)
    kept = plain(told(use_case, Facts(deliveries.ZERO.isoformat())))
    for back in range(1, 13):
        start, end = shift.start - timedelta(days=back), shift.end - timedelta(days=back)
        plant.handovers.sign_out(Handover("milling", start, end, MILD, {}, kept, "en"), "olga")
    app = show(handover, "omar")
    listed = [one.key for one in app.button if (one.key or "").startswith("big_handover_")]
    assert len(listed) == 10
    button(app, "big_older_handovers").click().run()
    assert len([one for one in app.button if (one.key or "").startswith("big_handover_")]) == 2
    from models.documents.handover import with_signatures

    one = plant.handovers.past("milling")[0]
    page = card_page(with_signatures(restored(one.told), one, {"olga": "Olga <i>Berg</i>"}, ENGLISH))
    assert "&lt;b&gt;&amp; loud&lt;/b&gt;" in page and "<i>Berg" not in page and "Handed over by Olga &lt;i&gt;Berg" in page
    st.cache_resource.clear()

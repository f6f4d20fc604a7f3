"""The handover of a shift in every kind of store: a draft that is kept, two signatures of two people, then frozen; each step in the trail."""

from dataclasses import replace
from datetime import timedelta

import pytest

from data.records import Handover
from data.store import Conflict, NotFound
from tests.deliveries import at

START, END = at(0), at(8 * 3600)
TOLD = {"title": "Shift", "sections": [{"title": "Advice", "blocks": []}]}


@pytest.fixture
def handover():
    return Handover("milling", START, END, "M-14 runs warm.", {"flags": 2}, TOLD, "en")


def trail(store):
    return [(entry.person, entry.action) for entry in store.audit.trail("handover:milling/2026-03-02T12:00Z")]


def test_a_draft_survives_and_the_newest_remarks_stand(opened):
    store = opened()
    assert store.handovers.get("milling", START) is None
    first = store.handovers.keep("milling", START, END, "olga", "M-14", 0)
    kept = store.handovers.keep("milling", START, END, "olga", "M-14 runs warm; 'quoted' <b>text</b> שלום", first.version)
    assert opened().handovers.get("milling", START) == kept
    assert (kept.remarks, kept.end, kept.outgoing, kept.frozen) == ("M-14 runs warm; 'quoted' <b>text</b> שלום", END, None, False)
    assert store.handovers.past("milling") == []
    assert trail(store) == [("olga", "draft_handover")] * 2


def test_it_takes_two_people_and_is_frozen_then(store, handover):
    signed = store.handovers.sign_out(handover, "olga")
    assert (signed.outgoing, signed.facts, signed.told, signed.language) == ("olga", {"flags": 2}, TOLD, "en") and signed.signed
    with pytest.raises(Conflict, match="somebody else takes over"):
        store.handovers.sign_in(signed, "olga")
    done = store.handovers.sign_in(signed, "omar", "Seen, thanks.")
    assert (
        done.frozen
        and (done.incoming, done.reply, done.told) == ("omar", "Seen, thanks.", TOLD)
        and done.accepted >= signed.signed
    )
    for change in (
        lambda: store.handovers.keep("milling", START, END, "olga", "otherwise", signed.version),
        lambda: store.handovers.sign_out(replace(handover, remarks="otherwise"), "erik"),
        lambda: store.handovers.take_back("milling", START, "olga"),
        lambda: store.handovers.sign_in(signed, "erik"),
    ):
        with pytest.raises(Conflict, match="olga handed over to omar"):
            change()
    assert store.handovers.get("milling", START) == done
    assert trail(store) == [("olga", "sign_handover"), ("omar", "accept_handover")]


def test_a_signature_can_be_taken_back_by_its_own_hand_until_somebody_took_over(store, handover):
    signed = store.handovers.sign_out(handover, "olga")
    with pytest.raises(Conflict, match="only they may take that back"):
        store.handovers.take_back("milling", START, "erik")
    with pytest.raises(Conflict, match="only they may take that back"):
        store.handovers.keep("milling", START, END, "erik", "otherwise", signed.version)
    back = store.handovers.take_back("milling", START, "olga")
    assert (back.outgoing, back.signed, back.told, back.remarks) == (None, None, {}, "M-14 runs warm.")
    with pytest.raises(Conflict, match="who hands over signs first"):
        store.handovers.sign_in(signed, "omar")
    with pytest.raises(NotFound):
        store.handovers.sign_in(replace(signed, start=END), "omar")
    assert trail(store) == [("olga", "sign_handover"), ("olga", "take_back_handover")]


def test_past_ones_are_paged_by_their_shift_and_drafts_are_not_among_them(store, handover):
    for day in range(5):
        more = timedelta(days=day)
        store.handovers.sign_out(replace(handover, start=START + more, end=END + more), "olga")
    store.handovers.keep("milling", START + timedelta(days=9), END + timedelta(days=9), "olga", "only a draft", 0)
    first = store.handovers.past("milling", limit=3)
    assert [one.start.day for one in first] == [6, 5, 4]
    assert [one.start.day for one in store.handovers.past("milling", first[-1].start, limit=3)] == [3, 2]
    assert store.handovers.past("another") == []

"""What two people write in one place, in every kind of store: nothing is put in the place of what its writer has not read; what is begun waits."""

from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.records import Handover
from data.store import Conflict, Stale
from data.store.sqlite.feedback.drafts import MOST
from tests.deliveries import at

START, END = at(0), at(8 * 3600)
ACTS = st.lists(st.tuples(st.sampled_from(["olga", "omar"]), st.booleans(), st.text("ab ", max_size=3)), max_size=25)


def test_whoever_writes_on_an_older_version_is_refused_with_both_texts_and_nothing_is_lost(opened):
    store, other = opened(), opened()
    store.handovers.keep("milling", START, END, "olga", "M-14 runs warm.", 0)
    with pytest.raises(Stale, match="olga has written other remarks meanwhile") as refused:
        other.handovers.keep("milling", START, END, "omar", "M-03 waits for a tool.", 0)
    assert (refused.value.kept.remarks, refused.value.given) == ("M-14 runs warm.", "M-03 waits for a tool.")
    kept = store.handovers.get("milling", START)
    assert (kept.remarks, kept.version, kept.edited_by) == ("M-14 runs warm.", 1, "olga") and kept.edited is not None
    both = other.handovers.keep("milling", START, END, "omar", "M-14 runs warm.\nM-03 waits for a tool.", kept.version)
    assert (both.version, both.edited_by) == (2, "omar")
    again = store.handovers.keep("milling", START, END, "olga", both.remarks, 1)  # the same words: no conflict, no new version
    assert again == both


def test_who_goes_signs_the_words_that_were_on_the_screen_or_none(store):
    read = store.handovers.keep("milling", START, END, "olga", "M-14 runs warm.", 0)
    newer = store.handovers.keep("milling", START, END, "omar", "M-14 stands still.", read.version)
    for stale in (read, replace(newer, remarks="otherwise"), Handover("milling", START, END)):
        with pytest.raises(Stale) as refused:
            store.handovers.sign_out(stale, "olga")
        assert refused.value.kept == newer and store.handovers.get("milling", START).signed is None
    assert store.handovers.sign_out(newer, "olga").remarks == "M-14 stands still."


def test_who_comes_signs_what_they_have_read_and_not_what_was_signed_anew_since(store):
    read = store.handovers.sign_out(Handover("milling", START, END, "Fine.", {"flags": 1}), "olga")
    store.handovers.take_back("milling", START, "olga")
    store.handovers.sign_out(Handover("milling", START, END, "Fine.", {"flags": 9}, version=1), "olga")
    with pytest.raises(Conflict, match="olga has signed this handover anew since you opened it"):
        store.handovers.sign_in(read, "omar")
    assert store.handovers.sign_in(store.handovers.get("milling", START), "omar").frozen


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_no_text_is_ever_replaced_by_somebody_who_has_not_read_it(store, acts):
    """Two people with a page open each: they look anew, or write on what they saw last."""
    line = uuid4().hex  # a shift of its own for every example
    seen, kept = {"olga": (0, ""), "omar": (0, "")}, (0, "")
    for person, look, text in acts:
        if look:
            seen[person] = kept
            continue
        try:
            now = store.handovers.keep(line, START, END, person, text, seen[person][0])
        except Stale as refused:
            assert seen[person][0] != kept[0] and (refused.kept.version, refused.kept.remarks) == kept and refused.given == text
            continue
        assert seen[person][0] == kept[0] or text == kept[1]
        kept = seen[person] = (now.version, now.remarks)
        assert now.remarks == text


def test_what_one_has_begun_to_write_waits_for_them_alone_until_it_is_sent(opened):
    store = opened()
    store.drafts.keep("olga", "milling", "note/3", "The lamp was on <b>", 2)
    found = opened().drafts.get("olga", "milling", "note/3")
    assert (found.text, found.base) == ("The lamp was on <b>", 2)
    for other in (("omar", "milling", "note/3"), ("olga", "kiln", "note/3"), ("olga", "milling", "note/4")):
        assert store.drafts.get(*other) is None
    store.drafts.keep("olga", "milling", "note/3", "The lamp was on, twice")
    assert store.drafts.get("olga", "milling", "note/3").text == "The lamp was on, twice"
    store.drafts.keep("olga", "milling", "note/3", "  ")
    assert store.drafts.get("olga", "milling", "note/3") is None
    store.drafts.drop("olga", "milling", "note/3")


def test_many_drafts_that_were_left_behind_push_out_the_oldest_of_their_own_writer(store):
    store.drafts.keep("omar", "milling", "note/0", "mine")
    for case in range(MOST + 3):
        store.drafts.keep("olga", "milling", f"note/{case}", "begun")
    assert [store.drafts.get("olga", "milling", f"note/{case}") is None for case in (0, 2, 3, MOST + 2)] == [
        True,
        True,
        False,
        False,
    ]
    assert store.drafts.get("omar", "milling", "note/0").text == "mine"

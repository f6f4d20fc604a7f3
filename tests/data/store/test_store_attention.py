"""Seen and shelved, in every kind of store: bound to the advice that lasts, in the open, and never a judgement of the prediction."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np
import pytest

from data.records import ShelfEnd, ShelfReason, State
from data.store import Conflict, NotFound
from tests.deliveries import at
from tests.screens import flag

HOUR = timedelta(hours=1)


@pytest.fixture
def plant(staffed, record, scored_batch):
    """Says the state of M-01 (and, normal all along, of M-02) a second after what was said before; gives the store."""
    second = count()

    def say(state, unknown=False, lasts=None):
        at = next(second)
        rows = scored_batch(2 * at, 2 * at + 2, assets=2, state=[state, State.NORMAL], score=[0.9 if state else 0.1, 0.1])
        held = None if lasts is None else np.array([lasts, False])
        record(replace(rows, novelty=np.array([3.0 if unknown else 0.5, 0.5], np.float32), unknown=held))
        return staffed

    return say


def soon(**given):
    return datetime.now(UTC) + timedelta(**given)


def test_what_is_seen_is_told_to_all_and_goes_with_its_episode(plant):
    store = plant(State.POSSIBLE)
    made = store.attention.acknowledge("milling", "M-01", "olga")
    assert store.attention.acknowledge("milling", "M-01", "omar") == made  # twice is once: the first one stays
    assert (made.person, made.state, store.attention.acknowledged("milling")) == ("olga", State.POSSIBLE, [made])
    (entry,) = store.audit.trail(f"advice:milling/{made.episode}")
    assert (entry.person, entry.action, entry.details["asset"]) == ("olga", "acknowledge", "M-01")
    plant(State.NORMAL)
    assert store.attention.acknowledged("milling") == []
    plant(State.POSSIBLE)
    assert store.attention.acknowledged("milling") == []  # another episode
    assert store.attention.acknowledge("milling", "M-01", "omar").episode != made.episode


def test_what_was_seen_in_a_milder_state_has_to_be_seen_again(plant):
    store = plant(State.POSSIBLE)
    store.attention.acknowledge("milling", "M-01", "olga")
    plant(State.LIKELY)
    assert store.attention.acknowledged("milling") == []
    again = store.attention.acknowledge("milling", "M-01", "omar")
    assert store.attention.acknowledged("milling") == [again] and again.state is State.LIKELY
    plant(State.POSSIBLE)
    assert [one.state for one in store.attention.acknowledged("milling")] == [State.LIKELY]


def test_without_advice_there_is_nothing_to_see_or_to_shelve(plant):
    store = plant(State.NORMAL)
    for asset in ("M-01", "M-99", "'; --"):
        with pytest.raises(NotFound, match="no advice"):
            store.attention.acknowledge("milling", asset, "olga")
        with pytest.raises(NotFound, match="no advice"):
            store.attention.shelve("milling", asset, "olga", soon(hours=1), ShelfReason.KNOWN)
    with pytest.raises(NotFound):
        store.attention.unshelve(4711, "olga")
    assert store.audit.newest("milling") == []


def test_what_is_shelved_is_listed_with_who_why_and_until_when(plant):
    store = plant(State.LIKELY)
    until = soon(minutes=15)
    made = store.attention.shelve("milling", "M-01", "olga", until, ShelfReason.SENSOR)
    assert store.attention.shelved("milling") == [made] == store.attention.shelvings("milling")
    assert (made.person, made.reason, made.until, made.state, made.ended) == (
        "olga",
        ShelfReason.SENSOR,
        until,
        State.LIKELY,
        None,
    )
    assert store.attention.shelved("other") == []
    (entry,) = store.audit.trail(f"shelving:{made.id}")
    assert (entry.action, entry.details["asset"], entry.details["reason"]) == ("shelve", "M-01", "sensor")


def test_nothing_is_shelved_for_longer_than_a_shift_or_into_the_past(plant):
    store = plant(State.LIKELY)
    for until in (soon(hours=8, minutes=1), soon(seconds=-1)):
        with pytest.raises(Conflict, match="cannot be shelved"):
            store.attention.shelve("milling", "M-01", "olga", until, ShelfReason.KNOWN)
    assert store.attention.shelvings("milling") == []
    store.attention.shelve("milling", "M-01", "olga", soon(hours=8), ShelfReason.KNOWN)


def test_a_shelving_ends_by_itself(plant, monkeypatch):
    store = plant(State.LIKELY)
    made = store.attention.shelve("milling", "M-01", "olga", soon(minutes=15), ShelfReason.KNOWN)
    later(monkeypatch, minutes=16)
    assert store.attention.shelved("milling") == []
    plant(State.LIKELY)  # the next delivery notes it
    (ended,) = store.attention.shelvings("milling")
    assert (ended.id, ended.ended_by) == (made.id, ShelfEnd.EXPIRED)


def later(monkeypatch, **given):
    from data.store.sqlite import attention

    real = attention.now_us
    ahead = int(timedelta(**given).total_seconds() * 1e6)
    monkeypatch.setattr(attention, "now_us", lambda: real() + ahead)


def test_it_comes_back_at_once_when_the_state_gets_worse_and_stays_then(plant):
    store = plant(State.POSSIBLE)
    made = store.attention.shelve("milling", "M-01", "olga", soon(hours=1), ShelfReason.KNOWN)
    plant(State.POSSIBLE)
    assert store.attention.shelved("milling") == [made]
    plant(State.LIKELY)
    assert store.attention.shelved("milling") == []
    plant(State.POSSIBLE)
    assert store.attention.shelved("milling") == []  # once it was back, it is back
    assert store.attention.shelvings("milling")[0].ended_by is ShelfEnd.WORSE
    assert [entry.details.get("by") for entry in store.audit.trail(f"shelving:{made.id}")] == [None, "worse"]


def test_it_outlasts_an_episode_of_the_same_state(plant):
    store = plant(State.POSSIBLE)
    store.attention.shelve("milling", "M-01", "olga", soon(hours=1), ShelfReason.KNOWN)
    plant(State.NORMAL)
    plant(State.POSSIBLE)
    assert len(store.attention.shelved("milling")) == 1


def test_somebody_takes_it_from_the_shelf_and_shelving_again_takes_its_place(plant):
    store = plant(State.LIKELY)
    first = store.attention.shelve("milling", "M-01", "olga", soon(minutes=15), ShelfReason.KNOWN)
    second = store.attention.shelve("milling", "M-01", "omar", soon(hours=1), ShelfReason.MAINTENANCE)
    assert store.attention.shelved("milling") == [second]
    taken = store.attention.unshelve(second.id, "erik")
    assert (taken.ended_by, store.attention.shelved("milling")) == (ShelfEnd.PERSON, [])
    assert store.attention.unshelve(second.id, "olga") == taken  # it has ended: as it was
    assert [entry.person for entry in store.audit.trail(f"shelving:{second.id}")] == ["omar", "erik"]
    assert [entry.person for entry in store.audit.trail(f"shelving:{first.id}")] == ["olga", "omar"]


def test_what_the_model_does_not_know_is_seen_and_shelved_while_that_lasts(plant):
    store = plant(State.NORMAL, unknown=True)
    made = store.attention.acknowledge("milling", "M-01", "olga")
    assert made.unknown and store.attention.acknowledged("milling") == [made]
    held = store.attention.shelve("milling", "M-01", "olga", soon(hours=1), ShelfReason.CHANGEOVER)
    assert held.unknown and store.attention.shelved("milling") == [held]
    said = [entry.details["state"] for entry in store.audit.newest("milling")]
    assert said == ["unknown", "unknown"]
    plant(State.POSSIBLE, unknown=True)  # a guess is no worse than not knowing
    assert (store.attention.acknowledged("milling"), store.attention.shelved("milling")) == ([made], [held])
    plant(State.NORMAL)
    assert (store.attention.acknowledged("milling"), store.attention.shelved("milling")) == ([], [held])
    plant(State.NORMAL, unknown=True)
    assert (store.attention.acknowledged("milling"), store.attention.shelved("milling")) == ([], [held])  # another spell
    plant(State.POSSIBLE)
    assert store.attention.shelved("milling") == []
    assert store.attention.shelvings("milling")[0].ended_by is ShelfEnd.WORSE


def test_advice_that_was_seen_says_nothing_of_what_the_model_does_not_know(plant):
    store = plant(State.LIKELY)
    known = store.attention.acknowledge("milling", "M-01", "olga")
    plant(State.LIKELY, unknown=True)
    assert store.attention.acknowledged("milling") == []
    unknown = store.attention.acknowledge("milling", "M-01", "omar")
    assert store.attention.acknowledged("milling") == [unknown] and unknown.unknown and unknown.episode != known.episode
    plant(State.LIKELY)
    assert store.attention.acknowledged("milling") == [known]  # the advice has lasted all along


def test_what_the_model_does_not_know_is_no_advice_and_is_told_since_when(plant):
    store = plant(State.NORMAL)
    plant(State.NORMAL, unknown=True)
    plant(State.NORMAL, unknown=True)
    begun, still = ({one.prediction.asset: one for one in store.readings.board("milling")}[asset] for asset in ("M-01", "M-02"))
    assert (begun.unknown_since, begun.since, begun.state_since) == (at(1), at(1), at(0))
    assert (still.unknown_since, still.since) == (None, at(0))
    assert store.readings.recent_advice("milling", at(-100)).empty and store.readings.unconfirmed("milling", at(-1), at(99)) == (
        0,
        0,
    )
    plant(State.NORMAL)
    assert store.readings.board("milling")[0].unknown_since is None


def test_flagging_silences_nothing(plant):
    store = plant(State.LIKELY)
    flag(store, reading=1)
    assert store.attention.acknowledged("milling") == [] == store.attention.shelved("milling")


def test_what_was_seen_goes_with_an_episode_that_is_deleted(plant):
    store = plant(State.LIKELY)
    store.attention.acknowledge("milling", "M-01", "olga")
    for _ in range(3):
        plant(State.NORMAL)
    store.readings.prune("milling", soon(days=1))
    plant(State.LIKELY)  # may get the number of the one that is gone
    assert store.attention.acknowledged("milling") == []


def test_a_look_goes_on_over_short_breaks_and_remembers_the_one_before(store, monkeypatch):
    first = store.attention.look("olga", "board:milling", 120)
    assert first.before is None and store.attention.look("olga", "board:milling", 120).begun == first.begun
    assert store.attention.look("omar", "board:milling", 120).before is None
    later(monkeypatch, minutes=30)
    back = store.attention.look("olga", "board:milling", 120)
    assert back.begun - first.begun >= timedelta(minutes=29) and timedelta() <= back.before - first.begun < HOUR
    assert store.attention.look("olga", "board:milling", 120) == back  # also from another screen, or after a reload


def test_a_spell_of_not_knowing_ends_when_the_live_loop_says_so_and_what_was_seen_holds_until_then(plant):
    """The novelty of single readings may hover about its limit."""
    store = plant(State.NORMAL, unknown=True, lasts=True)
    made = store.attention.acknowledge("milling", "M-01", "olga")
    for unknown in (False, True, False):
        plant(State.NORMAL, unknown=unknown, lasts=True)
        (first, _) = store.readings.board("milling")
        assert store.attention.acknowledged("milling") == [made] and first.unknown and first.since == at(0)
    plant(State.NORMAL, unknown=False, lasts=False)
    assert store.attention.acknowledged("milling") == [] and not store.readings.board("milling")[0].unknown

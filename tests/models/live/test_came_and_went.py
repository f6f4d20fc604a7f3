"""Advice that came and went: it waits to be seen, as past; and since when a machine has needed a look stays where that began."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np
import pytest

from data.records import ShelfReason, State
from data.store import NotFound
from tests.deliveries import at
from tests.screens import flag

LIKELY, POSSIBLE, NORMAL = State.LIKELY, State.POSSIBLE, State.NORMAL
UNKNOWN = "unknown"
RISK = {LIKELY: 0.9, POSSIBLE: 0.6, NORMAL: 0.1, UNKNOWN: 0.99}


@pytest.fixture
def plant(staffed, record, scored_batch):
    """Says what M-01 is, a second after each other (M-02 is normal all along); gives the store."""
    second, held = count(), [NORMAL]

    def say(*told, risk=None):
        for one in told:
            first = 2 * next(second)
            shown = held[0] = held[0] if one == UNKNOWN else one  # what the model does not know keeps its state
            rows = scored_batch(first, first + 2, assets=2, state=[shown, NORMAL], score=[risk or RISK[one], 0.1])
            record(replace(rows, novelty=np.array([3.0 if one == UNKNOWN else 0.5, 0.5], np.float32)))
        return staffed

    return say


def unseen(store):
    return [(one.asset, one.state, one.start, one.end) for one in store.attention.unseen("milling", at(-1))]


def test_what_came_and_went_waits_to_be_seen_and_is_gone_once_it_was(plant):
    store = plant(NORMAL, LIKELY, POSSIBLE, NORMAL)
    assert unseen(store) == [("M-01", LIKELY, at(1), at(3))]
    made = store.attention.acknowledge("milling", "M-01", "olga")
    assert unseen(store) == [] and (made.state, made.person) == (LIKELY, "olga")
    assert store.attention.acknowledged("milling") == []  # nothing lasts
    (entry,) = store.audit.trail(f"advice:milling/{made.episode}")
    assert (entry.person, entry.details["over"]) == ("olga", True)
    with pytest.raises(NotFound):
        store.attention.acknowledge("milling", "M-01", "olga")


def test_what_was_seen_while_it_lasted_is_not_told_again_but_what_got_worse_is(plant):
    store = plant(POSSIBLE)
    store.attention.acknowledge("milling", "M-01", "olga")
    assert unseen(plant(NORMAL)) == []
    plant(POSSIBLE)
    store.attention.acknowledge("milling", "M-01", "olga")
    assert [state for _, state, *_ in unseen(plant(LIKELY, NORMAL))] == [LIKELY]


def test_seeing_what_stands_covers_what_went_before_and_was_no_worse(plant):
    store = plant(POSSIBLE, NORMAL, LIKELY, NORMAL, POSSIBLE)
    store.attention.acknowledge("milling", "M-01", "olga")
    assert [state for _, state, *_ in unseen(store)] == [LIKELY]
    plant(LIKELY)
    store.attention.acknowledge("milling", "M-01", "olga")
    assert unseen(store) == []


def test_what_ended_on_the_shelf_or_was_judged_is_known_and_not_told(plant):
    store = plant(POSSIBLE)
    store.attention.shelve("milling", "M-01", "olga", datetime.now(UTC) + timedelta(hours=1), ShelfReason.MAINTENANCE)
    assert unseen(plant(NORMAL, POSSIBLE, NORMAL)) == []
    assert [state for _, state, *_ in unseen(plant(LIKELY, NORMAL))] == [LIKELY]  # worse than was shelved
    store.attention.acknowledge("milling", "M-01", "olga")
    plant(LIKELY)
    flag(store, store.readings.board("milling")[0].prediction.id)
    assert store.attention.acknowledged("milling") == []  # flagging silences nothing
    assert unseen(plant(NORMAL)) == []


def test_a_guess_is_no_advice_in_the_record_whatever_it_says(plant):
    store = plant(UNKNOWN, UNKNOWN, NORMAL)
    assert unseen(store) == [] and store.readings.recent_advice("milling", at(-1)).empty
    assert store.readings.trend("milling", at(-60), ["M-01"])["risk"].tolist() == [0.1]  # of the known one
    plant(LIKELY, UNKNOWN, POSSIBLE, risk=0.7)
    (spell,) = store.readings.recent_advice("milling", at(-1)).itertuples()
    assert (spell.start, spell.state, spell.score) == (at(3), LIKELY, 0.7)


def test_the_highest_of_a_spell_is_of_what_was_known(plant):
    store = plant(LIKELY, UNKNOWN, LIKELY)
    (spell,) = store.readings.recent_advice("milling", at(-1)).itertuples()
    assert (spell.score, spell.start) == (0.9, at(0))


def test_since_stays_where_it_was_first_left_through_every_state(plant):
    store = plant(NORMAL, POSSIBLE, LIKELY, UNKNOWN, UNKNOWN, LIKELY, POSSIBLE)
    assert store.readings.board("milling")[0].since == at(1)
    plant(NORMAL)
    assert store.readings.board("milling")[0].since == at(7)
    plant(UNKNOWN, LIKELY)
    assert store.readings.board("milling")[0].since == at(8)


def test_a_whole_delivery_keeps_since_as_one_by_one_does(staffed, record, scored_batch):
    states = [NORMAL, POSSIBLE, LIKELY, NORMAL, POSSIBLE, LIKELY]
    record(scored_batch(0, 6, assets=1, state=states, score=[RISK[one] for one in states]))
    assert staffed.readings.board("milling")[0].since == at(4)
    record(scored_batch(6, 8, assets=1, state=[LIKELY, POSSIBLE], score=[0.9, 0.6]))
    assert staffed.readings.board("milling")[0].since == at(4)


def test_no_outcome_counts_as_caught_by_what_the_model_did_not_know(staffed, record, scored_batch):
    from tests.deliveries import truths

    rows = scored_batch(0, 4, assets=1, score=0.99, state=NORMAL)
    record(replace(rows, novelty=np.full(4, 3.0, np.float32)), truth=truths(("M-01", 0, 3, 1.0, None)))
    (counted,) = staffed.readings.performance("milling", at(0), at(5000), 0.5).itertuples()
    assert (counted.caught, counted.missed) == (0, 1)

"""A verdict of bad data takes so much truth away and no more: what is longer or takes more waits, and failures in it are still judged on."""

from datetime import timedelta

import numpy as np
import pytest

from data.records import About, Flag, FlagKind, FlagReason, Person, Verdict, VerdictKind
from data.store import Conflict, NotFound
from data.usecase.file import load
from models.corrections import bad_stretches
from models.corrections.bad_stretches import LONGEST, proposed, stretches, waiting
from models.training.training_set import is_held_out, training_set
from tests.deliveries import at, truths

MILLING = load("milling")


@pytest.fixture
def plant(staffed, record, scored_batch):
    """800 seconds of four machines; every tenth second of M-01 and M-02 is a product, one in twenty of them failed."""
    record(scored_batch(0, 3200, score=0.9))
    told = [(f"M-0{m}", 2 * n, 2 * n + 1, float(n % 20 == 7), "HDF" if n % 20 == 7 else None) for m in (1, 2) for n in range(400)]
    record(truth=truths(*told))
    return staffed


def bad_data(store, reading, start, end, by="erik", raised_by="olga"):
    seen = store.readings.prediction("milling", reading)
    told = Flag("milling", seen.asset, reading, 1, raised_by, FlagKind.WRONG, FlagReason.FALSE_ALARM, {"score": seen.score})
    flag = store.feedback.raise_flag(told, 1.0)
    store.feedback.claim(flag.case, by)
    store.feedback.decide(
        Verdict(flag.case, by, VerdictKind.BAD_DATA, "The sensor was unplugged.", about=About(start=start, end=end))
    )
    return flag.case


def learned(store):
    told = training_set(MILLING, store, history_rows=1000)
    return told.table[(told.table["origin"] == "truth") & ~told.held_out], told.table[
        (told.table["origin"] == "truth") & told.held_out
    ]


def test_a_short_one_with_few_outcomes_is_left_out_at_once(plant):
    bad_data(plant, 1, at(0), at(12))
    (one,) = stretches(MILLING, plant)
    assert (one.held, one.outcomes, one.bad) == (None, 7, 0) and waiting(MILLING, plant) == []
    assert (training_set(MILLING, plant, history_rows=1000).manifest["excluded"][0]["outcomes"]) == 7


def test_one_that_is_longer_than_a_shift_takes_nothing_until_a_second_person_has_looked(plant):
    before = training_set(MILLING, plant, history_rows=1000)
    case = bad_data(plant, 1, at(0) - timedelta(days=30), at(0) + timedelta(days=30))
    told = training_set(MILLING, plant, history_rows=1000)
    assert np.array_equal(told.x, before.x) and told.manifest["excluded"] == []
    assert [one["held"] for one in told.manifest["stretches_waiting"]] == ["long"]
    assert (stretches(MILLING, plant)[0].outcomes, stretches(MILLING, plant)[0].bad) == (400, 20)
    for who in ("erik", "olga"):
        with pytest.raises(Conflict, match="neither flagged nor decided"):
            plant.feedback.confirm_stretch(case, who)
    plant.feedback.confirm_stretch(case, "dana")
    with pytest.raises(Conflict, match="confirmed by dana already"):
        plant.feedback.confirm_stretch(case, "adam")
    assert waiting(MILLING, plant) == [] and set(learned(plant)[0]["asset"]) == {"M-02"}


def test_one_far_from_its_reading_is_long_however_short_it_is(plant):
    bad_data(plant, 1, at(0) - 2 * LONGEST, at(0) - 2 * LONGEST + timedelta(minutes=5))
    assert [one.held for one in stretches(MILLING, plant)] == ["long"]


def test_many_short_ones_take_together_no_more_than_one_may(plant):
    cases = [bad_data(plant, 1 + 4 * n, at(n), at(n + 12)) for n in range(0, 400, 14)]
    told = stretches(MILLING, plant)
    taken = [one for one in told if not one.held]
    assert sum(one.outcomes for one in taken) <= bad_stretches.FEW and sum(one.bad for one in taken) <= 1
    assert {one.held for one in told} == {None, "many"} and len(cases) == len(told)


def test_what_an_earlier_one_took_is_not_counted_again(plant):
    bad_data(plant, 1, at(0), at(12)), bad_data(plant, 5, at(0), at(12), raised_by="omar")
    assert [(one.outcomes, one.held) for one in stretches(MILLING, plant)] == [(7, None), (0, None)]


def test_a_new_account_leaves_nothing_out_by_itself(plant):
    plant.people.save(Person("mallory", "Mallory", "engineer"), "adam")
    case = bad_data(plant, 1, at(0), at(12), by="mallory")
    assert [one.held for one in stretches(MILLING, plant)] == ["new_account"]
    plant.feedback.confirm_stretch(case, "dana")
    assert waiting(MILLING, plant) == []


def test_failures_in_it_are_never_learned_from_and_stay_in_what_is_judged_on(plant):
    everything = plant.readings.labelled("milling", 1000).assign(origin="truth")
    split = training_set(MILLING, plant, history_rows=1000).split
    aside = everything[is_held_out(MILLING, everything, split)]
    case = bad_data(plant, 1, at(0) - timedelta(days=1), at(0) + timedelta(days=1))
    plant.feedback.confirm_stretch(case, "dana")
    out, held = learned(plant)
    assert "M-01" not in set(out["asset"])
    wanted = aside[(aside["asset"] == "M-01") & (aside["outcome"] > 0)]
    kept = held[held["asset"] == "M-01"]
    assert sorted(kept["reading"]) == sorted(wanted["id"]) and (kept["outcome"] > 0).all()


def test_before_it_is_given_it_is_said_what_it_would_take(plant):
    told = proposed(MILLING, plant, "M-01", at(0), at(0), at(12))
    assert (told.outcomes, told.bad, told.held) == (7, 0, None)
    assert proposed(MILLING, plant, "M-01", at(0), at(0), at(300)).held == "many"
    assert proposed(MILLING, plant, "M-01", at(0), at(0), at(0) + 2 * LONGEST).held == "long"


def test_a_verdict_that_says_something_else_by_now_is_confirmed_by_nobody(plant):
    case = bad_data(plant, 1, at(0), at(12))
    plant.feedback.claim(case, "dana")
    plant.feedback.decide(Verdict(case, "dana", VerdictKind.MODEL_RIGHT, "It was fine."))
    with pytest.raises(NotFound, match="no bad data"):
        plant.feedback.confirm_stretch(case, "adam")

"""Feedback cannot poison a model quietly: new accounts, bursts, contradictions and one person's weight, as a training takes corrections."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from data.records import About, Flag, FlagKind, FlagReason, Person, Verdict, VerdictKind
from data.store import Conflict
from data.usecase.file import load
from models.corrections.corrections import CORRECTION_WEIGHT, admissions
from models.training.training_set import TrainingSetError, training_set

MILLING = load("milling")
ROWS = 60_000


@pytest.fixture
def plant(staffed, record, scored_batch):
    """Recorded readings 1 to 480 of four machines, and people whose accounts are old."""
    record(scored_batch(0, 480, score=0.9))
    return staffed


def correct(store, reading, by="erik", raised_by="olga", outcome=0.0, about=About(), cause=None):
    """One flag and the verdict that corrects it."""
    seen = store.readings.prediction("milling", reading)
    told = Flag("milling", seen.asset, reading, 1, raised_by, FlagKind.WRONG, FlagReason.FALSE_ALARM, {"score": seen.score})
    flag = store.feedback.raise_flag(told, 1.0)
    store.feedback.claim(flag.case, by)
    return store.feedback.decide(Verdict(flag.case, by, VerdictKind.MODEL_WRONG, "Right.", outcome, cause, about=about))[1]


def held(store):
    return {one.correction.id: one.held for one in admissions(MILLING, store, ROWS) if one.held}


def test_a_few_corrections_of_people_who_are_known_count_in_full(plant):
    correct(plant, 1), correct(plant, 6, by="dana", raised_by="omar")
    assert [(one.held, one.weight) for one in admissions(MILLING, plant, ROWS)] == [(None, CORRECTION_WEIGHT)] * 2


def test_a_correction_of_a_new_account_waits_until_a_second_person_confirms_it(plant):
    plant.people.save(Person("eve", "Eve", "engineer"), "adam")
    one = correct(plant, 1, by="eve")
    assert held(plant) == {one.id: "new_account"}
    for who in ("eve", "olga"):  # neither who decided nor who flagged
        with pytest.raises(Conflict, match="neither flagged nor decided"):
            plant.feedback.confirm_correction(one.id, who)
    plant.feedback.confirm_correction(one.id, "dana")
    assert held(plant) == {} and plant.feedback.corrections("milling")[0].confirmed_by == "dana"
    assert plant.audit.trail(f"correction:{one.id}")[-1].action == "confirm_correction"


def test_somebody_whom_nobody_knows_is_no_older_than_a_new_account(plant):
    assert held(plant) == {}
    one = correct(plant, 1, by="ghost")
    assert held(plant) == {one.id: "new_account"}


def test_an_account_keeps_the_moment_it_was_made_whatever_is_saved_later(plant):
    plant.people.save(Person("eve", "Eve", "engineer"), "adam")
    made = plant.people.get("eve").since
    plant.people.save(Person("eve", "Eve", "engineer", since=datetime(2020, 1, 1, tzinfo=UTC)), "eve")
    assert plant.people.get("eve").since == made and datetime.now(UTC) - made < timedelta(minutes=1)


@pytest.mark.parametrize("flaggers", [("olga",), ("olga", "omar", "erik")])
def test_a_burst_of_one_person_is_held_back_as_a_whole(plant, flaggers):
    for at in range(MILLING.review.burst + 1):
        correct(plant, 1 + 4 * at, by="erik", raised_by=flaggers[at % len(flaggers)])
    assert set(held(plant).values()) == {"burst"} and len(held(plant)) == MILLING.review.burst + 1
    correct(plant, 2, by="dana", raised_by="maria")
    assert len(held(plant)) == MILLING.review.burst + 1


def test_what_says_the_opposite_of_the_same_moment_is_held_back_until_somebody_decides_between_them(plant):
    a, b = correct(plant, 1, outcome=0.0), correct(plant, 5, outcome=1.0, by="dana", raised_by="omar")  # M-01, a second apart
    assert held(plant) == {a.id: "contradiction", b.id: "contradiction"}
    plant.feedback.confirm_correction(b.id, "adam")
    assert held(plant) == {a.id: "contradiction"}


def test_all_corrections_of_one_person_never_weigh_more_than_their_share(plant):
    for at in range(20):
        correct(plant, 1 + 4 * at)
    correct(plant, 2, by="dana", raised_by="omar")
    rows = 10_000
    weights = {one.correction.person: one.weight for one in admissions(MILLING, plant, rows)}
    assert weights["dana"] == CORRECTION_WEIGHT
    assert weights["erik"] * 20 == pytest.approx(MILLING.review.person_share * rows)


def test_a_flood_of_lies_leaves_the_model_as_it_was(plant):
    """An attacker with a new account corrects a hundred sure alarms away: not one of them is learned from, and all are named."""
    plant.people.save(Person("mallory", "Mallory", "engineer"), "adam")
    clean = training_set(MILLING, plant, history_rows=4000)
    for at in range(100):
        correct(plant, 1 + 4 * at, by="mallory", raised_by="mallory")
    told = training_set(MILLING, plant, history_rows=4000)
    assert np.array_equal(told.x, clean.x) and np.array_equal(told.weight, clean.weight)
    assert told.corrections == () and set(told.manifest["held_back"].values()) == {"new_account"}
    assert len(told.manifest["held_back"]) == 100 and told.manifest["stands_behind"]["1"]["decided_by"] == "mallory"


def test_the_manifest_says_who_and_which_flags_stand_behind_each_correction(plant):
    one = correct(plant, 1)
    behind = training_set(MILLING, plant, history_rows=2000).manifest["stands_behind"][str(one.id)]
    assert (behind["decided_by"], behind["raised_by"], behind["flags"]) == ("erik", ["olga"], list(one.flags))


def test_one_kind_of_outcome_alone_is_told_instead_of_learned(plant):
    quiet = training_set(MILLING, None, history_rows=3000).table.rename(columns={"reading": "id"})
    only = quiet[quiet["outcome"] == 0].drop(columns=["origin", "id"])
    with pytest.raises(TrainingSetError, match="same outcome"):
        training_set(MILLING, plant, history=only)

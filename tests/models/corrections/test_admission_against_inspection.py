"""Who flags does not decide alone, and what an inspection found is not overruled by one person."""

import pytest

from data.records import About, Flag, FlagKind, FlagReason, Person, Verdict, VerdictKind
from data.usecase.file import load
from models.corrections.corrections import CORRECTION_WEIGHT, admissions
from tests.deliveries import at, truths
from tests.models.corrections.test_corrections import correct

MILLING = load("milling")
EASY = MILLING.model_copy(update={"consequence": 1})


@pytest.fixture
def plant(staffed, record, scored_batch):
    """Readings 1 to 480 of four machines; an inspection found that M-01's first one failed and M-02's did not."""
    record(scored_batch(0, 480, score=0.9))
    record(truth=truths(("M-01", 0, 0.5, 1.0, "HDF"), ("M-02", 0, 0.5, 0.0, None)))
    return staffed


def of(store, use_case=MILLING):
    return [(one.held, one.inspected) for one in admissions(use_case, store, 60_000)]


def test_a_correction_that_denies_an_inspection_waits_with_it_in_sight(plant):
    against = correct(plant, 1, outcome=0.0)
    correct(plant, 2, by="dana", raised_by="omar", outcome=0.0)
    assert of(plant) == [("inspection", 1.0), (None, 0.0)]
    assert [one.weight for one in admissions(MILLING, plant, 60_000)] == [0.0, CORRECTION_WEIGHT]
    plant.feedback.confirm_correction(against.id, "adam")
    assert of(plant) == [(None, 1.0), (None, 0.0)]
    assert {one.weight for one in admissions(MILLING, plant, 60_000)} == {CORRECTION_WEIGHT}


def test_of_one_s_own_flag_somebody_else_decides_too(plant):
    correct(plant, 3, by="erik", raised_by="erik")
    assert of(plant) == [("alone", None)]


def test_nor_by_withdrawing_the_flag_once_it_is_decided(plant):
    one = correct(plant, 3, by="erik", raised_by="erik")
    plant.feedback.withdraw_flag(one.flags[0], "erik")
    (told,) = plant.feedback.corrections("milling")
    assert told.raised_by == ("erik",) and of(plant) == [("alone", None)]


def test_an_inspection_of_one_s_own_denies_no_other(plant, record):
    """Erik types in a finding of his own beside the inspection's, then corrects in its favour."""
    record(truth=truths(("M-01", 0, 0, 0.0, None)))
    with plant._c.write() as db:
        db.execute("UPDATE truth SET by = 'erik' WHERE outcome = 0 AND start_us = end_us")
    correct(plant, 1, outcome=0.0)
    assert of(plant) == [("inspection", 1.0)]


def test_a_confirmation_by_a_new_account_is_none(plant):
    plant.people.save(Person("sock", "Sock", "engineer"), "adam")
    one = correct(plant, 1, outcome=0.0)
    plant.feedback.confirm_correction(one.id, "sock")
    assert of(plant) == [("inspection", 1.0)]


def test_opposites_wait_whoever_stands_behind_both(plant):
    a, b = correct(plant, 3, outcome=0.0), correct(plant, 7, outcome=1.0, by="dana", raised_by="omar")
    for one in (a, b):
        plant.feedback.confirm_correction(one.id, "adam")
    assert [held for held, _ in of(plant)] == ["contradiction", "contradiction"]


def test_while_a_correction_waits_what_the_inspection_found_is_learned(plant):
    before = plant.readings.labelled("milling", 100)
    one = correct(plant, 1, outcome=0.0)
    assert len(plant.readings.labelled("milling", 100)) == len(before) - 1
    assert plant.readings.labelled("milling", 100, [one.id]).equals(before)


@pytest.mark.parametrize(("flagger", "kept"), [("erik", 2), ("olga", 1)])
def test_bad_data_on_one_s_own_flag_alone_takes_no_confirmed_outcome_away(plant, flagger, kept):
    """M-01's failure of an inspection lies in the span that Erik calls bad data; Olga's flag is another pair of eyes."""
    seen = plant.readings.prediction("milling", 1)
    told = Flag("milling", seen.asset, 1, 1, flagger, FlagKind.WRONG, FlagReason.FALSE_ALARM, {"score": seen.score})
    flag = plant.feedback.raise_flag(told, 1.0)
    plant.feedback.claim(flag.case, "erik")
    about = About(start=at(0), end=at(60))
    plant.feedback.decide(Verdict(flag.case, "erik", VerdictKind.BAD_DATA, "The sensor was unplugged.", about=about))
    assert len(plant.readings.labelled("milling", 100)) == kept


def test_one_setting_says_so_and_a_small_consequence_does_not_ask_for_it(plant):
    correct(plant, 1, outcome=0.0), correct(plant, 3, by="erik", raised_by="erik")
    assert of(plant, EASY) == [(None, 1.0), (None, None)]
    asked = EASY.model_copy(update={"review": EASY.review.model_copy(update={"second_person": True})})
    free = MILLING.model_copy(update={"review": MILLING.review.model_copy(update={"second_person": False})})
    assert [held for held, _ in of(plant, asked)] == ["inspection", "alone"] and of(plant, free) == of(plant, EASY)

"""Who flags does not decide alone, and what an inspection found is not overruled by one person."""

import pytest

from data.usecase_file import load
from models.corrections import CORRECTION_WEIGHT, admissions
from tests.deliveries import truths
from tests.test_corrections import correct

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
    plant.feedback.confirm_correction(against.id, "adam")
    assert of(plant) == [(None, 1.0), (None, 0.0)]
    assert {one.weight for one in admissions(MILLING, plant, 60_000)} == {CORRECTION_WEIGHT}


def test_of_one_s_own_flag_somebody_else_decides_too(plant):
    correct(plant, 3, by="erik", raised_by="erik")
    assert of(plant) == [("alone", None)]


def test_one_setting_says_so_and_a_small_consequence_does_not_ask_for_it(plant):
    correct(plant, 1, outcome=0.0), correct(plant, 3, by="erik", raised_by="erik")
    assert of(plant, EASY) == [(None, 1.0), (None, None)]
    asked = EASY.model_copy(update={"review": EASY.review.model_copy(update={"second_person": True})})
    free = MILLING.model_copy(update={"review": MILLING.review.model_copy(update={"second_person": False})})
    assert [held for held, _ in of(plant, asked)] == ["inspection", "alone"] and of(plant, free) == of(plant, EASY)

"""History that corrections contradict: a seeded flaw is found where it is, true history is left alone, and nothing happens unasked."""

import numpy as np
import pytest

from benchmarks.made.judged_by_truth import model_of
from benchmarks.made.seeded_flaws import seeded
from benchmarks.made.simulated_people import Plant
from data.usecase.file import load
from models.dataset.choices import Choices
from models.training.training_set import contradictions, is_held_out, training_set

pytestmark = pytest.mark.slow
MILLING = load("milling")


@pytest.fixture(scope="module")
def shifted(tmp_path_factory):
    """A plant whose history counts overstrain too late, with twelve reviewed flags."""
    data = seeded("shifted_limit", MILLING, 20_000)
    plant = Plant(data, model_of(data, data.flawed), tmp_path_factory.mktemp("plant"))
    assert plant.flag_and_review(12)
    yield data, plant
    plant.close()


def made(data, plant, contradicted):
    return training_set(MILLING, plant.store, choices=Choices(contradicted=contradicted), history=data.flawed, with_truth=False)


def test_the_wrong_rows_are_found_and_hardly_any_other(shifted):
    data, plant = shifted
    wrong = data.flawed["outcome"].to_numpy() != data.clean["outcome"].to_numpy()
    mended = made(data, plant, "relabel")
    now = mended.y[: len(wrong)]
    changed = now != data.flawed["outcome"].to_numpy()
    learned = ~mended.held_out[: len(wrong)]
    assert (changed & wrong).sum() > 0.7 * (wrong & learned).sum() and (changed & ~wrong).sum() <= 0.05 * changed.sum()
    assert not (changed & ~learned).any(), "a held-out row is never mended"
    (told,) = mended.manifest["contradicted"]
    assert (told["cause"], told["groups"], told["readings"]) == ("OSF", ["strain"], int(changed.sum()))
    assert told["ranges"]["strain"][0] > 11_000 and len(told["corrections"]) >= 10


def test_held_out_rows_of_the_same_kind_are_put_before_people_and_not_changed(shifted):
    data, plant = shifted
    found = contradictions(MILLING, plant.store, data.flawed)
    wrong = data.flawed["outcome"].to_numpy() != data.clean["outcome"].to_numpy()
    (one,) = found.conflicts
    aside = is_held_out(MILLING, data.flawed.assign(origin="history"))
    assert aside[one.held_out].all() and not aside[one.rows].any() and not one.tied
    assert wrong[one.held_out].mean() > 0.9 and len(found.in_question) == len(one.held_out) > 0.6 * (wrong & aside).sum()
    left_out = made(data, plant, "leave_out")
    assert left_out.held_out.sum() == made(data, plant, "keep").held_out.sum()


def test_left_out_they_are_gone_and_kept_they_stay(shifted):
    data, plant = shifted
    kept, left_out = made(data, plant, "keep"), made(data, plant, "leave_out")
    (told,) = kept.manifest["contradicted"]
    assert len(kept.y) - len(left_out.y) == told["readings"] and kept.manifest["choices"] == {}
    assert np.array_equal(kept.y[: len(data.flawed)], data.flawed["outcome"].to_numpy(np.float32))


def test_corrections_of_a_history_that_is_right_contradict_nothing(shifted):
    data, plant = shifted
    told = training_set(MILLING, plant.store, history=data.clean, with_truth=False)
    assert told.manifest["contradicted"] == []


def test_the_same_records_give_the_same_training_set(shifted):
    data, plant = shifted
    assert made(data, plant, "relabel").manifest == made(data, plant, "relabel").manifest

"""History that corrections contradict: a seeded flaw is found where it is, true history is left alone, and nothing happens unasked."""

import numpy as np
import pytest

from benchmarks.flags_to_fix import _model
from benchmarks.seeded_flaws import seeded
from benchmarks.simulated_people import Plant
from data.usecase_file import load
from models.choices import Choices
from models.training_set import training_set

pytestmark = pytest.mark.slow
MILLING = load("milling")


@pytest.fixture(scope="module")
def shifted(tmp_path_factory):
    """A plant whose history counts overstrain too late, with twelve reviewed flags."""
    data = seeded("shifted_limit", MILLING, 20_000)
    plant = Plant(data, _model(data, data.flawed), tmp_path_factory.mktemp("plant"))
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
    assert (changed & wrong).sum() > 0.7 * wrong.sum() and (changed & ~wrong).sum() <= 0.05 * changed.sum()
    (told,) = mended.manifest["contradicted"]
    assert (told["cause"], told["groups"], told["readings"]) == ("OSF", ["strain"], int(changed.sum()))
    assert told["ranges"]["strain"][0] > 11_000 and len(told["corrections"]) >= 10


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

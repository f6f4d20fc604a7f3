"""The gold set: frozen once from held-out history, never learned from, refused when it was changed."""

import json

import numpy as np
import pandas as pd
import pytest

from data.usecase.file import load
from models.training.gold import MOST_ROWS, GoldError, gold_set
from models.training.training_set import history_of, training_set

MILLING = load("milling")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    gold_set(folder, MILLING)
    return folder


def keys(table):
    return set(zip(table["asset"], pd.to_datetime(table["time"], utc=True), strict=True))


def test_it_is_drawn_from_the_history_alone_and_frozen(home):
    first, again = gold_set(home, MILLING), gold_set(home, MILLING)
    assert first.digest == again.digest and np.array_equal(first.x, again.x)
    assert 5_000 < len(first.y) <= MOST_ROWS and first.y.sum() > 100
    assert keys(first.table) <= keys(history_of(MILLING))
    assert json.loads((home / "gold/milling.json").read_text())["rows"] == len(first.y)


def test_two_homes_freeze_the_same(home, tmp_path):
    assert gold_set(tmp_path, MILLING).digest == gold_set(home, MILLING).digest


@pytest.mark.parametrize("rows", [20_000, 60_000, 80_000])
def test_no_row_of_it_is_ever_learned_from_whatever_becomes_of_the_history(home, rows):
    told = training_set(MILLING, None, history_rows=rows)
    learned = keys(told.table[~told.held_out])
    assert learned and not learned & keys(gold_set(home, MILLING).table)


def test_one_that_was_changed_is_refused_with_what_to_do(tmp_path):
    gold_set(tmp_path, MILLING)
    file = tmp_path / "gold/milling.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(GoldError, match=r"missing or was changed.*backup"):
        gold_set(tmp_path, MILLING)
    file.unlink()
    with pytest.raises(GoldError, match="missing or was changed"):
        gold_set(tmp_path, MILLING)


def test_a_use_case_without_a_history_has_none(tmp_path):
    assert gold_set(tmp_path, MILLING.model_copy(update={"name": "another"})) is None

"""What a screen says of what was kept: in which language it was, which row of a table without times, an area by its translated name."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from babel import Locale

from data.onboarding.create import create
from data.readings.moments import ROWS_FROM
from data.usecase.file import load
from models.dataset.history import history_of, place_in_history
from pages.parts.words.language import clock, dated, dated_span, day_of, told_in, when
from tests.screens import flag, recorded_plant, show, texts


@pytest.fixture
def plant(tmp_path, monkeypatch, use_case):
    """A store with a few recorded readings; no release on the disk."""
    yield from recorded_plant(tmp_path / "home", monkeypatch, use_case)


def review():
    from pages.review import render

    render()


def test_what_was_frozen_in_another_language_is_marked(plant):
    shown = {"score": 0.9, "release": 1, "reasons": [{"group": "strain", "text": "Drehmoment ist 66 Nm.", "points": ""}]}
    flag(plant, snapshot=shown | {"language": "de"})
    said = texts(show(review, "erik"))
    assert "Drehmoment ist 66 Nm." in said and "in this language: German" in said


@pytest.mark.parametrize("code", ["en", "", "qps"])
def test_what_was_frozen_in_the_readers_own_words_is_not(code):
    assert told_in(code) == ""


def test_every_language_has_a_name_to_be_marked_with():
    assert "Japanese" in told_in("ja") and Locale.parse("sv").get_display_name("en") in told_in("sv")


def test_an_area_is_called_in_the_readers_language_and_recorded_by_its_name():
    german = load("milling", None, "de")
    assert german.area_of("M-07") == "Area B" and german.area_label("Area B") == "Bereich B"
    assert load("milling").area_label("Area B") == "Area B" and german.area_label("somewhere") == "somewhere"


def test_a_row_of_a_table_without_times_is_told_by_its_number(tmp_path):
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"temp": rng.normal(20, 2, 300).round(3), "flow": rng.normal(5, 1, 300).round(3)})
    table["t"] = ((table.temp - 20) / 2 + rng.normal(0, 0.3, 300) > 1).astype(int)
    table.to_csv(tmp_path / "u.csv", index=False)
    create([tmp_path / "u.csv"], "t", tmp_path, name="u")
    use_case = load("u", tmp_path)
    told = history_of(use_case)
    for at in (0, 17, 299):
        file, row = place_in_history(use_case, told["time"].iloc[at].to_pydatetime())
        assert file == "" and table.temp.iloc[row - 1] == told["temp"].iloc[at]
    assert place_in_history(load("milling"), told["time"].iloc[0]) is None


def test_moments_of_a_table_without_times_are_told_as_rows_and_those_of_a_clock_as_they_are(tmp_path):
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"temp": rng.normal(20, 2, 300).round(3), "flow": rng.normal(5, 1, 300).round(3)})
    table["t"] = (table.temp > 21.5).astype(int) ^ (rng.random(300) < 0.1)
    table.to_csv(tmp_path / "u.csv", index=False)
    create([tmp_path / "u.csv"], "t", tmp_path, name="u")
    zone, lived = load("u", tmp_path).timezone, datetime(2026, 11, 30, 14, 31, 7, tzinfo=UTC)
    step = timedelta(seconds=load("u", tmp_path).cadence_s)
    for row in (1, 2, 1234):
        at = ROWS_FROM + (row - 1) * step
        for said in (clock(at, zone), when(at, zone), dated(at, zone), day_of(at, zone)):
            assert said == f"row {row:,}"
        assert clock(at, "UTC") != f"row {row:,}"  # a table with times of its own
    assert dated_span(ROWS_FROM, ROWS_FROM + 9 * step, zone) == "rows 1 to 10"
    assert clock(lived, zone) == "14:31:07" and clock(lived, load("milling").timezone) == "15:31:07"

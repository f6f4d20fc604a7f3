"""What is exported runs in nobody's spreadsheet, numbers stay numbers, and what comes back is what went out."""

import csv
import io
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data.tables.read import read_table
from data.tables.spreadsheet import csv_text, guard, unguard, unguarded
from models.exchange.tables import write_table

LEADS = ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"]
BEFORE = ["", " ", "   ", "'", '"', "\u00a0", "\ufeff", "\u200b", ' "']
texts = (
    st.lists(st.sampled_from([*LEADS, *BEFORE, ";", ",", "|", "\n", "A1", "3", "cmd|' /C calc'!A0", "x"]), max_size=7).map(
        "".join
    )
    | st.text()
)


@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("before", BEFORE)
def test_every_beginning_of_a_formula_is_guarded_wherever_a_cell_may_begin(lead, before):
    text = f"{before}{lead}HYPERLINK(1)"
    assert guard(text).startswith("'") and unguard(guard(text)) == text
    assert guard(f"seen;{text}").split(";")[1].startswith("'") or lead in "\t\r"


@pytest.mark.parametrize("text", ["-3", "+4.5", "-1e5", " -3 ", "-3,5", "1;-2;+3", "a - b", "M-14", "x@y", "3 = 3", ""])
def test_numbers_and_everyday_texts_stay_as_they_are(text):
    assert guard(text) == text == unguard(text)


@settings(max_examples=500)
@given(texts)
@example("'=1")
@example("''\t=1")
@example("\t'\t-")
def test_what_went_out_comes_back(text):
    assert unguard(guard(text)) == text


@settings(max_examples=300)
@given(st.lists(texts, min_size=1, max_size=4), texts)
def test_no_cell_of_a_csv_is_a_formula_with_any_separator(cells, header):
    said = csv_text(pd.DataFrame({header: cells}, index=pd.Index(cells, name=header)), index=True)
    proper = [cell for row in csv.reader(io.StringIO(said, newline="")) for cell in row]
    careless = re.split(r"[;,\t\r\n|]", said.replace('"', ""))  # by another country's spreadsheet
    for cell in [*proper, *careless]:
        bare = cell.strip(' "\u00a0\ufeff\u200b')
        assert not re.match(r"[=+\-@＝＋－＠]", bare) or re.match(r"[-+][\d.]+([eE][-+]?\d+)?$", bare.split(",")[0].strip()), cell


def test_numbers_times_and_gaps_of_a_table_are_untouched():
    table = pd.DataFrame({"n": [-3, 4], "x": [-1.5, None], "at": pd.to_datetime(["2026-01-01", None]), "word": ["=1", None]})
    assert csv_text(table).splitlines() == ["n,x,at,word", "-3,-1.5,2026-01-01,'=1", "4,,,"]
    assert table["word"][0] == "=1", "what was given is left as it is"


def test_a_table_goes_out_and_comes_back(tmp_path):
    table = pd.DataFrame(
        {"=case": [1, 2], "comments": ['=HYPERLINK("http://x")', "'quoted'"], "cause": ["@SUM(1)", "plain"], "n": [-1.5, 2.0]}
    )
    file = write_table(table, tmp_path / "cases.csv")
    assert "'=HYPERLINK" in file.read_text() and "'=case" in file.read_text()
    pd.testing.assert_frame_equal(read_table(file).frame, table, check_dtype=False)
    pd.testing.assert_frame_equal(unguarded(pd.read_csv(file)), table, check_dtype=False)


def test_there_is_one_way_in_which_a_table_is_written_for_people():
    house = Path(__file__).parents[3]
    files = [file for floor in ("data", "explainers", "models", "pages") for file in (house / floor).rglob("*.py")]
    files += [house / "app.py", house / "worker.py"]
    written = re.compile(r"\.to_csv\(|\.to_excel\(|csv\.writer|DictWriter|ExcelWriter")
    assert [file.name for file in files if written.search(file.read_text(encoding="utf-8"))] == ["spreadsheet.py"]

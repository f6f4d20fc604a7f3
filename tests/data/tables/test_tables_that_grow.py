"""Small files that hold very large tables, and files made to hang who reads them: refused in a sentence, in little time, and never in this process."""

import gzip
import io
import resource
import time
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.tables import apart as table_apart
from data.tables.read import TableError, read_table

HEAD = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def grown_parquet(file):
    """200 million values that are none, which take 8 bytes each in memory and nothing in the file."""
    none = pa.nulls(2_000_000, pa.float64())
    pq.write_table(pa.table([none] * 100, names=[f"s{at}" for at in range(100)]), file)


def sheet(file, rows: str):
    """An Excel file whose one sheet holds these rows, otherwise as openpyxl writes it."""
    held = io.BytesIO()
    pd.DataFrame({"a": [1], "b": [2]}).to_excel(held, index=False)
    with zipfile.ZipFile(held) as whole, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name in whole.namelist():
            if rows == "pretended" and "sheet1.xml" in name:
                out.writestr(name, HEAD)
                out.getinfo(name).file_size = 3_000_000_000
                continue
            out.writestr(name, HEAD + rows + "</sheetData></worksheet>" if "sheet1.xml" in name else whole.read(name))


def refused(file, said: str, within: float = 30):
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(TableError, match=said) as told:
        read_table(file)
    assert time.monotonic() - begun < within and str(file) in str(told.value)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000, "it grew in this process"


def test_a_small_parquet_file_of_many_equal_values_is_refused_by_its_metadata(tmp_path):
    grown_parquet(tmp_path / "grown.parquet")
    assert (tmp_path / "grown.parquet").stat().st_size < 2_000_000
    refused(
        tmp_path / "grown.parquet",
        r"would take 1.6 GB of memory \(2,000,000 rows of 100 columns\); a table may have 1.5 GB. Export fewer",
    )


@pytest.mark.parametrize("kept", [True, False])
def test_what_no_metadata_tells_is_held_by_the_memory_of_the_process(tmp_path, monkeypatch, kept):
    """One long text, 2,000 times, written once; as a category, which pandas keeps once too, until somebody looks at its values."""
    monkeypatch.setattr(table_apart, "MEMORY", 700_000_000)
    many = pa.DictionaryArray.from_arrays(pa.array(np.zeros(2_000, np.int32)), pa.array(["x" * 1_000_000]))
    pq.write_table(pa.table({"a": many, "b": np.arange(2_000)}), tmp_path / "t.parquet", store_schema=kept)
    refused(tmp_path / "t.parquet", "would take 2.0 GB" if kept else "needs more than 0.7 GB of memory")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
            "over 1,048,576 rows and 16,384 columns",
        ),
        ("pretended", "has 3,000 MB when it is unpacked"),
    ],
)
def test_a_small_excel_file_of_a_very_large_sheet_is_refused_by_its_directory(tmp_path, rows, said):
    sheet(tmp_path / "t.xlsx", rows)
    assert (tmp_path / "t.xlsx").stat().st_size < 1_000_000
    refused(tmp_path / "t.xlsx", said)


def test_an_excel_file_that_takes_too_long_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(table_apart, "LONGEST_S", 2)
    sheet(
        tmp_path / "t.xlsx",
        "".join(f'<row r="{at}"><c r="A{at}"><v>1</v></c><c r="B{at}"><v>2</v></c></row>' for at in range(1, 400_000)),
    )
    refused(tmp_path / "t.xlsx", "could not be read within 2 s.*faster as CSV")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (",".join(f"c{at}" for at in range(20_000)) + "\n" + "1," * 19_999 + "1\n", "has 20,000 columns; at most 5,000"),
        (",".join("a" * 400_000) + "\n1\n", "first line of more than"),
        ("1" * 400_000 + "x", "first line of more than"),
        (f"{'n' * 2000},b\n1,2\n3,4\n", "name has 2,000 letters"),
        ("a,b\n" + '"' + "x,1\n" * 50_000, "quot|cannot be read as a table"),
        ("a,b\n" + "1" * 150_000 + "x,2\n3,4\n", "cannot be read as a table"),
        ("a,b\n1,2\n" + f'"{"y" * 40_000}",4\n', r"value of 40,000 letters in row 2 of column 'a'"),
    ],
)
def test_a_text_that_is_no_table_is_told_at_once(tmp_path, content, said):
    (tmp_path / "t.csv").write_text(content)
    refused(tmp_path / "t.csv", said, within=10)


def test_thousands_of_columns_of_one_name_are_told_apart_at_once(tmp_path):
    (tmp_path / "t.csv").write_text(
        ",".join(["x"] * 4_000) + "\n" + ",".join(["1"] * 4_000) + "\n" + ",".join(["2"] * 4_000) + "\n"
    )
    begun = time.monotonic()
    told = read_table(tmp_path / "t.csv")
    assert time.monotonic() - begun < 10 and told.frame.columns.is_unique and len(told.notes) <= 22


def test_what_is_packed_is_never_unpacked_by_its_name(tmp_path):
    """A gzip without a zero byte in its beginning, whose name says what it is: pandas would unpack it without an end."""
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 100_000, mtime=0x01010101))
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as out:
        out.writestr("t.csv", "a,b\n1,2\n")
    for name in ("t.csv.gz", "t.zip"):
        refused(tmp_path / name, "is packed .* unpack it first")
    refused(tmp_path, "is a folder")


def test_what_comes_back_from_the_other_process_is_what_was_read(tmp_path):
    at = pd.date_range("2026-01-01", periods=4, freq="h", tz="UTC", name="when")
    table = pd.DataFrame(
        {"n": [1.5, None, 3, 4], "k": [1, 2, 3, 4], "ok": [True, False, True, True], "word": ["=a", None, "ä", "'-b"]}, index=at
    )
    table.to_parquet(tmp_path / "t.parquet")
    pd.testing.assert_frame_equal(read_table(tmp_path / "t.parquet").frame, table.reset_index(), check_dtype=False)
    pd.DataFrame({"mixed": [1, "two", None, 4.5], "n": [1, 2, 3, 4]}).to_excel(tmp_path / "t.xlsx", index=False)
    assert read_table(tmp_path / "t.xlsx").frame["mixed"].tolist()[:2] == ["1", "two"]


def test_who_waits_for_a_table_is_told_how_long_and_may_give_up(tmp_path):
    class Enough(Exception):
        pass

    pd.DataFrame({"a": range(9), "b": range(9)}).to_parquet(tmp_path / "t.parquet")
    seen = []

    def waiting(gone):
        seen.append(gone)
        raise Enough

    with pytest.raises(Enough):
        read_table(tmp_path / "t.parquet", waiting=waiting)
    assert seen and seen[0] < 5


def test_an_error_names_a_file_as_the_person_does(tmp_path):
    (tmp_path / "3f2a.csv").write_text("a,b\n")
    with pytest.raises(TableError, match=r"^my table\.csv has no rows"):
        read_table(tmp_path / "3f2a.csv", called="my table.csv")

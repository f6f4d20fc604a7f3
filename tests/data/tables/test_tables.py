"""Anybody's table is read: every dialect, encoding and oddity; what cannot be read is told with what to do."""

import numpy as np
import pandas as pd
import pytest

from data.tables.read import TableError, read_table

PLAIN = "a;b\n1;2\n3;4\n5;6\n"


def written(tmp_path, text, name="t.csv", encoding="utf-8"):
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return file


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Torque [Nm],Type\n1.5,L\n2.5,M\n3.5,H\n", "utf-8"),
        ("Torque [Nm],Type\n1.5,L\n2.5,M\n3.5,H\n", "utf-8-sig"),
        ("Torque [Nm];Type\n1,5;L\n2,5;M\n3,5;H\n", "utf-8"),
        ("Torque [Nm]\tType\n1.5\tL\n2.5\tM\n3.5\tH\n", "utf-16"),
        ("Torque [Nm] |Type\n1.5|L\n2.5|M\n3.5|H\n", "utf-8"),
        ("Torque,Type\nNm,-\n1.5,L\n2.5,M\n3.5,H\n", "utf-8"),
    ],
)
def test_every_dialect_gives_the_same_table(tmp_path, text, encoding):
    found = read_table(written(tmp_path, text, encoding=encoding)).frame
    assert list(found.columns) == ["Torque [Nm]", "Type"] and found["Torque [Nm]"].tolist() == [1.5, 2.5, 3.5]


def test_thousands_and_decimal_comma_together(tmp_path):
    found = read_table(written(tmp_path, "p;q\n1.234,5;7\n10,25;8\n2.000,0;9\n"))
    assert found.frame["p"].tolist() == [1234.5, 10.25, 2000.0] and any("decimal comma" in note for note in found.notes)


def test_a_missing_header_repeated_and_empty_names_are_told(tmp_path):
    found = read_table(written(tmp_path, "1.5,2\n2.5,3\n3.5,4\n"))
    assert list(found.frame.columns) == ["c1", "c2"] and len(found.frame) == 3 and "no header" in found.notes[0]
    again = read_table(written(tmp_path, "x,x,\n1,2,3\n4,5,6\n"))
    assert list(again.frame.columns) == ["x", "x_2", "c3"] and len(again.notes) == 2


def test_parquet_and_excel(tmp_path):
    table = pd.DataFrame({"Speed [rpm]": np.arange(5.0), "ok": ["yes", "no", "yes", "no", "yes"]})
    table.to_parquet(tmp_path / "t.parquet")
    with pd.ExcelWriter(tmp_path / "t.xlsx") as book:
        table.to_excel(book, sheet_name="data", index=False)
        table.to_excel(book, sheet_name="notes", index=False)
    assert read_table(tmp_path / "t.parquet").frame.equals(table)
    found = read_table(tmp_path / "t.xlsx")
    assert found.frame["ok"].tolist() == table["ok"].tolist() and "notes" in found.notes[0]


def test_mixed_encodings_are_read_and_the_line_is_named(tmp_path):
    found = read_table(written(tmp_path, "name,v\nMüller,1\n".encode() + "Größe,2\n".encode("cp1252") + b"c,3\n"))
    assert found.frame["v"].tolist() == [1, 2, 3] and any("line 3" in note for note in found.notes)


def test_formulas_and_html_stay_text(tmp_path):
    found = read_table(written(tmp_path, 'x,<b>y</b>\n=1+1,"<script>alert(1)</script>"\n=SUM(A1),b\n')).frame
    assert found["x"].tolist() == ["=1+1", "=SUM(A1)"] and found["<b>y</b>"].iloc[0] == "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"a,b\n", "no rows"),
        (b"only\n1\n2\n3\n", "one column only"),
        (b"\x00\x01\x02\x03" * 100, "binary"),
        (b"PAR1broken", "damaged Parquet"),
        (b'a,b\n1,2\n3,4\n5,6,7,8\n', "line 4"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_told(tmp_path, content, said):
    with pytest.raises(TableError, match=said):
        read_table(written(tmp_path, content))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(TableError, match="no file"):
        read_table(tmp_path / "none.csv")


def test_a_file_larger_than_the_memory_is_refused_with_the_reason(tmp_path, monkeypatch):
    monkeypatch.setattr("data.tables.here._free_memory", lambda: 20)
    with pytest.raises(TableError, match="every tenth row"):
        read_table(written(tmp_path, PLAIN))
    assert len(read_table(written(tmp_path, PLAIN), rows=2).frame) == 2  # a preview is always possible


def test_decimal_commas_in_every_cell_are_no_separator(tmp_path):
    found = read_table(written(tmp_path, "a;b\n" + "1,5;2,5\n" * 30)).frame
    assert list(found.columns) == ["a", "b"] and found["b"].iloc[0] == 2.5

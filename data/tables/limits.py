"""How large a table may be, told before it is read where that can be known: from the metadata of a Parquet file, the directory of an Excel file, the first
lines of a text; and of what was read.

A small file can hold a very large table: values that repeat are written once. What cannot be known beforehand is held by the memory and the time of the
process that reads (:mod:`data.tables.child`).
"""

import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.errors import PullcordError
from data.sentence import Sentence

if TYPE_CHECKING:
    from pyarrow.parquet import ColumnSchema, FileMetaData

MOST_BYTES = 1_500_000_000
"""Of a table in memory."""
MOST_COLUMNS = 5_000
MOST_NAME = 1_000
MOST_CELL = 32_767
"""Letters of one value, as in Excel."""
MOST_UNPACKED = 250_000_000
"""Bytes of an Excel file's sheets when they are unpacked; it reads about a million cells in 15 s."""
MOST_CELLS, MOST_AREA = 6_000_000, 30_000_000
"""Cells of an Excel sheet, and of the rectangle that they span, empty ones too."""
_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_PIECE = 1 << 20


class TableError(PullcordError, ValueError):
    """A file that cannot be read as a table; the message names it, the line where there is one, and what to do."""


def columns_fit(file: Path, names: list[str]) -> None:
    """Raises TableError: too many columns, or a name that is none."""
    if len(names) > MOST_COLUMNS:
        raise TableError(
            "{file} has {names} columns; at most {MOST_COLUMNS} can be read. Export the ones that matter.",
            file=file,
            names=f"{len(names):,}",
            MOST_COLUMNS=f"{MOST_COLUMNS:,}",
        )
    longest = max(names, key=len, default="")
    if len(longest) > MOST_NAME:
        raise TableError(
            "{file} has a column whose name has {longest} letters ({longest2} …); at most {MOST_NAME} can be. Does it have a "
            "header line?",
            file=file,
            longest=f"{len(longest):,}",
            longest2=repr(longest[:40]),
            MOST_NAME=f"{MOST_NAME:,}",
        )


def parquet_fits(file: Path, meta: "FileMetaData") -> None:
    """By the metadata of a Parquet file: what its rows take at least. Raises TableError."""
    columns_fit(file, [meta.schema.column(at).path for at in range(min(meta.num_columns, MOST_COLUMNS + 1))])
    packed = sum(meta.row_group(at).total_byte_size for at in range(meta.num_row_groups))
    least = max(packed, sum(meta.num_rows * _width(meta.schema.column(at)) for at in range(meta.num_columns)))
    bytes_fit(
        file, least, Sentence("{rows} rows of {columns} columns", rows=f"{meta.num_rows:,}", columns=f"{meta.num_columns:,}")
    )


def _width(column: "ColumnSchema") -> int:
    """Bytes that one value takes at least."""
    return {"BOOLEAN": 1, "INT32": 4, "FLOAT": 4}.get(column.physical_type, 8)


A_PART = Sentence("a part of it")


def bytes_fit(file: Path, size: int, what: str = A_PART) -> None:
    """Raises TableError."""
    if size > MOST_BYTES:
        raise TableError(
            "{file} would take {size} GB of memory ({what}); a table may have {MOST_BYTES} GB. Export fewer columns or every "
            "tenth row, or cut it by time.",
            file=file,
            size=f"{size / 1000000000.0:.1f}",
            what=what,
            MOST_BYTES=f"{MOST_BYTES / 1000000000.0:.1f}",
        )


def excel_fits(file: Path) -> None:
    """By the directory of an Excel file, and by the places of the cells in its sheets. Raises TableError, or zipfile.BadZipFile."""
    with zipfile.ZipFile(file) as packed:
        held = packed.infolist()
        size = sum(one.file_size for one in held)
        if len(held) > 5_000 or size > MOST_UNPACKED:
            raise TableError(
                "{file} has {size} MB when it is unpacked; an Excel file may have {MOST_UNPACKED} MB. Save the sheet as CSV.",
                file=file,
                size=f"{size / 1000000.0:,.0f}",
                MOST_UNPACKED=f"{MOST_UNPACKED / 1000000.0:,.0f}",
            )
        sheets = sorted(one.filename for one in held if re.fullmatch(r"xl/worksheets/[^/]+\.xml", one.filename))
        for name in sheets:
            _sheet_fits(file, packed, name)


def _sheet_fits(file: Path, packed: zipfile.ZipFile, name: str) -> None:
    cells = rows = columns = 0
    rest = b""
    with packed.open(name) as sheet:
        while piece := sheet.read(_PIECE):
            text = rest + piece
            for found in _CELL.finditer(text):
                cells += 1
                rows, columns = max(rows, int(found[2])), max(columns, _place(found[1]))
            cut = max(text.rfind(b"<c"), len(text) - 400)
            rest = text[cut:] if not _CELL.match(text, cut) else b""
            if cells > MOST_CELLS or rows * columns > MOST_AREA:
                raise TableError(
                    "{file} has cells over {rows} rows and {columns} columns, empty ones too; {MOST_AREA} cells can be read from an "
                    "Excel file. Save the sheet as CSV, or remove the cells that stand far from the others.",
                    file=file,
                    rows=f"{rows:,}",
                    columns=f"{columns:,}",
                    MOST_AREA=f"{MOST_AREA:,}",
                )


def _place(letters: bytes) -> int:
    """3 of ``C``, 16384 of ``XFD``."""
    place = 0
    for letter in letters:
        place = 26 * place + letter - 64
    return place


def frame_fits(file: Path, frame: pd.DataFrame) -> None:
    """Of a table that was read. Raises TableError."""
    columns_fit(file, [str(name) for name in frame.columns])
    size = sum(_bytes(frame.iloc[:, at]) for at in range(frame.shape[1]))
    bytes_fit(file, size, f"{len(frame):,} rows of {len(frame.columns):,} columns")
    for at in range(frame.shape[1]):
        long = _lengths(frame.iloc[:, at])
        if len(long) and long.max() > MOST_CELL:
            row = int(long.argmax())
            raise TableError(
                "{file} has a value of {max} letters in row {row} of column {at}; at most {MOST_CELL} can be. Is a quotation mark "
                "open there?",
                file=file,
                max=f"{int(long.max()):,}",
                row=row + 1,
                at=repr(str(frame.columns[at])[:60]),
                MOST_CELL=f"{MOST_CELL:,}",
            )


def _bytes(column: pd.Series) -> int:
    """What a column takes, a category as if each of its values stood for itself."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return int(_lengths(column).sum()) + 16 * len(column)
    return int(column.memory_usage(index=False, deep=True))


def _lengths(column: pd.Series) -> np.ndarray:
    """(n,) letters of each text, 0 for what is none; empty for a column without texts."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        each = np.array([_letters(one) for one in column.cat.categories] + [0])  # the last one: nothing
        return each[column.cat.codes.to_numpy()]
    if isinstance(column.dtype, pd.StringDtype):
        return column.str.len().fillna(0).to_numpy(np.int64)
    return column.map(_letters).to_numpy(np.int64) if column.dtype == object else np.empty(0, int)


def _letters(value: object) -> int:
    return len(value) if isinstance(value, str) else 0

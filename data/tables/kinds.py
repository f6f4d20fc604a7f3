"""Tables in Parquet and Excel files, read where it may go wrong: in the process of :mod:`data.tables.child`."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from data.tables.grid import head_of, said_of
from data.tables.limits import TableError, bytes_fit, columns_fit, excel_fits, parquet_fits
from data.tables.manner import Manner
from data.tables.text import SNIFFED_LINES

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.workbook.workbook import _WorksheetLike


def read_parquet(file: Path, rows: int | None) -> pd.DataFrame:
    """The table in a Parquet file, a part at a time until it is too large. Raises TableError."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file) as opened:
            if rows is not None:
                columns_fit(file, [opened.metadata.schema.column(at).path for at in range(opened.metadata.num_columns)])
                batches = list(opened.iter_batches(batch_size=rows))[:1] if opened.metadata.num_rows else []
                return _flat(pa.Table.from_batches(batches, opened.schema_arrow).to_pandas())
            parquet_fits(file, opened.metadata)
            parts, size = [], 0
            for at in range(opened.num_row_groups):
                parts.append(opened.read_row_group(at))
                size += parts[-1].nbytes
                bytes_fit(file, size)
        return _flat((pa.concat_tables(parts) if parts else opened.schema_arrow.empty_table()).to_pandas())
    except (MemoryError, TableError):
        raise
    except Exception as error:  # a damaged file fails in many ways
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise TableError("{file} is a damaged Parquet file ({said}): export it again.", file=file, said=said) from None


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """With what stood as the index as columns: it is often the time."""
    if isinstance(frame.index, pd.RangeIndex):
        return frame
    levels = [frame.index.get_level_values(at) for at in range(frame.index.nlevels)]
    if len(levels) == 1 and frame.index.name is None and not isinstance(frame.index, pd.DatetimeIndex):
        return frame.reset_index(drop=True)  # what is left of numbers of rows
    for at, level in reversed(list(enumerate(levels))):
        name = level.name if level.name is not None else ("time" if isinstance(level, pd.DatetimeIndex) else f"index_{at + 1}")
        name = name if name not in frame.columns else f"{name}_index"
        frame.insert(0, name, level.to_numpy() if level.dtype.kind != "M" else pd.Series(level, index=frame.index))
    return frame.reset_index(drop=True)


def read_excel(file: Path, rows: int | None, manner: Manner) -> tuple[pd.DataFrame, list[str], list[str], str, int | None]:
    """(cells of a sheet, what is said of it, the sheets with a table, the one that was taken, the row of the names). Raises TableError."""
    try:
        excel_fits(file)
        from openpyxl import load_workbook

        book = load_workbook(file, read_only=True, data_only=True)  # formulas come as the values that were last computed
        try:
            grids = {sheet.title: _grid(sheet, rows, manner) for sheet in _asked(file, book, manner)}
            names = [sheet.title for sheet in book.worksheets]
        finally:
            book.close()
    except (MemoryError, TableError):
        raise
    except Exception as error:  # openpyxl fails in many ways on a damaged file
        raise TableError(
            "{file} cannot be read as an Excel file ({error}).",
            file=file,
            error=str(error).splitlines()[0] if str(error) else type(error).__name__,
        ) from None
    return _table_of(file, grids, names, manner)


def _asked(file: Path, book: "Workbook", manner: Manner) -> list["_WorksheetLike"]:
    """The sheet that was named, or all of them."""
    sheets = book.worksheets
    if manner.sheet is None or len(sheets) == 1:
        return sheets
    found = [sheet for sheet in sheets if sheet.title.strip().lower() == manner.sheet.strip().lower()]
    if not found:
        raise TableError(
            "{file} has no sheet {sheet}: choose one of {sheets}.",
            file=file,
            sheet=repr(manner.sheet),
            sheets=", ".join(repr(one.title) for one in sheets),
        )
    return found


def _grid(sheet: "_WorksheetLike", rows: int | None, manner: Manner) -> list[tuple]:
    """Its cells, a row each, without empty rows at the end."""
    most = None if rows is None else rows + SNIFFED_LINES + (manner.header_row or 0)
    found = list(sheet.iter_rows(values_only=True, max_row=most))
    while found and all(cell is None for cell in found[-1]):
        found.pop()
    return found


def _table_of(
    file: Path, grids: dict[str, list[tuple]], names: list[str], manner: Manner
) -> tuple[pd.DataFrame, list[str], list[str], str, int | None]:
    """The sheet with the largest table, read."""
    size = {name: sum(1 for row in grid if sum(cell is not None for cell in row) > 1) for name, grid in grids.items()}
    tables = [name for name in grids if size[name] > 1]
    if not tables:
        raise TableError(
            "{file} has no table in {grids}: say which sheet, and in which row the names of its columns stand.",
            file=file,
            grids=", ".join(map(repr, grids)),
        )
    sheet = max(tables, key=lambda name: size[name])
    grid, notes = grids[sheet], []
    others = [name for name in names if name != sheet]
    if others:
        notes.append(
            f"Sheet {sheet!r} is read. Its other sheets are left out: {', '.join(others)}. Write --sheet if that is wrong."
        )
    told = [[_cell(cell) for cell in row] for row in grid[: SNIFFED_LINES + (manner.header_row or 0)]]
    there = [at for at, row in enumerate(told) if any(cell.strip() for cell in row)]
    asked = None
    if manner.header_row is not None:
        asked = next((place for place, at in enumerate(there) if at == manner.header_row - 1), None)
        if asked is None:
            raise TableError(
                "{file}, sheet {sheet} has nothing in row {header_row}: say in which row the names of the columns stand.",
                file=file,
                sheet=repr(sheet),
                header_row=manner.header_row,
            )
    head = head_of([told[at] for at in there], asked)
    columns_fit(file, list(head.names))
    first = there[head.body] if head.body < len(there) else len(grid)
    notes += said_of(head, told, there, "row")
    body = [row for row in grid[first:] if any(cell is not None for cell in row)]
    frame = pd.DataFrame({at: _column([row[at] if at < len(row) else None for row in body]) for at in range(len(head.names))})
    frame.columns = list(head.names)
    return frame, notes, tables, sheet, None if head.at < 0 else there[head.at] + 1


def _cell(value: object) -> str:
    """A cell as a text, as it would stand in a CSV."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value).replace("\n", " ")


def _column(cells: list) -> pd.Series:
    """Numbers and times as such where a column holds nothing else, otherwise texts."""
    there = [cell for cell in cells if cell is not None]
    if there and all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in there):
        return pd.Series(cells, dtype="float64" if len(there) < len(cells) or any(isinstance(c, float) for c in there) else None)
    if there and all(isinstance(cell, datetime) for cell in there):
        return pd.to_datetime(pd.Series(cells))
    return pd.Series([None if cell is None else _cell(cell) for cell in cells], dtype="str")

"""A table read by this process: the kind of file by its content, then its columns by all of their rows."""

import csv
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd

from data.tables.columns import typed
from data.tables.kinds import read_excel, read_parquet
from data.tables.limits import TableError, frame_fits
from data.tables.manner import FOUND, Manner
from data.tables.spreadsheet import unguarded
from data.tables.text import SNIFFED_BYTES, read_text

MOST_NOTES = 20
PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf")
GROWS = 3.0
"""How much larger a text file becomes in memory, about."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """``frame`` with unique, stripped column names; ``notes``: what was found or decided, a plain sentence each; ``look``: what was guessed or is
    wrong with the data; ``manner``: how a later file of the same kind has to be read; ``sheets``: those of an Excel file that hold a table;
    ``header_row``: where the names of the columns were found, from 1 on; ``files``: (n,) which file each row is from, where there were several."""

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()
    look: tuple[str, ...] = ()
    manner: Manner = FOUND
    sheets: tuple[str, ...] = ()
    header_row: int | None = None
    files: np.ndarray | None = None


def there(file: Path) -> None:
    """Raises TableError: no file, a folder, or nothing in it."""
    if file.is_dir():
        raise TableError("{file} is a folder: name a file in it.", file=file)
    if not file.is_file():
        raise TableError("There is no file {file}.", file=file)
    if file.stat().st_size == 0:
        raise TableError("{file} is empty: export it again, with a header line and at least one row.", file=file)


def table_here(file: Path, rows: int | None = None, manner: Manner = FOUND) -> Table:
    """The table in ``file``, read by this process. Raises TableError."""
    there(file)
    with file.open("rb") as opened:
        start = opened.read(SNIFFED_BYTES)
    sheets, found, row, comma_separated, is_text = (), manner, None, False, False
    try:
        is_parquet = start[:4] == b"PAR1"
        if is_parquet:
            frame, notes = read_parquet(file, rows), []
        elif start[:4] == b"PK\x03\x04" and file.suffix.lower() in (".xlsx", ".xlsm"):
            frame, notes, sheets, sheet, row = read_excel(file, rows, manner)
            found = replace(manner, sheet=sheet if len(sheets) > 1 else manner.sheet)
        else:
            if start.startswith(PACKED):
                raise TableError(
                    "{file} is packed (zip, gzip or the like): unpack it first, then give the table that is in it.", file=file
                )
            if rows is None:
                memory_fits(file, file.stat().st_size, GROWS)
            frame, notes, row, separator = read_text(file, start, rows, manner)
            is_text = True
            comma_separated = separator == ","
        frame, left = _without_empty(frame)
        names, renamed = _unique([str(name) for name in frame.columns])
        frame.columns = names
        # what is kept of a first table has decimal points already, whatever its file had
        told = typed(frame, replace(manner, comma=None) if is_parquet else manner, comma_separated or is_parquet)
        frame = told.frame if not is_text else unguarded(told.frame)
        frame_fits(file, frame)
    except (csv.Error, OverflowError, RecursionError) as error:
        raise TableError(
            "{file} cannot be read as a table ({error}). Export it again, as CSV with quotes around texts.",
            file=file,
            error=error,
        ) from None
    if frame.empty:
        raise TableError("{file} has no rows below its header.", file=file)
    if len(frame.columns) < 2:
        raise TableError(
            "{file} has one column only ({names}): a model needs a target and at least one signal. Is the separator right?",
            file=file,
            names=repr(names[0]),
        )
    return Table(frame, (*notes, *left, *renamed, *told.notes), told.look, replace(found, comma=told.comma), tuple(sheets), row)


def free_name(base: str, taken: Collection[str]) -> str:
    """``base``, or ``base_2``, ``base_3`` … where it is taken."""
    tried = (base if n == 1 else f"{base}_{n}" for n in count(1))
    return next(name for name in tried if name not in taken)


def _without_empty(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Without columns that have neither a name nor a value: a separator at the end of each line makes them."""
    bare = [at for at, name in enumerate(frame.columns) if not str(name).strip() or re.fullmatch(r"Unnamed: \d+", str(name))]
    gone = [at for at in bare if frame.iloc[:, at].isna().all()]
    if not gone or len(gone) == frame.shape[1]:
        return frame, []
    n = len(gone)
    said = f"{n} column{'s' if n > 1 else ''} without a name and without a value {'are' if n > 1 else 'is'} left out."
    return frame.iloc[:, [at for at in range(frame.shape[1]) if at not in set(gone)]], [said]


def _unique(names: list[str]) -> tuple[list[str], list[str]]:
    found: list[str] = []
    notes, taken, often = [], set(), Counter()
    for at, given in enumerate(names):
        name = base = given.strip() or f"c{at + 1}"
        while name in taken:
            often[base] += 1
            name = f"{base}_{often[base] + 1}"
        if name != base:
            notes.append(f"Two columns are called {base!r}: the later one is {name!r} here.")
        elif not given.strip():
            notes.append(f"Column {at + 1} has no name: it is {name!r} here.")
        taken.add(name)
        found.append(name)
    return found, notes if len(notes) <= MOST_NOTES else [
        *notes[:MOST_NOTES],
        f"And {len(notes) - MOST_NOTES} more columns like these.",
    ]


def memory_fits(file: Path, size: int, grows: float) -> None:
    """Refuse a file that would not fit into the memory that is free now. Raises TableError."""
    free = _free_memory()
    if free is not None and size * grows > 0.8 * free:
        raise TableError(
            "{file} has {size} GB and would need about {grows} GB of memory; {free} GB are free. Export fewer columns or every "
            "tenth row, or cut it by time, or use a machine with more memory.",
            file=file,
            size=f"{size / 1000000000.0:.1f}",
            grows=f"{size * grows / 1000000000.0:.1f}",
            free=f"{free / 1000000000.0:.1f}",
        )


def _free_memory() -> int | None:
    """Bytes, where the system tells them."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None

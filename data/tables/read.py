"""Reading anybody's table: text in any dialect, Parquet, Excel. What had to be guessed is said; what cannot be read is told with its line."""

from collections.abc import Callable
from pathlib import Path

from data.tables.apart import read_apart
from data.tables.here import GROWS, PACKED, Table, free_name, memory_fits, table_here, there
from data.tables.limits import TableError
from data.tables.manner import FOUND, Manner

__all__ = ["Manner", "Table", "TableError", "free_name", "read_table"]

SMALL = 2_000_000
"""Bytes of a text that is read without a process of its own, which costs a second."""


def read_table(
    file: Path,
    *,
    rows: int | None = None,
    called: str = "",
    manner: Manner = FOUND,
    waiting: Callable[[float], object] = lambda _: None,
) -> Table:
    """The table in ``file``, which may be anybody's: it is read in a process of its own, with bounded memory and time. A small text, which can
    hold no more than it says, is read here.

    Args:
        rows: at most so many rows from its beginning (a preview).
        called: how errors name it, where that is not its place.
        manner: what is known of how it is written.
        waiting: called with the seconds gone while it is read; what it raises ends the reading.

    Raises:
        TableError: missing, empty, no table, one column only, or too large.
    """
    file = Path(file)
    try:
        there(file)
        if file.stat().st_size <= SMALL and not _begins(file, *PACKED):
            return table_here(file, rows, manner)
        if rows is None:
            memory_fits(file, file.stat().st_size, GROWS)
        return read_apart(file, rows, manner, waiting)
    except OSError as error:
        raise TableError("{file} cannot be read ({strerror}).", file=called or file, strerror=error.strerror) from None
    except TableError as error:
        raise TableError(error.sentence.renamed(str(file), called) if called else error) from None


def _begins(file: Path, *marks: bytes) -> bool:
    with file.open("rb") as opened:
        return opened.read(8).startswith((b"PAR1", *marks))

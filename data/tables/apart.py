"""Asks a process of its own (:mod:`data.tables.child`) for a stranger's table, within the limits of :mod:`data.bounded`."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from data.bounded import Ended, Limits, run_bounded
from data.sentence import from_kept
from data.tables.here import Table
from data.tables.limits import MOST_BYTES, TableError
from data.tables.manner import Manner

MEMORY = 4_500_000_000
"""Of the process: while it is read a table takes up to three times of what it has in the end."""
LONGEST_S = 180


def read_apart(file: Path, rows: int | None, manner: Manner, waiting: Callable[[float], object]) -> Table:
    """The table and what was found of it.

    Args:
        waiting: called with the seconds gone, again and again; what it raises ends the reading.

    Raises:
        TableError: why it cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="pullcord-table-") as work:
        out = Path(work) / "table.arrow"
        limits = Limits(wall_s=LONGEST_S, cpu_s=LONGEST_S, memory=MEMORY, written=3 * MOST_BYTES)
        words = (str(file), str(rows or 0), str(out), manner.dumped())
        try:
            told = run_bounded("data.tables.child", *words, limits=limits, waiting=waiting)
        except Ended as end:
            if end.why == "time":
                raise TableError(
                    "{file} could not be read within {LONGEST_S} s. Export fewer columns or every tenth row, or cut it by time; an Excel "
                    "file is read faster as CSV.",
                    file=file,
                    LONGEST_S=LONGEST_S,
                ) from None
            if end.why == "memory":
                raise TableError(
                    "{file} needs more than {MEMORY} GB of memory to be read. Export fewer columns or every tenth row, or cut it by time.",
                    file=file,
                    MEMORY=f"{MEMORY / 1000000000.0:.1f}",
                ) from None
            raise TableError("{file} cannot be read: what reads it crashes. Export it again, as CSV.", file=file) from None
        if "refused" in told:
            raise TableError(from_kept(told["refused"]))
        return Table(
            pd.read_feather(out),
            tuple(told["notes"]),
            tuple(told["look"]),
            Manner.loaded(told["manner"]),
            tuple(told["sheets"]),
            told["row"],
        )

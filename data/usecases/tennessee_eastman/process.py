"""The runs of the Tennessee Eastman process: one file each, three minutes a row.

``dXX.dat`` is a run of 24 h in which fault XX was there from the first row kept on (``d00``: 25 h of normal operation, stored transposed);
``dXX_te.dat`` a run of 48 h in which it comes after 8 h (Chiang, Russell & Braatz 2001).

Runs 6 and 18 trip. From then on the simulator (``teprob.f``: ``ISD`` sets all derivatives to 0 and switches the noise of the continuous measurements
off) writes the last state again and again, while analysers go on with their noise and controllers wind up their valves. Those rows are cut off.
"""

from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from data.checks.frozen import frozen_rows
from data.usecase.use_case import UseCase

FOLDER = Path("tables") / "tennessee_eastman"
RUNS = range(22)
FILES = tuple(f"d{run:02d}{test}.dat" for run in RUNS for test in ("", "_te"))
SIGNALS = 52
STEP_S = 180
FAULT_ROW = 160
"""Rows of a test run before its fault: eight hours."""
APART_DAYS = 4
LEARNED_FROM, TESTED_FROM = pd.Timestamp("2001-01-01", tz="UTC"), pd.Timestamp("2002-01-01", tz="UTC")
HOW = "The Tennessee Eastman tables are not there: fetch them once with python -m data.usecases.tennessee_eastman.fetch"


def tables_in(home: Path) -> bool:
    """Whether all tables are in the home."""
    return all((home / FOLDER / name).is_file() for name in FILES)


def run_of(home: Path | None, run: int, test: bool) -> np.ndarray:
    """One run as published, (rows, 52): 41 measurements, 11 valves.

    Raises:
        FileNotFoundError: it was not fetched.
        ValueError: the file is not what it should be.
    """
    file = (home or Path()) / FOLDER / f"d{run:02d}{'_te' if test else ''}.dat"
    if home is None or not file.is_file():
        raise FileNotFoundError(HOW)
    rows = np.loadtxt(file)
    rows = rows.T if rows.shape[0] == SIGNALS else rows
    if rows.ndim != 2 or rows.shape[1] != SIGNALS:
        raise ValueError(f"{file} has {rows.shape} numbers instead of rows of {SIGNALS}: remove it and fetch it again.")
    return rows


def until_trip(rows: np.ndarray) -> np.ndarray:
    """The rows of a run in which the plant ran: without the first one that the simulator wrote after a shutdown, and all that repeat it."""
    frozen = frozen_rows(rows)
    return rows[: int(np.argmax(frozen)) - 1] if frozen.any() else rows


def runs(use_case: UseCase, home: Path | None, names: tuple[str, ...], test: bool) -> pd.DataFrame:
    """All runs one after the other, each until its trip, some days apart, so that no window over earlier readings reaches from one into the next.

    Args:
        names: of the 52 columns, in their order.
        test: the runs in which the fault comes after 8 h, instead of those that have it from the start.

    Returns:
        asset, time, every column by its name, ``fault``: the number of the fault that is there.
    """
    parts = []
    for run in RUNS:
        rows = until_trip(run_of(home, run, test))
        fault = np.where(np.arange(len(rows)) < FAULT_ROW, 0, run) if test else np.full(len(rows), run)
        start = (TESTED_FROM if test else LEARNED_FROM) + pd.Timedelta(days=APART_DAYS * run)
        table = pd.DataFrame(rows, columns=list(names))
        parts.append(
            table.assign(
                asset=use_case.assets[0], time=start + pd.to_timedelta(np.arange(len(rows)) * STEP_S, unit="s"), fault=fault
            )
        )
    return pd.concat(parts, ignore_index=True)


def place(time: datetime) -> tuple[str, int]:
    """The file and the row (from 1 on) of a time that :func:`runs` has given: the files have none of their own."""
    test = time >= TESTED_FROM
    run, since = divmod(pd.Timestamp(time) - (TESTED_FROM if test else LEARNED_FROM), pd.Timedelta(days=APART_DAYS))
    return f"d{int(run):02d}{'_te' if test else ''}.dat", round(since.total_seconds() / STEP_S) + 1


def learned_from(use_case: UseCase, home: Path | None, names: tuple[str, ...]) -> pd.DataFrame:
    """What a model learns from: the training runs, and of the test runs only the eight hours before their fault. One day of normal operation
    alone would be too little to know what is normal. Nothing after a fault's start in a test run, and nothing of ``d00_te``, is in it."""
    before = runs(use_case, home, names, True)
    since, apart = before["time"] - TESTED_FROM, pd.Timedelta(days=APART_DAYS)
    run = since // apart
    row = (since - run * apart) // pd.Timedelta(seconds=STEP_S)
    return pd.concat([runs(use_case, home, names, False), before[(run > 0) & (row < FAULT_ROW)]], ignore_index=True)

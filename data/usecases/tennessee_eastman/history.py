"""What the fault diagnosis learns from, and what is replayed of it."""

from pathlib import Path

import pandas as pd

from data.usecase.use_case import UseCase
from data.usecases.tennessee_eastman.process import learned_from, place, runs

__all__ = ["place", "replay_table", "training_history"]


def training_history(use_case: UseCase, rows: int = 0, home: Path | None = None) -> pd.DataFrame:
    """asset, time, the signals, outcome (the number of the fault), cause. All there is, whatever ``rows`` says.

    Raises:
        FileNotFoundError: the tables were not fetched.
    """
    table = learned_from(use_case, home or use_case.home, tuple(use_case.signals))
    return _told(use_case, table)


def replay_table(use_case: UseCase, home: Path | None = None) -> pd.DataFrame:
    """The test runs, one after the other: each is normal for eight hours, then has its fault for forty."""
    return _told(use_case, runs(use_case, home or use_case.home, tuple(use_case.signals), True))


def _told(use_case: UseCase, table: pd.DataFrame) -> pd.DataFrame:
    return table[["asset", "time", *use_case.signals]].assign(outcome=table["fault"].astype(float), cause=None)

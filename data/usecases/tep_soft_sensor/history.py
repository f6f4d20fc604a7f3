"""What the soft sensor learns from, and what is replayed of it: the same runs, the analyser's value as the outcome."""

from pathlib import Path

import pandas as pd

from data.usecase.file import load
from data.usecase.use_case import UseCase
from data.usecases.tennessee_eastman.process import learned_from, place, runs

__all__ = ["place", "replay_table", "training_history"]

ANALYSER = "e_in_product"
"""The column of the fault diagnosis that this one predicts."""


def training_history(use_case: UseCase, rows: int = 0, home: Path | None = None) -> pd.DataFrame:
    """asset, time, the signals, outcome (what the analyser said), cause. All there is, whatever ``rows`` says.

    Raises:
        FileNotFoundError: the tables were not fetched.
    """
    return _told(use_case, learned_from(use_case, home or use_case.home, _names()))


def replay_table(use_case: UseCase, home: Path | None = None) -> pd.DataFrame:
    """The test runs, one after the other: normal for eight hours, then with a fault for forty."""
    return _told(use_case, runs(use_case, home or use_case.home, _names(), True))


def _names() -> tuple[str, ...]:
    return tuple(load("tennessee_eastman").signals)


def _told(use_case: UseCase, table: pd.DataFrame) -> pd.DataFrame:
    return table[["asset", "time", *use_case.signals]].assign(outcome=table[ANALYSER], cause=None)

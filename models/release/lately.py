"""What the truth that came in before a reading does to its interval (:mod:`explainers.certainty.adaptive`), from what the store has recorded.

Only what had arrived before the reading's own time counts, in the order of arrival, and of the release's own predictions: so the same reading is told the
same interval whenever it is opened, by whichever process, and its own truth is never in it.
"""

from datetime import datetime

import numpy as np
import pandas as pd

from data.readings.moments import microseconds
from data.store import Store
from data.usecase.use_case import UseCase
from explainers.certainty.adaptive import Adaptive, adaptive
from explainers.certainty.coverage import Errors
from models.release.release import Release

MOST = 2000
"""Confirmed values that are followed: ten times as many as the newest errors that are asked."""


def lately(use_case: UseCase, store: Store, release: Release, at: datetime, coverage: float) -> Adaptive | None:
    """Where following has come to at a moment. ``None``: nothing to follow, since no value is predicted or hardly any truth had come in."""
    if not isinstance(release.sure, Errors):
        return None
    told = store.readings.confirmed(use_case.name, MOST, at)
    return followed(release.sure, told[(told["release"] == release.number) & told["predicted"].notna()], coverage)[0]


def followed(kept: Errors, told: pd.DataFrame, coverage: float) -> tuple[Adaptive | None, np.ndarray, np.ndarray]:
    """The same of a table of ``store.readings.confirmed``, and the (n,) ends of what was told of each of its rows."""
    arrived, made = microseconds(told["arrived"]), microseconds(told["time"])
    known = np.searchsorted(arrived, made, side="left")
    return adaptive(kept, told["predicted"].to_numpy(float), told["outcome"].to_numpy(float), coverage, known)

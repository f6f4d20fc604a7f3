"""Has the plant changed since the model learned from it? What was promised of its predictions, against the truth that came in since.

The truth of the newest predictions is held against the promise (an interval, a class, a risk) that was kept on held-out readings when the release
was made. Readings next to each other are nearly the same, so that only one in ``ALIKE`` counts as a witness of its own (Wilson interval of
the share; Wilson 1927).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.store import Store
from data.usecase import UseCase
from explainers.certainty import nearest_coverage
from explainers.coverage import Errors
from models.release import Release

NEWEST = 1000
FEWEST = 100
ALIKE = 10
SLACK = 0.03
"""How much less than promised is no change yet."""


@dataclass(frozen=True, slots=True)
class Standing:
    """``held``: in what share of ``rows`` newest confirmed readings the promise was kept, ``promised`` what it is; ``high``: the upper end of
    the 95 % interval of the share. ``bias``: mean of truth minus prediction (regression). ``new``: share that was not in the training data."""

    rows: int
    promised: float
    held: float
    high: float
    bias: float | None
    new: float

    @property
    def changed(self) -> bool:
        """Whether the promise is broken, by more than chance and slack allow."""
        return self.rows >= FEWEST and self.high < self.promised - SLACK


def standing(use_case: UseCase, store: Store, release: Release) -> Standing | None:
    """How the release has done lately; ``None`` before enough truth has come in."""
    told = store.readings.confirmed(use_case.name, NEWEST)
    return of_confirmed(use_case, release, told[told["release"] == release.number])


def of_confirmed(use_case: UseCase, release: Release, told: pd.DataFrame) -> Standing | None:
    """The same of a table of ``store.readings.confirmed``."""
    kept, promised = kept_promise(use_case, release, told)
    if len(told) < FEWEST or promised is None:
        return None
    n, held = max(len(told) / ALIKE, 1), float(kept.mean())
    z = 1.96
    centre, spread = held + z * z / (2 * n), z * np.sqrt(held * (1 - held) / n + z * z / (4 * n * n))
    bias = float((told["outcome"] - told["predicted"]).mean()) if use_case.task == "regression" else None
    return Standing(
        len(told), promised, held, float((centre + spread) / (1 + z * z / n)), bias, float((told["novelty"] > 1).mean())
    )


def kept_promise(use_case: UseCase, release: Release, told: pd.DataFrame) -> tuple[np.ndarray, float | None]:
    """(n,) whether each truth is where it was promised to be, and the promised share (``None`` where a release says nothing).

    A value: within its interval. One of several classes, or of two: the one that was told, as often as on held-out readings.
    """
    outcome = told["outcome"].to_numpy(float)
    if use_case.task == "regression":
        if not isinstance(release.sure, Errors):
            return np.zeros(len(told), bool), None
        coverage = nearest_coverage(use_case.coverage)
        low, high = release.sure.interval(told["predicted"].to_numpy(float), coverage)
        return (outcome >= low) & (outcome <= high), coverage
    held_out = release.record.figures["held_out"]
    if use_case.task == "multiclass":
        return told["predicted"].to_numpy(float) == outcome, held_out["accuracy"]["low"]
    right = (told["score"].to_numpy(float) >= use_case.advice.possible.enter) == (told["bad"].to_numpy(float) > 0)
    return right, _right_share(held_out)


def _right_share(held: dict) -> float | None:
    """The share of held-out readings told rightly, from what a release keeps of them."""
    recall, precision = held["recall"]["value"], held["precision"]["value"]
    if recall is None or not precision or not held["rows"]:
        return None
    caught = recall * held["failures"]
    false = caught / precision - caught
    return 1 - (held["failures"] - caught + false) / held["rows"]

"""Where the evidence of some corrections lies: on one machine or in one shift, or spread. A repair of the history does not go beyond it."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from data.records import Prediction
from data.shifts import shift_starts
from data.usecase.use_case import UseCase

NEARLY = 0.9
"""Share of the cases from which on a place is that of all of them."""
FEW = 4
"""Days on which cases have to lie in one and the same shift before they are taken to be about it: what was flagged within one day had no chance to lie in
another one, and three in one of three shifts is no rarity."""


def within(use_case: UseCase, seen: Sequence[Prediction], table: pd.DataFrame) -> tuple[np.ndarray, dict[str, str]]:
    """(n,) bool: the rows of ``table`` (asset, time) to which ``seen`` say anything, and what they are tied to: {"asset": …} and {"shift": …}.

    Cases of one machine only say nothing of the others, and a stray one of another machine does not change that; else they are spread.
    """
    rows, tied = np.ones(len(table), bool), {}
    if len(use_case.assets) > 1 and (asset := _one(one.asset for one in seen)):
        tied["asset"] = asset
        rows &= (table["asset"] == tied["asset"]).to_numpy()
    times = pd.Series([pd.Timestamp(one.time) for one in seen])
    if times.dt.date.nunique() >= FEW and len(use_case.shifts) > 1 and (shift := _one(shift_starts(use_case, times))):
        tied["shift"] = shift
        rows &= (shift_starts(use_case, table["time"]) == tied["shift"]).to_numpy()
    return rows, tied


def _one(places: Iterable[str]) -> str | None:
    """The place of nearly all of them, if there is one."""
    counts = Counter(places)
    (place, n), *_ = counts.most_common(1)
    return place if n >= NEARLY * counts.total() else None

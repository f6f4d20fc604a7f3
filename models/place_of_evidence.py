"""Where the evidence of some corrections lies: on one machine or in one shift, or spread. A repair of the history does not go beyond it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from data.records import Prediction
from data.shifts import shift_starts
from data.usecase import UseCase

FEW = 4
"""Days on which cases have to lie in one and the same shift before they are taken to be about it: what was flagged within one day had no chance to lie in
another one, and three in one of three shifts is no rarity."""


def within(use_case: UseCase, seen: Sequence[Prediction], table: pd.DataFrame) -> tuple[np.ndarray, dict[str, str]]:
    """(n,) bool: the rows of ``table`` (asset, time) to which ``seen`` say anything, and what they are tied to: {"asset": …} and {"shift": …}.

    Cases of one machine only say nothing of the others; cases of several machines are spread.
    """
    rows, tied = np.ones(len(table), bool), {}
    assets = {one.asset for one in seen}
    if len(assets) == 1 and len(use_case.assets) > 1:
        (tied["asset"],) = assets
        rows &= (table["asset"] == tied["asset"]).to_numpy()
    times = pd.Series([pd.Timestamp(one.time) for one in seen])
    shifts = set(shift_starts(use_case, times))
    if times.dt.date.nunique() >= FEW and len(shifts) == 1 and len(use_case.shifts) > 1:
        (tied["shift"],) = shifts
        rows &= (shift_starts(use_case, table["time"]) == tied["shift"]).to_numpy()
    return rows, tied

"""The flaw ``bad_rows``: a share of the rows arrives broken, so that quarantine has real work."""

import numpy as np

from data.usecases.milling.flaws import Flaw
from data.usecases.milling.line import NUMBERS

BROKEN_VALUES = (None, "n/a", float("nan"), float("inf"), -999.0)
"""What stands in place of a value: nothing, text, no number, too much, the physically impossible."""
_MAY_BREAK = (*NUMBERS, "product_type", "asset")


def break_rows(columns: dict[str, np.ndarray], second: np.ndarray, flaw: Flaw, key: tuple[int, ...]) -> dict[str, np.ndarray]:
    """``columns`` with a share ``flaw.size`` of the rows on the flaw's assets broken, one value each.

    Args:
        columns: of a delivery, each of length n; they stay as they are.
        second: (n,) plant seconds of the rows.
        key: seeds the choice: equal keys break the same rows in the same way.

    Returns:
        The same columns; those in which something is broken are copies of dtype object.
    """
    rng = np.random.default_rng(key)
    chosen = rng.random(len(second)) < flaw.size
    where, what = rng.integers(len(_MAY_BREAK), size=len(second)), rng.integers(len(BROKEN_VALUES), size=len(second))
    chosen &= (second >= flaw.start_s) & (second < flaw.end_s)
    if flaw.assets:
        chosen &= np.isin(columns["asset"].astype(str), flaw.assets)
    values = np.empty(len(BROKEN_VALUES), dtype=object)
    values[:] = BROKEN_VALUES
    broken = dict(columns)
    for at, name in enumerate(_MAY_BREAK):
        rows = np.flatnonzero(chosen & (where == at))
        if len(rows):
            broken[name] = columns[name].astype(object)
            broken[name][rows] = values[what[rows]]
    return broken

"""The training history: readings of the same line from days long past, one at random within each product, truth known."""

import numpy as np
import pandas as pd

from data.usecase.use_case import UseCase
from data.usecases.milling.line import NUMBERS, MillingLine
from data.usecases.milling.plan import DAY_S
from data.usecases.milling.rules import TYPES

FIRST_DAY = 19_000  # 2022-01-08
SEED = 2020
_MOST_KEPT = 3
_KEPT: dict[tuple[str, int, int, int], pd.DataFrame] = {}


def training_history(use_case: UseCase, rows: int = 60_000, seed: int = SEED, first_day: int = FIRST_DAY) -> pd.DataFrame:
    """One reading of each of ``rows`` products, in time order.

    Returns:
        Columns asset, time (UTC), one for each signal, outcome (0 or 1) and cause (a mode, missing where there is none). The last few are kept: a
        training asks for the same one three times.
    """
    wanted = (use_case.model_dump_json(), rows, seed, first_day)
    found = _KEPT.get(wanted)
    if found is None:
        found = _drawn(use_case, rows, seed, first_day)
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.pop(next(iter(_KEPT)), None)
        _KEPT[wanted] = found
    return found.copy(deep=False)  # pandas copies what is written to


def _drawn(use_case: UseCase, rows: int, seed: int, first_day: int) -> pd.DataFrame:
    line = MillingLine(use_case, seed)
    parts, found, day = [], 0, first_day
    while found < rows:
        for machine in range(len(line.assets)):
            parts.append(_one_of_each_product(line, machine, day, seed))
            found += len(parts[-1])
        day += 1
    table = pd.concat(parts, ignore_index=True).sort_values(["time", "asset"], kind="stable", ignore_index=True)
    return table.iloc[:rows]


def _one_of_each_product(line: MillingLine, machine: int, day: int, seed: int) -> pd.DataFrame:
    plan = line.plan(machine, day)
    share = np.random.default_rng([seed, machine, day, 17]).random(len(plan.start_s))
    share[::3] = 0.0  # a third right at the start of the product, as the published table records it
    second = day * DAY_S + np.ceil(plan.start_s + share * np.maximum(plan.end_s - plan.start_s - 1, 0)).astype(np.int64)
    seen = line.moments(machine, np.minimum(second, (day + 1) * DAY_S - 1))
    cause = seen.cause
    known = cause.astype(object)
    known[cause == ""] = None
    return pd.DataFrame(
        {
            "asset": line.assets[machine],
            "time": pd.to_datetime(second, unit="s", utc=True),
            "product_type": np.asarray(TYPES, dtype=object)[seen.kind],
            **dict(zip(NUMBERS, seen.numbers.T, strict=True)),
            "outcome": (cause != "").astype(float),
            "cause": known,
        }
    )

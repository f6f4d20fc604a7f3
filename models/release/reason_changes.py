"""Which readings two releases tell differently: another advice, or another main reason. For the gate, and to be opened side by side."""

import numpy as np
import pandas as pd

from data.readings.features import feature_matrix, readings_table, signal_matrix
from data.records import CaseState, Prediction
from data.store import Store
from data.usecase.use_case import UseCase
from explainers.overall.overall import by_group
from models.kinds.predictor import raising
from models.release.release import Release
from models.release.told import as_said_by, explained_by, reasons_told

ROWS = 4_000


def main_reasons(use_case: UseCase, contributions: np.ndarray) -> np.ndarray:
    """(n,) the place of the group that raises each risk most, of (n, features + 1) contributions."""
    shares, _ = by_group(use_case, contributions[:, :-1])
    return shares.argmax(axis=1)


def moved(use_case: UseCase, new: np.ndarray, old: np.ndarray) -> dict:
    """How many main reasons changed, and from what to what.

    Args:
        new, old: (n, features + 1) contributions of both releases for the same readings.

    Returns:
        {"advised", "changed", "share" (None of none), "moves": [{"from", "to", "n"}]}, the most frequent move first.
    """
    after, before = main_reasons(use_case, new), main_reasons(use_case, old)
    names, differ = list(use_case.groups), after != before
    pairs, counts = np.unique(np.stack([before[differ], after[differ]], axis=1), axis=0, return_counts=True)
    moves = [
        {"from": names[a], "to": names[b], "n": int(n)}
        for (a, b), n in sorted(zip(pairs.tolist(), counts.tolist(), strict=True), key=lambda one: -one[1])
    ]
    share = float(differ.mean()) if len(differ) else None
    return {"advised": len(differ), "changed": int(differ.sum()), "share": share, "moves": moves}


def changed_readings(use_case: UseCase, store: Store, new: Release, old: Release, limit: int = 50) -> pd.DataFrame:
    """Recorded readings that the two tell differently, the largest difference of risk first.

    Looked at are a random draw of what either predicted live, and every reading in review.

    Returns:
        Columns id, asset, time, before, after (risks of ``old`` and ``new``), reason_before, reason_after (groups).
    """
    parts = [
        store.readings.contributions_drawn(use_case.name, number, ROWS)[0]
        for number in dict.fromkeys(
            (old.number, new.number, *(one.number for one in store.releases.champions(use_case.name)[:1]))
        )
    ]
    parts.append(_reviewed(use_case, store))
    table = pd.concat([part for part in parts if len(part)], ignore_index=True) if any(map(len, parts)) else parts[0]
    table = table.drop_duplicates("id").reset_index(drop=True)
    columns = ["id", "asset", "time", "before", "after", "reason_before", "reason_after"]
    if table.empty:
        return pd.DataFrame({name: [] for name in columns})
    x = feature_matrix(use_case, signal_matrix(use_case, table))
    (after, new_shares), (before, old_shares) = (_raising(one, x) for one in (new, old))
    enter = use_case.advice.possible.enter
    advised = (after >= enter) | (before >= enter)
    turned = (after >= enter) != (before >= enter)
    rows = np.flatnonzero(advised & (turned | (main_reasons(use_case, new_shares) != main_reasons(use_case, old_shares))))
    rows = rows[np.argsort(-np.abs(after[rows] - before[rows]), kind="stable")][: 2 * limit]
    found = table.iloc[rows][["id", "asset", "time"]].reset_index(drop=True)
    found["before"], found["after"] = before[rows], after[rows]
    seen = [store.readings.prediction(use_case.name, int(reading)) for reading in found["id"]]
    for name, release in (("reason_before", old), ("reason_after", new)):  # as either of them is read, side by side
        found[name] = pd.Series([_first_told(use_case, release, one) for one in seen], index=found.index, dtype=object)
    told = turned[rows] | (found["reason_before"] != found["reason_after"]).to_numpy(bool)
    return found[told].head(limit).reset_index(drop=True)


def _first_told(use_case: UseCase, release: Release, seen: Prediction) -> str:
    """The group that stands first in what is told of a reading as ``release`` predicts it; nothing where none is large enough."""
    now = as_said_by(use_case, release, seen)
    told = reasons_told(use_case, now, explained_by(release, now), lambda name: release.band(seen.asset, name))
    return told.strongest[0].group if told.strongest else ""


def _raising(release: Release, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Risks, and contributions with the sign that raises them."""
    said = release.says(x)
    return said.risk, raising(release.use_case, said)


def _reviewed(use_case: UseCase, store: Store) -> pd.DataFrame:
    cases = store.feedback.queue(use_case.name, states=tuple(CaseState), limit=300)  # looked at by people one by one: few
    return readings_table(store.readings.prediction(use_case.name, case.reading) for case in cases)

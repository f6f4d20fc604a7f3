"""What a model learns from: the use case's history, truth that arrived, and corrections; with a manifest of where it is from."""

import hashlib
import importlib
import zlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.features import feature_matrix
from data.store import Store
from data.usecase import UseCase

HISTORY_ROWS = 60_000
MOST_TRUTHS = 40_000
CORRECTION_WEIGHT = 25.0
"""As how many rows a correction counts. A reviewed case is rare and sure; with 1 it would drown in 60,000 rows, and from about 50
on single cases begin to bend their neighbourhood (measured on the milling line)."""
_HELD_OUT_OF = 5  # one group of readings in five is held out


class TrainingSetError(ValueError):
    """There is nothing to learn from; the message says what is missing."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSet:
    """Columns of one length. ``held_out`` rows are never trained on, by any release: the same rule decides for all.

    ``table`` holds asset, time, signals, cause, origin (history, truth or correction) and reading (0 for history).
    """

    x: np.ndarray  # (n, features) float32
    y: np.ndarray  # (n,) float32
    weight: np.ndarray  # (n,) float32
    held_out: np.ndarray  # (n,) bool
    table: pd.DataFrame
    corrections: tuple[int, ...]
    manifest: dict


def training_set(use_case: UseCase, store: Store | None, history_rows: int = HISTORY_ROWS) -> TrainingSet:
    """Gather what ``use_case`` can learn from now. Deterministic for what the store holds.

    Raises:
        TrainingSetError: no history and no truth, or only one outcome in it.
    """
    parts = [_history(use_case, history_rows).assign(origin="history", id=0)]
    corrections, excluded = (), []
    if store is not None:
        truth = store.readings.labelled(use_case.name, MOST_TRUTHS)
        parts.append(truth.assign(origin="truth"))
        corrected, excluded = store.feedback.corrections(use_case.name), store.feedback.excluded(use_case.name)
        corrections = tuple(correction.id for correction in corrected)
        parts.append(_corrected(use_case, store, corrected))
    columns = ["asset", "time", *use_case.signals, "outcome", "cause", "origin", "id"]
    table = pd.concat([part[columns] for part in parts if len(part)], ignore_index=True).rename(columns={"id": "reading"})
    y = table["outcome"].to_numpy(np.float32)
    if len(np.unique(y)) < 2:
        raise TrainingSetError(
            f"All {len(y)} rows of {use_case.name} have the same outcome: a model needs both kinds to learn from."
        )
    x = feature_matrix(use_case, signal_matrix(use_case, table))
    weight = np.where(table["origin"] == "correction", CORRECTION_WEIGHT, 1.0).astype(np.float32)
    held_out = _held_out(table)
    manifest = {
        "rows": len(y),
        "by_origin": {str(k): int(v) for k, v in table["origin"].value_counts().items()},
        "failures": int(y.sum()),
        "held_out": int(held_out.sum()),
        "correction_weight": CORRECTION_WEIGHT,
        "corrections": list(corrections),
        "excluded": [
            {"case": e.case, "asset": e.asset, "start": e.start.isoformat(), "end": e.end.isoformat(), "signal": e.signal}
            for e in excluded
        ],
        "sha256": {"x": _hash(x), "y": _hash(y), "weight": _hash(weight)},
    }
    return TrainingSet(x, y, weight, held_out, table, corrections, manifest)


def _history(use_case: UseCase, rows: int) -> pd.DataFrame:
    try:
        module = importlib.import_module(f"data.usecases.{use_case.name}.history")
    except ModuleNotFoundError:
        raise TrainingSetError(
            f"The use case {use_case.name} has no history to learn from: add data/usecases/{use_case.name}/history.py with a "
            "training_history(use_case, rows) that gives asset, time, the signals, outcome and cause."
        ) from None
    return module.training_history(use_case, rows=rows)


def _corrected(use_case: UseCase, store: Store, corrections: list) -> pd.DataFrame:
    rows = []
    for correction in corrections:  # reviewed by people one by one: few
        seen = store.readings.prediction(use_case.name, correction.reading)
        rows.append(
            {
                "asset": seen.asset,
                "time": seen.time,
                **seen.values,
                "outcome": correction.outcome,
                "cause": correction.cause,
                "id": seen.id,
            }
        )
    return pd.DataFrame(rows).assign(origin="correction") if rows else pd.DataFrame()


def signal_matrix(use_case: UseCase, table: pd.DataFrame) -> np.ndarray:
    """(n, signals) float64 of a table with a column for each signal; a category as its code."""
    columns = [
        pd.Index(signal.categories).get_indexer(table[name]) if signal.categories else table[name].to_numpy(float)
        for name, signal in use_case.signals.items()
    ]
    return np.stack(columns, axis=1).astype(float)


def _held_out(table: pd.DataFrame) -> np.ndarray:
    """One group in five, the group being an asset and day (an asset and hour for live readings): never at random over
    neighbouring readings, which are nearly the same. Corrections are always learned from."""
    stamp = pd.to_datetime(table["time"], utc=True)
    unit = np.where(table["origin"] == "history", stamp.dt.strftime("%Y-%m-%d"), stamp.dt.strftime("%Y-%m-%d %H"))
    key = table["asset"].astype(str) + "/" + pd.Series(unit, index=table.index)
    codes, names = pd.factorize(key)
    chosen = np.array([zlib.crc32(name.encode()) % _HELD_OUT_OF == 0 for name in names])
    return chosen[codes] & (table["origin"] != "correction").to_numpy()


def _hash(column: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(column).tobytes()).hexdigest()

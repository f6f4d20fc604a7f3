"""What the rows of a table hold, as numbers that can be compared: the same readings have the same ones, in whatever file they come.

The outcome is not part of it: an export that knows more of what came of its readings still holds the same readings.
"""

import hashlib

import numpy as np
import pandas as pd

from data.usecase.use_case import UseCase

_ODD = np.uint64(0x9E3779B97F4A7C15)


def row_hashes(use_case: UseCase, asset: np.ndarray, time_us: np.ndarray | None, columns: dict[str, np.ndarray]) -> np.ndarray:
    """(n,) uint64 of each row's asset, time (``None``: it has none) and signals. How a column was read does not matter: 1, 1.0 and "1.0" are one
    number, whatever else stands in the column."""
    told = {"asset": _text(asset), **({} if time_us is None else {"time": time_us})}
    odd = np.zeros(len(asset), np.uint64)
    for at, (name, signal) in enumerate(use_case.signals.items()):
        column = columns.get(name)
        if column is None:
            continue
        if signal.categories:
            told[name] = _text(column)
            continue
        told[name] = pd.to_numeric(pd.Series(np.asarray(column)), errors="coerce").to_numpy(np.float64) + 0.0  # -0.0 is 0.0
        if np.asarray(column).dtype.kind == "O":
            text = pd.Series(np.asarray(column))
            strange = np.flatnonzero(
                np.isnan(told[name]) & text.notna().to_numpy() & (text.astype(str).str.strip() != "").to_numpy()
            )
            odd[strange] ^= _hash(text.iloc[strange].astype(str).to_numpy(object)) * (_ODD + np.uint64(2 * at))
    return pd.util.hash_pandas_object(pd.DataFrame(told), index=False).to_numpy(np.uint64) ^ odd


def digest(hashes: np.ndarray) -> str:
    """One name for all of these rows, in their order."""
    return hashlib.sha256(np.ascontiguousarray(hashes, "<u8").tobytes()).hexdigest()


def _text(column: np.ndarray) -> np.ndarray:
    """(n,) object: texts, an empty one where there is nothing."""
    found = pd.Series(np.asarray(column, dtype=object))
    return found.where(found.notna(), "").astype(str).to_numpy(object)


def _hash(texts: np.ndarray) -> np.ndarray:
    return pd.util.hash_array(texts)

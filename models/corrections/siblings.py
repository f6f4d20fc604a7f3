"""What a signal should read: by the other signals of the same reading, and by the same signal of the machines of its area in that hour."""

import numpy as np
import pandas as pd

from data.usecase.use_case import UseCase

_PARAMS = {"max_depth": 4, "eta": 0.3, "tree_method": "hist", "max_bin": 256, "nthread": 1, "seed": 7}
_ROUNDS = 40


def neighbours(use_case: UseCase, table: pd.DataFrame) -> list[np.ndarray]:
    """(n,) area and (n,) hour of each reading of a table (asset, time): what shares both stands beside each other."""
    areas = table["asset"].map({one: use_case.area_of(one) for one in use_case.assets})
    return [areas.to_numpy(), pd.to_datetime(table["time"], utc=True).dt.floor("h").to_numpy()]


def siblings(values: np.ndarray, at: int, beside: list[np.ndarray] | None) -> np.ndarray:
    """(n, others) what column ``at`` of (n, signals) values is held against; with what stands ``beside`` each, if that says anything."""
    others = np.delete(values, at, axis=1)
    if beside is None:
        return others
    return np.column_stack([others, pd.Series(values[:, at]).groupby(beside).transform("median").to_numpy()])


def left_over(own: np.ndarray, others: np.ndarray, told: np.ndarray, asked: np.ndarray | slice = slice(None)) -> np.ndarray:
    """By how much the ``asked`` ones of (n,) values are more than their siblings say, as learned from those that are ``told`` (bool)."""
    import xgboost

    centre, scale = own[told].mean(), own[told].std() or 1.0
    model = xgboost.train(_PARAMS, xgboost.DMatrix(others[told], (own[told] - centre) / scale), _ROUNDS)
    return own[asked] - (model.predict(xgboost.DMatrix(others[asked])) * scale + centre)

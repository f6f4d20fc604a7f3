"""Learning a value in a unit of its own: about 0, with a spread of 1. XGBoost stops splitting by the size of gains, and begins from a half, so that a
target in kilometres would be learned worse than the same one in millimetres. Carried back into the plant's unit, the model is a plain one again.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from xgboost import Booster

PLAIN = (0.0, 1.0)
"""The centre and the spread of what is learned as it is."""


def unit_of(y: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """The centre and the spread of (n,) values, in float64; a spread of 1 where they are all the same."""
    y, weight = np.asarray(y, float), np.asarray(weight, float)
    centre = float(np.average(y, weights=weight))
    spread = float(np.sqrt(np.average((y - centre) ** 2, weights=weight)))
    return centre, spread if spread > 0 and np.isfinite(spread) else 1.0


def in_units(booster: Booster, unit: tuple[float, float]) -> Booster:
    """A booster of squared errors that learned ``(y - centre) / spread``, as one that gives y: every leaf and the beginning in that unit."""
    import xgboost

    if unit == PLAIN:
        return booster
    centre, spread = unit
    told = json.loads(booster.save_raw("json"))
    learner = told["learner"]
    begin = float(learner["learner_model_param"]["base_score"].strip("[]"))
    learner["learner_model_param"]["base_score"] = f"[{centre + spread * begin:.17E}]"
    for tree in learner["gradient_booster"]["model"]["trees"]:
        leaf = np.array(tree["left_children"]) == -1
        for name in ("split_conditions", "base_weights"):
            kept = np.array(tree[name], float)
            kept[leaf if name == "split_conditions" else slice(None)] *= spread
            tree[name] = kept.tolist()
        tree["loss_changes"] = (np.array(tree["loss_changes"], float) * spread**2).tolist()
    made = xgboost.Booster()
    made.load_model(bytearray(json.dumps(told).encode()))
    return made

"""What weighs the reasons of a model of a use case: by the groups that are read, from few rows for judging, and a second opinion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data.usecase.use_case import UseCase
from explainers.local.local_surrogate import LocalSurrogate
from explainers.shapley.choice import read_shares_for
from explainers.shapley.group_shares import GroupShares, evenly
from explainers.shapley.interventional import BoosterRisk
from explainers.shapley.leaf_patterns import LeafPatterns
from explainers.shapley.margins import Predict
from models.kinds.brought import Brought
from models.kinds.predictor import Predictor, task_of

if TYPE_CHECKING:
    from xgboost import Booster

FEW_PLAYERS, COARSE_ROWS = 6, 40
"""Groups up to which every coalition is predicted where nobody has measured what that costs; rows from which explanations are judged."""


def read_shares(
    use_case: UseCase, booster: Booster | None, predict: Predict, background: np.ndarray, walks: int, note: str = ""
) -> GroupShares | LeafPatterns:
    """What explains a model of ``use_case`` by the groups that are read. ``booster``: where it is one; otherwise ``predict`` is asked."""
    return read_shares_for(booster, predict, use_case.features, columns_of(use_case), background, task_of(use_case), walks, note)


def asked(booster: Booster | None, brought: Brought | None) -> Predict:
    """What a model predicts, of whichever kind it is: one of both is there."""
    if brought is not None:
        return brought.predict
    assert booster is not None
    return BoosterRisk(booster)


def columns_of(use_case: UseCase) -> dict[str, tuple[int, ...]]:
    """The model inputs of each group that is read."""
    at = {feature: place for place, feature in enumerate(use_case.features)}
    return {name: tuple(at[one] for one in group.features) for name, group in use_case.groups.items()}


def coarse(use_case: UseCase, booster: Booster | None, brought: Brought | None, background: np.ndarray) -> GroupShares:
    """What explains a model of a binary task from few rows, for judging many explanations."""
    rows = background[evenly(len(background), min(COARSE_ROWS, len(background)))]
    walks = 0 if len(use_case.groups) <= FEW_PLAYERS else 2 * len(rows)
    found = read_shares(use_case, booster, asked(booster, brought), rows, walks)
    assert isinstance(found, GroupShares)
    return found


def second_of(predictor: Predictor, background: np.ndarray) -> LocalSurrogate:
    """The second opinion on a model: LIME over the same inputs; of several classes on the probability of the leading one."""
    use_case = predictor.use_case
    categories = {i: s.categories for i, s in enumerate(use_case.signals.values()) if s.categories}
    predict = predictor.probabilities if use_case.task == "multiclass" else predictor.predicted
    return LocalSurrogate(predict, use_case.features, background, categories, task_of(use_case), columns_of(use_case))

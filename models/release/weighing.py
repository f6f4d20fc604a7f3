"""What weighs the reasons of a model of a use case: by the groups that are read, from few rows for judging, and a second opinion."""

import numpy as np

from data.usecase.use_case import UseCase
from explainers.local.local_surrogate import LocalSurrogate
from explainers.shapley.choice import read_shares_for
from explainers.shapley.group_shares import GroupShares, evenly
from explainers.shapley.interventional import BoosterRisk
from explainers.shapley.leaf_patterns import LeafPatterns
from explainers.shapley.margins import Predict
from models.kinds.predictor import Predictor, task_of

FEW_PLAYERS, COARSE_ROWS = 6, 40
"""Groups up to which every coalition is predicted where nobody has measured what that costs; rows from which explanations are judged."""


def read_shares(
    use_case: UseCase, booster, predict: Predict, background: np.ndarray, walks: int, note: str = ""
) -> GroupShares | LeafPatterns:
    """What explains a model of ``use_case`` by the groups that are read. ``booster``: where it is one; otherwise ``predict`` is asked."""
    return read_shares_for(booster, predict, use_case.features, columns_of(use_case), background, task_of(use_case), walks, note)


def columns_of(use_case: UseCase) -> dict[str, tuple[int, ...]]:
    """The model inputs of each group that is read."""
    at = {feature: place for place, feature in enumerate(use_case.features)}
    return {name: tuple(at[one] for one in group.features) for name, group in use_case.groups.items()}


def coarse(use_case: UseCase, booster, brought, background: np.ndarray) -> GroupShares:
    """What explains a model of a binary task from few rows, for judging many explanations."""
    rows = background[evenly(len(background), min(COARSE_ROWS, len(background)))]
    predict = brought.predict if brought else BoosterRisk(booster)
    walks = 0 if len(use_case.groups) <= FEW_PLAYERS else 2 * len(rows)
    return read_shares(use_case, booster, predict, rows, walks)


def second_of(predictor: Predictor, background: np.ndarray) -> LocalSurrogate:
    """The second opinion on a model: LIME over the same inputs; of several classes on the probability of the leading one."""
    use_case = predictor.use_case
    categories = {i: s.categories for i, s in enumerate(use_case.signals.values()) if s.categories}
    predict = predictor.probabilities if use_case.task == "multiclass" else predictor.predicted
    return LocalSurrogate(predict, use_case.features, background, categories, task_of(use_case), columns_of(use_case))

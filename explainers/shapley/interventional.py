"""The same prediction explained in percentage points: exact interventional Shapley values of a booster's probability.

Janzing et al. 2020 (arXiv 1910.13413) for why interventional. Not ``shap.TreeExplainer`` with ``model_output="probability"``: that rescales shares in
log-odds, which was off by up to 17 points on a real line, reads dart wrongly, and uses 100 background rows in silence.
Operators read percentage points, not log-odds.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from explainers.shapley.contract import CannotExplain, NoContributions, Scale
from explainers.shapley.contributions import probability
from explainers.shapley.group_shares import MOST_PLAYERS, GroupShares, Predict
from explainers.shapley.leaf_coalitions import LeafCoalitions

if TYPE_CHECKING:
    from xgboost import Booster


class InterventionalShap(GroupShares):
    """For a booster of a binary task. NaN, in a row or in the background, is routed as the trees do.

    Args:
        groups: the columns of each group that is read; each feature by itself if not given.
        walks: as :class:`explainers.shapley.group_shares.GroupShares`; where not given every coalition of up to ``MOST_PLAYERS`` groups, else two walks a row.

    Raises:
        CannotExplain: no background row, or a booster of several classes.
    """

    def __init__(
        self, booster: Booster, features: Sequence[str], background: np.ndarray, groups: Mapping[str, Sequence[int]] | None = None,
        walks: int | None = None, note: str = "",
    ) -> None:  # fmt: skip
        groups = groups or {name: (at,) for at, name in enumerate(features)}
        if walks is None:
            walks = 0 if len(groups) <= MOST_PLAYERS else 2 * len(background)
        super().__init__(BoosterRisk(booster), features, groups, background, walks=walks, note=note)
        if self._usual.ndim > 1:
            raise CannotExplain("No shares in probability for this model: it knows several classes.")
        self._leaves: LeafCoalitions | None = None
        if not walks:
            with contextlib.suppress(NoContributions):  # then they are predicted
                self._leaves = LeafCoalitions(booster, features, groups, self.background)

    def _coalitions(self, x: np.ndarray, plays: np.ndarray, told: Predict, value: float, usual: np.ndarray) -> np.ndarray:
        """As :meth:`explainers.shapley.group_shares.GroupShares._coalitions`, summed over leaves where that can be."""
        margins = None if self._leaves is None else self._leaves.margins(x, plays)
        if margins is None:
            return super()._coalitions(x, plays, told, value, usual)
        values = probability(margins)
        values[0], values[-1] = usual, value
        return values


class BoosterRisk:
    """A booster's risk as everything else goes by it, (n, features) -> (n,), by one thread: with a core busy elsewhere two make the slowest answers 16
    times slower.

    ``scale``: ``margin`` gives its margins, (n,) or (n, classes), of a regression its value.
    """

    def __init__(self, booster: Booster, scale: Scale = "probability") -> None:
        self._booster, self.scale = booster.copy(), scale
        self._booster.set_param({"nthread": 1})

    def __call__(self, x: np.ndarray) -> np.ndarray:
        margins = np.asarray(self._booster.inplace_predict(np.asarray(x, np.float32), predict_type="margin"), float)
        return margins if self.scale == "margin" else probability(margins)

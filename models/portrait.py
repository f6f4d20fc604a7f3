"""What is learned of a trained model beside the model itself: what is usual and normal, what matters, how sure, what is new, how good
its explanations are. Computed once, when a release is made; the release carries it."""

from functools import cached_property

import numpy as np
import pandas as pd

from data.features import feature_matrix
from data.usecase import UseCase
from explainers.certainty import Calibration
from explainers.coverage import ClassSets, Errors
from explainers.novelty import Novelty, learned
from explainers.overall import by_group, importance
from explainers.permutation import log_loss, permutation_importance
from models.calibrating import calibrated, class_sets
from models.release import EVERY_ASSET, second_of, shap_of
from models.training import Trained
from models.training_set import LEARNED
from models.trust import Explained, profile_of_quality

BACKGROUND_ROWS = 200
PROFILE_ROWS = 4000
BAND = (0.05, 0.95)
"""Quantiles of the readings without a failure between which a signal is called normal, where the use case says ``learn``."""


class Portrait:
    """Everything that is learned of one trained model, each part computed once, when it is first asked for."""

    def __init__(self, trained: Trained):
        self.trained = trained

    @cached_property
    def profile(self) -> dict:
        """See :func:`profile`."""
        return profile(self.trained)

    @cached_property
    def background(self) -> np.ndarray:
        """See :func:`background`."""
        return background(self.trained)

    @cached_property
    def risks(self) -> np.ndarray:
        """See :func:`risks`."""
        return risks(self.trained)

    @cached_property
    def certainty(self) -> Calibration:
        """How sure the model is, learned from the rows that were watched while it was trained."""
        watched = self.trained.watched
        return calibrated(self.risks[watched], self.trained.training_set.failed[watched])

    @cached_property
    def sure(self) -> Errors | ClassSets | None:
        """What a class or a value may be said with: the errors of a regression, thresholds for each of several classes."""
        trained, watched = self.trained, self.trained.watched
        if trained.use_case.task != "multiclass":
            return trained.errors
        return class_sets(trained.predictor.probabilities(trained.training_set.x[watched]), trained.training_set.y[watched])

    @cached_property
    def quality(self) -> dict:
        """See :func:`quality`."""
        return quality(self.trained, self.background, self.risks)


def background(trained: Trained) -> np.ndarray:
    """Real training rows that stand for what is usual: a seeded draw, (200, features) float32."""
    rows = np.flatnonzero(~trained.training_set.held_out & (~trained.training_set.table["origin"].isin(LEARNED)).to_numpy())
    drawn = np.random.default_rng(trained.seed).choice(rows, min(BACKGROUND_ROWS, len(rows)), replace=False)
    return trained.training_set.x[np.sort(drawn)]


def bands(trained: Trained) -> dict[str, dict[str, list[float]]]:
    """The normal band of each number, over all assets and for each one: the use case's, or learned from uneventful readings."""
    use_case, table = trained.use_case, trained.training_set.table
    quiet = ~trained.training_set.failed & (table["origin"] == "history").to_numpy()
    learn = [
        name
        for name in use_case.features
        if getattr(use_case.described(name), "normal", None) == "learn" and not _category(use_case, name)
    ]
    given = {
        name: list(use_case.described(name).normal)
        for name in use_case.features
        if isinstance(use_case.described(name).normal, tuple)
    }
    columns = pd.DataFrame(trained.training_set.x[quiet], columns=list(use_case.features))[learn]
    overall = columns.quantile(BAND)
    found = {EVERY_ASSET: given | {name: _rounded(use_case, name, overall[name]) for name in learn}}
    for asset, rows in columns.groupby(table["asset"].to_numpy()[quiet]):
        found[str(asset)] = {name: _rounded(use_case, name, rows[name].quantile(BAND)) for name in learn}
    return found


def profile(trained: Trained) -> dict:
    """Importance of features and groups with intervals, from exact contributions on a fixed sample of held-out rows."""
    rows = np.flatnonzero(trained.training_set.held_out)[:PROFILE_ROWS]
    names = trained.use_case.features
    _, contributions, gap = trained.predictor.shares.of(trained.training_set.x[rows])
    shares = contributions[:, :-1].astype(float)
    told = {}
    for level, (columns, labels) in {"features": (shares, names), "groups": by_group(trained.use_case, shares)}.items():
        found = importance(columns, labels)
        told[level] = {
            name: {"mean": float(mean), "low": float(low), "high": float(high)}
            for name, mean, low, high in zip(found.names, found.mean, found.low, found.high, strict=True)
        }
    return told | {"rows": len(rows), "largest_gap": gap, "permutation": permuted(trained)}


def permuted(trained: Trained) -> dict[str, dict[str, float]]:
    """Permutation importance of each signal on held-out rows, strongest first; what is derived from a signal goes with it."""
    use_case, held_out = trained.use_case, np.flatnonzero(trained.training_set.held_out)[:PROFILE_ROWS]
    count = len(use_case.recorded)
    found = permutation_importance(
        trained.predictor.risk,
        trained.training_set.x[held_out, :count].astype(float),
        trained.training_set.failed[held_out],
        {name: (place,) for place, name in enumerate(use_case.recorded)},
        log_loss,
        seed=trained.seed,
        recompute=lambda signals: feature_matrix(use_case, signals),
    )
    told = zip(found.names, found.mean, found.low, found.high, strict=True)
    return {name: {"mean": float(mean), "low": float(low), "high": float(high)} for name, mean, low, high in told}


def quality(trained: Trained, rows: np.ndarray, risk: np.ndarray) -> dict:
    """How good its explanations are, on rows that it did not learn from.

    Args:
        rows: its background; risk: (n,) of every row of the training set.
    """
    use_case = trained.use_case
    if use_case.task != "binary":
        return {}
    shap = trained.brought.probable(use_case, rows) if trained.brought else shap_of(trained.booster, use_case, rows)
    model = Explained(use_case, trained.predictor.risk, shap, rows)
    held_out = np.flatnonzero(trained.training_set.held_out)
    second = second_of(trained.predictor, rows)
    return profile_of_quality(model, second, trained.training_set.x[held_out], risk[held_out], trained.seed)


def risks(trained: Trained) -> np.ndarray:
    """(n,) risks of every row of the training set."""
    return trained.predictor.risk(trained.training_set.x)


def novelty(trained: Trained) -> Novelty:
    """What the model has seen; how far the rows that were only watched lie from it says how far is usual."""
    learned_from = np.setdiff1d(np.flatnonzero(~trained.training_set.held_out), trained.watched)
    x = trained.training_set.x
    return learned(trained.use_case.features, x[learned_from], x[trained.watched], trained.seed)


def _category(use_case: UseCase, name: str) -> bool:
    return bool(getattr(use_case.described(name), "categories", ()))


def _rounded(use_case: UseCase, name: str, pair: pd.Series) -> list[float]:
    return [round(float(value), use_case.described(name).decimals) for value in pair]

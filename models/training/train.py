"""Training a model: XGBoost, shallow and few trees, because the live loop explains every prediction and that is its whole cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from data.sentence import Sentence
from data.usecase.use_case import UseCase
from explainers.certainty.coverage import Errors
from explainers.shapley.contributions import TreeContributions
from models.kinds.brought import Brought
from models.kinds.predictor import Predictor, task_of
from models.training.calibrating import errors_of
from models.training.in_units import PLAIN, in_units, unit_of
from models.training.progress import Progress, Stopped
from models.training.searching import searched
from models.training.training_set import LEARNED, TrainingSet

if TYPE_CHECKING:
    import xgboost

PARAMS = {
    "max_depth": 4,
    "eta": 0.15,
    "tree_method": "hist",
    "max_bin": 4096,
    "min_child_weight": 1,
}
"""``max_bin``: limits of a process are sharp. With 1,024 bins 3 % of the milling line's power failures were missed, with 4,096 none."""
LEARNS = {
    "binary": ("binary:logistic", "logloss"),
    "multiclass": ("multi:softprob", "mlogloss"),
    "regression": ("reg:squarederror", "rmse"),
}
"""What is minimised for each task, and what is watched."""
MANY_CELLS = 5_000_000
"""Values of a training set above which fewer bins are enough: its limits are met by many rows."""
FEW_CELLS = 100_000
"""Values below which one thread is used: two wait for each other longer than they work (ten times as long where other work goes on)."""
ROUNDS = 150
PATIENCE = 40
SEED = 7
"""Of what is drawn around a model: its background, the samples that it is described by, the search for hyper-parameters. The training draws nothing."""


@dataclass(frozen=True, eq=False)
class Trained:
    """A model that stands, before it is made a release. ``booster`` is cut to the rounds that it is used with. ``watched``: (k,) rows
    that were looked at only for when to stop; how sure the model is, is learned from them (and judged on the held-out ones). ``brought``: a model
    of another kind in the booster's place, which is then ``None``."""

    use_case: UseCase
    training_set: TrainingSet
    booster: xgboost.Booster | None
    params: dict
    rounds: int
    seed: int
    loss: float
    watched: np.ndarray
    errors: Errors | None = None
    brought: Brought | None = None

    @cached_property
    def predictor(self) -> Predictor:
        """What it says of readings."""
        if self.brought is not None:
            return Predictor(self.use_case, self.brought.shares, self.errors)
        assert self.booster is not None
        shares = TreeContributions(self.booster, self.use_case.features, task=task_of(self.use_case))
        return Predictor(self.use_case, shares, self.errors)

    @property
    def size_kb(self) -> float:
        """How large the model is as a file."""
        if self.brought is not None:
            return len(self.brought.content) / 1024
        assert self.booster is not None
        return len(self.booster.save_raw("ubj")) / 1024


def params_of(use_case: UseCase, cells: int) -> dict:
    """XGBoost's parameters for a use case and so many values to learn from."""
    objective, metric = LEARNS[use_case.task]
    found = PARAMS | {"objective": objective, "eval_metric": metric, "seed": SEED, "nthread": 1 if cells < FEW_CELLS else 2}
    if use_case.task == "multiclass":
        found["num_class"] = len(use_case.target.outcomes)
    if use_case.task == "multiclass" or cells > MANY_CELLS:
        found["max_bin"] = 256
    return found


def train(use_case: UseCase, training_set: TrainingSet, progress: Progress) -> Trained:
    """Train on the rows that are not held out; stop early on a part of those, which nothing is learned from. Same rows: same model, bit for bit.

    Raises:
        Stopped: when ``progress`` says so.
    """
    import xgboost
    from xgboost.callback import EarlyStopping

    from models.training.telling import Telling

    learn, watched = np.flatnonzero(~training_set.held_out), watched_rows(training_set)
    fit = np.setdiff1d(learn, watched)
    unused = training_set.choices.unused(use_case)
    unit = unit_of(training_set.y[fit], training_set.weight[fit]) if use_case.task == "regression" else PLAIN
    rows = {name: _matrix(training_set, at, unused, unit) for name, at in (("fit", fit), ("watch", watched))}
    if not progress(0.05, Sentence("Training on {fit} rows", fit=f"{len(fit):,}")):
        raise Stopped
    params = params_of(use_case, training_set.x[fit].size) | training_set.choices.constraints(use_case)
    if training_set.choices.search:
        params |= searched(params, rows["fit"], rows["watch"], progress)
    telling = Telling(progress, params["eval_metric"], ROUNDS)
    booster = xgboost.train(
        params, rows["fit"], num_boost_round=ROUNDS, evals=[(rows["watch"], "watch")], verbose_eval=False,
        callbacks=[telling, EarlyStopping(rounds=PATIENCE, save_best=True)],
    )  # fmt: skip
    if telling.stopped:
        raise Stopped
    booster = in_units(booster, unit)
    return with_errors(
        Trained(
            use_case, training_set, booster, params, booster.num_boosted_rounds(), SEED, min(telling.losses) * unit[1], watched
        )
    )


def refitted(made: Trained, rows: np.ndarray) -> xgboost.Booster:
    """A booster that learned from other ``rows`` of the same training set, in the same way and with as many trees."""
    import xgboost

    told, use_case = made.training_set, made.use_case
    unit = unit_of(told.y[rows], told.weight[rows]) if use_case.task == "regression" else PLAIN
    matrix = _matrix(told, rows, told.choices.unused(use_case), unit)
    return in_units(xgboost.train(made.params, matrix, num_boost_round=made.rounds, verbose_eval=False), unit)


def with_errors(made: Trained) -> Trained:
    """With what a regression keeps of the rows that were only watched: how far off it is."""
    if made.use_case.task != "regression":
        return made
    told, watched, limits = made.training_set, made.watched, made.use_case.value.limits
    return replace(
        made, errors=errors_of(made.predictor.predicted(told.x[watched]), told.y[watched], told.weight[watched], limits)
    )


def loss_of(made: Trained) -> float:
    """The loss of a model that was trained elsewhere, on the rows that are watched here: log loss, or the root of the mean square."""
    from sklearn.metrics import log_loss

    x, y = made.training_set.x[made.watched], made.training_set.y[made.watched]
    if made.use_case.task == "regression":
        return float(np.sqrt(np.mean((made.predictor.predicted(x) - y) ** 2)))
    if made.use_case.task == "multiclass":
        return float(log_loss(y, made.predictor.probabilities(x), labels=list(made.use_case.target.outcomes)))
    return float(log_loss(y > 0, made.predictor.risk(x), labels=[False, True]))


def watched_rows(training_set: TrainingSet) -> np.ndarray:
    """(k,) rows that are looked at for early stopping: never the held-out ones, on which the release is judged, and never corrections, which
    are always learned from."""
    if training_set.watched is not None:
        return np.flatnonzero(training_set.watched)
    watch = np.flatnonzero(~training_set.held_out)[::7]
    return watch[~training_set.table["origin"].isin(LEARNED).to_numpy()[watch]]


def _matrix(training_set: TrainingSet, at: np.ndarray, unused: list[int], unit: tuple[float, float]) -> xgboost.DMatrix:
    import xgboost

    x = training_set.x[at]
    x[:, unused] = 0.0  # one value only: no tree can turn on it, and its contribution is 0
    y = (training_set.y[at] - unit[0]) / unit[1]
    return xgboost.DMatrix(x, y, weight=training_set.weight[at], nthread=1 if x.size < FEW_CELLS else 2)

"""Training a model: XGBoost, shallow and few trees, because the live loop explains every prediction and that is its whole cost.

python -m models.training --use-case milling        train on what there is now, and register a release
"""

import argparse
import json
import sys
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from data.usecase import UseCase
from explainers.contributions import TreeContributions
from explainers.coverage import Errors
from models.calibrating import errors_of
from models.kinds.brought import Brought
from models.predictor import Predictor, task_of
from models.searching import searched
from models.training_progress import Progress, Stopped
from models.training_set import TrainingSet

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
ROUNDS = 150
PATIENCE = 40
SEED = 7


@dataclass(frozen=True, eq=False)
class Trained:
    """A model that stands, before it is made a release. ``booster`` is cut to the rounds that it is used with. ``watched``: (k,) rows
    that were looked at only for when to stop; how sure the model is, is learned from them (and judged on the held-out ones). ``brought``: a model
    of another kind in the booster's place, which is then ``None``."""

    use_case: UseCase
    training_set: TrainingSet
    booster: object
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
        own = self.brought.shares if self.brought else None
        shares = own or TreeContributions(self.booster, self.use_case.features, task=task_of(self.use_case))
        return Predictor(self.use_case, shares, self.errors)

    @property
    def size_kb(self) -> float:
        """How large the model is as a file."""
        return len(self.brought.content if self.brought else self.booster.save_raw("ubj")) / 1024


def params_of(use_case: UseCase, cells: int, seed: int = SEED) -> dict:
    """XGBoost's parameters for a use case and so many values to learn from."""
    objective, metric = LEARNS[use_case.task]
    found = PARAMS | {"objective": objective, "eval_metric": metric, "seed": seed, "nthread": 2}
    if use_case.task == "multiclass":
        found["num_class"] = len(use_case.target.outcomes)
    if use_case.task == "multiclass" or cells > MANY_CELLS:
        found["max_bin"] = 256
    return found


def train(use_case: UseCase, training_set: TrainingSet, progress: Progress, seed: int = SEED) -> Trained:
    """Train on the rows that are not held out; stop early on a part of those. Same rows and seed: same model, bit for bit.

    Raises:
        Stopped: when ``progress`` says so.
    """
    import xgboost

    learn, watched = np.flatnonzero(~training_set.held_out), watched_rows(training_set)
    fit = np.setdiff1d(learn, watched)
    unused = training_set.choices.unused(use_case)
    watch = watched if training_set.watched is not None else learn[::7]
    rows = {name: _matrix(training_set, at, unused) for name, at in (("fit", fit), ("watch", watch))}
    if not progress(0.05, f"Training on {len(fit):,} rows"):
        raise Stopped
    params = params_of(use_case, training_set.x[fit].size, seed) | training_set.choices.constraints(use_case)
    if training_set.choices.search:
        params |= searched(params, rows["fit"], rows["watch"], progress)
    telling = _Telling(progress, params["eval_metric"])
    booster = xgboost.train(
        params, rows["fit"], num_boost_round=ROUNDS, evals=[(rows["watch"], "watch")], verbose_eval=False,
        callbacks=[telling, xgboost.callback.EarlyStopping(rounds=PATIENCE, save_best=True)],
    )  # fmt: skip
    if telling.stopped:
        raise Stopped
    return with_errors(
        Trained(use_case, training_set, booster, params, booster.num_boosted_rounds(), seed, min(telling.losses), watched)
    )


def with_errors(made: Trained) -> Trained:
    """With what a regression keeps of the rows that were only watched: how far off it is."""
    if made.use_case.task != "regression":
        return made
    told, watched = made.training_set, made.watched
    return replace(made, errors=errors_of(made.predictor.predicted(told.x[watched]), told.y[watched]))


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
    return watch[training_set.weight[watch] == 1]


def _matrix(training_set: TrainingSet, at: np.ndarray, unused: list[int]):
    import xgboost

    x = training_set.x[at]
    x[:, unused] = 0.0  # one value only: no tree can turn on it, and its contribution is 0
    return xgboost.DMatrix(x, training_set.y[at], weight=training_set.weight[at], nthread=2)


def _Telling(progress: Progress, metric: str):
    import xgboost

    class Telling(xgboost.callback.TrainingCallback):
        """Reports each tenth tree, and stops the training when told to."""

        def __init__(self) -> None:
            super().__init__()
            self.stopped, self.losses = False, [float("inf")]

        def after_iteration(self, model, epoch: int, evals_log: dict) -> bool:
            loss = evals_log["watch"][metric][-1]
            self.losses.append(loss)
            if epoch % 10 == 9:
                self.stopped = not progress(
                    0.05 + 0.55 * (epoch + 1) / ROUNDS, f"Tree {epoch + 1} of at most {ROUNDS}, loss {loss:.4f}"
                )
            return self.stopped

    return Telling()


def main(arguments: list[str] | None = None) -> int:
    """Train and register from the command line. Exit code 1 with a message when that cannot be."""
    from data.settings import SettingsError, load_settings, prepared_home
    from data.store import StoreError, open_store
    from data.usecase_file import UseCaseError, load
    from models.registry import register
    from models.training_set import TrainingSetError, training_set

    parser = argparse.ArgumentParser(
        prog="python -m models.training", description="Train a model on what there is now and register it."
    )
    parser.add_argument("--use-case", default="milling")
    parser.add_argument("--home", type=Path, help="folder of everything that is kept (default: the settings')")
    parser.add_argument("--json", action="store_true", help="print the release as one JSON object")
    given = parser.parse_args(arguments)

    def tell(fraction: float, message: str) -> bool:
        print(f"{fraction:4.0%}  {message}", file=sys.stderr)
        return True

    try:
        settings = load_settings(**({"home": given.home} if given.home else {}))
        store, use_case = open_store(prepared_home(settings) / "pullcord.db"), load(given.use_case, settings.home)
        store.readings.prepare(use_case)
        record = register(
            settings.home, store, use_case, train(use_case, training_set(use_case, store), tell), "command line", tell
        )
        if store.releases.champion(use_case.name) is None:
            store.releases.set_champion(use_case.name, record.number, "command line", "First release")
    except (SettingsError, UseCaseError, StoreError, TrainingSetError) as error:
        print(error, file=sys.stderr)
        return 1
    said = {"use_case": record.use_case, "release": record.number, "digest": record.digest, "figures": record.figures["held_out"]}
    print(
        json.dumps(said)
        if given.json
        else f"Release {record.number} of {record.use_case} is registered: {settings.home / record.folder}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Bringing a model that was trained elsewhere: an XGBoost file (JSON or UBJ) becomes a challenger, judged like any other; skops and ONNX files
go by :mod:`models.exchange.bringing_kinds`.

A stranger's file is opened in a process of its own first, because a damaged binary one can crash whatever loads it; what comes back from there is
JSON. Nothing that could run code (a pickle) is ever opened.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from data.people import Action, verb
from data.processes import run
from data.records import Person, ReleaseRecord
from data.store import Store
from data.usecase.use_case import UseCase
from explainers.shapley.contract import CannotExplain
from models.exchange.bringing_kinds import challenger_of_kind, kind_of
from models.exchange.tables import ExchangeError
from models.exchange.turned import turned
from models.lifecycle.registry import register
from models.training.progress import Progress
from models.training.train import LEARNS, SEED, Trained, loss_of, watched_rows, with_errors
from models.training.training_set import training_set

PICKLES = (".pkl", ".pickle", ".joblib", ".sav", ".dill")
TRIAL_S = 120
_KNOWN = ("reg:", "binary:", "multi:", "count:", "survival:")
_NO_RISK = {
    "binary:hinge": "gives a class and no risk", "multi:softmax": "gives a class and no probabilities",
    "survival:cox": "gives a hazard and no value", "survival:aft": "gives a time of survival, which is told on a scale of its own",
    "rank:pairwise": "gives an order and no value", "rank:ndcg": "gives an order and no value", "rank:map": "gives an order and no value",
}  # fmt: skip
_TRIAL = """
import json, sys, xgboost
b = xgboost.Booster(model_file=sys.argv[1])
if b.attr("best_iteration"):
    names, types = b.feature_names, b.feature_types
    b = b[: int(b.attr("best_iteration")) + 1]
    b.feature_names, b.feature_types = names, types
b.save_model(sys.argv[2])
print(json.dumps({"inputs": b.num_features(), "rounds": b.num_boosted_rounds(), "names": b.feature_names, "types": b.feature_types}))
"""


@verb(Action.TRAIN)
def bring_file(
    home: Path, store: Store, use_case: UseCase, file: Path, person: Person | None, progress: Progress = lambda *_: True,
    trusted: tuple[str, ...] = (),
) -> ReleaseRecord:  # fmt: skip
    """Make the model in ``file`` a challenger of ``use_case``. Its inputs have to be the use case's features, in their order or by name.

    Args:
        trusted: types of a skops file that were looked at and may be built.

    Raises:
        NotAllowed: not with that role.
        ExchangeError: it is no model that can be opened, has other inputs, or predicts something else.
    """
    assert person is not None
    return challenger_of(home, store, use_case, file, person.id, file.name, progress, trusted)


def challenger_of(
    home: Path, store: Store, use_case: UseCase, file: Path, by: str, origin: str, progress: Progress = lambda *_: True,
    trusted: tuple[str, ...] = (),
) -> ReleaseRecord:  # fmt: skip
    """The same for whoever has seen to it that ``by`` may. ``origin``: what the record says of where the model is from.

    Raises:
        ExchangeError: as above.
    """
    if file.suffix.lower() in PICKLES:
        raise ExchangeError(
            "{name} is a pickle: opening one runs whatever code is in it, so Pullcord never does. Save the model itself: "
            'model.save_model("model.json") of XGBoost, skops.io.dump(model, "model.skops") of scikit-learn.',
            name=file.name,
        )
    if not file.is_file():
        raise ExchangeError("There is no file {file}.", file=file)
    if kind_of(file):
        return challenger_of_kind(home, store, use_case, file, by, origin, trusted, progress)
    with tempfile.TemporaryDirectory() as work:
        clean = Path(work) / "model.json"
        told = _tried(file, clean)
        _fits(use_case, file, told, json.loads(clean.read_text(encoding="utf-8"))["learner"])
        import xgboost

        booster = xgboost.Booster(model_file=str(clean))
    grown = json.loads(booster.save_config())["learner"]["gradient_booster"].get("tree_train_param", {})
    params = {"max_depth": int(grown.get("max_depth", 0)), "from": origin}
    seen = training_set(use_case, store)
    booster.feature_names = booster.feature_types = None  # the order was checked; from here on columns go by place
    made = Trained(use_case, seen, booster, params, told["rounds"], SEED, 0.0, watched_rows(seen))
    try:
        made = with_errors(made)
        made = replace(made, loss=loss_of(made))
    except (CannotExplain, ValueError) as error:
        raise ExchangeError("{name} cannot be used: {error}", name=file.name, error=error) from None
    if why := turned(made):
        raise ExchangeError("{name} {why}", name=file.name, why=why)
    return register(home, store, use_case, made, f"{by} (from {origin})", progress)


def _tried(file: Path, clean: Path) -> dict:
    """Open the file in a process of its own; what it holds, and the same model as JSON in ``clean``."""
    try:
        done = run([sys.executable, "-I", "-c", _TRIAL, str(file), str(clean)], TRIAL_S)
    except subprocess.TimeoutExpired:
        raise ExchangeError("{name} could not be opened within {TRIAL_S} s.", name=file.name, TRIAL_S=TRIAL_S) from None
    if done.returncode or not clean.is_file():
        said = [line for line in done.stderr.strip().splitlines() if line.strip() and not line.startswith(("  ", "Stack"))]
        why = said[-1][:200] if said else "what loads it crashes"
        raise ExchangeError(
            "{name} is no XGBoost model that can be opened ({why}). Save it with model.save_model('model.json').",
            name=file.name,
            why=why,
        )
    return json.loads(done.stdout.strip().splitlines()[-1])


def _fits(use_case: UseCase, file: Path, told: dict, learner: dict) -> None:
    features = list(use_case.features)
    if told["names"] and told["names"] != features:
        lacks = [name for name in features if name not in told["names"]]
        more = [name for name in told["names"] if name not in features]
        what = f"it lacks {', '.join(lacks)} and has {', '.join(more)} more" if lacks or more else "they are in another order"
        raise ExchangeError(
            "{name} has other inputs than {title}: {what}. They have to be {features}.",
            name=file.name,
            title=use_case.title,
            what=what,
            features=", ".join(features),
        )
    if told["inputs"] != len(features):
        raise ExchangeError(
            "{name} has {inputs} inputs, {title} {features}: {features2}.",
            name=file.name,
            inputs=told["inputs"],
            title=use_case.title,
            features=len(features),
            features2=", ".join(features),
        )
    if any(kind == "c" for kind in told["types"] or ()):
        raise ExchangeError(
            "{name} takes categories of its own; train it with their codes as numbers, in the order of usecase.yaml.",
            name=file.name,
        )
    told_by = learner["objective"]["name"]
    if told_by in _NO_RISK or not told_by.startswith(_KNOWN):
        raise ExchangeError(
            "{name} was trained with {told_by}, which {risk}; {title} is {task}: train it with {task2}.",
            name=file.name,
            told_by=told_by,
            risk=_NO_RISK.get(told_by, "gives no value and no risk"),
            title=use_case.title,
            task=use_case.task,
            task2=LEARNS[use_case.task][0],
        )
    objective, classes = learner["objective"]["name"], int(learner["learner_model_param"]["num_class"])
    kind = "multiclass" if classes > 1 else "binary" if objective.startswith("binary:") else "regression"
    wanted = len(use_case.target.outcomes) if use_case.task == "multiclass" else 0
    if kind != use_case.task or (wanted and wanted != classes):
        what = f"{classes} classes" if classes > 1 else objective
        task = f"{use_case.task} with {wanted} classes" if wanted else use_case.task
        raise ExchangeError(
            "{name} was trained for {what}; {title} is {task}: train it with {way}.",
            name=file.name,
            what=what,
            title=use_case.title,
            task=task,
            way=LEARNS[use_case.task][0],
        )

"""Would it have worked lately? The same learning, from everything before the newest stretch only, judged on that stretch.

Runs or stretches that are held out at random say whether a model knows others of the same kind; this says whether what was learned still held when
time went on (Bergmeir & Benítez 2012, https://doi.org/10.1016/j.ins.2011.12.028). Where the two differ much the plant drifts.
"""

from datetime import UTC, datetime

import numpy as np

from data.readings.moments import microseconds
from data.usecase.use_case import UseCase
from explainers.shapley.contributions import TreeContributions
from models.dataset.history import timed
from models.judging.evaluation import evaluate
from models.judging.evaluation_of_values import own_figures
from models.judging.floor import floor, main_figure
from models.kinds.predictor import Predictor, task_of
from models.training.train import Trained, refitted

NEWEST = 0.2
"""Share of the rows that the newest stretch has."""
MOST_FIT, MOST_JUDGED = 20_000, 10_000
FEWEST_FIT, FEWEST = 50, 20
DRIFT = 0.1
"""By how much the main figure is lower on the newest stretch from which on that is told, where the intervals do not touch either."""
KEPT = ("rows", "units", "failures", "recall", "precision", "auc", "accuracy", "macro_recall", "mae", "r2")


def newest(made: Trained) -> dict:
    """Figures on the newest stretch, as plain JSON: ``since``, :data:`KEPT`, ``floor``; ``own``: whether the model itself was asked, which
    may have learned from it. Or ``why_not``, a key: no_time, too_short."""
    use_case, told = made.use_case, made.training_set
    if not timed(use_case):
        return {"why_not": "no_time"}
    sure = np.flatnonzero(told.table["origin"].isin(["history", "truth"]).to_numpy())
    time = microseconds(told.table["time"])
    cut = int(np.quantile(time[sure], 1 - NEWEST))
    units = np.arange(len(time)) if told.unit is None else told.unit
    late = sure[time[sure] >= cut]
    reach = set(units[late].tolist())
    early = sure[np.array([unit not in reach for unit in units[sure].tolist()], bool)]
    if len(early) < FEWEST_FIT or len(late) < FEWEST or len(np.unique(told.y[early])) < 2:
        return {"why_not": "too_short"}
    rng = np.random.default_rng(0)
    early, late = (
        rows if len(rows) <= most else np.sort(rng.choice(rows, most, replace=False))
        for rows, most in ((early, MOST_FIT), (late, MOST_JUDGED))
    )
    says = made.predictor if made.brought or "from" in made.params else _rehearsed(made, early)
    x, y, failed, unit = told.x[late], told.y[late], told.failed[late], None if told.unit is None else told.unit[late]
    risk = says.risk(x)
    weight = told.weight[late].astype(float)
    found = evaluate(use_case, risk, failed, told.table.iloc[late], unit, weight=weight)
    if use_case.task != "binary":
        found |= own_figures(use_case, says, x, y, unit, weight=weight)
    said = risk if use_case.task == "binary" else says.predicted(x)
    return {
        "since": datetime.fromtimestamp(cut / 1e6, UTC).isoformat(),
        "own": says is made.predictor,
        "floor": floor(use_case, told, early, late, said),
    } | {key: found[key] for key in KEPT if key in found}  # fmt: skip


def _rehearsed(made: Trained, early: np.ndarray) -> Predictor:
    """The same learning on ``early`` rows only, as many trees."""
    use_case = made.use_case
    booster = refitted(made, early)
    return Predictor(use_case, TreeContributions(booster, use_case.features, task=task_of(use_case)), made.errors)


def drifted(use_case: UseCase, held_out: dict, late: dict) -> bool:
    """Whether a release's figures say that what was learned held less lately than it does in general."""
    key = main_figure(use_case)
    general, lately = held_out.get(key), late.get(key)
    if not general or not lately or None in (general["low"], lately["value"], lately["high"], general["value"]):
        return False
    return general["value"] - lately["value"] >= DRIFT and lately["high"] < general["low"]

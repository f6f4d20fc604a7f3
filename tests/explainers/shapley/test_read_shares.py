"""What a reader is told are the Shapley values of the groups: held against the definition, every order of the groups on every background row."""

import itertools
from datetime import UTC, datetime

import numpy as np
import pytest
import xgboost
from threadpoolctl import threadpool_limits

from data.records import Prediction, State
from data.usecase.file import load
from explainers.local.reasons import told as told_from
from explainers.shapley.choice import read_shares_for
from explainers.shapley.contract import Explanation, NoContributions
from explainers.shapley.group_shares import EXACT, SAMPLED, GroupShares, affordable_walks
from explainers.shapley.interventional import BoosterRisk
from explainers.shapley.leaf_patterns import LeafPatterns
from explainers.shapley.pipelines import as_function
from models.release.told import places, shares_of
from pages.parts.words.language import number
from pages.parts.words.shares import lead_text, points_text
from tests.explained_models import FEATURES, KINDS, TASKS, boosted, fitted, rows

GROUPS = {"load and kind": (0, 4), "heat": (1,), "wear and constant": (2, 3)}
POINT = 1e-3
"""A tenth of a percentage point: what is promised."""


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Histogram boosting waits for all its threads: with other cores busy that takes seconds."""
    with threadpool_limits(1):
        yield


def by_definition(says, row, background, groups=GROUPS):
    """What each group adds, averaged over every order in which the groups may come in."""
    shares = dict.fromkeys(groups, 0.0)
    orders = list(itertools.permutations(groups))
    for order in orders:
        mixed = background.copy()
        before = says(mixed).mean()
        for name in order:
            for column in groups[name]:
                mixed[:, column] = row[column]
            after = says(mixed).mean()
            shares[name] += (after - before) / len(orders)
            before = after
    return np.array(list(shares.values()))


def with_gaps(x):
    x = x.copy()
    x[::7, 0] = np.nan
    x[::5, 4] = np.nan
    return x


def grown(kind, task):
    """A booster of each kind that XGBoost grows."""
    x, y = rows(task)
    if kind == "gaps":
        return boosted(with_gaps(x), y, task)
    if kind == "forest":
        settings = {"num_parallel_tree": 5, "subsample": 0.7, "eta": 1.0}
        objective = {"objective": "multi:softprob", "num_class": 3} if task == "multiclass" else {}
        objective = objective or {"objective": "binary:logistic" if task == "binary" else "reg:squarederror"}
        return xgboost.train({**objective, **settings, "max_depth": 4, "seed": 1, "nthread": 1}, xgboost.DMatrix(x, y), 2)
    if kind == "stopped":
        objective = {"binary": "binary:logistic", "multiclass": "multi:softprob", "regression": "reg:squarederror"}[task]
        settings = {"objective": objective, "max_depth": 3, "eta": 0.5, "nthread": 1} | (
            {"num_class": 3} if task == "multiclass" else {}
        )
        watch = xgboost.DMatrix(x[400:], y[400:])
        stop = [xgboost.callback.EarlyStopping(rounds=3, save_best=True)]
        return xgboost.train(
            settings, xgboost.DMatrix(x[:400], y[:400]), 60, evals=[(watch, "w")], callbacks=stop, verbose_eval=False
        )
    return boosted(x, y, task, **({"booster": "dart", "rate_drop": 0.5} if kind == "dart" else {}))


def predicted(booster, task):
    """What is explained of a booster, by the slow way through a matrix: the risk, the value, or all margins."""

    def says(x):
        return booster.predict(xgboost.DMatrix(np.asarray(x, np.float32)), output_margin=task == "multiclass").astype(float)

    return says


def lead(says, row):
    """Of several classes: how far the first is ahead of the second in this row."""
    order = np.argsort(says(row[None, :])[0])
    return lambda x: says(x)[:, order[-1]] - says(x)[:, order[-2]]


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("kind", ["plain", "gaps", "dart", "forest", "stopped"])
def test_the_shares_of_a_booster_are_those_of_the_definition(kind, task):
    booster = grown(kind, task)
    x, _ = rows(task)
    x = with_gaps(x) if kind == "gaps" else x
    background = x[200:240]
    explainer = read_shares_for(booster, None, FEATURES, GROUPS, background, TASKS[task])
    assert isinstance(explainer, GroupShares if task == "binary" else LeafPatterns), getattr(explainer, "note", "")
    for row in x[:4]:
        found, says = explainer.explain(row), predicted(booster, task)
        says = lead(says, row) if task == "multiclass" else says
        assert found.method == EXACT and found.features == tuple(GROUPS) and found.rows == 40
        assert found.contributions == pytest.approx(by_definition(says, row, background), abs=POINT / 100)
        assert found.base == pytest.approx(says(background).mean(), abs=1e-5)
        assert found.value == pytest.approx(says(row[None, :])[0], abs=1e-5) and found.gap < 1e-5


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("kind", ["forest", "histogram", "pipeline"])
def test_the_shares_of_a_brought_model_are_those_of_the_definition(kind, task):
    x, _ = rows(task)
    x = x if kind == "forest" else with_gaps(x)
    says = as_function(fitted(kind, task), FEATURES, {4: KINDS}, TASKS[task])
    explainer = read_shares_for(None, says, FEATURES, GROUPS, x[200:220], TASKS[task])
    for row in x[:2]:
        of = says
        if task == "multiclass":
            of = lead(lambda z: np.log(np.clip(says(z), 1e-4, 1 - 1e-4)), row)
        found = explainer.explain(row)
        assert found.contributions == pytest.approx(by_definition(of, row, x[200:220].astype(float)), abs=POINT / 100)


def test_sampled_shares_add_up_and_lie_within_their_told_error():
    x, y = rows()
    booster, background = boosted(x, y, "binary"), x[200:260]
    each = {name: (at,) for at, name in enumerate(FEATURES)}
    off = []
    for row in x[:12]:
        exact = by_definition(predicted(booster, "binary"), row, background, each)
        found = GroupShares(BoosterRisk(booster), FEATURES, each, background, walks=240).explain(row)
        assert found.method == SAMPLED and found.gap < 1e-9 and found.contributions[3] == 0
        off.append(np.abs(found.contributions - exact)[found.error > 0] / found.error[found.error > 0])
    off = np.concatenate(off)
    assert (off < 2).mean() > 0.9 and off.max() < 5


def test_the_told_error_is_how_far_another_background_would_lead():
    x, y = rows()
    booster = boosted(x, y, "binary")
    order = np.argsort(BoosterRisk(booster)(x), kind="stable")
    drawn = [x[order[start::10]] for start in range(10)]  # ten systematic samples of the same rows
    found = [read_shares_for(booster, None, FEATURES, GROUPS, one).explain(x[3]) for one in drawn]
    between = np.std([one.contributions for one in found], axis=0, ddof=1)
    said = np.mean([one.error for one in found], axis=0)
    assert (between < 2.5 * said).all() and (said < 4 * between).all()
    assert np.std([one.base for one in found]) < 0.01  # what is usual is nearly that of all rows


@pytest.mark.parametrize("task", TASKS)
def test_a_model_that_turns_on_nothing_has_shares_of_nothing(task):
    x, y = rows(task)
    booster = boosted(x, y, task, min_split_loss=1e9)
    found = read_shares_for(booster, None, FEATURES, GROUPS, x[:30], TASKS[task]).explain(x[3])
    assert (found.contributions == 0).all() and found.gap < 1e-6


def test_what_would_take_too_long_is_sampled_and_what_cannot_be_counted_says_so():
    x, y = rows()
    says = BoosterRisk(boosted(x, y, "binary"))
    assert affordable_walks(says, x[:100], 3) == 0
    assert affordable_walks(says, x[:100], 40) >= 16
    deep = boosted(
        np.random.default_rng(0).normal(size=(400, 12)).astype(np.float32),
        rows("regression")[1][:400],
        "regression",
        max_depth=12,
        min_child_weight=0,
    )
    wide = {f"s{at}": (at,) for at in range(12)}
    with pytest.raises(NoContributions, match="groups in a row"):
        LeafPatterns(deep, tuple(wide), wide, np.zeros((5, 12), np.float32), TASKS["regression"])
    found = read_shares_for(deep, None, tuple(wide), wide, np.zeros((5, 12), np.float32), TASKS["regression"]).explain(
        np.ones(12)
    )
    assert found.gap < 1e-5 and "groups in a row" in found.note


@pytest.mark.parametrize(("spread", "decimals"), [(0.3, 2), (0.04, 3), (2e-5, 6), (800.0, 2), (0.0, 2), (float("nan"), 2)])
def test_the_decimals_of_a_values_reasons_follow_its_usual_spread(spread, decimals):
    """The soft sensor is told with two; a tenth of what usually varies must be told apart, and a step of a value is never coarser than the value."""
    assert places(load("tep_soft_sensor"), spread) == decimals


def test_a_small_value_is_told_with_reasons_that_are_not_nothing():
    sensor = load("tep_soft_sensor")
    shares = dict.fromkeys(sensor.groups, 0.0) | {"feeds": 4.2e-5, "reactor": -1.4e-5}
    exact = Explanation(EXACT, "target", tuple(shares), 1e-4, np.array(list(shares.values())), 1.28e-4, usual_spread=3e-5)
    values = dict.fromkeys([*sensor.recorded, *sensor.derived], 1.0)
    seen = Prediction(
        sensor.name, 1, sensor.assets[0], datetime(2026, 3, 2, tzinfo=UTC), 1, values, 1, 0.02, State.NORMAL, 1e-4, {}, None, 1.28e-4
    )  # fmt: skip
    found = told_from(sensor, shares_of(sensor, seen, exact), values, lambda _: None, State.NORMAL)
    assert [(line.group, line.number) for line in found.strongest][:2] == [("feeds", 42), ("reactor", -14)]
    assert points_text(sensor, found, found.strongest[0]).replace("\u00a0", " ") == "+4.2e−5 mol%"
    assert "0.000100" in lead_text(sensor, found, seen) and "0.000128" in lead_text(sensor, found, seen)
    assert number(-0.0004, 2) == "0.00" and number(-0.004, 3) == "−0.004"

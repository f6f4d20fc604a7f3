"""The same drawer for every task: percentage points, the lead of a class over the runner-up, or the target's own unit."""

import numpy as np
import pytest

from data.usecase.file import load
from explainers.shapley.contract import Explanation
from pages.figures.palette import LIGHT
from pages.figures.waterfall import waterfall
from pages.parts.words.scale import told
from tests.explained_models import FEATURES, explained, rows

MILLING = load("milling")


def of(scale, **more):
    return Explanation("m", scale, ("a", "b"), 0.1, np.array([0.3, -0.1]), 0.3, **more)


@pytest.mark.parametrize(
    "found, factor, said, unit",
    [
        (of("probability"), 100, "risk of failure, %", "points"),
        (of("margin"), 1, "log-odds of failure", "log-odds"),
        (of("target"), 1, "failure, mg/m³", "mg/m³"),
        (of("margin", of="bent", against="fine"), 1, "lead of bent over fine, log-odds", "log-odds"),
        (of("probability", of="bent", against="fine"), 100, "lead of bent over fine, percentage points", "points"),
        (of("probability", of="bent"), 100, "lead of bent over all others, percentage points", "points"),
    ],
)
def test_the_words_fit_the_scale(found, factor, said, unit):
    words = told(MILLING, found, "mg/m³")
    assert (words.factor, words.axis, words.unit) == (factor, said, unit)
    assert words.amount(found.value).replace("\u00a0", " ") == f"{factor * 0.3:.{3 if found.scale == 'target' else 1}f} {unit}"


@pytest.mark.parametrize(
    "case", [("xgboost", "binary"), ("xgboost", "multiclass"), ("xgboost", "regression"), ("pipeline", "multiclass")]
)
def test_a_waterfall_adds_up_on_the_screen_for_every_task(case):
    explainer, _ = explained(*case)
    found = explainer.explain(rows(case[1])[0][3])
    words = told(MILLING, found, "mm")
    drawn = waterfall(
        LIGHT, list(FEATURES), list(FEATURES), words.factor * found.contributions, words.factor * found.base, words.factor * found.value,
        {"base": words.base, "total": words.total, "axis": words.axis},
    )  # fmt: skip
    bars = drawn.data[0]
    assert (
        sum(bars.x[:-1]) == pytest.approx(bars.x[-1], abs=1e-3)
        and drawn.layout.xaxis.title.text.replace("<br>", " ") == words.axis
    )
    low, high = drawn.layout.xaxis.range
    steps = np.cumsum(bars.x[:-1])
    assert low <= min(0, steps.min()) and high >= steps.max()

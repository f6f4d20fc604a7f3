"""A challenger is compared by those that can tell: units with a failure, or with a warning. Of too few of them it is said that nobody can tell."""

import numpy as np
import pandas as pd
import pytest

from data.usecase.file import load
from models.documents.words import ENGLISH, measured, verdict_word
from models.judging.comparison import compared
from models.judging.evaluation import evaluate, speaking
from models.judging.floor import floor
from models.judging.gate import Line, gate
from tests.models.judging.test_gate import GOOD

MILLING = load("milling")


def runs(failing: int, count: int = 60, each: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """(n,) outcomes of so many runs, of which a few hold failures, and the run of each."""
    unit = np.repeat(np.arange(count), each)
    return ((unit < failing) & (np.arange(len(unit)) % each < 4)).astype(float), unit


def width(found: dict) -> float:
    return found["high"] - found["low"]


def test_an_interval_of_a_difference_goes_by_the_runs_with_a_failure():
    y, unit = runs(3)
    rng = np.random.default_rng(0)
    new, old = np.where(y > 0, (rng.random(len(y)) < 0.7) * 0.9, 0.01), np.where(y > 0, (rng.random(len(y)) < 0.7) * 0.9, 0.01)
    few = compared(MILLING, new, old, y, unit)
    fewer_rows = np.isin(unit, (0, 1, 2))  # the others hold no failure: they can add nothing to what is known of recall
    alone = compared(MILLING, new[fewer_rows], old[fewer_rows], y[fewer_rows], unit[fewer_rows])
    assert width(few["recall"]) == pytest.approx(width(alone["recall"]), rel=0.25)
    assert few["recall"]["verdict"] == "same"


@pytest.mark.parametrize("failing", [0, 1])
def test_of_one_run_with_a_failure_nobody_can_tell_and_the_gate_does_not_pass(failing):
    y, unit = runs(failing)
    said = np.where(np.arange(len(y)) % 40 == 3, 0.9, 0.01)
    found = compared(MILLING, said, said, y, unit)
    for name in ("recall", "auc", "average_precision", "f1"):
        assert (found[name]["low"], found[name]["high"], found[name]["verdict"]) == (None, None, "unknown"), name
    assert found["precision"]["verdict"] == "same" and "cannot tell" in verdict_word(ENGLISH, "unknown")
    figures = GOOD | {"against": GOOD["against"] | {"figures": GOOD["against"]["figures"] | {"recall": found["recall"]}}}
    (line,) = [one for one in gate(MILLING, figures) if one.name == "recall"]
    assert not line.passes
    assert measured(ENGLISH, Line("recall", None, -0.02, True, measured=-0.1)) == "cannot tell: too few say anything of it"


def test_two_that_never_warn_warn_alike():
    y, unit = runs(10)
    found = compared(MILLING, y * 0 + 0.01, y * 0 + 0.01, y, unit)
    assert (found["precision"]["low"], found["precision"]["high"], found["precision"]["verdict"]) == (0, 0, "same")


def test_equal_challengers_are_hardly_ever_worse():
    """Two models that find as much as each other, on runs of which a few hold failures: the interval of the difference holds 0."""
    holds = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        y, unit = runs(6)
        found = rng.random((2, 60)) < 0.8  # a run's failures are found or missed together
        new, old = (np.where((y > 0) & one[unit], 0.9, 0.01) for one in found)
        one = compared(MILLING, new, old, y, unit)["recall"]
        holds.append(one["low"] <= 0 <= one["high"])
    assert np.mean(holds) >= 0.95


def test_how_well_both_outcomes_are_told_apart_goes_by_the_fewer_of_both():
    y, unit = runs(57, each=4)  # nearly every run is bad all along
    assert speaking(y > 0, y > 0, unit)["auc"] == 3 and speaking(y > 0, y > 0, unit)["recall"] == 57
    assert speaking(y > 0, y > 0, None)["precision"] == int(y.sum())
    table = pd.DataFrame({"asset": "M-01", "cause": [None] * len(y), "product_type": "L"})
    risk = np.random.default_rng(0).random(len(y))
    few, many = (evaluate(MILLING, risk, one, table, unit)["auc"] for one in (y, (unit % 2).astype(float)))
    assert width(few) > 1.5 * width(many)


class Told:
    """As much of a training set as the floor asks for."""

    def __init__(self, x, y, unit):
        self.x, self.y, self.failed, self.unit, self.weight = x, y, y > 0, unit, np.ones(len(y), np.float32)
        self.table = pd.DataFrame(
            {"asset": "M-01", "time": pd.Timestamp("2026-01-01", tz="UTC"), "origin": "history"}, index=range(len(y))
        )


def test_the_floor_goes_by_the_runs_with_a_failure():
    found = {}
    for failing in (1, 3, 30):
        y, unit = runs(failing)
        x = np.random.default_rng(1).normal(size=(len(y), len(MILLING.features))).astype(np.float32)
        rows = np.arange(len(y))
        said = np.clip(0.5 * y + np.random.default_rng(2).random(len(y)) * 0.6, 0, 1)
        found[failing] = floor(MILLING, Told(x, y, unit), rows, rows, said)
    assert found[1]["low"] is None and found[1]["difference"] is not None
    assert width(found[3]) > 2 * width(found[30]) and found[30]["low"] > 0
    (line,) = [one for one in gate(MILLING, {"floor": found[1], "judged_on": {"why_not": ""}}) if one.name == "floor"]
    assert not line.passes and measured(ENGLISH, line).startswith("cannot tell")


def test_the_newest_stretch_passes_by_the_worse_end_as_the_other_lines_do():
    told = {"difference": 0.1, "low": -0.05, "high": 0.25}
    for low, passes in (
        (-0.05, False),
        (0.01, True),
        (None, True),
    ):  # of a stretch of which too few say anything nothing is asked
        (line,) = [one for one in gate(MILLING, {"newest": {"floor": told | {"low": low}}}) if one.name == "newest"]
        assert line.passes == passes and line.by_end

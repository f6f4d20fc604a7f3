"""The gate: every line with its number and bar; what fails does not go live unless somebody says why, and that stays on record."""

import copy
import shutil
from dataclasses import replace

import numpy as np
import pytest

from data.records import Person
from data.usecase_file import load
from models.comparison import errors_compared
from models.gate import GateError, failing, gate
from models.registry import promote
from models.words import ENGLISH, measured, question
from tests.screens import show, texts

MILLING = load("milling")
DANA = Person("dana", "Dana", "data_scientist")
GOOD = {
    "against": {
        "figures": {
            "recall": {"low": -0.01}, "precision": {"low": -0.02}, "cost_per_1000": {"new": 900.0, "old": 1000.0},
        },
        "reasons": {"ndcg": 0.99},
        "gold": {"recall": {"low": -0.01}, "precision": {"low": -0.01}},
        "main_reason": {"advised": 200, "changed": 10, "share": 0.05, "moves": [{"from": "heat", "to": "power", "n": 10}]}, "quality": {"faithfulness": 0.9},
        "corrected": [{"right": True}] * 9 + [{"right": False}],
        "advised": 0.031, "advised_before": 0.030,
        "segments": [
            {"value": "Area A", "failures": 80, "new": 0.9, "old": 0.92}, {"value": "H", "failures": 9, "new": 0.1, "old": 0.9},
        ],
    },
    "certainty": [{"promised": 0.9, "held": 0.5}, {"promised": 0.95, "held": 0.945}],
    "latency_ms": 1.4, "size_kb": 115.0, "quality": {"faithfulness": 0.88},
}  # fmt: skip


def names(figures):
    return [f"{line.name}{line.part}" for line in failing(MILLING, figures)]


def with_(path, value):
    figures = copy.deepcopy(GOOD)
    *way, last = path
    at = figures
    for step in way:
        at = at[step]
    at[last] = value
    return figures


def test_a_good_challenger_meets_every_line():
    assert names(GOOD) == []
    assert [line.name for line in gate(MILLING, GOOD)] == [
        "recall", "precision", "cost", "advice", "reasons", "gold_recall", "gold_precision", "main_reason", "reason_quality", "corrected", "segment", "confidence", "latency", "size"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "path, value, fails",
    [
        (("against", "figures", "recall", "low"), -0.06, "recall"),
        (("against", "figures", "precision", "low"), -0.3, "precision"),
        (("against", "figures", "cost_per_1000", "new"), 1300.0, "cost"),
        (("against", "figures", "cost_per_1000", "old"), 0.0, "cost"),
        (("against", "advised"), 0.2, "advice"),
        (("against", "reasons", "ndcg"), 0.7, "reasons"),
        (("against", "gold", "recall", "low"), -0.06, "gold_recall"),
        (("against", "gold", "precision", "low"), -0.06, "gold_precision"),
        (("against", "main_reason", "share"), 0.5, "main_reason"),
        (("quality", "faithfulness"), 0.7, "reason_quality"),
        (("quality", "faithfulness"), None, "reason_quality"),
        (("against", "corrected"), [{"right": False}, {"right": True}], "corrected"),
        (("against", "segments", 0, "new"), 0.7, "segmentArea A"),
        (("certainty", 1, "held"), 0.8, "confidence"),
        (("certainty", 1, "held"), None, "confidence"),
        (("latency_ms",), 50.0, "latency"),
        (("size_kb",), 90_000.0, "size"),
    ],
)
def test_each_line_fails_by_itself(path, value, fails):
    assert names(with_(path, value)) == [fails]


def test_a_small_segment_and_what_was_never_corrected_stand_in_nobody_s_way():
    assert names(with_(("against", "corrected"), [])) == []
    assert names(with_(("against", "segments", 1, "new"), 0.0)) == []


def test_a_first_release_is_asked_only_for_what_it_must_meet_by_itself():
    first = {name: value for name, value in GOOD.items() if name != "against"}
    assert [line.name for line in gate(MILLING, first)] == ["confidence", "latency", "size"] and names(first) == []


def test_the_bars_are_the_use_case_s():
    strict = MILLING.model_copy(update={"gate": MILLING.gate.model_copy(update={"recall_loss": 0.0})})
    assert [line.told for line in failing(strict, GOOD)] == ["recall -0.01 (at least -0)", "gold_recall -0.01 (at least -0)"]


@pytest.fixture
def plant(shown_home):
    """Release 1 is the champion; 2 passes its gate, 3 finds too few failures."""
    home, store = shown_home
    first = store.releases.get("milling", 1)
    whole = {name: {"new": 0.9, "old": 0.9, "difference": 0.0, "low": -0.01, "high": 0.01, "verdict": "same"} for name in
             ("precision", "recall", "f1", "average_precision", "auc", "brier", "cost_per_1000")}  # fmt: skip
    against = GOOD["against"] | {
        "figures": whole,
        "release": 1,
        "reasons": {"ndcg": 0.99, "groups": []},
        "corrected": [],
        "gold": copy.deepcopy(whole),
    }
    bad = copy.deepcopy(against)
    bad["figures"]["recall"]["low"] = -0.4
    for number, one in ((2, against), (3, bad)):
        shutil.copytree(home / first.folder, home / f"releases/milling/{number}")
        figures = first.figures | {"against": one}
        made = replace(
            first, number=number, folder=f"releases/milling/{number}", parent=1, created_by="dana (job:1)", figures=figures
        )
        store.releases.add(made)
    return store, home


def test_what_fails_its_gate_does_not_go_live_and_against_it_only_with_a_reason_on_record(plant):
    store, home = plant
    assert promote(home, store, MILLING, 2, DANA, "Better.").number == 2
    with pytest.raises(GateError, match=r"recall -0.4 \(at least -0.05\)"):
        promote(home, store, MILLING, 3, DANA, "I like it.")
    assert store.releases.champion("milling").number == 2
    promote(home, store, MILLING, 3, DANA, "The line stands still otherwise.", override=True)
    last = store.audit.trail("release:milling/3")[-1]
    assert (last.action, last.person) == ("override_release", "dana")
    assert "stands still" in last.details["reason"] and "recall -0.4" in last.details["reason"]


def page():
    from pages.releases import render

    render()


@pytest.mark.parametrize("release, said", [(2, "Gate: every line is met"), (3, "Gate: 1 line fails")])
def test_the_page_says_what_is_met_and_what_is_not(plant, release, said):
    assert said in texts(show(page, "dana", release=release))


def test_a_regression_is_held_to_its_error_in_the_targets_unit():
    kiln = MILLING.model_copy(update={"task": "regression", "target": MILLING.target.model_copy(update={"unit": "mg/m³"})})
    y, rng = np.linspace(0, 100, 2000), np.random.default_rng(1)
    old, alike, worse = (y + rng.normal(0, spread, len(y)) for spread in (3.0, 3.0, 3.6))
    for new, passes in ((alike, True), (worse, False)):
        found = errors_compared(new, old, y)
        line = next(one for one in gate(kiln, GOOD | {"against": GOOD["against"] | {"mae": found}}) if one.name == "mae")
        assert line.passes is passes and line.bar == pytest.approx(0.1 * np.abs(old - y).mean())
        assert found["low"] < found["difference"] < found["high"] == line.value
        assert line.told.endswith("mg/m³)") and "mg/m³" in measured(ENGLISH, line) and "on average" in question(ENGLISH, line)
    assert not any(line.name == "mae" for line in gate(MILLING, GOOD))

"""The gate: every line with its number and bar; what fails does not go live unless somebody says why, and that stays on record."""

import copy
import shutil
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from data.records import Person
from data.usecase.file import load
from data.usecase.target import ValueTarget
from models.dataset.choices import Choices
from models.documents.words import ENGLISH, bar, measured, question
from models.judging.comparison import errors_compared
from models.judging.doubted import drawn_anew
from models.judging.evaluation import latency_ms
from models.judging.gate import GateError, failing, gate
from models.lifecycle import registry
from models.lifecycle.registry import promote
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


def test_warnings_of_failures_that_are_newly_found_do_not_speak_against_it():
    """A repair that finds 14 of 1,000 more readings to be failures warns of so many more, rightly."""
    more = with_(("against", "advised"), 0.051)
    assert names(more) == ["advice"]
    more["against"]["found_more"] = 0.014
    assert names(more) == []


def test_what_was_held_against_another_champion_was_not_held_against_this_one():
    beside = with_(("against", "release"), 1)
    assert names(beside) == [] and [line.name for line in failing(MILLING, beside, 1)] == []
    assert [line.name for line in failing(MILLING, beside, 3)] == ["compared"]
    alone = {name: told for name, told in GOOD.items() if name != "against"}
    assert [line.name for line in failing(MILLING, alone, 3)] == ["compared"] and names(alone) == []


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


def test_the_promise_for_failures_is_judged_by_what_chance_allows_for_so_few():
    """Of a release that keeps what was learned of each outcome: not whether a set holds the truth, which "everything" always does."""
    for held_1, low, fails in ((0.90, 0.88, False), (0.90, 0.92, True), (0.935, 0.94, False), (0.925, 0.94, True)):
        one = {"promised": 0.95, "held": 0.99, "held_0": 0.99, "held_1": held_1, "range_1": [low, 1.0]}
        (line,) = (each for each in gate(MILLING, GOOD | {"certainty": [one]}) if each.name.startswith("confidence"))
        assert line.name == "confidence_failures" and line.value == held_1 and line.passes != fails
    nothing = {"promised": 0.95, "held": 0.99, "held_0": 0.99, "held_1": None, "range_1": None}
    assert names(GOOD | {"certainty": [nothing]}) == []  # not one failure is held out
    assert names(GOOD | {"certainty": [nothing | {"held": None}]}) == ["confidence_failures"]  # nothing is


def test_of_values_the_interval_is_judged():
    values, risks = load("tep_soft_sensor"), [{"promised": 0.9, "held": 1.0, "held_1": 1.0, "range_1": [0.8, 1.0]}]
    for held, fails in ((0.87, True), (0.885, False)):
        one = {"promised": 0.9, "held": held, "width": 2.0, "range": [0.889, 0.91]}
        (line,) = (
            each for each in gate(values, GOOD | {"certainty": risks, "sure": [one]}) if each.name.startswith("confidence")
        )
        assert line.name == "confidence_values" and line.value == held and line.passes != fails


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
    kiln = MILLING.model_copy(
        update={"task": "regression", "target": ValueTarget(label="NOx", unit="mg/m³", allowed=(None, 80.0))}
    )
    y, rng = np.linspace(0, 100, 2000), np.random.default_rng(1)
    old, alike, worse = (y + rng.normal(0, spread, len(y)) for spread in (3.0, 3.0, 3.6))
    for new, passes in ((alike, True), (worse, False)):
        found = errors_compared(new, old, y)
        line = next(one for one in gate(kiln, GOOD | {"against": GOOD["against"] | {"mae": found}}) if one.name == "mae")
        assert line.passes is passes and line.bar == pytest.approx(0.1 * np.abs(old - y).mean())
        assert found["low"] < found["difference"] < found["high"] == line.value
        assert (
            line.told.endswith("mg/m³)")
            and "mg/m³" in measured(ENGLISH, line)
            and question(ENGLISH, line).startswith("Mean error, change")
        )
    assert not any(line.name == "mae" for line in gate(MILLING, GOOD))


@pytest.mark.parametrize("low, high", [(-0.021, 0.013), (-0.4, -0.2)], ids=["passes", "fails"])
def test_a_line_says_what_is_true_whether_it_passes_or_fails(low, high):
    figures = with_(("against", "figures", "recall"), {"low": low, "high": high, "difference": (low + high) / 2})
    line = next(one for one in gate(MILLING, figures) if one.name == "recall")
    assert line.passes == (low == -0.021)
    assert question(ENGLISH, line) == "Failures found, change from the champion on held-out readings"
    assert bar(ENGLISH, line) == "at least −5.0 points at the lower end"
    told = {-0.021: "−0.4 points (95 %: −2.1 to +1.3)", -0.4: "−30.0 points (95 %: −40.0 to −20.0)"}[low]
    assert measured(ENGLISH, line) == told


def test_no_line_is_named_by_what_it_hopes_for():
    """A name such as "finds no fewer failures" is false as soon as the line fails."""
    hoped = ("no fewer", "no less", "no more", "no longer", "hardly", "enough", "keeps", "is right", "same")
    for line in gate(MILLING, GOOD):
        assert not [word for word in hoped if word in question(ENGLISH, line).lower()]


def anchored(**ends):
    told = {name: {"low": -0.01, "high": 0.01, "difference": 0.0} for name in ("recall", "precision")}
    told["cost_per_1000"] = {"new": 1000.0, "old": 1000.0}
    return GOOD | {"anchor": {"release": 1, "figures": told | ends}}


def test_small_losses_that_add_up_are_stopped_by_the_best_champion_before():
    assert names(anchored()) == []
    assert names(anchored(recall={"low": -0.08, "high": -0.03, "difference": -0.05})) == ["anchor_recall1"]
    assert names(anchored(cost_per_1000={"new": 1300.0, "old": 1000.0})) == ["anchor_cost1"]


def test_floors_hold_whatever_the_champion_does():
    floors = MILLING.model_copy(update={"gate": MILLING.gate.model_copy(update={"recall_floor": 0.7, "precision_floor": 0.6})})
    told = GOOD | {"held_out": {"recall": {"value": 0.65}, "precision": {"value": 0.6}}}
    assert [line.name for line in failing(floors, told)] == ["recall_floor"] and names(told) == []


def test_a_slow_server_fails_no_equal_model_and_a_slower_model_fails():
    busy = with_(("against", "latency_ms"), 70.0) | {"latency_ms": 73.0}
    assert names(busy) == [] and names(busy | {"latency_ms": 110.0}) == ["latency"]


def test_what_one_person_s_corrections_cost_is_asked_for_and_the_first_gold_set_is_only_shown():
    lost = {"recall": {"low": -0.2, "high": -0.1, "difference": -0.15}}
    assert names(GOOD | {"people": [{"person": "mallory", "figures": lost}]}) == ["personmallory"]
    first = with_(("against", "gold_first"), {"recall": {"low": -0.4}, "precision": {"low": -0.4}})
    shown = [line for line in gate(MILLING, first) if not line.asked]
    assert names(first) == [] and [line.name for line in shown] == ["gold_first_recall", "gold_first_precision"]
    assert bar(ENGLISH, shown[0]) == "shown beside the others"


def test_leaving_a_signal_out_has_to_show_on_the_line_itself():
    assert names(with_(("against", "live"), {"failures": 0})) == ["live_recall", "live_precision"]
    worse = {"failures": 40, "recall": {"low": -0.3}, "precision": {"low": 0.1}}
    assert names(with_(("against", "live"), worse)) == ["live_recall"]


def test_a_doubted_signal_is_drawn_anew_for_the_champion():
    unused = Choices(leave_out=("strain",)).unused(MILLING)
    x = np.random.default_rng(0).normal(size=(300, len(MILLING.features)))
    anew, (column,) = drawn_anew(x, unused), unused
    others = np.delete(np.arange(x.shape[1]), column)
    assert np.array_equal(anew[:, others], x[:, others]) and np.array_equal(np.sort(anew[:, column]), np.sort(x[:, column]))
    assert (anew[:, column] != x[:, column]).mean() > 0.9 and np.array_equal(drawn_anew(x, unused), anew)
    assert drawn_anew(x, []) is x


def test_that_reasons_move_is_shown_and_not_asked_where_a_signal_was_left_out():
    moved = with_(("against", "reasons"), {"ndcg": 0.5})
    moved["against"]["main_reason"] = {"share": 0.6}
    assert names(moved) == ["reasons", "main_reason"]
    moved["against"]["left_out"] = ["strain"]
    assert names(moved) == [] and [line.name for line in gate(MILLING, moved) if not line.asked] == ["reasons", "main_reason"]


def test_latency_is_the_processor_s_and_the_two_take_turns():
    order = []

    def waits(row):
        order.append("new")
        time.sleep(0.002)  # on a busy server: no work

    def works(row):
        order.append("old")
        return sum(range(1_000_000))

    new, old = latency_ms(waits, np.zeros(3), works, times=9)
    assert order == ["new", "old"] * 9 and new < old / 2
    assert latency_ms(waits, np.zeros(3), times=3)[1] is None


def test_the_anchor_is_the_cheapest_champion_before_that_can_still_be_used(monkeypatch):
    costs = {2: 900.0, 3: 800.0, 4: 700.0}
    releases = SimpleNamespace(
        champions=lambda _: [SimpleNamespace(number=number) for number in (4, 3, 2, 3)],
        get=lambda _, number: SimpleNamespace(number=number, figures={"held_out": {"cost_per_1000": {"value": costs[number]}}}),
    )
    monkeypatch.setattr(registry, "_usable", lambda home, store, use_case, number: None if number == 3 else number)
    now, store = SimpleNamespace(number=4), SimpleNamespace(releases=releases)
    assert registry._anchor(None, store, MILLING, now) == 2
    costs[2] = None
    assert registry._anchor(None, store, MILLING, SimpleNamespace(number=2)) == 4

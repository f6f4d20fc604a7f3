"""Each bar of the gate: what is just at it passes, what is just beyond does not."""

import pytest

from data.usecase.file import load
from data.usecase.parts import Gate
from data.usecase.target import ValueTarget
from models.judging.gate import Line, failing, gate
from tests.models.judging.test_gate import GOOD, MILLING

BARS = MILLING.gate
A_LITTLE = 1e-6
CHANGE = {"difference": -0.01, "low": -0.02, "high": 0.01}


def with_(*changes):
    """The good figures with (path, value) set otherwise."""

    def copied(value):
        if isinstance(value, dict):
            return {name: copied(one) for name, one in value.items()}
        return [copied(one) for one in value] if isinstance(value, list) else value

    figures = copied(GOOD)
    for path, value in changes:
        *way, last = path
        at = figures
        for step in way:
            at = at.setdefault(step, {}) if isinstance(at, dict) else at[step]
        at[last] = copied(value)
    return figures


def names(figures, use_case=MILLING, live=None):
    return [f"{line.name}{line.part}" for line in failing(use_case, figures, live)]


AGAINST = ("against",)
EDGES = {
    "recall": ([], (*AGAINST, "figures", "recall", "low"), -BARS.recall_loss, -1),
    "precision": ([], (*AGAINST, "figures", "precision", "low"), -BARS.precision_loss, -1),
    "cost": ([((*AGAINST, "figures", "cost_per_1000", "old"), 1.0)], (*AGAINST, "figures", "cost_per_1000", "new"), 1 + BARS.cost_rise, 1),
    "advice": ([((*AGAINST, "advised_before"), 1.0)], (*AGAINST, "advised"), 1 + BARS.advice_rise, 1),
    "reasons": ([], (*AGAINST, "reasons", "ndcg"), BARS.reasons_kept, -1),
    "gold_recall": ([], (*AGAINST, "gold", "recall", "low"), -BARS.recall_loss, -1),
    "gold_precision": ([], (*AGAINST, "gold", "precision", "low"), -BARS.precision_loss, -1),
    "live_recall": ([((*AGAINST, "live"), {"recall": {}, "precision": {"low": 0.0}})], (*AGAINST, "live", "recall", "low"), -BARS.recall_loss, -1),
    "live_precision": (
        [((*AGAINST, "live"), {"precision": {}, "recall": {"low": 0.0}})], (*AGAINST, "live", "precision", "low"), -BARS.precision_loss, -1,
    ),
    "main_reason": ([], (*AGAINST, "main_reason", "share"), BARS.main_reason_changed, 1),
    "reason_quality": ([((*AGAINST, "quality", "faithfulness"), 0.0)], ("quality", "faithfulness"), -BARS.reason_quality_loss, -1),
    "segmentArea A": ([((*AGAINST, "segments", 0, "old"), 0.0)], (*AGAINST, "segments", 0, "new"), -BARS.segment_loss, -1),
    "confidence": ([], ("certainty", 1, "held"), 0.95 - BARS.confidence_slack, -1),
    "latency": ([((*AGAINST, "latency_ms"), 1000.0)], ("latency_ms",), 1000 * (1 + BARS.latency_rise), 1),
    "size": ([], ("size_kb",), BARS.size_kb, 1),
    "floor": ([("judged_on", {"why_not": ""}), ("floor", CHANGE)], ("floor", "low"), 0.0, -1),
    "newest": ([(("newest", "floor"), CHANGE)], ("newest", "floor", "low"), 0.0, -1),
    "personerik": ([("people", [{"person": "erik", "figures": {"recall": dict(CHANGE)}}])], ("people", 0, "figures", "recall", "low"), -BARS.recall_loss, -1),
}  # fmt: skip


@pytest.mark.parametrize("name", EDGES)
def test_at_its_bar_a_line_passes_and_just_beyond_it_fails(name):
    before, path, bar, worse = EDGES[name]
    before = [(told if isinstance(told, tuple) else (told,), value) for told, value in before]
    assert names(with_(*before, (path, bar))) == []
    assert names(with_(*before, (path, bar + worse * A_LITTLE))) == [name]


ANCHOR = {
    "release": 4, "mae": {"old": 2.0, "high": 0.0},
    "figures": {"recall": dict(CHANGE), "precision": dict(CHANGE), "cost_per_1000": {"new": 1.0, "old": 1.0}},
}  # fmt: skip


@pytest.mark.parametrize(
    "name, path, bar, worse",
    [
        ("anchor_recall4", ("anchor", "figures", "recall", "low"), -BARS.recall_loss, -1),
        ("anchor_precision4", ("anchor", "figures", "precision", "low"), -BARS.precision_loss, -1),
        ("anchor_cost4", ("anchor", "figures", "cost_per_1000", "new"), 1 + BARS.cost_rise, 1),
        ("anchor_mae4", ("anchor", "mae", "high"), 2 * BARS.mae_rise, 1),
    ],
)
def test_small_losses_do_not_add_up_against_the_best_champion_before(name, path, bar, worse):
    anchored = ("anchor",), ANCHOR
    assert names(with_(anchored, (path, bar))) == [] and names(with_(anchored, (path, bar + worse * A_LITTLE))) == [name]


@pytest.mark.parametrize("of", ["recall", "precision"])
def test_a_floor_holds_whatever_the_champion_does(of):
    use_case = MILLING.model_copy(update={"gate": BARS.model_copy(update={f"{of}_floor": 0.8})})
    for value, fails in ((0.8, []), (0.8 - A_LITTLE, [f"{of}_floor"]), (None, [f"{of}_floor"])):
        assert names(with_((("held_out", of, "value"), value)), use_case) == fails
    assert names(GOOD, use_case) == [f"{of}_floor"], "what was not measured is not reached"
    assert not [line for line in gate(MILLING, GOOD) if line.name.endswith("floor")], "none is asked for"


def test_a_part_counts_from_so_many_failures_on():
    for failures, fails in ((BARS.segment_failures, ["segmentH"]), (BARS.segment_failures - 1, [])):
        assert names(with_(((*AGAINST, "segments", 1, "failures"), failures))) == fails


@pytest.mark.parametrize("right, fails", [(9, []), (8, ["corrected"]), (0, ["corrected"])])
def test_so_many_of_the_corrected_cases_are_told_rightly(right, fails):
    cases = [{"right": at < right} for at in range(10)]
    assert BARS.corrected_right == 0.9 and names(with_(((*AGAINST, "corrected"), cases))) == fails


def test_the_time_of_the_champion_counts_where_it_is_the_longer_one():
    for before, bar in (
        (None, BARS.latency_ms),
        (0.0, BARS.latency_ms),
        (1.0, BARS.latency_ms),
        (1000.0, 1000 * (1 + BARS.latency_rise)),
    ):
        (line,) = (one for one in gate(MILLING, with_(((*AGAINST, "latency_ms"), before))) if one.name == "latency")
        assert line.bar == bar and not line.at_least
    alone = {name: told for name, told in GOOD.items() if name != "against"} | {"latency_ms": BARS.latency_ms}
    assert names(alone) == [] and names(alone | {"latency_ms": BARS.latency_ms + A_LITTLE}) == ["latency"]


@pytest.mark.parametrize(
    "new, old, fails", [(0.0, 0.0, []), (1.0, 0.0, ["cost"]), (None, 1.0, ["cost"]), (1.0, None, ["cost"]), (0.0, 1.0, [])]
)
def test_a_cost_beside_none_is_not_measured_and_beside_nothing_any_is_too_much(new, old, fails):
    at = (*AGAINST, "figures", "cost_per_1000")
    assert names(with_(((*at, "new"), new), ((*at, "old"), old))) == fails


def test_what_was_not_measured_stands_in_the_way_only_where_it_had_to_be():
    for name in ("advised", "advised_before"):
        assert names(with_(((*AGAINST, name), None))) == []
    assert names(with_(((*AGAINST, "found_more"), -1.0))) == [], "fewer found ones take nothing away"
    assert names(with_((("latency_ms",), None))) == ["latency"] and names(with_((("size_kb",), None))) == ["size"]
    assert names(with_(((*AGAINST, "live"), {}))) == ["live_recall", "live_precision"]


def test_one_of_which_nothing_can_be_judged_does_not_pass():
    assert names(with_((("judged_on",), {"why_not": "too_few_groups"}), (("floor",), CHANGE))) == ["judged"]
    assert names(with_((("judged_on",), {"why_not": ""}))) == []


def test_what_takes_a_reason_away_is_asked_neither_for_their_order_nor_for_the_first_one():
    changed = [((*AGAINST, "reasons", "ndcg"), 0.0), ((*AGAINST, "main_reason", "share"), 1.0)]
    assert (
        names(with_(*changed)) == ["reasons", "main_reason"] and names(with_(*changed, ((*AGAINST, "left_out"), ["wear"]))) == []
    )
    assert names(with_(*changed, ((*AGAINST, "left_out"), []))) == ["reasons", "main_reason"]
    assert names(with_(changed[1], ((*AGAINST, "main_reason", "share_of_both"), 0.0))) == [], "of what both advise on"


def test_what_the_history_says_of_the_gold_set_is_shown_and_not_asked():
    figures = with_(((*AGAINST, "gold_first"), {"recall": {"low": -0.9}, "precision": {"low": -0.9}}))
    told = {line.name: line for line in gate(MILLING, figures)}
    assert names(figures) == [] and not told["gold_first_recall"].asked and told["gold_first_precision"].value == -0.9


def test_the_worse_end_of_a_difference_is_held_against_the_bar_and_both_are_told():
    figures = with_(((*AGAINST, "figures", "recall"), CHANGE), (("floor",), CHANGE), (("newest",), {"floor": CHANGE}))
    told = {line.name: line for line in gate(MILLING, figures)}
    for name in ("recall", "floor", "newest"):
        line = told[name]
        assert (line.value, line.measured, line.low, line.high, line.by_end, line.at_least) == (
            -0.02,
            -0.01,
            -0.02,
            0.01,
            True,
            True,
        )
    assert not told["segment"].by_end and told["segment"].measured == pytest.approx(-0.02)


def test_the_error_of_a_value_is_held_against_a_share_of_the_champion_s():
    kiln = MILLING.model_copy(
        update={"task": "regression", "target": ValueTarget(label="NOx", unit="mg/m³", allowed=(None, 80.0))}
    )
    for high, fails in ((3 * BARS.mae_rise, []), (3 * BARS.mae_rise + A_LITTLE, ["mae"])):
        figures = with_(((*AGAINST, "mae"), {"old": 3.0, "difference": 0.1, "low": 0.0, "high": high}))
        (line,) = (one for one in gate(kiln, figures) if one.name == "mae")
        assert names(figures, kiln) == fails and (line.unit, line.by_end, line.measured, line.low) == ("mg/m³", True, 0.1, 0.0)
    assert names(with_(((*AGAINST, "mae"), {"old": None})), kiln) == []


@pytest.mark.parametrize(
    "held, range_1, fails", [(0.93, None, False), (0.929, None, True), (0.5, [0.5, 1], False), (0.499, [0.5, 1], True)]
)
def test_the_promise_for_failures_leaves_room_for_chance_and_for_its_slack(held, range_1, fails):
    one = {"promised": 0.95, "held": 0.0, "held_1": held, "range_1": range_1}
    assert names(with_((("certainty",), [{"promised": 0.9, "held_1": 0.0, "held": 0.0, "range_1": None}, one]))) == (
        ["confidence_failures"] if fails else []
    )


def test_a_promise_of_several_classes_is_that_of_their_sets():
    classes = load("tennessee_eastman")
    figures = GOOD | {"sure": [{"promised": 0.9, "held": 0.5}]}
    assert "confidence" in names(figures, classes) and "confidence" not in names(
        GOOD | {"sure": [{"promised": 0.9, "held": 0.9}]}, classes
    )
    assert not [line for line in gate(MILLING, GOOD | {"certainty": []}) if line.name.startswith("confidence")]


@pytest.mark.parametrize(
    "line, said",
    [
        (Line("size", 12.345678, 10.0, False, unit="kB"), "size 12.35 kB (at most 10 kB)"),
        (Line("person", None, -0.05, True, "erik"), "person of erik not measured (at least -0.05)"),
    ],
)
def test_a_line_is_told_with_its_figure_and_its_bar(line, said):
    assert line.told == said and not line.passes


def test_the_bars_where_a_use_case_names_none_are_those_that_are_documented():
    told = Gate()
    assert (told.recall_loss, told.precision_loss, told.cost_rise, told.mae_rise, told.advice_rise) == (0.05, 0.05, 0.2, 0.1, 0.5)
    assert (told.reasons_kept, told.main_reason_changed, told.reason_quality_loss, told.corrected_right) == (0.9, 0.2, 0.1, 0.9)
    assert (told.segment_loss, told.segment_failures, told.confidence_slack) == (0.1, 30, 0.02)
    assert (told.latency_ms, told.latency_rise, told.size_kb) == (20, 0.5, 20_000)

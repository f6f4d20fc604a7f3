"""What would change it: only permitted settings, the smallest, with a margin, and honest when nothing helps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.usecase.file import load
from explainers.local.counterfactual import MOST, MOST_VALUES, ONE_VALUE_EFFORT, Lever, counterfactuals, levers, thinned

MILLING = load("milling")
A = Lever("a", 0, np.arange(0, 10.5, 0.5))
B = Lever("b", 1, np.arange(0, 101.0, 1.0))
NEW = Lever("c", 2, np.array([0.0]))


def risk_of(rule):
    return lambda rows: np.where(rule(rows), 0.9, 0.05)


def test_the_nearest_setting_that_helps_with_a_margin_is_given_with_the_whole_run_that_does():
    found = counterfactuals(risk_of(lambda x: x[:, 0] > 6), np.array([8.0, 50, 5]), (A,), 0.2)
    (best,) = found.best
    (change,) = best.changes
    assert (change.signal, change.before, change.value) == ("a", 8.0, 5.0)  # 6.0 and 5.5 help, but not with two steps to spare
    assert (change.low, change.high, change.open_low, change.open_high) == (0, 5.0, True, False)
    assert (best.risk, found.before, found.tried) == (0.05, 0.9, 21)


def test_a_run_ends_where_the_next_limit_comes_near():
    found = counterfactuals(risk_of(lambda x: (x[:, 0] > 6) | (x[:, 0] < 2)), np.array([8.0, 50, 5]), (A,), 0.2)
    change = found.best[0].changes[0]
    assert (change.low, change.high) == (3.0, 5.0) and not change.open_low


def test_one_change_is_preferred_and_what_holds_it_as_a_part_is_not_told():
    either = risk_of(lambda x: (x[:, 0] > 6) & (x[:, 1] > 40))
    found = counterfactuals(either, np.array([8.0, 50, 5]), (A, B, NEW), 0.2)
    assert [tuple(c.signal for c in one.changes) for one in found.best] == [("b",), ("a",)]
    assert found.best[0].effort < found.best[1].effort


def test_two_changes_where_one_is_not_enough():
    both = risk_of(lambda x: (x[:, 0] > 6) | (x[:, 1] > 40))
    found = counterfactuals(both, np.array([8.0, 50, 5]), (A, B), 0.2)
    (best,) = found.best
    assert {c.signal for c in best.changes} == {"a", "b"}
    values = {c.signal: c.value for c in best.changes}
    assert values["a"] <= 6 and values["b"] <= 40


def test_a_lever_of_one_value_is_a_change_only_when_it_is_not_there_yet():
    worn = risk_of(lambda x: x[:, 2] > 3)
    (best,) = counterfactuals(worn, np.array([8.0, 50, 5]), (A, B, NEW), 0.2).best
    assert [(c.signal, c.value) for c in best.changes] == [("c", 0.0)]
    assert counterfactuals(lambda x: np.full(len(x), 0.9), np.array([8.0, 50, 0]), (NEW,), 0.2).best == ()


def test_when_nothing_permitted_helps_it_says_so_with_the_least_risk_reached():
    found = counterfactuals(lambda x: 0.5 + 0.04 * x[:, 0], np.array([9.0, 50, 5]), (A, B), 0.2)
    assert found.best == () and found.lowest == pytest.approx(0.5) and found.tried == 21 + 101 + 21 * 48


def test_no_advice_leads_to_where_the_model_knows_nothing():
    rule = risk_of(lambda x: x[:, 0] > 6)
    found = counterfactuals(rule, np.array([8.0, 50, 5]), (A,), 0.2, novelty=lambda x: np.where(x[:, 0] > 2, 3.0, 0.0))
    assert found.best[0].changes[0].value == 2.0
    assert counterfactuals(rule, np.array([8.0, 50, 5]), (A,), 0.2, novelty=lambda x: np.full(len(x), 3.0)).best == ()


def test_the_levers_of_the_milling_line_are_its_permitted_ranges():
    found = {lever.signal: lever for lever in levers(MILLING)}
    assert set(found) == {"rotational_speed", "torque", "tool_wear"}
    assert (found["torque"].values[0], found["torque"].values[-1], len(found["torque"].values)) == (5, 75, 141)
    assert found["tool_wear"].values.tolist() == [0]


def test_without_a_step_the_model_s_own_thresholds_are_tried():
    torque = MILLING.signals["torque"].model_copy(update={"step": None})
    case = MILLING.model_copy(update={"signals": dict(MILLING.signals) | {"torque": torque}})
    found = {lever.signal: lever for lever in levers(case, {"torque": np.array([52.345, 900.0])})}
    assert 52.345 in found["torque"].values and found["torque"].values.max() == 75


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(0, 10), st.floats(0, 100))
def test_whatever_the_model_every_stated_setting_helps_and_is_permitted(seed, a, b):
    weights = np.random.default_rng(seed).normal(size=(3, 4))

    def predict(x):
        z = (x[:, :3] / [10, 100, 5] - 0.5) @ weights
        return 1 / (1 + np.exp(-4 * np.sin(3 * z).sum(axis=1)))

    row = np.array([a, b, 2.0])
    for one in counterfactuals(predict, row, (A, B, NEW), 0.2).best:
        assert 1 <= len(one.changes) <= 2
        for ends in zip(*[(c.low, c.value, c.high) for c in one.changes], strict=True):
            asked = row.copy()
            for change, value in zip(one.changes, ends, strict=True):
                lever = {"a": A, "b": B, "c": NEW}[change.signal]
                assert lever.values[0] <= value <= lever.values[-1]
                asked[lever.place] = value
            assert predict(asked[None])[0] <= 0.2 + 1e-9


def test_thinning_keeps_both_ends():
    values = np.arange(1000.0)
    assert len(thinned(values, 48)) == 48 and (thinned(values, 48)[[0, -1]] == [0, 999]).all()
    assert thinned(values[:5], 48) is not None and len(thinned(values[:5], 48)) == 5


def test_the_risk_that_is_stated_is_the_highest_over_the_settings_that_are():
    for slope, base in ((0.02, 0.0), (-0.02, 0.2)):
        found = counterfactuals(
            lambda x, s=slope, b=base: b + s * x[:, 0], np.array([8.0, 50, 5] if slope > 0 else [2.0, 50, 5]), (A,), 0.1
        )
        (best,) = found.best
        (change,) = best.changes
        ends = [base + slope * change.low, base + slope * change.high]
        assert best.risk == pytest.approx(max(ends)) and min(ends) == pytest.approx(0.0) and best.risk == pytest.approx(0.08)
        assert best.effort == pytest.approx(0.4) and found.lowest == pytest.approx(0.0)
        assert (change.low, change.value, change.high) == ((0, 4.0, 4.0) if slope > 0 else (6.0, 6.0, 10.0))
        assert (change.open_low, change.open_high) == (slope > 0, slope < 0)


@pytest.mark.parametrize("aim, helps", [(0.05, True), (0.0499, False)])
def test_a_setting_that_comes_down_to_the_aim_helps(aim, helps):
    assert bool(counterfactuals(risk_of(lambda x: x[:, 0] > 6), np.array([8.0, 50, 5]), (A,), aim).best) is helps


@pytest.mark.parametrize("novelty, helps", [(1.0, True), (1.001, False)])
def test_a_setting_at_the_limit_of_what_is_known_is_advice(novelty, helps):
    rule = risk_of(lambda x: x[:, 0] > 6)
    found = counterfactuals(rule, np.array([8.0, 50, 5]), (A,), 0.2, novelty=lambda x: np.full(len(x), novelty))
    assert bool(found.best) is helps


@pytest.mark.parametrize("width, helps", [(4, False), (5, True)])
def test_two_steps_to_either_side_of_one_setting_have_to_help(width, helps):
    """So many settings in a row help, in the middle of what may be set."""
    good = A.values[4 : 4 + width]
    found = counterfactuals(risk_of(lambda x: ~np.isin(x[:, 0], good)), np.array([8.0, 50, 5]), (A,), 0.2)
    assert [(c.low, c.value, c.high, c.open_low) for one in found.best for c in one.changes] == (
        [(3.0, 3.0, 3.0, False)] if helps else []
    )


@pytest.mark.parametrize("width, helps", [(2, False), (3, True)])
def test_of_two_settings_one_step_to_either_side_of_both_has_to_help(width, helps):
    b = Lever("b", 1, np.arange(0, 11.0))
    good = np.arange(3, 3 + width)
    found = counterfactuals(
        risk_of(lambda x: ~(np.isin(x[:, 0], good / 2) & np.isin(x[:, 1], good))), np.array([8.0, 9, 5]), (A, b), 0.2
    )
    assert [[(c.before, c.low, c.value, c.high) for c in one.changes] for one in found.best] == (
        [[(8.0, 2.0, 2.0, 2.0), (9.0, 4.0, 4.0, 4.0)]] if helps else []
    )
    if helps:
        assert found.best[0].effort == pytest.approx(6 / 10 + 5 / 10) and found.best[0].risk == 0.05


def test_a_new_tool_counts_a_quarter_of_a_range():
    found = counterfactuals(risk_of(lambda x: x[:, 2] > 3), np.array([8.0, 50, 5]), (NEW,), 0.2)
    assert found.best[0].effort == ONE_VALUE_EFFORT == 0.25 and (found.best[0].changes[0].open_low, found.best[0].risk) == (
        False,
        0.05,
    )


def test_three_ways_are_given_at_most_the_smallest_first():
    more = tuple(Lever(name, at, np.arange(0, 10.5, 0.5)) for at, name in enumerate("abcd"))
    row = np.array([9.0, 8.0, 7.0, 6.5])
    found = counterfactuals(lambda x: np.where((x[:, :4] > 5).all(axis=1), 0.9, 0.05), row, more, 0.2)
    assert [one.changes[0].signal for one in found.best] == ["d", "c", "b"] and MOST == 3
    assert len(counterfactuals(lambda x: np.where((x[:, :4] > 5).all(axis=1), 0.9, 0.05), row, more, 0.2, most=4).best) == 4


def test_a_range_is_set_in_whole_steps_up_to_its_end_and_is_thinned_to_so_many():
    torque = MILLING.signals["torque"]

    def values(actionable, step):
        signal = torque.model_copy(update={"actionable": actionable, "step": step})
        case = MILLING.model_copy(update={"signals": dict(MILLING.signals) | {"torque": signal}})
        return {lever.signal: lever for lever in levers(case)}["torque"].values

    assert values((0.0, 0.3), 0.1) == pytest.approx([0, 0.1, 0.2, 0.3]) and values((0.0, 0.35), 0.1)[-1] == pytest.approx(0.3)
    assert len(values((0.0, 399.0), 1.0)) == MOST_VALUES == 400 and len(values((0.0, 400.0), 1.0)) == MOST_VALUES
    assert values((5.0, 5.0), None).tolist() == [5.0] and values((5.0, 64.0), None).tolist() == [
        float(one) for one in range(5, 65)
    ]

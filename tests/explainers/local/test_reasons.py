"""From contributions to reasons, and to sentences: what is told, in which order, in how many words."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.records import FlagKind, FlagReason, State, VerdictKind
from data.usecase.file import load
from explainers.local.agreement import agreement
from explainers.local.reasons import LARGE, Shares, told
from explainers.overall.overall import by_group, importance, ndcg
from models.state.telling import Called
from pages.parts.words.called import was, word
from pages.parts.words.wording import flag_kind, flag_reason, reason_line, reason_sentence, reasons_for, verdict_word

MILLING = load("milling")
VALUES = {
    "product_type": "L", "air_temperature": 300.0, "process_temperature": 310.0, "rotational_speed": 1400.0, "torque": 66.0,
    "tool_wear": 205.0, "temperature_difference": 10.0, "power": 9.7, "strain": 13530.0,
}  # fmt: skip
BANDS = {"torque": (30.0, 50.0), "tool_wear": (0.0, 200.0), "temperature_difference": (9.0, 11.0), "power": (3.5, 9.0)}
JARGON = re.compile(r"\b(SHAP|LIME|features?|log-odds|anomaly|because|contribution)\b", re.IGNORECASE)


def explained(shares, values=VALUES, state=State.LIKELY, base=4.0, unit="points", **given):
    """What is told of group -> percentage points, from a usual risk of 4 %."""
    groups = dict.fromkeys(MILLING.groups, 0.0) | shares
    return told(MILLING, Shares(groups, unit, base, base + sum(groups.values()), **given), values, BANDS.get, state)


def test_with_advice_what_raises_the_risk_is_told_and_the_rest_adds_up():
    found = explained({"strain": 70.0, "power": 20.0, "heat": -3.0, "product": 1.2})
    assert [(reason.group, reason.number) for reason in found.strongest] == [("strain", 70), ("power", 20)]
    assert (found.base, found.total, found.rest, found.small) == (4, 92, -2, 0)
    assert [(reason.group, reason.number) for reason in found.others] == [("product", 1), ("heat", -3)]


def test_without_advice_the_strongest_of_either_sign_is_told():
    found = explained({"strain": 20.0, "heat": -30.0}, state=State.NORMAL, base=40.0)
    assert [reason.group for reason in found.strongest] == ["heat", "strain"]
    assert found.first is None or found.first.adds


def test_what_left_its_band_is_read_out_first():
    normal_torque = explained({"strain": 60.0}, VALUES | {"torque": 45.0}).strongest[0]
    assert (normal_torque.main.signal, normal_torque.main.side) == ("tool_wear", "above")
    high_torque = explained({"strain": 60.0}, VALUES | {"tool_wear": 150.0}).strongest[0]
    assert (high_torque.main.signal, high_torque.main.side) == ("torque", "above")


def test_what_is_below_half_a_point_is_told_nowhere():
    found = explained({"strain": 60.0, "power": 0.49, "heat": -0.3})
    assert [reason.group for reason in (*found.strongest, *found.others)] == ["strain"]
    assert explained({"strain": 0.2, "power": 0.1}).strongest == ()


def test_nothing_large_is_left_to_the_rest_whatever_its_sign():
    found = explained({"strain": 60.0, "power": 20.0, "heat": 9.0, "product": 5.5, "wear": -1.0})
    assert {reason.group for reason in found.strongest} >= {"strain", "power", "heat", "product"}
    assert "heat" in {reason.group for reason in explained({"strain": 60.0, "heat": -8.0}).strongest}


def test_several_small_ones_of_one_sign_are_not_hidden_together_either():
    found = explained({"strain": 60.0, "power": -4.0, "heat": -4.4, "product": -3.0})
    assert abs(found.rest) < LARGE and [reason.group for reason in found.strongest][:2] == ["strain", "heat"]


def test_a_signal_that_two_groups_show_is_told_in_one_line_when_they_pull_apart():
    found = explained({"strain": 60.0, "wear": -8.0})
    assert [(reason.group, reason.number) for reason in found.strongest] == [("strain", 52)]
    assert [shown.signal for shown in found.strongest[0].together] == ["tool_wear"]


def test_where_both_are_causes_each_has_its_own_signal():
    strain, wear = explained({"strain": 50.0, "wear": 30.0}).strongest
    assert (strain.main.signal, wear.main.signal) == ("torque", "tool_wear") and strain.together == ()
    assert (strain.points_to, wear.points_to) == ("OSF", "TWF")


def test_without_a_number_sign_and_order_are_still_told():
    found = explained({"strain": 2.0, "power": 1.0, "heat": -3.0}, unit=None)
    assert [reason.group for reason in found.strongest] == ["strain", "power"]
    assert all(reason.number is None for reason in (*found.strongest, *found.others))


def test_of_a_value_what_is_below_its_last_decimal_is_not_told():
    found = explained({"strain": 0.083, "power": -0.021, "heat": 0.004}, base=0.8312, unit="target", step=0.01)
    assert [(reason.group, reason.number) for reason in found.strongest] == [("strain", 8)]
    assert (found.base, found.total, found.rest, found.small) == (83, 90, -1, 1)


def test_what_speaks_for_a_class_and_against_it_is_a_hundred():
    found = explained({"strain": 3.0, "power": -1.0, "heat": 0.5}, unit="part", of=1)
    assert [(reason.group, reason.number) for reason in (*found.strongest, *found.others)] == [
        ("strain", 67),
        ("heat", 11),
        ("power", -22),
    ]
    assert (found.base, found.total) == (0, 56) and found.rest == -22


def test_where_the_limit_lies_below_what_lowers_the_value_is_told_first():
    found = explained({"strain": 0.08, "power": -0.05}, base=0.9, unit="target", step=0.01, toward_bad=-1.0)
    first = found.strongest[0]
    assert (first.group, first.raises, first.adds) == ("power", False, True)


def test_a_reason_names_value_unit_band_and_what_it_points_to():
    sentence = reason_sentence(MILLING, explained({"strain": 60.0}).strongest[0]).replace("\xa0", " ")
    assert (
        sentence
        == "Torque is 66.0 Nm; normally 30–50 Nm on this machine. Together with tool wear at 205 min it points to overstrain failure."
    )
    line = reason_line(MILLING, explained({"strain": 60.0}).strongest[0]).replace("\xa0", " ")
    assert line == "Torque 66.0 Nm, normally 30–50; with tool wear 205 min"


@settings(max_examples=300)
@given(
    st.fixed_dictionaries({name: st.floats(-60, 60) for name in MILLING.groups}),
    st.fixed_dictionaries({name: st.floats(0, 20_000) for name in MILLING.features if name != "product_type"}),
    st.sampled_from(list(State)),
    st.sampled_from(["points", "target", "part", None]),
    st.floats(0, 30),
)
def test_whatever_the_shares_no_told_explanation_contradicts_itself(shares, values, state, unit, base):
    found = explained(shares, VALUES | values, state, base, unit)
    lines = (*found.strongest, *found.others)
    assert len({line.main.signal for line in lines}) == len(lines) == len({line.group for line in lines})
    for line in lines:
        named = {shown.signal for shown in line.together[:1]} if line.adds else set()
        assert not named & {other.main.signal for other in lines}
        for text in (reason_sentence(MILLING, line), reason_line(MILLING, line)):
            assert len(text.replace("\xa0", " ").split()) <= 25
            assert not JARGON.search(text) and "{" not in text and "None" not in text and "nan" not in text
    if unit is None:
        return
    assert found.base + sum(line.number for line in found.strongest) + found.rest == found.total
    assert sum(line.number for line in found.others) + found.small == found.rest
    for line in lines:
        assert line.number and (line.number > 0) == line.raises and abs(line.number - line.share) < 1 and abs(line.share) >= 0.5
    assert unit != "points" or all(abs(line.number) < LARGE and abs(line.share) < LARGE for line in found.others)


def test_every_word_that_an_operator_can_meet_is_there():
    words = (
        [flag_reason(reason) for reason in FlagReason]
        + [flag_kind(kind) for kind in FlagKind]
        + [verdict_word(kind) for kind in VerdictKind]
    )
    words += [word(called) for called in Called] + [was(called) for called in (Called.LIKELY, Called.POSSIBLE, Called.UNKNOWN)]
    assert all(words) and not any(JARGON.search(word) for word in words)
    assert set(reasons_for(FlagKind.WRONG)) | set(reasons_for(FlagKind.UNCLEAR)) == set(FlagReason)


def test_agreement_counts_the_same_ones_at_the_same_rank_and_sign():
    a, b = np.array([3.0, -2.0, 1.0, 0.1]), np.array([3.0, 2.0, 0.0, 1.0])
    found = agreement(a, b, k=3)
    assert (found.features, found.ranks, found.signs) == pytest.approx((2 / 3, 2 / 3, 1 / 3))
    same = agreement(a, a)
    assert (same.features, same.ranks, same.signs) == (1, 1, 1)


def test_importance_ranks_and_its_interval_holds_the_mean():
    shares = np.random.default_rng(0).normal(0, [1, 3, 2], (500, 3))
    found = importance(shares, ("a", "b", "c"))
    assert found.names == ("b", "c", "a")
    assert (found.low <= found.mean).all() and (found.mean <= found.high).all()


def test_groups_add_up_to_the_features():
    shares = np.random.default_rng(0).normal(size=(20, len(MILLING.features)))
    assert np.allclose(by_group(MILLING, shares)[0].sum(axis=1), shares.sum(axis=1))


def test_ndcg_is_one_for_the_same_order_and_falls_with_the_order():
    old = {"a": 5.0, "b": 3.0, "c": 1.0}
    assert ndcg({"a": 9.0, "b": 2.0, "c": 1.0}, old) == pytest.approx(1.0)
    assert ndcg({"c": 9.0, "b": 2.0, "a": 1.0}, old) < 0.9


def test_two_reasons_do_not_name_the_same_value():
    values = VALUES | {"torque": 64.0, "power": 8.8}
    first, second = explained({"strain": 50.0, "power": 40.0}, values).strongest
    assert first.main.signal == "torque"  # it left its band
    assert second.main.signal == "power" and second.together == ()


def test_only_a_reason_of_weight_points_to_a_cause():
    strong, weak = explained({"strain": 60.0, "power": 15.0}).strongest
    assert (strong.points_to, weak.points_to) == ("OSF", None)
    assert explained({"strain": 40.0, "power": 30.0}).strongest[1].points_to == "PWF"


@pytest.mark.parametrize(
    "torque, side", [(30.0, "within"), (50.0, "within"), (29.99, "below"), (50.01, "above"), (float("nan"), "unknown")]
)
def test_a_value_exactly_on_its_band_is_within(torque, side):
    reason = explained({"strain": 60.0}, VALUES | {"torque": torque, "tool_wear": 100.0}).strongest[0]
    assert next(one.side for one in (reason.main, *reason.together) if one.signal == "torque") == side

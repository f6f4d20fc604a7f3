"""From contributions to reasons, and to sentences: what is told, in which order, in how many words."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.records import FlagKind, FlagReason, State, VerdictKind
from data.usecase_file import load
from explainers.agreement import agreement
from explainers.overall import by_group, importance, ndcg
from explainers.reasons import reasons
from pages.parts.wording import flag_kind, flag_reason, headline, reason_line, reason_sentence, reasons_for, verdict_word

MILLING = load("milling")
VALUES = {
    "product_type": "L", "air_temperature": 300.0, "process_temperature": 310.0, "rotational_speed": 1400.0, "torque": 66.0,
    "tool_wear": 205.0, "temperature_difference": 10.0, "power": 9.7, "strain": 13530.0,
}  # fmt: skip
BANDS = {"torque": (30.0, 50.0), "tool_wear": (0.0, 200.0), "temperature_difference": (9.0, 11.0), "power": (3.5, 9.0)}
JARGON = re.compile(r"\b(SHAP|LIME|features?|log-odds|anomaly|because|contribution)\b", re.IGNORECASE)


def told(shares, values=VALUES, state=State.LIKELY):
    contributions = dict.fromkeys(MILLING.features, 0.0) | shares
    return reasons(MILLING, contributions, values, BANDS.get, state)


def test_derived_features_are_told_with_their_signals_as_one_reason():
    found = told({"temperature_difference": 1.0, "air_temperature": 0.5, "process_temperature": -0.2})
    assert [reason.group for reason in found.strongest] == ["heat"]
    assert found.strongest[0].share == pytest.approx(1.3)


def test_with_advice_what_raises_the_risk_is_told_and_nothing_else():
    found = told({"strain": 2.0, "power": 1.0, "tool_wear": -3.0})
    assert [reason.group for reason in found.strongest] == ["strain", "power"]
    assert found.rest == pytest.approx(-3.0)


def test_without_advice_the_strongest_of_either_sign_is_told():
    found = told({"strain": 2.0, "tool_wear": -3.0}, state=State.NORMAL)
    assert [reason.group for reason in found.strongest] == ["wear", "strain"]


def test_what_left_its_band_is_read_out_first():
    normal_torque = told({"strain": 2.0}, VALUES | {"torque": 45.0}).strongest[0]
    assert (normal_torque.main.signal, normal_torque.main.side) == ("tool_wear", "above")
    high_torque = told({"strain": 2.0}, VALUES | {"tool_wear": 150.0}).strongest[0]
    assert (high_torque.main.signal, high_torque.main.side) == ("torque", "above")


def test_a_faint_reason_is_not_told():
    assert len(told({"strain": 2.0, "power": 0.01}).strongest) == 1


def test_a_reason_names_value_unit_band_and_what_it_points_to():
    sentence = reason_sentence(MILLING, told({"strain": 2.0}).strongest[0]).replace("\xa0", " ")
    assert (
        sentence
        == "Torque is 66.0 Nm; normally 30–50 Nm on this machine. Together with tool wear at 205 min it points to overstrain failure."
    )
    line = reason_line(MILLING, told({"strain": 2.0}).strongest[0]).replace("\xa0", " ")
    assert line == "Torque 66.0 Nm, normally 30–50; with tool wear 205 min"


@settings(max_examples=200, deadline=None)
@given(
    st.fixed_dictionaries({name: st.floats(-5, 5) for name in MILLING.features}),
    st.fixed_dictionaries({name: st.floats(0, 20_000) for name in MILLING.features if name != "product_type"}),
    st.sampled_from(list(State)),
)
def test_sentences_are_short_whole_and_free_of_jargon(shares, values, state):
    found = told(shares, VALUES | values, state)
    assert 1 <= len(found.strongest) <= 3
    total = sum(reason.share for reason in (*found.strongest, *found.others))
    assert total == pytest.approx(sum(shares.values()), abs=1e-6)
    for reason in (*found.strongest, *found.others):
        for text in (reason_sentence(MILLING, reason), reason_line(MILLING, reason)):
            assert len(text.replace("\xa0", " ").split()) <= 25
            assert not JARGON.search(text)
            assert "{" not in text and "None" not in text and "nan" not in text
        unit = getattr(MILLING.described(reason.main.signal), "unit", "")
        assert unit in reason_sentence(MILLING, reason)


def test_every_word_that_an_operator_can_meet_is_there():
    words = (
        [flag_reason(reason) for reason in FlagReason]
        + [flag_kind(kind) for kind in FlagKind]
        + [verdict_word(kind) for kind in VerdictKind]
    )
    words += [headline(MILLING, state, "82 %") for state in State]
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


def test_two_reasons_do_not_begin_with_the_same_value():
    values = VALUES | {"torque": 64.0, "power": 8.8}
    first, second = told({"strain": 3.0, "power": 2.0}, values).strongest
    assert first.main.signal == "torque"  # it left its band
    assert second.main.signal == "power" and [shown.signal for shown in second.together] == ["torque"]


def test_only_a_reason_of_weight_points_to_a_cause():
    strong, weak = told({"strain": 3.0, "power": 0.9}).strongest
    assert (strong.points_to, weak.points_to) == ("OSF", None)
    assert told({"strain": 3.0, "power": 1.1}).strongest[1].points_to == "PWF"

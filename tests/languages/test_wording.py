"""Reasons in words: short, with units, with the plant's names, and never in the words of data science."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.readings.features import feature_matrix
from data.records import Flag, FlagKind, FlagReason, State, VerdictKind
from data.usecase.file import load
from explainers.local.reasons import Reason, Shares, Shown
from explainers.local.reasons import told as told_of
from models.state.telling import Called, of_reading
from pages.parts.words.called import said_of_reading
from pages.parts.words.wording import (
    flag_kind,
    flag_reason,
    outcome_text,
    own_words,
    reason_line,
    reason_sentence,
    reasons_for,
    shown_text,
    value_text,
    verdict_word,
)
from tests.pages.board.test_board_view import state as state_of

MILLING = load("milling")
LONGEST = 25  # words
JARGON = re.compile(r"shap|lime\b|feature|log-odds|anomaly|contribution|probab|because|caus", re.IGNORECASE)


def words(sentence: str) -> int:
    """As a reader counts them: a value and its unit are two."""
    return len(sentence.replace("\u00a0", " ").split())


@st.composite
def told(draw):
    """Reasons of any reading within the physical limits, under any contributions, in any state."""
    values, codes = {}, []
    for name, signal in MILLING.signals.items():
        if signal.categories:
            code = draw(st.integers(0, len(signal.categories) - 1))
            values[name], number = signal.categories[code], float(code)
        else:
            values[name] = number = draw(st.floats(*signal.limits))
        codes.append(number)
    row = feature_matrix(MILLING, np.array([codes]))[0]
    values |= {name: float(row[len(codes) + at]) for at, name in enumerate(MILLING.derived)}
    shares = {group: draw(st.floats(-50, 50)) for group in MILLING.groups}
    learnt = draw(st.booleans())

    def band(feature):
        stated = MILLING.described(feature).normal
        if isinstance(stated, tuple):
            return stated
        return (1348.4, 1881.2) if learnt and feature == "rotational_speed" else None

    return told_of(
        MILLING, Shares(shares, "points", 3.0, 3.0 + sum(shares.values())), values, band, draw(st.sampled_from(list(State)))
    )


@given(told())
def test_every_reason_is_a_short_plain_sentence_that_ends(told):
    for reason in (*told.strongest, *told.others):
        sentence, line = reason_sentence(MILLING, reason), reason_line(MILLING, reason)
        assert words(sentence) <= LONGEST and words(line) <= LONGEST
        assert sentence.endswith(".") and sentence[0].isupper()
        assert not JARGON.search(sentence) and not JARGON.search(line)
        assert "{" not in sentence + line and "None" not in sentence + line and "nan" not in sentence + line


@given(told())
def test_every_number_carries_its_unit_and_the_decimals_of_its_signal(told):
    for reason in (*told.strongest, *told.others):
        for shown in (reason.main, *reason.together[:1]):
            described, said = MILLING.described(shown.signal), value_text(MILLING, shown.signal, shown.value)
            own = shown_text(MILLING, shown) if shown is reason.main else said
            if isinstance(shown.value, str):
                continue
            assert said.endswith(f"\u00a0{described.unit}")
            digits = said.split("\u00a0")[0].split(".")
            assert len(digits[1] if len(digits) == 2 else "") == described.decimals
            if shown is reason.main or reason.raises:
                assert own in reason_sentence(MILLING, reason)


@given(told())
def test_a_reason_that_lowers_the_risk_points_to_no_failure(told):
    for reason in (*told.strongest, *told.others):
        assert ("points to" in reason_sentence(MILLING, reason)) == (reason.raises and bool(reason.points_to))


def test_the_sentence_of_the_design():
    torque, wear = Shown("torque", 66.0, "Nm", (30, 50), "above"), Shown("tool_wear", 205, "min", (0, 200), "above")
    strain = Reason("strain", 2.1, True, torque, (wear,), "OSF")
    assert reason_sentence(MILLING, strain).replace("\u00a0", " ") == (
        "Torque is 66.0 Nm; normally 30–50 Nm on this machine. Together with tool wear at 205 min it points to overstrain failure."
    )
    assert reason_line(MILLING, strain).replace("\u00a0", " ") == "Torque 66.0 Nm, normally 30–50; with tool wear 205 min"


def test_what_lies_within_its_band_is_not_called_abnormal():
    speed = Reason("speed", 0.4, True, Shown("rotational_speed", 1500, "rpm", (1348, 1881), "within"), (), None)
    said = reason_sentence(MILLING, speed).replace("\u00a0", " ")
    assert said == "Speed is 1,500 rpm, within its normal 1,348–1,881 rpm. It adds to the risk of failure."


def test_a_category_is_told_with_its_meaning():
    product = Reason("product", 0.4, True, Shown("product_type", "L", "", None, "unknown"), (), None)
    assert reason_sentence(MILLING, product) == "Product is L (low quality). It adds to the risk of failure."


def test_without_advice_the_headline_says_so():
    said = {
        state: said_of_reading(MILLING, of_reading(MILLING, seen), seen).replace("\u202f", " ")
        for state, risk in ((State.LIKELY, 0.82), (State.NORMAL, 0.01))
        for seen in [state_of("M-01", risk, state).prediction]
    }
    assert said == {State.LIKELY: "likely failure, risk 82 %", State.NORMAL: "no advice, risk of failure 1 %"}


@pytest.mark.parametrize(
    ("called", "never"),
    [
        (Called.LIKELY, FlagReason.MISSED_PROBLEM), (Called.POSSIBLE, FlagReason.MISSED_PROBLEM), (Called.RETURNED, FlagReason.MISSED_PROBLEM),
        (Called.NORMAL, FlagReason.FALSE_ALARM), (Called.UNKNOWN, None),
    ],
)  # fmt: skip
def test_advice_that_stands_has_missed_no_problem_and_none_is_no_false_alarm(called, never):
    assert set(reasons_for(FlagKind.WRONG)) - set(reasons_for(FlagKind.WRONG, called)) == ({never} if never else set())


@pytest.mark.parametrize("kind", [FlagKind.WRONG, FlagKind.UNCLEAR])
def test_a_flag_offers_only_the_reasons_of_its_kind_and_those_of_either(kind):
    offered = reasons_for(kind)
    assert {FlagReason.BAD_DATA, FlagReason.OTHER} < set(offered)
    assert (FlagReason.FALSE_ALARM in offered) == (kind is FlagKind.WRONG)
    assert (FlagReason.NOT_UNDERSTOOD in offered) == (kind is FlagKind.UNCLEAR)


def test_between_them_the_kinds_offer_every_reason_in_words_of_its_own():
    offered = {*reasons_for(FlagKind.WRONG), *reasons_for(FlagKind.UNCLEAR)}
    assert offered == set(FlagReason)
    said = (
        [flag_reason(reason) for reason in FlagReason] + [flag_kind(k) for k in FlagKind] + [verdict_word(k) for k in VerdictKind]
    )
    assert len(set(said)) == len(said) and all(said)


def test_what_was_found_names_the_cause_where_it_is_known():
    assert outcome_text(MILLING, 1, "OSF") == "failure (overstrain failure)"
    assert outcome_text(MILLING, 0) == "no failure"


def test_what_a_person_added_is_told_line_by_line_and_a_group_that_is_gone_by_its_name():
    snapshot = {"feedback": {"should_not_matter": ["strain", "gone"], "missing": "coolant level"}}
    told = Flag("milling", "M-01", 1, 1, "olga", FlagKind.WRONG, FlagReason.OTHER, snapshot, "Runs cool")
    assert own_words(MILLING, told).split("  \n") == [
        "Runs cool",
        "Overstrain should not matter here.",
        "gone should not matter here.",
        "Missing among the reasons: coolant level",
    ]
    assert own_words(MILLING, Flag("milling", "M-01", 1, 1, "olga", FlagKind.WRONG, None, {})) == ""


def test_a_value_next_to_the_edge_of_its_band_is_told_apart_from_it():
    low = Shown("power", 3.478, "kW", (3.5, 9.0), "below")
    assert shown_text(MILLING, low) == "3.48\u00a0kW"
    assert shown_text(MILLING, Shown("power", 3.2, "kW", (3.5, 9.0), "below")) == "3.2\u00a0kW"
    assert shown_text(MILLING, Shown("power", 3.5, "kW", (3.5, 9.0), "within")) == "3.5\u00a0kW"

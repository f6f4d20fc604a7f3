"""What would change it, how sure, what is new: whole sentences, short, with units, as advice and never in jargon."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.usecase.file import load
from explainers.certainty.certainty import Certainty
from explainers.certainty.novelty import Outside
from explainers.local.counterfactual import Change, Counterfactual
from models.release.memory import PastCase
from pages.parts.words.guidance import (
    below,
    certainty_sentence,
    change_sentence,
    found_by,
    outcomes_sentence,
    outside_sentence,
    past_outcome,
    promise_sentences,
)
from tests.deliveries import ZERO
from tests.languages.test_wording import JARGON, LONGEST, words

MILLING = load("milling")
PERMITTED = {name: s.actionable for name, s in MILLING.signals.items() if s.actionable}


@st.composite
def changes(draw):
    names = draw(st.lists(st.sampled_from(sorted(PERMITTED)), min_size=1, max_size=2, unique=True))
    told = []
    for name in names:
        low, high = PERMITTED[name]
        value, other = draw(st.floats(low, high)), draw(st.floats(low, high))
        low, high = min(value, other), max(value, other)
        told.append(
            Change(
                name, draw(st.floats(*MILLING.signals[name].limits)), value, low, high, draw(st.booleans()), draw(st.booleans())
            )
        )
    return Counterfactual(tuple(told), draw(st.floats(0, 0.2)), 0.1)


@given(changes())
def test_every_change_is_a_short_sentence_with_units_and_no_command(one):
    said = change_sentence(MILLING, one)
    assert words(said) <= LONGEST and said.startswith("With ") and said.endswith(".") and not JARGON.search(said)
    for change in one.changes:
        unit = MILLING.signals[change.signal].unit
        assert f"\u00a0{unit}" in said or "a new tool" in said
    assert re.search(r"below \d+\u202f%", said) and "{" not in said


def change(**given):
    return Counterfactual((Change("torque", 66.0, **given),), 0.047, 0.1)


@pytest.mark.parametrize(
    "one, said",
    [
        (change(value=52, low=5, high=52, open_low=True), "With torque at 52.0 Nm or less the risk would be below 5 %."),
        (change(value=52, low=27, high=52), "With torque between 27.0 and 52.0 Nm the risk would be below 5 %."),
        (change(value=70, low=70, high=75, open_high=True), "With torque at 70.0 Nm or more the risk would be below 5 %."),
        (change(value=52, low=52, high=52), "With torque at 52.0 Nm the risk would be below 5 %."),
        (
            Counterfactual((Change("tool_wear", 205, 0, 0, 0, True, True),), 0.01, 0.25),
            "With a new tool the risk would be below 2 %.",
        ),
        (
            Counterfactual((Change("torque", 66, 52, 52, 52), Change("tool_wear", 205, 0, 0, 0)), 0.0, 0.4),
            "With a new tool and torque at 52.0 Nm the risk would be below 1 %.",
        ),
        (
            Counterfactual((Change("rotational_speed", 1300, 1500, 1500, 1500), Change("torque", 66, 52, 52, 52)), 0.1, 0.4),
            "With speed at 1,500 rpm and torque at 52.0 Nm the risk would be below 11 %.",
        ),
    ],
)
def test_the_sentences(one, said):
    assert change_sentence(MILLING, one).replace("\u00a0", " ").replace("\u202f", " ") == said


@given(st.floats(0, 1))
def test_what_is_promised_is_never_less_than_what_is(risk):
    promised = int(re.search(r"\d+", below(risk))[0])
    assert promised > 100 * risk or promised == 100


@given(st.floats(0, 1), st.floats(0, 1), st.lists(st.sampled_from([0, 1]), unique=True))
def test_how_sure_is_plain_and_not_knowing_is_said(a, b, outcomes):
    sure = Certainty(a, min(a, b), max(a, b), tuple(sorted(outcomes)), 0.95)
    for said in (certainty_sentence(MILLING, sure), outcomes_sentence(MILLING, sure)):
        assert words(said) <= LONGEST and said.endswith(".") and not JARGON.search(said)
    assert ("I don't know" in outcomes_sentence(MILLING, sure)) == (len(outcomes) != 1)
    for common in {(0,), (1,), (0, 1)} if not outcomes else {(1 - outcomes[0],)} if len(outcomes) == 1 else {()}:
        sure = Certainty(a, min(a, b), max(a, b), tuple(outcomes), 0.95, common)
        said = outcomes_sentence(MILLING, sure)
        assert words(said) <= LONGEST and said.endswith(".") and not JARGON.search(said)
        assert ("I don't know" in said) == (not sure.knows) == (len(outcomes) + len(common) != 1)


def test_how_exactly_a_promise_is_known_is_told_for_each_outcome():
    sure = Certainty(0.5, 0.4, 0.6, (0, 1), 0.95, (), ((0.947, 0.953), (1.0, 1.0)), (7000.0, 12.0))
    quiet, failed = promise_sentences(MILLING, sure)
    assert "94.7" in quiet and "95.3" in quiet and "7,000" in quiet and "12" in failed and "never ruled out" in failed
    old = promise_sentences(MILLING, Certainty(0.5, 0.4, 0.6, (0, 1), 0.95, exact=False))
    assert len(old) == 1 and "leaves more open than it promises" in old[0]


def test_what_is_new_is_told_with_the_end_that_it_is_beyond():
    said = outside_sentence(MILLING, Outside("torque", 90.0, 3.9, 76.6)).replace("\u00a0", " ")
    assert said == "Torque is 90.0 Nm; the training data ends at 76.6 Nm."
    assert "ends at 3.9" in outside_sentence(MILLING, Outside("torque", 1.0, 3.9, 76.6))


@pytest.mark.parametrize("by, said", [("inspection", "inspection"), ("review", "review"), ("history", "training history")])
def test_a_past_case_says_what_was_found_and_by_whom(by, said):
    case = PastCase("M-01", ZERO, 1.0, "OSF", 0.9, None, by)
    assert past_outcome(MILLING, case) == "failure (overstrain failure)" and said in found_by(case)

"""Which case comes first: consequence times uncertainty, contradiction and novelty, each between 0 and 1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.records import FlagKind, FlagReason
from data.usecase.file import load
from models.review.priority import priority

MILLING = load("milling")
ALARM, MISSED = FlagReason.FALSE_ALARM, FlagReason.MISSED_PROBLEM


@given(st.floats(0, 1), st.sampled_from(FlagKind), st.sampled_from([None, *FlagReason]), st.one_of(st.none(), st.floats(0, 50)))
def test_every_part_is_between_0_and_1_and_they_make_the_value(score, kind, reason, novelty):
    found = priority(MILLING, score, kind, reason, novelty)
    parts = (found.uncertainty, found.contradiction, found.novelty)
    assert all(0 <= part <= 1 for part in parts)
    assert found.value == pytest.approx(MILLING.consequence * sum(parts))


def test_a_sure_mistake_teaches_more_than_a_hesitant_one():
    assert (
        priority(MILLING, 0.99, FlagKind.WRONG, ALARM).contradiction > priority(MILLING, 0.6, FlagKind.WRONG, ALARM).contradiction
    )
    assert (
        priority(MILLING, 0.01, FlagKind.WRONG, MISSED).contradiction
        > priority(MILLING, 0.4, FlagKind.WRONG, MISSED).contradiction
    )


def test_what_the_model_has_not_seen_comes_before_what_it_has():
    known, near, new = (priority(MILLING, 0.9, FlagKind.WRONG, ALARM, novelty).value for novelty in (0.3, 0.8, 3.0))
    assert known < near < new and priority(MILLING, 0.9, FlagKind.WRONG, ALARM, None).novelty == 0

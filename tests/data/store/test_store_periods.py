"""What a period's figures are made of, in every kind of store: outcomes by the quarter hour, flags and what came of them, what was refused."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from data.records import (
    Answer,
    Dealt,
    Flag,
    FlagKind,
    FlagReason,
    ReleaseRecord,
    ShelfReason,
    Standing,
    State,
    Verdict,
    VerdictKind,
)
from tests.deliveries import ZERO, at, refused, truths


def raised(store, reading, person="olga", kind=FlagKind.WRONG, reason=FlagReason.FALSE_ALARM, comment=""):
    asset = store.readings.prediction("milling", reading).asset
    told = {"reasons": [{"text": "Torque is 66 Nm"}]}
    return store.feedback.raise_flag(Flag("milling", asset, reading, 1, person, kind, reason, told, comment), 1.0)


def decided(store, case, kind=VerdictKind.MODEL_WRONG, answer="It was worn"):
    store.feedback.claim(case, "erik")
    return store.feedback.decide(Verdict(case, "erik", kind, answer, 0.0 if kind == VerdictKind.MODEL_WRONG else None))


@pytest.fixture
def flags(staffed, scored_batch, record):
    """Four flags of Olga on readings 1 to 4: answered and released, answered, open, withdrawn; and an agreement."""
    record(scored_batch(0, 8, score=0.9))
    found = [raised(staffed, reading, comment=f"note {reading}") for reading in (1, 2, 3, 4)]
    raised(staffed, 5, kind=FlagKind.AGREE, reason=None)
    _, correction = decided(staffed, found[0].case)
    decided(staffed, found[1].case, VerdictKind.MODEL_RIGHT, "100 % right")
    staffed.feedback.withdraw_flag(found[3].id, "olga")
    record_of = ReleaseRecord("milling", 2, "r/2", "d", ZERO, "dana", None, {}, (correction.id,))
    staffed.releases.add(record_of, [Answer("milling", 2, 1, 0.1)])
    staffed.releases.set_champion("milling", 2, "dana", "learned")
    return found


def test_outcomes_are_counted_where_they_arrived_a_row_for_each_quarter_of_an_hour(store, scored_batch, record):
    score = np.full(40, 0.1)
    score[[0, 1]] = 0.9  # M-01 and M-02 at second 0
    record(scored_batch(0, 40, score=score))
    record(truth=truths(("M-01", 0, 9, 1.0, "HDF"), ("M-02", 0, 9, 0.0, None), ("M-03", 0, 9, 1.0, "HDF"), arrived=800))
    record(truth=truths(("M-04", 0, 9, 0.0, None), arrived=1000), last=101)
    found = store.readings.performance("milling", at(0), at(2000), 0.5)
    assert found["time"].tolist() == [at(0), at(900)]
    counted = ["confirmed", "caught", "missed", "false_alarms", "right"]
    assert found[counted].to_numpy().tolist() == [[3, 1, 1, 1, 1], [1, 0, 0, 0, 1]]
    assert store.readings.performance("milling", at(0), at(800), 0.5).empty  # the end is not within
    assert store.readings.performance("milling", at(800), at(801), 0.5)["confirmed"].tolist() == [3]


def test_advice_whose_truth_has_not_arrived_is_known_as_such(store, scored_batch, record):
    record(scored_batch(0, 8, score=0.9, state=State.LIKELY))
    record(scored_batch(8, 40))
    assert store.readings.unconfirmed("milling", at(0), at(60)) == (4, 4)
    record(truth=truths(("M-01", 0, 9, 1.0, "HDF"), ("M-02", 500, 600, 0.0, None)), last=100)
    assert store.readings.unconfirmed("milling", at(0), at(60)) == (4, 3)  # what came later says nothing of M-02's spell
    assert store.readings.unconfirmed("milling", at(1), at(60)) == (0, 0)


def test_what_people_did_about_advice_is_counted_by_the_spell(staffed, scored_batch, record):
    record(scored_batch(0, 12, score=0.9, state=State.LIKELY))  # six machines, two readings each
    soon = datetime.now(UTC) + timedelta(hours=1)
    staffed.attention.acknowledge("milling", "M-01", "olga")
    staffed.attention.acknowledge("milling", "M-02", "omar")
    staffed.attention.shelve("milling", "M-02", "omar", soon, ShelfReason.KNOWN)
    board = {seen.prediction.asset: seen.prediction.id for seen in staffed.readings.board("milling")}
    raised(staffed, board["M-03"])
    raised(staffed, board["M-03"], kind=FlagKind.AGREE, reason=None, person="omar")
    gone = raised(staffed, board["M-04"])
    staffed.feedback.withdraw_flag(gone.id, "olga")
    found = staffed.readings.dealt_with("milling", at(0), at(60))
    assert found == Dealt(spells=len(board), seen=2, shelved=1, agreed=1, flagged=1, silent=len(board) - 3)
    assert staffed.readings.dealt_with("milling", at(30), at(60)) == Dealt(0, 0, 0, 0, 0, 0)
    assert staffed.readings.oldest("milling") == at(0) and staffed.readings.dealt_with("milling", at(0), at(0)).spells == 0


def test_what_was_refused_is_counted_by_machine_signal_and_reason(store, record):
    record(rejects=refused(0, 1, 2))
    record(rejects=refused(3, asset=None))
    now = datetime.now(UTC)
    found = store.readings.refused("milling", now - timedelta(minutes=1), now + timedelta(minutes=1))
    assert found["rows"].tolist() == [3, 1] and found["asset"].tolist() == ["M-01", None]
    assert store.readings.refused("milling", now + timedelta(minutes=1), now + timedelta(minutes=2)).empty


def test_flags_of_a_period_say_what_came_of_them_and_name_nobody(staffed, flags):
    start, end = flags[0].raised, flags[0].raised + timedelta(minutes=1)
    found = staffed.feedback.flags_between("milling", start, end)
    assert found["flag"].tolist() == [flags[0].id, flags[1].id, flags[2].id, flags[3].id + 1]
    assert found["kind"].tolist() == ["wrong"] * 3 + ["agree"] and "person" not in found
    assert found["answered"].notna().tolist() == [True, True, False, False]
    assert found["fixed"].notna().tolist() == [True, False, False, False] and found["release"].tolist()[0] == 2
    assert (found["fixed"][0] - found["raised"][0]).total_seconds() >= 0
    assert staffed.feedback.flags_between("milling", start - timedelta(days=1), start).empty
    answers = staffed.feedback.answers_between("milling", start, end)
    assert answers["kind"].tolist() == ["model_wrong", "model_right"] and answers["asset"].tolist() == ["M-01", "M-02"]
    assert staffed.feedback.answers_between("another", start, end).empty


def test_my_flags_are_counted_filtered_searched_and_paged(staffed, flags):
    fates, ids = staffed.feedback.fates, [flag.id for flag in flags]
    assert staffed.feedback.fate_counts("olga") == {"flags": 3, "open": 1, "answered": 2, "fixed": 1}
    assert staffed.feedback.fate_counts("omar") == {"flags": 0, "open": 0, "answered": 0, "fixed": 0}

    def found(**asked):
        return [fate.flag.id for fate in fates("olga", **asked)]

    assert found(standing=Standing.OPEN) == [ids[2]]
    assert found(standing=Standing.ANSWERED) == [ids[1], ids[0]] and found(standing=Standing.FIXED) == [ids[0]]
    assert found(text="M-02") == [ids[1]] and found(text="note 3") == [ids[2]] and found(text=f"#{ids[0]}") == [ids[0]]
    assert found(text="100 %") == [ids[1]] and found(text="%") == [ids[1]] and found(text="it was WORN") == [ids[0]]
    assert found(text="M-02", standing=Standing.OPEN) == []
    assert found(news=flags[0].raised) == [ids[1], ids[0]]
    assert found(news=flags[0].raised + timedelta(hours=1)) == []
    assert found(limit=2) == [ids[3], ids[2]] and found(limit=2, before=ids[2]) == [ids[1], ids[0]]


def test_every_switch_of_the_ai_is_kept(store):
    store.releases.set_switch("milling", False, "erik", "sensor exchange")
    store.releases.set_switch("milling", True, "erik", "")
    assert [(one.on, one.reason) for one in store.releases.switches("milling")] == [(True, ""), (False, "sensor exchange")]
    assert store.releases.switches("another") == []

"""What helps reviewers: alike cases, one verdict for many, cases drawn at random, agreement, trainings that are asked for by themselves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from data.people import DEMO_PEOPLE, NotAllowed
from data.records import CaseOrigin, CaseState, FlagKind, FlagReason, ReleaseRecord, Verdict, VerdictKind
from data.usecase.file import load
from explainers.local.alike import alike
from models.jobs.schedule import ask_if_due, why_due
from models.review.reviewing import agreement, clusters, decide_all, draw_sample, due
from tests.data.store.test_store_review import pull, say

MILLING = load("milling")
ERIK = next(one for one in DEMO_PEOPLE if one.id == "erik")
RIGHT = Verdict(0, "", VerdictKind.MODEL_RIGHT, "Checked.")


@pytest.fixture
def plant(staffed, record, scored_batch):
    record(scored_batch(0, 240, score=[0.9, 0.05] * 120))
    now = datetime.now(UTC)
    staffed.releases.add(ReleaseRecord("milling", 1, "releases/milling/1", "0", now, "test", None, {}))
    staffed.releases.set_champion("milling", 1, "test", "first")
    return staffed


def test_alike_cases_share_their_reasons_and_what_was_said():
    shares = np.array([[3.0, 0.1, 0], [6.0, 0.3, 0], [0, 2.0, 0], [3.1, 0.1, 0.1], [0, 2.1, 0.1]])
    assert alike(shares, np.zeros(5, int)).tolist() == [0, 0, 1, 0, 1]
    assert alike(shares, np.array([0, 0, 0, 1, 0])).tolist() == [0, 0, 1, 2, 1]
    assert alike(np.zeros((0, 3)), np.zeros(0, int)).tolist() == [] and alike(np.zeros((1, 3)), np.zeros(1, int)).tolist() == [0]


def test_any_two_of_a_cluster_are_alike_not_only_neighbours_in_a_chain():
    angles = np.linspace(0, np.pi / 2, 40)
    shares = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    found = alike(shares, np.zeros(40, int))
    for one in np.unique(found):
        inside = shares[found == one]
        assert (1 - inside @ inside.T).max() <= 0.05


def test_cases_are_clustered_and_decided_together_and_what_is_taken_is_told(plant):
    flags = [pull(plant, reading) for reading in (1, 5, 9, 13)]
    found = clusters(MILLING, plant, plant.feedback.queue())
    assert set(found) == {flag.case for flag in flags}
    plant.feedback.claim(flags[1].case, "dana")
    failed = decide_all(plant, ERIK, RIGHT, [plant.feedback.case(flag.case) for flag in flags])
    assert set(failed) == {flags[1].case} and "is with dana" in failed[flags[1].case]
    assert [plant.feedback.case(flag.case).state for flag in flags] == [
        CaseState.DECIDED, CaseState.CLAIMED, CaseState.DECIDED, CaseState.DECIDED
    ]  # fmt: skip
    with pytest.raises(NotAllowed):
        decide_all(plant, next(one for one in DEMO_PEOPLE if one.id == "olga"), RIGHT, [plant.feedback.case(flags[0].case)])


def test_one_case_in_ten_is_drawn_at_random_among_what_nobody_flagged(plant):
    assert draw_sample(MILLING, plant, 0) is None  # nothing flagged yet
    for reading in range(1, 38, 2):
        pull(plant, reading)
    drawn = []
    while (case := draw_sample(MILLING, plant, len(drawn))) is not None:
        drawn.append(case)
    assert len(drawn) == 2 and all(case.origin is CaseOrigin.SAMPLE and case.kind is None for case in drawn)
    assert {case.score >= 0.5 for case in drawn} == {True, False}
    flagged = {
        case.reading for case in plant.feedback.queue(states=tuple(CaseState), limit=500) if case.origin is CaseOrigin.FLAG
    }
    assert not flagged & {case.reading for case in drawn}
    assert (
        draw_sample(MILLING.model_copy(update={"review": MILLING.review.model_copy(update={"sample_share": 0.0})}), plant, 0)
        is None
    )


def test_agreement_is_that_of_krippendorff(plant):
    assert agreement(plant, MILLING).alpha is None
    verdicts = [
        ("model_wrong", "model_wrong"),
        ("model_right", "model_right"),
        ("model_right", "model_wrong"),
        ("bad_data", "bad_data"),
    ]
    for reading, pair in zip((1, 5, 9, 13), verdicts, strict=True):
        flag = pull(plant, reading, reviewers=2)
        for person, kind in zip(("erik", "dana"), pair, strict=True):
            say(plant, flag.case, person, VerdictKind(kind), 0.0 if kind == "model_wrong" else None)
    found = agreement(plant, MILLING)
    # by hand: 8 values (3 wrong, 3 right, 2 bad); observed disagreement 2/8; expected 1 - (3*2 + 3*2 + 2*1) / (8*7)
    assert (found.cases, found.same) == (4, 3) and found.alpha == pytest.approx(1 - (2 / 8) / (1 - 14 / 56))


def test_a_case_is_due_as_soon_as_the_use_case_says():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert due(MILLING, now) - now == timedelta(hours=MILLING.review.due_h)


def test_a_training_is_asked_for_after_so_many_corrections_or_days_and_not_twice(plant):
    rule = MILLING.retraining.model_copy(update={"corrections": 2})
    asked = MILLING.model_copy(update={"retraining": rule})
    assert why_due(MILLING, plant) is None and ask_if_due(asked, plant) is None
    for reading in (1, 5):
        say(plant, pull(plant, reading).case, "erik")
    assert why_due(asked, plant) == "2 new corrections"
    job = ask_if_due(asked, plant)
    assert (job.kind, job.requested_by) == ("train", "schedule") and ask_if_due(asked, plant) is None
    plant.jobs.cancel(job.id, "dana")
    assert ask_if_due(asked, plant) is None  # the same two corrections are no reason again
    days = MILLING.model_copy(update={"retraining": MILLING.retraining.model_copy(update={"days": 7})})
    later = datetime.now(UTC) + timedelta(days=8)
    assert why_due(days, plant) is None and why_due(days, plant, later) == "7 days since release 1"


def test_a_flag_on_a_case_that_was_drawn_at_random_is_a_flag_s_case_to_the_reviewer(plant):
    case = plant.feedback.open_sample("milling", 7, 0.1)
    pull(plant, 7, priority=2.0)
    now = plant.feedback.case(case.id)
    assert (now.kind, now.reason, now.priority) == (FlagKind.WRONG, FlagReason.FALSE_ALARM, 2.0) and replace(now) == now


def test_of_one_case_alone_no_agreement_is_told(plant):
    case = pull(plant, 1, reviewers=2).case
    for person, outcome in (("erik", 0.0), ("dana", 1.0)):
        say(plant, case, person, outcome=outcome)
    found = agreement(plant, MILLING)
    assert (found.cases, found.same, found.alpha) == (1, 0, None)


@pytest.mark.parametrize("second, same", [(1.0, 1), (0.0, 2)])
def test_who_corrects_to_another_outcome_does_not_agree(plant, second, same):
    """Both found the model wrong, and yet not the same."""
    for reading, outcomes in ((1, (0.0, second)), (5, (1.0, 1.0))):
        case = pull(plant, reading, reviewers=2).case
        for person, outcome in zip(("erik", "dana"), outcomes, strict=True):
            say(plant, case, person, outcome=outcome)
    found = agreement(plant, MILLING)
    # by hand: 4 values; with the same two and two: expected 1 - (2 + 2) / 12; with three of one and one of the other: 1 - 6 / 12
    expected = 1 - (4 if same == 2 else 6) / 12
    assert (found.cases, found.same) == (2, same) and found.alpha == pytest.approx(1 - (1 - same / 2) / expected)

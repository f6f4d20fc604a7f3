"""The figures of a period: what it was worth, how it is cut into parts in the plant's own days, and what each release changed."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from data.records import Answer, FlagKind, ReleaseRecord, Verdict, VerdictKind
from data.shifts import day_begins
from models.documents.period import Period, Worth, begins, edges_of, fix_classes, told
from pages.figures.steps import steps
from tests.deliveries import ZERO, at, truths


def test_the_saving_is_what_it_cost_without_less_what_it_cost_with_it():
    worth = Worth(confirmed=100, caught=7, missed=3, false_alarms=20, right=77, miss=4000, false_alarm=150)
    assert (worth.without, worth.with_it) == (40_000, 15_000)
    assert worth.saved == 7 * 4000 - 20 * 150 == worth.without - worth.with_it
    assert Worth(1, 0, 0, 1, 0, 4000, 150).saved == -150  # a model that only cries wolf costs


@pytest.mark.parametrize(
    ("start", "end", "step", "parts"),
    [
        ("2026-11-27T10:30+01:00", "2026-11-28T10:30+01:00", "hour", 25),
        ("2026-10-24T00:00+02:00", "2026-10-27T00:00+01:00", "day", 3),
        ("2026-01-01T00:00+01:00", "2026-07-01T00:00+02:00", "week", 26),
    ],
)
def test_a_period_is_cut_at_the_plants_own_hours_days_and_weeks(start, end, step, parts):
    period = Period(datetime.fromisoformat(start).astimezone(UTC), datetime.fromisoformat(end).astimezone(UTC))
    edges = edges_of("Europe/Berlin", period)
    assert (period.step, len(edges), edges[0]) == (step, parts, period.start)
    assert all(np.diff(np.array(edges)) > timedelta(0)) and edges[-1] < period.end
    if step != "hour":
        assert all(edge == day_begins("Europe/Berlin", edge.astimezone(UTC).date() + timedelta(days=1)) for edge in edges[1:])


def test_what_happened_is_told_by_its_day_and_sums_up(staffed, use_case, scored_batch, record):
    score = np.full(40, 0.1)
    score[[0, 1]] = 0.9
    record(scored_batch(0, 40, score=score))
    outcomes = (("M-01", 0, 9, 1.0, "HDF"), ("M-02", 0, 9, 0.0, None), ("M-03", 0, 9, 1.0, "HDF"))
    record(truth=truths(*outcomes, arrived=800))
    record(truth=truths(("M-04", 0, 9, 0.0, None), arrived=86_400), last=101)
    found = told(use_case, staffed, Period(ZERO, ZERO + timedelta(days=5)))
    assert (found.worth.caught, found.worth.missed, found.worth.false_alarms, found.worth.right) == (1, 1, 1, 2)
    assert found.parts["caught"].tolist() == [1, 0, 0, 0, 0, 0] and found.parts["saved"].tolist()[0] == 4000 - 150
    assert found.parts["saved"].sum() == found.worth.saved and not len(found.flags) and found.changes == ()


def test_what_was_predicted_of_the_time_before_the_first_release_was_advice_to_nobody(staffed, use_case, scored_batch, record):
    record(scored_batch(0, 8, score=0.9))
    record(truth=truths(("M-01", 0, 9, 1.0, "HDF"), arrived=800))
    before = told(use_case, staffed, Period(ZERO, ZERO + timedelta(days=5)))
    assert before.worth.caught == 1 and not before.cut  # a home whose releases are not known is told as it is
    staffed.releases.add(ReleaseRecord("milling", 1, "r", "d", ZERO, "first start", None, {}, (), ""), [])
    since = staffed.releases.set_champion("milling", 1, "first start", "first").since
    assert begins(use_case, staffed) == since and begins(use_case, staffed, timedelta(days=9)) == ZERO
    for end in (ZERO + timedelta(days=5), since + timedelta(hours=1)):
        found = told(use_case, staffed, Period(ZERO, end))
        assert found.worth.confirmed == 0 and found.cut and found.period.start == min(since, end) and found.dealt.spells == 0
        assert found.parts["saved"].sum() == 0 and found.period.step == "hour"
    replayed = told(use_case, staffed, Period(ZERO - timedelta(days=9), ZERO + timedelta(days=5), timedelta(days=9)))
    assert replayed.worth.caught == 1 and replayed.period.start == ZERO and replayed.cut


def test_a_replays_clock_and_the_peoples_clock_are_kept_apart(staffed, use_case, scored_batch, record):
    from tests.screens import decided, flag

    record(scored_batch(0, 8, score=0.9))
    raised = flag(staffed, reading=1)
    flag(staffed, reading=2, kind=FlagKind.AGREE, reason=None)
    _, correction = decided(staffed, raised.case)
    made = ReleaseRecord("milling", 2, "r", "d", ZERO, "dana", None, {"against": None}, (correction.id,), "learned")
    staffed.releases.add(made, [Answer("milling", 2, 1, 0.1)])
    staffed.releases.set_champion("milling", 2, "dana", "learned")
    now = datetime.now(UTC) + timedelta(seconds=1)
    period = Period(at(-3600), at(60), behind=now - at(60))
    found = told(use_case, staffed, period)
    assert found.said == {"agree": 1, "wrong": 1, "unclear": 0} and found.parts["wrong"].sum() == 1
    assert len(found.fix_hours) == 1 and 0 <= found.fix_hours[0] < 0.1 and len(found.answer_hours) == 1
    assert [(change.number, change.learned, change.again) for change in found.changes] == [(2, 1, False)]
    assert told(use_case, staffed, Period(at(-3600), at(60))).said == {"agree": 0, "wrong": 0, "unclear": 0}


def test_a_verdict_of_right_fixes_nothing(staffed, use_case, scored_batch, record):
    from tests.screens import flag

    record(scored_batch(0, 8, score=0.9))
    raised = flag(staffed, reading=1)
    staffed.feedback.claim(raised.case, "erik")
    staffed.feedback.decide(Verdict(raised.case, "erik", VerdictKind.MODEL_RIGHT, "It was worn"))
    now = datetime.now(UTC)
    found = told(use_case, staffed, Period(now - timedelta(hours=1), now + timedelta(minutes=1)))
    assert len(found.answer_hours) == 1 and len(found.fix_hours) == 0


def test_times_to_a_fix_fall_into_their_classes():
    assert fix_classes(np.array([0.5, 1.0, 2, 23, 25, 100, 1000])) == [2, 1, 1, 1, 1, 1]
    assert fix_classes(np.array([])) == [0] * 6


@pytest.mark.parametrize("ends", [(0, 0), (0, 1), (0, 7), (0, 152), (0, 5_380_000), (-1200, 300), (-500, 0), (0, 0.3)])
def test_an_axis_holds_its_ends_in_few_round_steps(ends):
    for whole in (True, False):
        levels = steps(*ends, whole)
        assert levels[0] <= ends[0] and levels[-1] >= ends[1] and 2 <= len(levels) <= 7 and 0 in levels
        assert not whole or all(level == int(level) for level in levels)

"""Review in every kind of store: two independent verdicts and a third, waiting for truth, assignment, threads, search, random cases."""

from datetime import UTC, datetime, timedelta

import pytest

from data.attachments import Attachment
from data.records import TO_DO, About, CaseOrigin, CaseState, Flag, FlagKind, FlagReason, Verdict, VerdictKind
from data.store import Conflict, NotFound
from tests.deliveries import at, truths


@pytest.fixture
def plant(store, record, scored_batch):
    """Readings 1 to 24 of M-01 to M-04 in turn, a second apart."""
    record(scored_batch(0, 24, score=0.82))
    return store


def pull(store, reading=3, person="olga", priority=1.0, reviewers=1, due=None, comment=""):
    seen = store.readings.prediction("milling", reading)
    flag = Flag("milling", seen.asset, reading, 1, person, FlagKind.WRONG, FlagReason.FALSE_ALARM, {"score": 0.82}, comment)
    return store.feedback.raise_flag(flag, priority, due, reviewers)


def say(store, case, person, kind=VerdictKind.MODEL_WRONG, outcome=0.0, about=About()):
    store.feedback.claim(case, person)
    return store.feedback.decide(Verdict(case, person, kind, f"{person} says so", outcome, about=about))


def state(store, case):
    return store.feedback.case(case).state


def test_two_who_find_the_same_settle_a_case_and_only_then_it_has_a_consequence(plant):
    flag = pull(plant, reviewers=2)
    first, none = say(plant, flag.case, "erik")
    assert (first.settled, first.round, none, state(plant, flag.case)) == (False, 1, None, CaseState.SECOND)
    assert plant.feedback.corrections("milling") == [] and plant.feedback.fates("olga")[0].verdict is None
    with pytest.raises(Conflict, match="has to be somebody else's"):
        plant.feedback.claim(flag.case, "erik")
    second, correction = say(plant, flag.case, "dana")
    assert (second.settled, second.round, state(plant, flag.case)) == (True, 2, CaseState.DECIDED) and correction is not None
    assert plant.feedback.fates("olga")[0].verdict == second
    ((a, b),) = plant.feedback.double_reviewed("milling")
    assert (a.person, b.person) == ("erik", "dana")


def test_what_was_found_of_many_cases_is_asked_for_at_once(plant):
    alone, two, none = pull(plant, 3), pull(plant, 4, reviewers=2), pull(plant, 5)
    say(plant, alone.case, "erik"), say(plant, two.case, "erik")
    cases = [alone.case, two.case, none.case, 999]
    assert set(plant.feedback.findings(cases)) == {alone.case} and plant.feedback.findings([]) == {}
    say(plant, two.case, "dana")
    last, _ = say(plant, alone.case, "dana", VerdictKind.MODEL_RIGHT, None)
    found = plant.feedback.findings(cases)
    assert set(found) == {alone.case, two.case} and found[alone.case] == last and found[two.case].person == "dana"


def test_two_who_differ_leave_it_to_a_third_who_has_not_spoken_yet(plant):
    flag = pull(plant, reviewers=2)
    say(plant, flag.case, "erik")
    second, none = say(plant, flag.case, "dana", VerdictKind.MODEL_RIGHT, None)
    assert (second.settled, none, state(plant, flag.case)) == (False, None, CaseState.DISPUTED)
    for person in ("erik", "dana"):
        with pytest.raises(Conflict, match="somebody else's"):
            plant.feedback.claim(flag.case, person)
    third, correction = say(plant, flag.case, "adam")
    assert (third.settled, third.round, state(plant, flag.case)) == (True, 3, CaseState.DECIDED) and correction.person == "adam"


@pytest.mark.parametrize(
    "second, settles",
    [
        ((VerdictKind.MODEL_WRONG, 0.0), True),
        ((VerdictKind.MODEL_WRONG, 1.0), False),
        ((VerdictKind.REASON_WRONG, None), False),
    ],
)
def test_who_corrects_to_another_outcome_does_not_agree(plant, second, settles):
    flag = pull(plant, reviewers=2)
    say(plant, flag.case, "erik", VerdictKind.MODEL_WRONG, 0.0)
    told, correction = say(plant, flag.case, "dana", *second)
    assert (told.settled, correction is not None) == (settles, settles)
    assert state(plant, flag.case) == (CaseState.DECIDED if settles else CaseState.DISPUTED)
    if not settles:
        third, last = say(plant, flag.case, "adam", VerdictKind.MODEL_WRONG, 1.0)
        assert third.settled and (last.outcome, last.person) == (1.0, "adam")
        ((a, b),) = plant.feedback.double_reviewed("milling")
        assert (a.outcome, b.outcome) == (0.0, second[1]), "the third has seen both"


def test_a_case_given_back_goes_back_to_where_its_verdicts_had_put_it(plant):
    flag = pull(plant, reviewers=2)
    say(plant, flag.case, "erik")
    plant.feedback.claim(flag.case, "dana")
    assert plant.feedback.unclaim(flag.case, "dana").state == CaseState.SECOND


def test_a_reopened_case_is_decided_from_the_beginning_and_the_finding_stays_until_then(plant):
    flag = pull(plant, reviewers=2)
    say(plant, flag.case, "erik"), say(plant, flag.case, "dana")
    say(plant, flag.case, "erik", VerdictKind.MODEL_RIGHT, None)
    assert state(plant, flag.case) == CaseState.SECOND and len(plant.feedback.corrections("milling")) == 1
    say(plant, flag.case, "dana", VerdictKind.MODEL_RIGHT, None)
    assert plant.feedback.corrections("milling") == [] and len(plant.feedback.verdicts(flag.case)) == 4


def test_anybody_may_ask_for_a_second_opinion(plant):
    flag = pull(plant)
    plant.feedback.ask_second(flag.case, "erik")
    say(plant, flag.case, "erik")
    assert state(plant, flag.case) == CaseState.SECOND


def test_who_cannot_tell_waits_for_truth_which_brings_the_case_back(plant, record):
    flag = pull(plant, reading=3)  # M-03 at second 0
    say(plant, flag.case, "erik", VerdictKind.CANNOT_TELL, None, About(asks="inspection"))
    assert state(plant, flag.case) == CaseState.WAITING and plant.feedback.queue() == []
    record(truth=truths(("M-02", 0, 30, 1, "HDF"), ("M-03", 5, 30, 0, None)))
    assert state(plant, flag.case) == CaseState.WAITING
    record(truth=truths(("M-03", 0, 4, 1, "HDF")))
    assert state(plant, flag.case) == CaseState.OPEN and plant.audit.trail(f"case:{flag.case}")[-1].action == "truth_arrived"
    assert plant.feedback.verdicts(flag.case)[0].about.asks == "inspection"


def test_a_bad_stretch_takes_all_truth_that_touches_it_out_of_training(plant, record):
    record(truth=truths(("M-03", 0, 1, 1, "HDF"), ("M-03", 2, 3, 0, None), ("M-03", 4, 5, 0, None), ("M-02", 0, 5, 0, None)))
    flag = pull(plant, reading=3)
    about = About(start=at(1), end=at(2), signal="torque")
    say(plant, flag.case, "erik", VerdictKind.BAD_DATA, None, about)
    assert sorted(plant.readings.labelled("milling", 100)["asset"]) == ["M-02", "M-03"]
    (one,) = plant.feedback.excluded("milling")
    assert (one.asset, one.start, one.end, one.signal, one.case) == ("M-03", at(1), at(2), "torque", flag.case)
    plant.feedback.claim(flag.case, "erik")
    with pytest.raises(ValueError, match="ends before it begins"):
        plant.feedback.decide(Verdict(flag.case, "erik", VerdictKind.BAD_DATA, "x", about=About(start=at(2), end=at(1))))
    plant.feedback.decide(Verdict(flag.case, "erik", VerdictKind.BAD_DATA, "x", about=About(start=at(2), end=at(2))))
    assert [(one.start, one.end) for one in plant.feedback.excluded("milling")] == [(at(2), at(2))], "a single moment"


def test_what_should_not_matter_is_kept_as_long_as_its_verdict_is_in_force(plant):
    flag = pull(plant)
    say(plant, flag.case, "erik", VerdictKind.REASON_WRONG, None, About(should_not_matter=("wear", "heat"), missing="coolant"))
    (doubt,) = plant.feedback.doubts("milling")
    assert (doubt.groups, doubt.reading, doubt.person) == (("wear", "heat"), 3, "erik")
    say(plant, flag.case, "dana", VerdictKind.MODEL_RIGHT, None)
    assert plant.feedback.doubts("milling") == []


def test_the_queue_weighs_priority_and_age(plant):
    late, early = pull(plant, 1, priority=1.0), pull(plant, 2, priority=1.0)
    more = pull(plant, 3, priority=1.5)
    assert [case.id for case in plant.feedback.queue()] == [more.case, late.case, early.case]
    assert plant.feedback.case(late.case).age_points == pytest.approx(0, abs=0.01)


def test_of_many_decided_cases_the_newest_verdict_comes_first_whatever_the_rank(plant):
    first, grave = pull(plant, 1, priority=1.0), pull(plant, 2, priority=9.0)
    other = pull(plant, 3, priority=5.0)
    for flag in (grave, first, other):
        say(plant, flag.case, "erik")

    def done(*use_case, **more):
        return [case.id for case in plant.feedback.queue(*use_case, states=[CaseState.DECIDED], by_verdict=True, **more)]

    assert done() == [other.case, first.case, grave.case] and done(limit=2) == [other.case, first.case]
    say(plant, grave.case, "dana")  # opened again and decided anew
    assert done(limit=1) == done("milling", limit=1) == [grave.case]


def test_a_case_keeps_its_due_time_and_whose_it_is(plant):
    due = datetime(2026, 3, 3, 12, tzinfo=UTC)
    flag = pull(plant, due=due)
    assert plant.feedback.assign(flag.case, "dana", "erik").assigned_to == "dana"
    case = plant.feedback.case(flag.case)
    assert (case.due, case.assigned_to, case.origin) == (due, "dana", CaseOrigin.FLAG)
    assert plant.audit.trail(f"case:{flag.case}")[-1].details == {"to": "dana"}
    assert plant.feedback.assign(flag.case, None, "erik").assigned_to is None


def test_a_thread_keeps_words_and_files_as_they_were(plant):
    flag = pull(plant)
    plant.feedback.say(flag.case, "erik", "Looked at it.")
    told = plant.feedback.say(flag.case, "dana", "", Attachment("sensor.png", "image/png", b"\x89PNG\x00"))
    assert [(m.person, m.text, m.file, m.size) for m in plant.feedback.thread(flag.case)] == [
        ("erik", "Looked at it.", None, 0), ("dana", "", "sensor.png", 5)
    ]  # fmt: skip
    assert plant.feedback.attachment(told.id) == b"\x89PNG\x00"
    for wrong in (
        lambda: plant.feedback.say(flag.case, "erik", "  "),
        lambda: plant.feedback.say(flag.case, "erik", "", Attachment("big", "x", b"0" * 10_000_001)),
    ):
        with pytest.raises(ValueError):
            wrong()
    with pytest.raises(NotFound):
        plant.feedback.attachment(told.id - 1)
    with pytest.raises(NotFound):
        plant.feedback.say(99, "erik", "hello")


@pytest.mark.parametrize(
    "text, found",
    [("coolant", 1), ("COOLANT", 1), ("M-03", 2), ("2", 2), ("#2", 2), ("looked", 2), ("100%", 0), ("_", 0), ("zzz", 0)],
)
def test_the_queue_is_searched_by_whatever_anybody_said(plant, text, found):
    pull(plant, 1, comment="No coolant")
    second = pull(plant, 3)
    plant.feedback.say(second.case, "erik", "Looked at it.")
    hits = [case.id for case in plant.feedback.queue(states=tuple(CaseState), text=text)]
    assert hits == ([found] if found else [])


def test_a_random_case_joins_the_queue_without_a_flag_and_only_once(plant):
    case = plant.feedback.open_sample("milling", 5, 0.5)
    assert (case.kind, case.origin, case.flags, case.state) == (None, CaseOrigin.SAMPLE, 0, CaseState.OPEN)
    assert plant.feedback.open_sample("milling", 5, 0.5) is None and plant.feedback.open_sample("milling", 99, 0.5) is None
    flag = pull(plant, 6)
    assert plant.feedback.open_sample("milling", 6, 0.5) is None
    assert plant.feedback.origins("milling") == {"flag": 1, "sample": 1}
    joined = pull(plant, 5, person="omar")
    assert joined.case == case.id and plant.feedback.case(case.id).kind is FlagKind.WRONG
    plant.feedback.withdraw_flag(joined.id, "omar")
    assert (state(plant, case.id), plant.feedback.case(case.id).kind) == (CaseState.OPEN, None)
    say(plant, case.id, "erik")
    assert len(plant.feedback.corrections("milling")) == 1 and flag.case != case.id


def test_a_reading_in_review_is_never_pruned(plant):
    case = plant.feedback.open_sample("milling", 5, 0.5)
    plant.readings.prune("milling", at(3600) + timedelta(days=1))
    assert plant.readings.prediction("milling", case.reading).id == 5
    with pytest.raises(NotFound):
        plant.readings.prediction("milling", 6)


def test_what_waits_for_a_reviewer_is_counted(plant):
    flag = pull(plant, reviewers=2)
    say(plant, flag.case, "erik")
    assert plant.readings.counts("milling")["cases_open"] == 1 and [c.id for c in plant.feedback.queue(states=TO_DO)] == [
        flag.case
    ]

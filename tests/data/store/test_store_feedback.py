"""Flags, cases, verdicts and what becomes of them, in every kind of store; and the audit trail, link by link."""

import threading

import pytest

from data.records import Answer, CaseState, Flag, FlagKind, FlagReason, ReleaseRecord, Verdict, VerdictKind
from data.store import Conflict, NotFound
from tests.deliveries import at, truths


@pytest.fixture
def reading(store, scored_batch, record):
    """The id of a recorded reading of M-03 with score 0.82."""
    record(scored_batch(0, 12, score=0.82, release=1))
    return next(s.prediction.id for s in store.readings.board("milling") if s.prediction.asset == "M-03")


@pytest.fixture
def pull(store, reading, use_case):
    """Pulls the cord on that reading."""

    def raise_one(person="olga", kind=FlagKind.WRONG, reason=FlagReason.FALSE_ALARM, priority=1.0, on=reading):
        snapshot = {"score": 0.82, "reasons": ["Torque is 66 Nm"], "language": "en"}
        asset = use_case.assets[(on - 1) % 4] if 0 < on < 13 else "M-03"  # ids in the order of recording, four machines in turn
        return store.feedback.raise_flag(Flag("milling", asset, on, 1, person, kind, reason, snapshot), priority)

    return raise_one


def decided(store, case, kind=VerdictKind.MODEL_WRONG, outcome=0.0, person="erik"):
    store.feedback.claim(case, person)
    return store.feedback.decide(Verdict(case, person, kind, "Thank you, you were right", outcome))


def trail(store, subject):
    return [entry.action for entry in store.audit.trail(subject)]


def test_a_flag_opens_a_case_and_keeps_what_was_on_the_screen(store, pull, reading):
    flag = pull()
    assert flag == store.feedback.flag(flag.id) and flag.snapshot["reasons"] == ["Torque is 66 Nm"] and flag.raised
    case = store.feedback.case(flag.case)
    assert (case.state, case.flags, case.reading, case.score, case.reason) == ("open", 1, reading, 0.82, "false_alarm")
    assert store.feedback.flags_on("milling", reading) == [flag] == store.feedback.case_flags(case.id)
    counts = store.readings.counts("milling")
    assert (counts["flags"], counts["cases_open"]) == (1, 1)


@pytest.mark.parametrize(("asset", "release"), [("M-01", 1), ("M-03", 2)])
def test_a_flag_that_names_another_machine_or_release_is_refused(store, reading, asset, release):
    with pytest.raises(Conflict, match="is of M-03, release 1"):
        store.feedback.raise_flag(Flag("milling", asset, reading, release, "olga", FlagKind.WRONG, None, {}), 1.0)
    assert store.feedback.queue() == []


def test_another_persons_flag_joins_the_case_and_an_agreement_opens_none(store, pull):
    first, second = pull(), pull("omar", FlagKind.UNCLEAR, FlagReason.NOT_UNDERSTOOD, priority=2.5)
    agreed = pull("erik", FlagKind.AGREE, None)
    assert second.case == first.case and agreed.case is None
    case = store.feedback.case(first.case)
    assert (case.flags, case.priority, case.kind) == (2, 2.5, FlagKind.UNCLEAR)
    assert trail(store, f"case:{case.id}") == ["open_case", "join_case"] and trail(store, f"flag:{agreed.id}") == ["agree"]


def test_a_second_thought_replaces_the_first_flag_and_leaves_the_reviewer_at_work(store, pull):
    first = pull()
    store.feedback.claim(first.case, "erik")
    second = pull(kind=FlagKind.UNCLEAR, reason=FlagReason.NO_USE)
    assert store.feedback.flag(first.id).withdrawn and store.feedback.flag(second.id).withdrawn is None
    case = store.feedback.case(first.case)
    assert (case.flags, case.state, case.claimed_by, case.reason) == (1, "claimed", "erik", "no_use")
    agreed = pull(kind=FlagKind.AGREE, reason=None)
    assert store.feedback.case(first.case).state == CaseState.WITHDRAWN
    assert trail(store, f"flag:{second.id}") == ["raise_flag", "replace_flag"]
    assert store.audit.trail(f"flag:{second.id}")[1].details["by"] == agreed.id


def test_a_flag_can_be_undone_by_who_raised_it(store, pull):
    flag = pull()
    with pytest.raises(Conflict, match="raised by olga"):
        store.feedback.withdraw_flag(flag.id, "omar")
    with pytest.raises(Conflict):
        store.feedback.comment(flag.id, "omar", "mine")
    assert store.feedback.comment(flag.id, "olga", "Machine is cold").comment == "Machine is cold"
    first = store.feedback.withdraw_flag(flag.id, "olga")
    assert first.withdrawn and store.feedback.withdraw_flag(flag.id, "olga") == first  # twice is once
    assert store.feedback.case(flag.case).state == CaseState.WITHDRAWN and store.feedback.queue() == []
    with pytest.raises(Conflict, match="withdrawn"):
        store.feedback.claim(flag.case, "erik")
    assert pull().case == flag.case and store.feedback.case(flag.case).state == CaseState.OPEN
    assert trail(store, f"case:{flag.case}") == ["open_case", "withdraw_case", "reopen_case"]


def test_what_a_flag_says_of_the_reasons_stands_beside_what_was_shown(store, pull):
    flag = pull()
    said = {"should_not_matter": ["torque"], "missing": "coolant"}
    told = store.feedback.comment(flag.id, "olga", "Cold start", said)
    assert told.snapshot == flag.snapshot | {"feedback": said} and told.comment == "Cold start"
    assert store.audit.trail(f"flag:{flag.id}")[-1].details["reasons"] == said


def test_what_was_decided_stays_decided_when_the_flag_is_withdrawn(store, pull):
    flag = pull()
    decided(store, flag.case)
    late = pull("omar")
    assert store.feedback.case(flag.case).state == CaseState.OPEN  # a new flag opens it again
    store.feedback.withdraw_flag(flag.id, "olga")
    store.feedback.withdraw_flag(late.id, "omar")
    assert store.feedback.case(flag.case).state == CaseState.DECIDED
    assert len(store.feedback.corrections("milling")) == 1


@pytest.mark.parametrize("wrong", [0, 999, 10**30])
def test_what_does_not_exist_is_named(store, pull, wrong):
    pull()
    for ask in (store.feedback.flag, store.feedback.case, lambda n: store.feedback.claim(n, "erik"), lambda n: pull(on=n)):
        with pytest.raises(NotFound):
            ask(wrong)
    with pytest.raises(NotFound):
        store.feedback.decide(Verdict(wrong, "erik", VerdictKind.BAD_DATA, ""))


def test_the_queue_is_by_priority_then_age(store, pull):
    cases = [pull(on=reading, priority=p).case for reading, p in ((1, 1.0), (2, 3.0), (3, 1.0), (4, 2.0))]
    assert [c.id for c in store.feedback.queue("milling")] == [cases[1], cases[3], cases[0], cases[2]]
    store.feedback.claim(cases[1], "erik")
    decided(store, cases[3], VerdictKind.MODEL_RIGHT, None)
    assert [c.id for c in store.feedback.queue()] == [cases[1], cases[0], cases[2]]
    assert [c.id for c in store.feedback.queue(states=[CaseState.DECIDED])] == [cases[3]]
    assert [c.id for c in store.feedback.queue(limit=1)] == [cases[1]] and store.feedback.queue("other") == []
    assert store.feedback.queue(states=[]) == []


def test_of_many_reviewers_one_gets_the_case(opened, store, pull):
    case, got, refused = pull().case, [], []
    stores = [opened(), opened(), store]

    def claim(number):
        try:
            got.append(stores[number % 3].feedback.claim(case, f"reviewer {number}").claimed_by)
        except Conflict as error:
            refused.append(str(error))

    threads = [threading.Thread(target=claim, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1 and len(refused) == 11
    assert all(f"with {got[0]}" in text for text in refused)


def test_a_claim_is_given_back_or_runs_out(store, pull):
    case = pull().case
    store.feedback.claim(case, "erik")
    with pytest.raises(Conflict, match="erik"):
        store.feedback.unclaim(case, "dana")
    assert store.feedback.unclaim(case, "erik").state == CaseState.OPEN
    store.feedback.claim(case, "erik", minutes=-1)  # ran out a minute ago
    assert store.feedback.claim(case, "dana").claimed_by == "dana"
    with pytest.raises(Conflict, match="with dana"):
        store.feedback.decide(Verdict(case, "erik", VerdictKind.MODEL_RIGHT, ""))


def test_a_verdict_needs_the_claim_and_a_corrected_outcome(store, pull):
    case = pull().case
    with pytest.raises(Conflict, match="claim it first"):
        store.feedback.decide(Verdict(case, "erik", VerdictKind.MODEL_RIGHT, "fine"))
    store.feedback.claim(case, "erik")
    with pytest.raises(ValueError, match="outcome"):
        store.feedback.decide(Verdict(case, "erik", VerdictKind.MODEL_WRONG, "fine"))
    assert store.feedback.verdicts(case) == [] and store.feedback.case(case).state == CaseState.CLAIMED


def test_the_newest_verdict_is_in_force_and_no_verdict_is_lost(store, pull, reading):
    flag = pull()
    first, correction = decided(store, flag.case, outcome=0.0)
    assert (correction.reading, correction.outcome, correction.flags) == (reading, 0.0, (flag.id,))
    assert store.feedback.corrections("milling") == [correction]
    again, better = decided(store, flag.case, outcome=1.0, person="dana")
    assert store.feedback.corrections("milling") == [better] and better.outcome == 1.0
    last, none = decided(store, flag.case, VerdictKind.CANNOT_TELL, None)
    assert none is None and store.feedback.corrections("milling") == []
    assert [v.id for v in store.feedback.verdicts(flag.case)] == [first.id, again.id, last.id]
    assert trail(store, f"correction:{correction.id}") == ["correct", "end_correction"]


def test_a_corrected_reading_takes_the_place_of_its_truth(store, pull, record):
    record(truth=truths(("M-03", 0, 9, 1.0, "HDF"), ("M-02", 0, 9, 0.0, None)))
    assert store.readings.labelled("milling", 10)["asset"].tolist() == ["M-02", "M-03"]
    decided(store, pull().case, outcome=0.0)
    assert store.readings.labelled("milling", 10)["asset"].tolist() == ["M-02"]


def test_the_operator_sees_each_step_of_what_became_of_a_flag(store, pull, reading):
    flag = pull()

    def fate():
        (found,) = store.feedback.fates("olga")
        return found

    assert (fate().case.state, fate().verdict, fate().before) == ("open", None, 0.82)
    verdict, correction = decided(store, flag.case)
    assert fate().verdict == verdict and fate().correction == correction.id and fate().release is None
    for number, learned in ((1, ()), (2, (correction.id,))):
        made = ReleaseRecord("milling", number, f"r/{number}", "d", at(0), "dana", None, {}, learned)
        store.releases.add(made, [Answer("milling", number, reading, 0.9 - 0.4 * number)])
    store.releases.set_champion("milling", 1, "dana", "first")
    assert (fate().release, fate().released) == (2, None)  # it has learned, but the plant does not run it
    store.releases.add(ReleaseRecord("milling", 3, "r/3", "d", at(0), "dana", 2, {}, (correction.id,)))
    ever = (at(-1e6), at(1e9))
    assert store.feedback.flags_between("milling", *ever)["fixed"].isna().all()
    champion = store.releases.set_champion("milling", 2, "dana", "learned from the flag")
    store.releases.set_champion("milling", 1, "dana", "too many alarms", "roll_back")
    assert (fate().release, fate().released, fate().after) == (2, champion.since, pytest.approx(0.1))
    (told,) = store.feedback.flags_between("milling", *ever).itertuples()
    assert (told.flag, told.fixed, told.release) == (flag.id, champion.since, 2) and told.answered == verdict.decided
    assert store.feedback.fates("omar") == []


def test_the_audit_trail_leads_from_the_flag_to_the_release(store, pull, reading):
    flag = pull()
    verdict, correction = decided(store, flag.case)
    store.releases.add(ReleaseRecord("milling", 2, "r/2", "abc", at(0), "dana", None, {}, (correction.id,)))
    store.releases.set_champion("milling", 2, "dana", "gate passed")
    (raised,) = store.audit.trail(f"flag:{flag.id}")
    assert (raised.person, raised.details["reading"], raised.details["case"]) == ("olga", reading, flag.case)
    assert trail(store, f"case:{flag.case}") == ["open_case", "claim_case", "decide"]
    assert store.audit.trail(f"case:{flag.case}")[2].details["flags"] == [flag.id]
    (corrected,) = store.audit.trail(f"correction:{correction.id}")
    assert corrected.details["case"] == flag.case and corrected.details["verdict"] == verdict.id
    trained, released = store.audit.trail("release:milling/2")
    assert trained.details["corrections"] == [correction.id]
    assert (released.action, released.person, released.details["reason"]) == ("release", "dana", "gate passed")
    newest = store.audit.newest("milling", limit=3)
    assert [entry.id for entry in newest] == sorted((e.id for e in newest), reverse=True) and newest[0] == released
    assert store.audit.newest("other") == []


def test_what_was_found_to_be_bad_data_is_left_out_with_its_product_until_the_verdict_changes(store, pull, reading, record):
    record(truth=truths(("M-03", 0, 9, 1.0, "HDF"), ("M-02", 0, 9, 0.0, None)))
    case = pull().case
    decided(store, case, VerdictKind.BAD_DATA, None)
    assert [one.reading for one in store.feedback.excluded("milling")] == [reading] and store.feedback.corrections(
        "milling"
    ) == []
    assert store.readings.labelled("milling", 10)["asset"].tolist() == ["M-02"]
    assert store.feedback.excluded("another") == []
    decided(store, case, VerdictKind.MODEL_RIGHT, None, person="dana")
    assert store.feedback.excluded("milling") == []
    assert store.readings.labelled("milling", 10)["asset"].tolist() == ["M-02", "M-03"]

"""What people type in of inspections passes the rules of corrections: new accounts, bursts and one person's share, before it is truth of anything."""

from datetime import UTC, datetime

import numpy as np
import pytest

from data.records import About, CaseState, Flag, FlagKind, FlagReason, Person, Verdict, VerdictKind
from data.store import Conflict
from data.usecase.file import load
from models.corrections.corrections import admissions
from models.corrections.entered import entered, rule_of
from models.review.reviewing import report_inspection
from models.training.training_set import is_held_out, training_set
from tests.deliveries import at, truths
from tests.models.corrections.test_corrections import correct

MILLING = load("milling")
LONG_AGO, FAR = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def plant(staffed, record, scored_batch):
    """Recorded readings 1 to 800 of four machines, and an account that was made today."""
    record(scored_batch(0, 800, score=0.9))
    staffed.people.save(Person("mallory", "Mallory", "engineer"), "adam")
    return staffed


def asked(store, reading, by="erik", raised_by="olga"):
    """The case of one flag, of which somebody cannot tell yet."""
    seen = store.readings.prediction("milling", reading)
    told = Flag("milling", seen.asset, reading, 1, raised_by, FlagKind.WRONG, FlagReason.FALSE_ALARM, {"score": seen.score})
    flag = store.feedback.raise_flag(told, 1.0)
    store.feedback.claim(flag.case, by)
    store.feedback.decide(Verdict(flag.case, by, VerdictKind.CANNOT_TELL, "We have a look.", about=About(asks="inspection")))
    return store.feedback.case(flag.case)


def typed(store, reading, by="erik", outcome=1.0, cause="HDF", **named):
    return report_inspection(MILLING, store, store.people.get(by), asked(store, reading, by, **named), outcome, cause)


def known(store, asset="M-01"):
    return [(one.outcome, one.by) for one in store.readings.truth_at("milling", asset, LONG_AGO, FAR)]


def test_what_somebody_who_is_known_types_in_is_truth_at_once(plant):
    one = typed(plant, 1)
    assert one.held is None and known(plant) == [(1.0, "erik")] and len(plant.readings.labelled("milling", 10)) == 1
    assert plant.readings.counts("milling")["truths"] == 1
    assert plant.audit.trail(f"finding:{one.id}")[0].details["case"] == one.case


def test_two_hundred_of_a_new_account_are_learned_by_nobody_held_out_by_nobody_and_in_no_figure(plant):
    clean = training_set(MILLING, plant, history_rows=2000)
    for reading in range(1, 801, 4):
        assert typed(plant, reading, by="mallory", raised_by="mallory").held == "new_account"
    told = training_set(MILLING, plant, history_rows=2000)
    assert np.array_equal(told.x, clean.x) and np.array_equal(told.y, clean.y) and np.array_equal(told.held_out, clean.held_out)
    assert "truth" not in told.manifest["by_origin"]
    assert {one["held"] for one in told.manifest["entered"].values()} == {"new_account"} and len(told.manifest["entered"]) == 200
    assert known(plant) == [] and plant.readings.newest_labelled("milling", 100).empty
    assert plant.readings.confirmed("milling", 1000).empty and plant.readings.performance("milling", LONG_AGO, FAR, 0.5).empty
    assert plant.readings.found_of("milling", [1, 5, 9]) == {} and plant.readings.counts("milling")["truths"] == 0


def test_it_still_brings_the_case_back_for_somebody_to_decide(plant):
    one = typed(plant, 1, by="mallory")
    assert plant.feedback.case(one.case).state is CaseState.OPEN


def test_a_second_person_whose_account_is_old_makes_it_truth(plant):
    one = typed(plant, 1, by="mallory")
    rule = rule_of(MILLING, plant)
    for who in ("mallory", "olga"):  # neither who entered nor who flagged
        with pytest.raises(Conflict, match="neither flagged nor entered"):
            plant.findings.confirm(one.id, who, rule)
    plant.people.save(Person("sock", "Sock", "engineer"), "adam")
    plant.findings.confirm(one.id, "dana", rule)
    assert known(plant) == [(1.0, "mallory")] and entered(MILLING, plant)[0].held is None
    with pytest.raises(Conflict, match="confirmed by dana already"):
        plant.findings.confirm(one.id, "sock", rule)
    assert plant.audit.trail(f"finding:{one.id}")[-1].action == "confirm_finding"


def test_a_confirmation_by_a_new_account_is_none(plant):
    plant.people.save(Person("sock", "Sock", "engineer"), "adam")
    one = typed(plant, 1, by="mallory")
    plant.findings.confirm(one.id, "sock", rule_of(MILLING, plant))
    assert entered(MILLING, plant)[0].held == "new_account" and known(plant) == []


def test_a_burst_is_one_in_whatever_ways_it_comes(plant):
    """Half of it typed in of inspections, half of it corrections: each half by itself is no burst."""
    half = MILLING.review.burst // 2
    for at_ in range(half):
        typed(plant, 1 + 4 * at_)
    for at_ in range(half):
        correct(plant, 401 + 4 * at_)
    assert len(known(plant)) == half and not any(one.held for one in admissions(MILLING, plant, 2000))
    for at_ in range(MILLING.review.burst - 2 * half + 1):
        correct(plant, 601 + 4 * at_)
    assert {one.held for one in entered(MILLING, plant)} == {"burst"} and known(plant) == []
    assert {one.held for one in admissions(MILLING, plant, 2000)} == {"burst"}


def test_a_burst_of_one_person_is_held_back_as_a_whole(plant):
    most = MILLING.review.burst
    for at_ in range(most):
        typed(plant, 1 + 4 * at_)
    assert len(known(plant)) == most
    last = typed(plant, 1 + 4 * most)
    assert last.held == "burst" and known(plant) == []
    assert {one.held for one in entered(MILLING, plant)} == {"burst"} and plant.readings.counts("milling")["truths"] == 0
    typed(plant, 2, by="dana", raised_by="maria")
    assert known(plant, "M-02") == [(1.0, "dana")]


def test_what_one_person_types_in_of_their_own_flag_and_against_a_source_waits(plant, record):
    assert typed(plant, 3, raised_by="erik").held == "alone"
    fine = typed(plant, 2, outcome=0.0, cause=None)
    assert fine.held is None
    record(truth=truths(("M-02", 0, 9, 1.0, "HDF")))  # the inspection comes in later, and says otherwise
    assert [one.held for one in entered(MILLING, plant)] == ["alone", "inspection"]
    assert known(plant, "M-02") == [(1.0, "inspection")]


def test_of_two_who_say_the_opposite_neither_is_truth_until_one_is_confirmed(plant):
    typed(plant, 1)
    other = typed(plant, 5, by="dana", raised_by="omar", outcome=0.0, cause=None)  # M-01, a second later
    assert [one.held for one in entered(MILLING, plant)] == ["contradiction", "contradiction"] and known(plant) == []
    plant.findings.confirm(other.id, "adam", rule_of(MILLING, plant))
    assert known(plant) == [(0.0, "dana")]


def test_what_a_source_delivers_stays_as_it_is_however_much_it_is(plant, record):
    record(truth=truths(*[(f"M-0{n % 4 + 1}", n // 4, n // 4, float(n % 7 == 0), None) for n in range(400)]))
    assert entered(MILLING, plant) == [] and len(plant.readings.labelled("milling", 1000)) == 400


def test_what_one_person_typed_in_never_weighs_more_than_their_share(plant):
    burst = MILLING.review.model_copy(update={"burst": 1000, "person_share": 0.02})
    free = MILLING.model_copy(update={"review": burst})
    for reading in range(1, 401, 4):
        report_inspection(free, plant, plant.people.get("erik"), asked(plant, reading), 1.0, "HDF")
    told = training_set(free, plant, history_rows=1000)
    mine = (told.table["origin"] == "truth").to_numpy()
    assert mine.sum() == 100 and told.weight[mine].sum() == pytest.approx(0.02 * 1000, rel=1e-3)
    assert told.weight[~mine].min() == 1


def test_the_same_person_does_not_say_it_twice_nor_of_a_case_that_has_changed(plant):
    case = asked(plant, 1)
    report_inspection(MILLING, plant, plant.people.get("erik"), case, 1.0, "HDF")
    with pytest.raises(Conflict, match="has changed"):
        report_inspection(MILLING, plant, plant.people.get("dana"), case, 0.0, None)
    with pytest.raises(Conflict, match="before"):
        report_inspection(MILLING, plant, plant.people.get("erik"), plant.feedback.case(case.id), 0.0, None)


def test_what_was_typed_in_before_this_version_is_weighed_too(plant):
    """A store of before has such outcomes in its truth, with the person's name."""
    from sqlite_utils import Database

    from data.store.sqlite.migrations.from_m022 import m023_findings

    moment = int(at(0).timestamp() * 1e6)
    with plant._c.write() as db:
        (asset,) = db.execute("SELECT id FROM asset WHERE name = 'M-01'").fetchone()
        for by, start in (("mallory", moment), ("inspection", moment + 1_000_000)):
            db.execute(
                "INSERT INTO truth (asset, start_us, end_us, use_case, outcome, arrived_us, by, bad) VALUES (?, ?, ?, 'milling', 1, ?, ?, 1)",
                (asset, start, start, int(datetime.now(UTC).timestamp() * 1e6), by),
            )
        for table in ("finding", "stretch_confirmed"):
            db.execute(f"DROP TABLE {table}")
        m023_findings(Database(db)) if callable(m023_findings) else m023_findings.apply(Database(db))
    assert [(one.person, one.held) for one in entered(MILLING, plant)] == [("mallory", "new_account")]
    assert known(plant) == [(1.0, "inspection")]


def test_held_out_truth_holds_nothing_that_waits(plant, record):
    record(truth=truths(*[("M-02", n, n, float(n % 5 == 0), None) for n in range(100)]))
    typed(plant, 1, by="mallory")
    found = plant.readings.labelled("milling", 1000).assign(origin="truth")
    split = training_set(MILLING, plant, history_rows=1000).split
    assert set(found["asset"]) == {"M-02"} and len(is_held_out(MILLING, found, split)) == 100

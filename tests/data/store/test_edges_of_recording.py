"""What becomes of one delivery: which rows of it are new, which numbers may be missing, and which truth counts, each at its edge."""

from dataclasses import replace

import numpy as np
import pytest

from data.records import CaseState, Reasons, VerdictKind
from data.store import open_store
from tests.data.store.test_store_review import pull, say
from tests.deliveries import at, record, scored_batch, truths


@pytest.fixture
def gaps(tmp_path, use_case):
    """A store of a line on which torque and the kind of product may be missing."""
    told = use_case.model_dump()
    for name in ("torque", "product_type"):
        told["signals"][name]["missing"] = "accept"
    line = type(use_case).model_validate(told)
    store = open_store(tmp_path / "gaps.db")
    store.readings.prepare(line)
    yield line, store
    store.close()


def column(use_case, name):
    return list(use_case.signals).index(name)


def test_of_a_delivery_that_begins_before_its_end_the_new_rows_are_recorded_as_they_are(store, scored_batch, record):
    record(scored_batch(0, 6))
    known = {"novelty": np.arange(12) / 10, "predicted": np.arange(12) * 2.0}
    made = replace(scored_batch(0, 12, score=np.arange(12) / 20, release=3), **known)
    reasons = {row: Reasons(3, "exact", "probability", 0.1, row / 20, {"wear": row / 100}, rows=9) for row in (2, 7)}
    assert record(replace(made, reasons=reasons)).readings == 6
    for reading in range(7, 13):
        one = store.readings.prediction("milling", reading)
        assert (one.score, one.release, one.values["torque"]) == ((reading - 1) / 20, 3, (reading - 1) / 10)
        assert (one.novelty, one.predicted) == (pytest.approx((reading - 1) / 10), (reading - 1) * 2.0)
        assert one.contributions["product_type"] == pytest.approx(reading - 1)
    found = store.readings.reasons("milling", range(1, 13))
    assert {reading: one.value for reading, one in found.items()} == {8: 0.35}


@pytest.mark.parametrize("name", ["torque", "product_type"])
def test_what_may_be_missing_is_recorded_as_missing_and_never_as_infinite(gaps, name):
    line, store = gaps
    made = scored_batch(line, 0, 8)
    made.batch.values[3, column(line, name)] = np.nan
    assert record(store, line, made).readings == 8
    seen = store.readings.prediction("milling", 4).values[name]
    assert seen == "" if name == "product_type" else seen != seen
    assert store.readings.prediction("milling", 5).values[name] == ("M" if name == "product_type" else 0.4)
    wrong = scored_batch(line, 8, 12)
    wrong.batch.values[0, column(line, "torque")] = np.inf
    strict = scored_batch(line, 8, 12)
    strict.batch.values[0, column(line, "tool_wear")] = np.nan
    for one in (wrong, strict):
        with pytest.raises(ValueError, match="not a finite number"):
            record(store, line, one)
    assert store.readings.counts("milling")["readings"] == 8


@pytest.mark.parametrize(
    "start, end, opens", [(0.0, 5.0, True), (-5.0, 0.0, True), (0.000001, 5.0, False), (-5.0, -0.000001, False)]
)
def test_truth_brings_back_what_waited_for_that_very_moment(store, scored_batch, record, start, end, opens):
    record(scored_batch(0, 24, score=0.82))
    case = pull(store, reading=3).case  # M-03 at second 0
    say(store, case, "erik", VerdictKind.CANNOT_TELL, None)
    other = pull(store, reading=4).case
    say(store, other, "erik", VerdictKind.CANNOT_TELL, None)
    record(truth=truths(("M-03", start, end, 1.0, "HDF")))
    assert store.feedback.case(case).state == (CaseState.OPEN if opens else CaseState.WAITING)
    assert store.feedback.case(other).state == CaseState.WAITING


def test_an_outcome_that_the_task_has_not_is_put_aside_once_and_the_others_count(store, scored_batch, record):
    record(scored_batch(0, 24))
    told = truths(("M-01", 0, 1, 7.0, None), ("M-02", 0, 1, 1.0, "HDF"), ("M-03", 0, 1, np.nan, None))
    first = record(truth=replace(told, group=np.array(["a", "b", "c"], object)))
    assert (first.truths, first.quarantined) == (1, 2)
    again = record(truth=told)
    assert (again.truths, again.quarantined) == (0, 0)
    assert {one.code for one in store.readings.quarantined("milling")} == {"unknown_outcome"}
    assert len(store.readings.quarantined("milling")) == 2 and store.readings.counts("milling")["quarantined"] == 2
    ((truth,),) = [store.readings.truth_at("milling", name, at(0), at(1)) for name in ("M-02",)]
    assert (truth.outcome, truth.cause) == (1.0, "HDF") and not store.readings.truth_at("milling", "M-01", at(0), at(1))


def test_what_is_of_no_machine_of_the_line_is_left_out(store, scored_batch, record):
    record(scored_batch(0, 24))
    assert record(truth=truths(("M-99", 0, 1, 1.0, "HDF"), ("M-01", 0, 1, 0.0, None))).truths == 1


def test_nothing_new_is_counted_as_nothing(store, scored_batch, record):
    record(scored_batch(0, 8))
    before = store.readings.version("milling")
    assert record(last=3) == record(scored_batch(2, 6), last=5) and store.readings.version("milling") == before
    assert store.readings.position("line:1").last == 7
    record(last=9)
    assert store.readings.position("line:1").last == 9

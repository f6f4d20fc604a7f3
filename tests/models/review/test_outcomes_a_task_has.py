"""No verb takes an outcome that its task does not have: a class that is not named, no number, a cause that nobody knows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.outcomes import instead, known_outcomes
from data.records import Flag, FlagKind, FlagReason, HeldAnswer, Verdict, VerdictKind
from data.store import NotFound, StoreError
from data.store.contract.said import require_outcome
from data.tables.mapped import MappingError, mapped
from data.usecase.file import load
from data.usecase.target import ValueTarget
from models.review.reviewing import report_inspection
from tests.deliveries import at, truths

MILLING = load("milling")
SOFT = MILLING.model_copy(
    update={
        "task": "regression",
        "target": ValueTarget(label="Moisture", allowed=(None, 80.0), limits=(0.0, 100.0)),
    }
)
NAN, INF = float("nan"), float("inf")


@pytest.fixture
def case(staffed, record, scored_batch):
    record(scored_batch(0, 8))
    told = Flag("milling", "M-01", 1, 1, "olga", FlagKind.WRONG, FlagReason.FALSE_ALARM, {})
    raised = staffed.feedback.raise_flag(told, 1.0)
    return staffed.feedback.claim(raised.case, "erik")


@pytest.mark.parametrize("outcome", [7.0, 0.5, -1.0, NAN, INF])
def test_a_verdict_says_an_outcome_of_its_task(staffed, case, outcome):
    with pytest.raises(NotFound, match=rf"Case {case.id}: milling has no outcome {outcome}\. Write one of 0 \(") as refused:
        staffed.feedback.decide(Verdict(case.id, "erik", VerdictKind.MODEL_WRONG, "Wrong.", outcome))
    assert isinstance(refused.value, StoreError) and "1 (" in str(refused.value)
    assert staffed.feedback.verdicts(case.id) == [] and staffed.feedback.corrections("milling") == []
    with pytest.raises(NotFound):  # whatever kind of verdict it is
        staffed.feedback.decide(Verdict(case.id, "erik", VerdictKind.MODEL_RIGHT, "Right.", outcome))
    staffed.feedback.decide(Verdict(case.id, "erik", VerdictKind.MODEL_WRONG, "Wrong.", 1.0, "HDF"))


def test_a_cause_is_one_that_the_use_case_knows(staffed, case):
    with pytest.raises(NotFound, match=r"has no cause 'rust'.*HDF"):
        staffed.feedback.decide(Verdict(case.id, "erik", VerdictKind.MODEL_WRONG, "Wrong.", 1.0, "rust"))


@pytest.mark.parametrize("outcome", [7.0, NAN, INF])
def test_so_does_what_is_typed_in_of_an_inspection(staffed, case, outcome):
    with pytest.raises(NotFound, match=f"Case {case.id}: milling has no outcome"):
        report_inspection(MILLING, staffed, staffed.people.get("erik"), case, outcome, None)
    assert staffed.findings.all("milling") == []


@pytest.mark.parametrize(("outcome", "why"), [(NAN, "finite"), (INF, "finite"), (-3.0, "from 0.0 on"), (101.0, "up to 100.0")])
def test_a_value_is_a_finite_number_that_it_can_have(outcome, why):
    with pytest.raises(NotFound, match=f"Case 4: Moisture cannot be {outcome}.*{why}"):
        require_outcome(SOFT, 4, outcome)
    require_outcome(SOFT, 4, 12.5)
    assert known_outcomes(SOFT, np.array([1.0, NAN, INF])).tolist() == [True, False, False] and "finite" in instead(SOFT)


def test_and_what_is_said_of_a_row_of_the_history(staffed):
    with pytest.raises(NotFound, match="M-01: milling has no outcome 3"):
        staffed.held_answers.say([HeldAnswer("milling", "M-01", at(0), 0.0, 3.0, None, "erik")])
    assert staffed.held_answers.all("milling") == []


def test_one_that_a_source_tells_goes_into_quarantine_and_the_rest_is_truth(store, record):
    done = record(truth=truths(("M-01", 0, 1, 7.0, None), ("M-01", 2, 3, NAN, None), ("M-01", 4, 5, 1.0, "HDF")))
    assert (done.truths, done.quarantined) == (1, 2)
    assert [one.outcome for one in store.readings.truth_at("milling", "M-01", at(-10), at(100))] == [1.0]
    said = store.readings.quarantined("milling")
    assert {one.code for one in said} == {"unknown_outcome"} and "write one of 0 (" in said[0].reason
    assert record(truth=truths(("M-01", 0, 1, 7.0, None))).quarantined == 0  # told again after a restart


def test_what_is_left_keeps_the_run_that_it_is_of(store, record, scored_batch):
    told = truths(("M-01", 0, 1, 1.0, "HDF"), ("M-02", 0, 1, 7.0, None), ("M-03", 0, 1, 0.0, None))
    record(scored_batch(0, 8), truth=replace(told, group=np.array(["run 1", "run 2", "run 3"], object)))
    found = store.readings.confirmed("milling", 10)
    assert dict(zip(found["asset"], found["group"], strict=True)) == {"M-01": "run 1", "M-03": "run 3"}


def test_one_that_stands_in_a_file_is_told_with_its_line():
    names = {header: header for header in MILLING.replay.columns}
    table = pd.DataFrame({header: [300.0, 301.0] for header in names} | {"Type": ["L", "L"], "Machine_failure": [0, 4]})
    for cause in MILLING.replay.causes.values():
        table[cause] = 0
    with pytest.raises(MappingError, match=r"line 3: Machine_failure is 4, which is no outcome: write one of 0 \("):
        mapped(MILLING, table, "file.csv")
    table["Machine_failure"] = [0, NAN]
    assert np.isnan(mapped(MILLING, table, "file.csv").outcome[1])

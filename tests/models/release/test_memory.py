"""Seen before: the most similar cases by reasons and values, only earlier ones, never the case itself."""

import shutil
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from data.people import DEMO_PEOPLE
from data.readings.features import signal_matrix
from data.records import FlagKind, FlagReason
from data.store import open_store
from data.usecase.file import load
from data.usecases.milling.history import training_history
from explainers.local.neighbours import nearest, reach, remembered
from explainers.overall.overall import by_group
from models.lifecycle.registry import champion
from models.release.memory import memory
from tests import deliveries
from tests.screens import decided, flag

MILLING = load("milling")


def test_the_nearest_is_alike_in_reasons_and_in_values():
    reasons = np.array([[5.0, 0], [5.0, 0], [0, 5.0]])
    x = np.array([[1.0, 1], [9, 9], [1, 1]])
    past = remembered(reasons, x)
    assert nearest(past, np.array([5.0, 0]), np.array([1.0, 1]), 3).tolist() == [0, 2, 1]
    assert nearest(past, np.array([5.0, 0]), np.array([9.0, 9]), 1).tolist() == [1]
    assert nearest(past, np.array([5.0, 0]), np.array([1.0, 1]), 3, np.array([False, True, False])).tolist() == [1]


def test_constant_and_missing_columns_and_no_case_at_all():
    past = remembered(np.zeros((2, 2)), np.array([[3.0, np.nan], [3.0, 1.0]]))
    assert len(nearest(past, np.zeros(2), np.array([np.nan, np.nan]), 5)) == 2
    assert len(nearest(remembered(np.empty((0, 2)), np.empty((0, 3))), np.zeros(2), np.zeros(3), 5)) == 0


@pytest.fixture
def plant(released_home, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(released_home, home)
    store = open_store(home / "pullcord.db")
    store.readings.prepare(MILLING)
    yield store, champion(home, store, MILLING)
    store.close()


def alike(store, release, reading, most=20):
    seen = store.readings.prediction("milling", reading)
    reasons, _ = by_group(MILLING, np.array([[seen.contributions[f] for f in MILLING.features]]))
    return memory(MILLING, release, store).alike(seen, reasons[0], release.row(seen.values), most)


def live(store, release, seconds):
    """Four real readings of the line, one of each of four assets, ``seconds`` after the beginning."""
    values = signal_matrix(MILLING, training_history(MILLING, rows=4, seed=9, first_day=20_000))
    scored = deliveries.explained(MILLING, release, values, 0, seconds)
    scored = replace(scored, batch=replace(scored.batch, source=f"line:{seconds}"))
    deliveries.record(store, MILLING, scored)


def test_a_fresh_plant_remembers_what_the_release_learned_from(plant):
    store, release = plant
    live(store, release, 0)
    found = alike(store, release, 1)
    assert len(found) == 20 and {case.found_by for case in found} == {"history"} and {case.reading for case in found} == {None}


def test_an_earlier_case_whose_truth_arrived_is_found_and_can_be_opened_and_itself_is_not(plant):
    store, release = plant
    live(store, release, 0)
    live(store, release, 7200)  # the same values again, two hours later
    truth = deliveries.truths(("M-01", 0, 10, 1.0, "OSF"), ("M-01", 7200, 7210, 0.0, None))
    deliveries.record(store, MILLING, truth=truth, last=99)
    first = alike(store, release, 5)[0]
    assert (first.reading, first.outcome, first.cause, first.found_by) == (1, 1.0, "OSF", "inspection")
    assert all(case.reading != 5 for case in alike(store, release, 5))
    assert all(case.reading is None for case in alike(store, release, 1))  # the later one is not "before"


def test_what_a_review_found_stands_in_for_the_inspection(plant):
    store, release = plant
    live(store, release, 0)
    live(store, release, 7200)
    deliveries.record(store, MILLING, truth=deliveries.truths(("M-01", 0, 10, 1.0, "OSF")), last=99)
    for person in DEMO_PEOPLE:
        store.people.save(person, "test")
    raised = flag(store, reading=1, kind=FlagKind.WRONG, reason=FlagReason.FALSE_ALARM)
    decided(store, raised.case, outcome=0.0)
    first = alike(store, release, 5)[0]
    assert (first.reading, first.outcome, first.found_by) == (1, 0.0, "review")


def test_a_case_minutes_ago_on_the_same_machine_is_the_same_case(plant):
    store, release = plant
    live(store, release, 0)
    live(store, release, 300)
    deliveries.record(store, MILLING, truth=deliveries.truths(("M-01", 0, 10, 1.0, "OSF")), last=99)
    assert all(case.reading != 1 for case in alike(store, release, 5))


def test_a_release_of_before_cases_were_kept_still_remembers_what_arrived(plant):
    store, release = plant
    live(store, release, 0)
    live(store, release, 7200)
    deliveries.record(store, MILLING, truth=deliveries.truths(("M-01", 0, 10, 1.0, "OSF")), last=99)
    release.__dict__["cases"] = release.cases.iloc[:0]
    assert [case.reading for case in alike(store, release, 5)] == [1]
    seen = replace(store.readings.prediction("milling", 5), time=deliveries.ZERO - timedelta(days=3000))
    assert memory(MILLING, release, store).alike(seen, np.zeros(len(MILLING.groups)), release.row(seen.values)) == []


def test_what_is_farther_away_than_unrelated_cases_are_was_never_seen(plant):
    store, release = plant
    live(store, release, 0)
    seen = store.readings.prediction("milling", 1)
    reasons, _ = by_group(MILLING, np.array([[seen.contributions[f] for f in MILLING.features]]))
    past, row = memory(MILLING, release, store), release.row(seen.values)
    assert past.alike(seen, reasons[0], row) and past.earlier(seen).sum() > 100
    assert past.alike(seen, reasons[0], row + 6 * past.past.scale) == []


def test_how_far_is_alike_goes_by_other_runs_and_not_by_near_copies():
    rng = np.random.default_rng(0)
    centre = rng.normal(size=(60, 2))
    run = np.repeat(np.arange(60), 5)
    x = centre[run] + rng.normal(0, 1e-4, (300, 2))
    past = remembered(np.zeros((300, 1)), x)
    within = reach(past, run)
    apart = [min(((past.values[run != one] - past.values[run == one][0]) ** 2).mean(axis=1)) for one in range(60)]
    assert within == pytest.approx(np.quantile(apart, 0.99), rel=0.3) and within > 100 * reach(past, np.arange(300))
    assert reach(remembered(np.zeros((9, 1)), x[:9]), run[:9]) == np.inf == reach(past, np.zeros(300))
    assert nearest(past, np.zeros(1), np.array([9.0, 9.0]), 5, within=within).tolist() == []

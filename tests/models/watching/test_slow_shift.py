"""Slow shifts inside the range: what drifts is told, of which machine and since when; a line that is as it was is hardly ever told to have moved."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from benchmarks.slow_shifts import record_of
from data.usecase.file import load
from data.usecases.milling.flaws import Flaw
from models.watching.slow_shift import BEFORE, EACH, LATELY, Moved, SlowShifts, moved_in, slow_shifts, spans_of, stretch_of
from pages.parts.overview.slow_shift_notice import moved_text, watched_text
from tests import deliveries

MILLING = load("milling")
STRETCH = stretch_of(MILLING)
DAY_S = 86_400


def test_a_day_of_a_line_that_is_as_it_was_has_no_shift():
    """By chance one is told in thirty days of a line; of thirty seeded days one was."""
    for seed in (2, 5):
        table, end = record_of(MILLING, seed, (20_500 + 3 * seed) * DAY_S)
        found = moved_in(MILLING, table, STRETCH, end)
        assert found.moved == () and found.assets == 24


@pytest.mark.parametrize(
    ("flaw", "asset", "size", "hours", "signal"),
    [("sensor_drift", "M-14", 2.0, 8, "torque"), ("leak", "M-07", 0.5, 16, "process_temperature")],
)
def test_what_drifts_inside_its_range_is_told_with_its_machine_and_since_when(flaw, asset, size, hours, signal):
    begun = 20_500 * DAY_S
    table, end = record_of(MILLING, 3, begun + hours * 3600, Flaw(flaw, (asset,), size, start_s=begun))
    (moved,) = moved_in(MILLING, table, STRETCH, end).moved
    assert moved.asset == asset and signal in moved.signals
    assert timedelta(0) <= moved.since - datetime.fromtimestamp(begun, UTC) <= timedelta(hours=hours)


def test_all_machines_together_are_told_as_that():
    """Every torque is eight Nm higher in the newest stretch than ever before: no machine differs from the others."""
    table, end = record_of(MILLING, 4, 20_500 * DAY_S)
    late = table["time"] >= pd.Timestamp(end - int(STRETCH / timedelta(microseconds=1)), unit="us", tz="UTC")
    table.loc[late, "torque"] += 8
    found = moved_in(MILLING, table, STRETCH, end)
    assert [one.asset for one in found.moved] == [""] and "torque" in found.moved[0].signals


def test_before_four_days_of_a_record_nothing_is_said(store, use_case):
    assert slow_shifts(use_case, store) is None
    deliveries.record(store, use_case, deliveries.scored_batch(use_case, 0, 400))
    assert slow_shifts(use_case, store) is None


def test_of_many_machines_fewer_readings_are_asked_for_and_of_a_slow_line_longer_stretches():
    assert len(spans_of(10**15, STRETCH, 24)) == (BEFORE + LATELY) * EACH
    assert len(spans_of(10**15, STRETCH, 1000)) == (BEFORE + LATELY) * 3
    hourly = MILLING.model_copy(update={"cadence_s": 3600.0})
    assert stretch_of(hourly) == timedelta(hours=12)


def test_its_words():
    since = datetime(2026, 11, 30, 12, tzinfo=UTC)
    one = moved_text(MILLING, Moved("M-14", ("torque",), (6.2,), since))
    assert one.startswith("M-14: Torque reads 6.2") and "more than all else says" in one
    assert "less than all else says" in moved_text(MILLING, Moved("", ("torque",), (-3.0,), since))
    both = moved_text(MILLING, Moved("M-07", ("process_temperature", "air_temperature"), (-2.7, 1.9), since))
    assert "no longer go together" in both
    assert "24 machines are looked at, 4 h at a time" in watched_text(MILLING, SlowShifts((), 24, STRETCH)).replace("\xa0", " ")

"""The milling line: the published figures, the published rules, any moment the same whenever it is asked for."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.sources.contract import SourceError
from data.store.contract import SourcePosition
from data.usecase.file import load
from data.usecases.milling.flaws import Flaw
from data.usecases.milling.history import training_history
from data.usecases.milling.line import NUMBERS, MillingLine
from data.usecases.milling.plan import DAY_S, day_plan
from data.usecases.milling.rules import MODES, TYPES, power_w, rule_modes
from data.usecases.milling.source import MOST_BEHIND_S, LineSource

MILLING = load("milling")
DAY = 20_000
START = DAY * DAY_S


@pytest.fixture(scope="module")
def history() -> pd.DataFrame:
    return training_history(MILLING, rows=60_000)


def per_10_000(history, mode):
    return (history["cause"] == mode).sum() * 10_000 / len(history)


def test_products_and_conditions_are_distributed_as_published(history):
    shares = history["product_type"].value_counts(normalize=True)
    assert shares.to_dict() == pytest.approx({"L": 0.6, "M": 0.3, "H": 0.1}, abs=0.01)
    for signal, mean, sd in (("torque", 40, 10), ("rotational_speed", 1539, 179), ("air_temperature", 300, 2)):
        assert history[signal].mean() == pytest.approx(mean, rel=0.015)
        assert history[signal].std() == pytest.approx(sd, rel=0.15)
    difference = history["process_temperature"] - history["air_temperature"]
    assert (difference.mean(), difference.std()) == pytest.approx((10, 1), abs=0.12)
    assert history["rotational_speed"].between(1168, 2886).all()
    assert history["torque"].min() > 0
    assert history["torque"].corr(history["rotational_speed"]) == pytest.approx(-0.875, abs=0.02)
    assert power_w(history["torque"], history["rotational_speed"]).mean() == pytest.approx(6280, rel=0.02)


def test_failures_are_as_frequent_as_published(history):
    assert history["outcome"].mean() == pytest.approx(0.0339, abs=0.004)
    for mode, published in (("HDF", 115), ("PWF", 95), ("OSF", 98)):
        assert per_10_000(history, mode) == pytest.approx(published, rel=0.25), mode
    assert 4 < per_10_000(history, "RNF") < 16


def test_tools_are_changed_and_fail_as_often_as_published():
    plans = [day_plan(1, machine, day) for machine in range(24) for day in range(100, 110)]
    products = sum(len(plan.kind) for plan in plans)
    changed = sum(plan.tool_changed.sum() for plan in plans) * 10_000 / products
    failed = sum(np.isfinite(plan.tool_fails_s).sum() for plan in plans) * 10_000 / products
    assert changed == pytest.approx(119, rel=0.12)
    assert failed == pytest.approx(46, rel=0.15)
    assert max(plan.wear.max() for plan in plans) <= 240


def test_the_rules_are_those_of_the_publication(history):
    kind = history["product_type"].map(TYPES.index).to_numpy()
    modes = rule_modes(kind, *history[list(NUMBERS)].to_numpy().T)
    said = history["cause"].to_numpy()
    for at, mode in enumerate(MODES[:3]):
        earlier = modes[:, :at].any(axis=1)
        assert ((said == mode) == (modes[:, at] & ~earlier)).all()


@settings(max_examples=25)
@given(st.integers(0, 23), st.integers(0, 2 * DAY_S), st.integers(1, 300), st.integers(1, 299))
def test_a_moment_is_the_same_alone_or_among_others(machine, offset, length, cut):
    line = MillingLine(MILLING, seed=3)
    second = np.arange(START + offset, START + offset + length)
    whole, rest = line.moments(machine, second), second[min(cut, length - 1) :]
    alone = MillingLine(MILLING, seed=3).moments(machine, rest)
    assert (whole.numbers[-len(rest) :] == alone.numbers).all()
    assert (whole.modes[-len(rest) :] == alone.modes).all()


def test_truth_says_of_every_moment_what_is_true_of_it():
    line = MillingLine(MILLING, seed=4, origin_s=START)
    for machine in (0, 5, 23):
        reports = line.truth(machine, START, START + 7200)
        second = np.arange(START, int(reports[-1].ended_s))
        cause = line.moments(machine, second).cause
        said = np.full(len(second), "?", dtype=object)
        for report in reports:
            for first, last, word in zip(report.first_s, report.last_s, report.cause, strict=True):
                said[first - START : last - START + 1] = word
        assert (said == cause).all()


def source(last=-1, clock=None, speed=1.0, start=START * 1_000_000, flaws=()):
    return LineSource(MILLING, SourcePosition("line", start, last), seed=5, clock=clock, speed=speed, flaws=flaws)


def test_a_restart_at_any_position_goes_on_with_the_same_readings():
    first = source()
    a, b = first.poll(240), first.poll(240)
    again = source(last=int(a.positions[-1])).poll(240)
    assert (again.positions == b.positions).all()
    for name, column in b.columns.items():
        assert (again.columns[name] == column).all(), name


def test_speed_makes_ticks_come_faster_and_the_machines_live_a_second_in_each():
    now = [START + 10.0]
    fast = source(clock=lambda: now[0], speed=10).poll(10**6)
    slow = source().poll(len(fast))
    assert len(fast) == 24 * 101
    assert np.diff(fast.columns["time"][::24]).tolist() == [100_000] * 100
    assert (fast.columns["torque"] == slow.columns["torque"]).all()


@pytest.mark.parametrize("last", [-1, 23])
@pytest.mark.parametrize("speed", [1, 4, 20])
def test_however_late_it_comes_the_last_hour_is_there_and_only_what_lies_before_is_left_out(speed, last):
    late_s = 3600 + 10 * MOST_BEHIND_S
    batch = source(last=last, clock=lambda: START + late_s / speed, speed=speed).poll(10**6)
    assert len(batch) == 24 * 3600
    assert batch.columns["time"][-1] == START * 1_000_000 + late_s * 1_000_000 // speed
    assert (np.diff(batch.columns["time"][::24]) == 1_000_000 // speed).all()


@pytest.mark.parametrize("speed", [1, 4, 20])
@pytest.mark.parametrize("training_s", [0, 21, 60, 150])
def test_the_hour_before_the_first_start_is_whole_however_long_the_training_took(speed, training_s):
    now = [START + 3600 / speed + training_s]  # the line begins an hour of the plant before it was started
    live, told = source(clock=lambda: now[0], speed=speed), []
    while not told or len(told[-1]) > 60:  # until it is at the present
        told.append(live.poll(24 * 400).columns["time"][::24])
        now[0] += 1.0
    told = np.concatenate(told)
    assert (np.diff(np.unique(told)) == 1_000_000 // speed).all(), "no hole"
    assert told[-1] - told[0] >= 3599 * 1_000_000 // speed and told[-1] >= now[0] * 1e6 - 2_000_000


@settings(max_examples=15)
@given(st.lists(st.integers(1, 20_000), min_size=1, max_size=5), st.integers(0, 40_000))
def test_the_size_of_the_deliveries_changes_no_reading(limits, skipped):
    flaws = (Flaw("bad_rows", size=0.02), Flaw("leak", size=2.0))
    parts, whole = source(last=skipped - 1, flaws=flaws), source(last=skipped - 1, flaws=flaws).poll(sum(limits))
    batches = [parts.poll(limit) for limit in limits]
    assert np.concatenate([batch.positions for batch in batches]).tolist() == whole.positions.tolist()
    for name, column in whole.columns.items():
        assert list(map(str, np.concatenate([b.columns[name] for b in batches]))) == list(map(str, column)), name


@pytest.mark.parametrize("speed", [1, 10])
def test_a_delivered_truth_says_what_is_true_of_the_delivered_readings(speed):
    now = [START + 0.0]
    live = source(clock=lambda: now[0], speed=speed)
    batches = []
    for _ in range(12):
        batches.append(live.poll(10**6))
        now[0] += 100 / speed
    truths = [batch.truth for batch in batches if batch.truth]
    line = MillingLine(MILLING, seed=5, origin_s=START)
    told = 0
    for machine, asset in enumerate(line.assets):
        times = np.concatenate([batch.columns["time"][batch.columns["asset"] == asset] for batch in batches])
        cause = line.moments(machine, START + np.arange(len(times))).cause
        for truth in truths:
            for row in np.flatnonzero(truth.asset == asset):
                inside = (times >= truth.start_us[row]) & (times <= truth.end_us[row])
                assert inside.any() and set(cause[inside]) == {truth.cause[row] or ""}
                assert truth.outcome[row] == bool(truth.cause[row])
                assert truth.arrived_us[row] <= times[-1]
                told += inside.sum()
    assert told > 24 * 600
    later = [(t.asset[i], t.start_us[i]) for t in truths for i in range(len(t))]
    assert len(later) == len(set(later)), "told twice"


def test_after_a_long_stop_the_truth_of_what_was_recorded_is_still_told():
    now = [START + 1000.0]
    live = source(clock=lambda: now[0])
    before = live.poll(10**6)
    now[0] += 30 * DAY_S
    truth = live.poll(10**6).truth
    recorded = before.columns["time"][-1]
    for asset in set(before.columns["asset"]):
        of_it = truth.asset == asset
        assert ((truth.start_us[of_it] <= recorded) & (truth.end_us[of_it] >= recorded)).any()
    delivered = now[0] * 1e6 - 3600e6
    missed = (truth.start_us > recorded + 600e6) & (truth.end_us < delivered)
    assert not missed.any(), "nobody asks for the truth of what was never recorded"


def test_a_cadence_that_the_line_cannot_keep_is_told():
    half = MILLING.model_copy(update={"cadence_s": 0.5})
    with pytest.raises(SourceError, match="whole seconds"):
        LineSource(half, SourcePosition("line", 0, -1))

"""The milling line: the published figures, the published rules, any moment the same whenever it is asked for."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.sources.line import MOST_BEHIND_TICKS, LineSource
from data.store.contract import SourcePosition
from data.usecase_file import load
from data.usecases.milling.flaws import DEFAULT_SIZE, Flaw, FlawError, parse
from data.usecases.milling.history import training_history
from data.usecases.milling.line import NUMBERS, MillingLine
from data.usecases.milling.plan import DAY_S, day_plan
from data.usecases.milling.rules import MODES, TYPES, power_w, rule_modes

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


@settings(max_examples=25, deadline=None)
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


def test_what_was_missed_in_a_long_stop_is_left_out():
    late = START + 10.0 * MOST_BEHIND_TICKS
    batch = source(last=23, clock=lambda: late).poll(10**6)
    assert len(batch) == 24
    assert batch.columns["time"][0] == late * 1e6


def moments(flaws, machine=13, hours=3):
    line = MillingLine(MILLING, seed=6, flaws=tuple(parse(f) for f in flaws), origin_s=START)
    return line, line.moments(machine, np.arange(START, START + hours * 3600))


@pytest.mark.parametrize("name", [name for name in DEFAULT_SIZE if name not in ("wrong_labels", "bad_rows")])
def test_a_flaw_changes_its_machine_and_no_other(name):
    _, without = moments([])
    _, on = moments([f"{name}:M-14"])
    assert (on.numbers != without.numbers).any() or (on.modes != without.modes).any()
    _, elsewhere = moments([f"{name}:M-03"])
    assert (elsewhere.numbers == without.numbers).all() and (elsewhere.modes == without.modes).all()


@pytest.mark.parametrize("name", ["sensor_drift", "stuck_sensor"])
def test_a_lying_sensor_makes_no_failure(name):
    _, without = moments([])
    _, on = moments([f"{name}:M-14"])
    assert (on.modes == without.modes).all()


def test_a_shifted_limit_makes_more_overstrain_at_the_same_readings():
    _, without = moments([])
    _, on = moments(["shifted_overstrain_limit:M-14:0.5"])
    assert (on.numbers == without.numbers).all()
    assert on.modes[:, 2].sum() > without.modes[:, 2].sum()


def test_a_leak_makes_heat_failures():
    _, without = moments([], hours=6)
    _, on = moments(["leak:M-14:2"], hours=6)
    assert on.modes[:, 0].sum() > without.modes[:, 0].sum()


def test_wrong_labels_lie_about_their_share_of_the_products():
    honest, _ = moments([])
    liar, seen = moments(["wrong_labels:all:0.3"])
    _, without = moments([])
    assert (seen.numbers == without.numbers).all()
    pairs = [
        (a.outcome.any(), b.outcome.any())
        for m in range(24)
        for a, b in zip(honest.truth(m, START, START + 14_400), liar.truth(m, START, START + 14_400), strict=True)
    ]
    assert np.mean([a != b for a, b in pairs]) == pytest.approx(0.3, abs=0.05)


def test_bad_rows_break_their_share_and_leave_the_others_alone():
    clean, broken = source().poll(24_000), source(flaws=(Flaw("bad_rows", size=0.01),)).poll(24_000)
    same = np.array([a == b for a, b in zip(clean.columns["torque"], broken.columns["torque"], strict=True)])
    assert 10 < (~same).sum() < 100


@pytest.mark.parametrize("text", ["sensor_drfit", "leak:M-99", "leak:M-01:much"])
def test_a_flaw_with_a_typo_is_told(text):
    with pytest.raises(FlawError):
        parse(text, tuple(a for area in MILLING.areas.values() for a in area))

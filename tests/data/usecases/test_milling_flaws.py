"""Flaws of the milling line: each does what it says where it is on, from when it is on, and nothing else."""

import numpy as np
import pytest

from data.store.contract import SourcePosition
from data.usecase.file import load
from data.usecases.milling.flaws import DEFAULT_SIZE, Flaw, FlawError, parse
from data.usecases.milling.line import NUMBERS, MillingLine
from data.usecases.milling.plan import DAY_S
from data.usecases.milling.rules import MODES
from data.usecases.milling.source import LineSource

MILLING = load("milling")
START = 20_000 * DAY_S
HOUR = 3600
ON_THE_LINE = [name for name in DEFAULT_SIZE if name not in ("wrong_labels", "bad_rows")]


def line(*flaws):
    flaws = tuple(parse(flaw) if isinstance(flaw, str) else flaw for flaw in flaws)
    return MillingLine(MILLING, seed=6, flaws=flaws, origin_s=START)


def moments(*flaws, machine=13, hours=3):
    return line(*flaws).moments(machine, np.arange(START, START + hours * HOUR))


def signal(seen, name):
    return seen.numbers[:, NUMBERS.index(name)]


def changed(on, without):
    return (on.numbers != without.numbers).any(axis=1) | (on.modes != without.modes).any(axis=1)


@pytest.mark.parametrize("name", ON_THE_LINE)
def test_a_flaw_changes_its_machine_and_no_other(name):
    size = ":0.5" if name == "shifted_overstrain_limit" else ""
    assert changed(moments(f"{name}:M-14{size}"), moments()).any()
    assert not changed(moments(f"{name}:M-03{size}"), moments()).any()


@pytest.mark.parametrize("name", ON_THE_LINE)
def test_a_flaw_lasts_from_its_start_to_its_end(name):
    size = 0.3 if name == "shifted_overstrain_limit" else 3.0
    flaw = Flaw(name, ("M-14",), size, START + HOUR, START + 2 * HOUR)
    where = np.flatnonzero(changed(moments(flaw), moments()))
    assert len(where) and where.min() >= HOUR and where.max() < 2 * HOUR


@pytest.mark.parametrize("name", ["sensor_drift", "stuck_sensor"])
def test_a_lying_sensor_changes_the_torque_and_makes_no_failure(name):
    on, without = moments(f"{name}:M-14"), moments()
    assert (on.modes == without.modes).all()
    others = [at for at, signal in enumerate(NUMBERS) if signal != "torque"]
    assert (on.numbers[:, others] == without.numbers[:, others]).all()


def test_a_drifting_sensor_reads_more_by_its_size_with_each_hour():
    more = signal(moments("sensor_drift:M-14:5"), "torque") - signal(moments(), "torque")
    assert more[[0, HOUR, 2 * HOUR]] == pytest.approx([0, 5, 10], abs=0.1)


def test_a_stuck_sensor_keeps_the_value_it_had():
    assert set(signal(moments("stuck_sensor:M-14"), "torque")) == {signal(moments(), "torque")[0]}


def test_a_new_product_runs_where_nothing_was_trained_but_within_the_limits():
    on, without = moments("new_product"), moments()
    new = on.kind == MILLING.signals["product_type"].categories.index("H")
    assert new.any() and not changed(on, without)[~new].any()
    assert signal(on, "rotational_speed")[new].min() > 2900
    for name in ("rotational_speed", "torque"):
        low, high = MILLING.signals[name].limits
        assert low <= signal(on, name).min() and signal(on, name).max() <= high


def test_a_shifted_limit_makes_more_overstrain_at_the_same_readings():
    on, without = moments("shifted_overstrain_limit:M-14:0.5"), moments()
    assert (on.numbers == without.numbers).all()
    strained = MODES.index("OSF")
    assert on.modes[:, strained].sum() > without.modes[:, strained].sum()
    assert (on.modes[:, strained] >= without.modes[:, strained]).all()
    assert (np.delete(on.modes, strained, axis=1) == np.delete(without.modes, strained, axis=1)).all()


def test_a_leak_brings_the_temperatures_together_and_makes_heat_failures():
    on, without = moments("leak:M-14:2", hours=6), moments(hours=6)
    lost = signal(without, "process_temperature") - signal(on, "process_temperature")
    assert lost[[0, HOUR, -1]] == pytest.approx([0, 2, 4], abs=0.11)
    assert (signal(on, "air_temperature") == signal(without, "air_temperature")).all()
    assert on.modes[:, 0].sum() > without.modes[:, 0].sum()


def test_wrong_labels_lie_about_their_share_of_the_products():
    honest, liar = line(), line("wrong_labels:all:0.3")
    assert not changed(moments("wrong_labels:all:0.3"), moments()).any()
    pairs = [
        (a.outcome.any(), b.outcome.any())
        for machine in range(24)
        for a, b in zip(honest.truth(machine, START, START + 4 * HOUR), liar.truth(machine, START, START + 4 * HOUR), strict=True)
    ]
    assert np.mean([a != b for a, b in pairs]) == pytest.approx(0.3, abs=0.05)


def deliveries(*flaws):
    return LineSource(MILLING, SourcePosition("line", START * 1_000_000), seed=5, clock=None, flaws=flaws).poll(24_000).columns


def broken(clean, seen):
    """Per column, which rows differ."""
    return {name: np.array([a is not b and a != b for a, b in zip(clean[name], seen[name], strict=True)]) for name in clean}


def test_bad_rows_break_their_share_one_value_each_and_leave_the_others_alone():
    differ = broken(deliveries(), deliveries(Flaw("bad_rows", size=0.01)))
    rows = sum(column.astype(int) for column in differ.values())
    assert rows.max() == 1
    assert rows.mean() == pytest.approx(0.01, abs=0.003)
    assert not differ["time"].any() and not differ["sequence"].any()


def test_bad_rows_keep_to_their_machines_and_time():
    clean = deliveries()
    differ = broken(clean, deliveries(Flaw("bad_rows", ("M-03",), 0.5, START + 100, START + 200)))
    rows = np.flatnonzero(np.any(list(differ.values()), axis=0))
    assert len(rows) and set(clean["asset"][rows]) == {"M-03"}
    assert clean["sequence"][rows].min() >= 100 and clean["sequence"][rows].max() < 200


def test_text_says_which_flaw_where_and_how_much():
    assert parse("leak") == Flaw("leak", (), DEFAULT_SIZE["leak"])
    assert parse("shifted_overstrain_limit:M-14+M-15:0.85") == Flaw("shifted_overstrain_limit", ("M-14", "M-15"), 0.85)
    assert parse("sensor_drift:M-14:25:22") == Flaw("sensor_drift", ("M-14",), 25, most=22)
    assert parse("wrong_labels:all:0.1") == Flaw("wrong_labels", (), 0.1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sensor_drfit", "sensor_drift"),
        ("leak:M-99", "M-01 … M-24"),
        ("leak:M-01:much", "'much' is no number"),
        ("sensor_drift:M-01:2:x", "'x' is no number"),
        ("leak:M-01:2:3", "only a drift"),
    ],
)
def test_a_flaw_with_a_typo_is_told(text, says):
    with pytest.raises(FlawError, match=says):
        parse(text, tuple(a for area in MILLING.areas.values() for a in area))

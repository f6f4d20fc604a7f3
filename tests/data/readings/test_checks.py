"""Bad rows go to quarantine with a reason that names signal and value; good rows of the same delivery go on."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.checks import Checks
from data.readings.batch import RawBatch
from data.usecase.file import load

NOW = 1_800_000_000_000_000
MILLING = load("milling")
GOOD = {
    "asset": "M-01",
    "time": NOW - 60_000_000,
    "sequence": 0,
    "product_type": "L",
    "air_temperature": 300.0,
    "process_temperature": 310.0,
    "rotational_speed": 1500.0,
    "torque": 40.0,
    "tool_wear": 10.0,
}


def delivery(*rows, without=()):
    rows = [GOOD | {"time": GOOD["time"] + 1_000_000 * i, "sequence": i} | row for i, row in enumerate(rows)]
    columns = {name: np.array([row[name] for row in rows] + [None], dtype=object)[:-1] for name in GOOD if name not in without}
    return RawBatch("test", np.arange(len(rows)), columns)


@pytest.mark.parametrize(
    ("row", "code", "names"),
    [
        ({"torque": None}, "missing", "torque"),
        ({"torque": float("nan")}, "missing", "torque"),
        ({"torque": "forty"}, "not_a_number", "'forty'"),
        ({"torque": math.inf}, "not_finite", "inf"),
        ({"torque": 10**400}, "not_finite", "torque"),
        ({"torque": -5.0}, "out_of_limits", "-5 Nm"),
        ({"torque": 500.0}, "out_of_limits", "0 to 120 Nm"),
        ({"torque": "9" * 100_000}, "not_a_number", "torque"),
        ({"torque": [40]}, "not_a_number", "[40]"),
        ({"asset": "M-99"}, "unknown_asset", "'M-99'"),
        ({"asset": None}, "unknown_asset", "None"),
        ({"product_type": "X"}, "unknown_category", "'X'"),
        ({"product_type": None}, "missing", "product_type"),
        ({"time": NOW + 3_600_000_000}, "future", "in the future"),
        ({"time": 5}, "too_old", "before the year 2000"),
        ({"time": "yesterday"}, "not_a_time", "'yesterday'"),
        ({"sequence": "x"}, "not_a_number", "sequence"),
        ({"time": GOOD["time"], "sequence": 0}, "duplicate", "M-01"),
        ({"time": GOOD["time"] - 9_000_000, "sequence": 7}, "out_of_order", "order of time"),
    ],
)
def test_a_bad_row_is_told_and_its_good_neighbours_go_on(row, code, names):
    batch, rejects = Checks(MILLING).check(delivery({}, row, {}), NOW)
    assert rejects.code == [code]
    assert names in rejects.reason[0]
    assert rejects.positions.tolist() == [1]
    assert batch.positions.tolist() == [0, 2]
    assert len(rejects.raw[0]) < 5000


def test_a_missing_signal_is_named_for_every_row():
    batch, rejects = Checks(MILLING).check(delivery({}, {}, without=("tool_wear",)), NOW)
    assert len(batch) == 0
    assert rejects.signal == ["tool_wear", "tool_wear"]


def test_numbers_written_as_text_are_read():
    batch, rejects = Checks(MILLING).check(delivery({"torque": "41.5"}), NOW)
    assert not len(rejects)
    assert batch.values[0, list(MILLING.signals).index("torque")] == 41.5


def test_order_goes_on_from_what_the_store_holds():
    checks = Checks(MILLING, {"M-01": (GOOD["time"], 0)})
    batch, rejects = checks.check(delivery({}, {}), NOW)
    assert rejects.code == ["duplicate"]
    assert batch.sequence.tolist() == [1]


def test_a_late_row_does_not_lower_what_counts_as_newest():
    rows = [{"time": GOOD["time"] + s * 1_000_000, "sequence": s} for s in (5, 1, 3, 6)]
    batch, rejects = Checks(MILLING).check(delivery(*rows), NOW)
    assert batch.sequence.tolist() == [5, 6]
    assert rejects.code == ["out_of_order", "out_of_order"]


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=5),
    st.lists(st.integers(), max_size=2),
)


@settings(max_examples=150)
@given(st.lists(st.fixed_dictionaries({}, optional={name: ANYTHING for name in GOOD}), min_size=1, max_size=8))
def test_whatever_comes_every_row_is_either_recorded_or_quarantined(rows):
    batch, rejects = Checks(MILLING).check(delivery(*rows), NOW)
    assert sorted([*batch.positions.tolist(), *rejects.positions.tolist()]) == list(range(len(rows)))
    assert np.isfinite(batch.values).all()
    assert all(json.loads(raw) for raw in rejects.raw)
    assert all(reason and len(reason) < 1000 for reason in rejects.reason)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6), st.integers(0, 1)), max_size=40), st.integers(0, 40))
def test_order_is_the_same_however_the_rows_are_batched(rows, cut):
    rows = [{"asset": MILLING.assets[a], "time": GOOD["time"] + t * 1_000_000, "sequence": s} for a, t, s in rows]
    newest, passed = {}, []
    for at, row in enumerate(rows):
        key = (row["time"], row["sequence"])
        if key > newest.get(row["asset"], (-1, -1)):
            newest[row["asset"]] = key
            passed.append(at)
    checks = Checks(MILLING)
    found = [
        checks.check(delivery(*part), NOW)[0].positions + offset for part, offset in ((rows[:cut], 0), (rows[cut:], cut)) if part
    ]
    assert [int(i) for part in found for i in part] == passed

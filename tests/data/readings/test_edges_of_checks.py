"""What is still let through and what is not any more: each limit of the checks at its edge and just beyond."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from data.checks import Checks
from data.checks.findings import Findings, clock, plain, short
from data.checks.order import order_of
from data.readings.batch import RawBatch
from data.usecase.file import load
from tests.data.readings.test_checks import GOOD, NOW, delivery

MILLING = load("milling")
LONGEST = 1000
EDGE_OF_TIME = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
EASY = MILLING.model_copy(
    update={
        "signals": MILLING.signals
        | {name: MILLING.signals[name].model_copy(update={"missing": "accept"}) for name in ("torque", "product_type")}
    }
)


def told(row, use_case=MILLING):
    """Why a row is in quarantine: (code, signal); ``None``: it is not."""
    batch, rejects = Checks(use_case).check(delivery(row), NOW)
    assert len(batch) + len(rejects) == 1
    return (rejects.code[0], rejects.signal[0]) if len(rejects) else None


@pytest.mark.parametrize("yes", [True, False, np.True_, np.False_])
@pytest.mark.parametrize(
    "name, code", [("torque", "not_a_number"), ("sequence", "not_a_number"), ("time", "not_a_time"), ("asset", "unknown_asset")]
)
def test_yes_and_no_are_no_numbers(name, code, yes):
    assert told({name: yes}) == (code, name)


def test_a_whole_column_of_yes_and_no_is_no_column_of_numbers():
    raw = delivery({}, {})
    raw.columns["torque"] = np.array([True, False])
    assert Checks(MILLING).check(raw, NOW)[1].code == ["not_a_number"] * 2


@pytest.mark.parametrize("kind", [np.float32, np.int16, np.uint8, np.float64])
def test_a_column_of_numbers_of_any_kind_is_read_as_it_is(kind):
    raw = delivery({}, {})
    raw.columns["torque"] = np.array([40, 41], kind)
    batch, _ = Checks(MILLING).check(raw, NOW)
    assert batch.values[:, list(MILLING.signals).index("torque")].tolist() == [40.0, 41.0]


@pytest.mark.parametrize(
    "row, found",
    [
        ({"torque": 0.0}, None),
        ({"torque": 120.0}, None),
        ({"torque": -0.001}, ("out_of_limits", "torque")),
        ({"torque": 120.001}, ("out_of_limits", "torque")),
        ({"torque": ""}, ("missing", "torque")),
        ({"torque": "  "}, ("missing", "torque")),
        ({"torque": pd.NA}, ("missing", "torque")),
        ({"torque": pd.NaT}, ("missing", "torque")),
        ({"torque": b"40"}, ("not_a_number", "torque")),
        ({"torque": "0" * (LONGEST - 2) + "40"}, None),
        ({"torque": "0" * (LONGEST - 1) + "40"}, ("not_a_number", "torque")),
        ({"time": NOW + 5_000_000}, None),
        ({"time": NOW + 5_000_000 + 1}, ("future", "time")),
        ({"time": EDGE_OF_TIME}, None),
        ({"time": EDGE_OF_TIME - 1}, ("too_old", "time")),
        ({"time": 2**62}, ("not_a_time", "time")),
        ({"time": 2**62 - 1}, ("future", "time")),
        ({"time": "2026-03-01T14:31:07Z"}, None),
        ({"time": "2026-03-01T14:31:07" + "0" * LONGEST}, ("not_a_time", "time")),
        ({"time": None}, ("not_a_time", "time")),
        ({"sequence": 2**53}, None),
        ({"sequence": 2**53 + 2}, ("not_a_number", "sequence")),
        ({"sequence": -(2**53)}, None),
        ({"sequence": 1.5}, ("not_a_number", "sequence")),
        ({"sequence": float("inf")}, ("not_a_number", "sequence")),
        ({"product_type": ""}, ("missing", "product_type")),
        ({"product_type": float("nan")}, ("missing", "product_type")),
        ({"product_type": pd.NA}, ("missing", "product_type")),
        ({"product_type": 1.0}, ("unknown_category", "product_type")),
    ],
)
def test_each_limit_at_its_edge_and_just_beyond(row, found):
    assert told(row) == found


@pytest.mark.parametrize(
    "row, found",
    [
        ({"torque": None}, None),
        ({"torque": float("nan")}, None),
        ({"torque": "forty"}, ("not_a_number", "torque")),
        ({"torque": -1.0}, ("out_of_limits", "torque")),
        ({"product_type": None}, None),
        ({"product_type": "X"}, ("unknown_category", "product_type")),
    ],
)
def test_where_a_gap_is_accepted_only_a_gap_is(row, found):
    assert told(row, EASY) == found
    if found is None:
        batch, _ = Checks(EASY).check(delivery(row), NOW)
        assert np.isnan(batch.values[0, [list(EASY.signals).index(name) for name in row]]).all()


@pytest.mark.parametrize("name", ["torque", "product_type"])
def test_a_column_that_is_not_there_is_a_gap_in_every_row(name):
    batch, rejects = Checks(EASY).check(delivery({}, {}, without=(name,)), NOW)
    assert np.isnan(batch.values[:, list(EASY.signals).index(name)]).all() and not len(rejects)
    batch, rejects = Checks(MILLING).check(delivery({}, {}, without=(name,)), NOW)
    assert not len(batch) and rejects.code == ["missing"] * 2


@pytest.mark.parametrize("name", ["asset", "time"])
def test_without_asset_or_time_nothing_is_predicted(name):
    batch, rejects = Checks(MILLING).check(delivery({}, {}, without=(name,)), NOW)
    assert not len(batch) and rejects.code == ["missing"] * 2 and rejects.signal == [name] * 2


def test_without_a_sequence_the_time_orders_them():
    batch, rejects = Checks(MILLING).check(delivery({}, {}, without=("sequence",)), NOW)
    assert batch.sequence.tolist() == [0, 0] and not len(rejects)


def test_what_was_seen_is_each_asset_s_newest_and_is_forgotten_when_told():
    checks = Checks(MILLING)
    checks.check(delivery({}, {"asset": "M-02"}, {"torque": "x"}), NOW)
    seen = {"M-01": (GOOD["time"], 0), "M-02": (GOOD["time"] + 1_000_000, 1)}
    assert checks.seen == seen
    checks.forget({"M-01": (1, 2)})
    assert checks.seen == {"M-01": (1, 2)}


@pytest.mark.parametrize(
    "time, sequence, expected",
    [(10, 5, (True, False)), (10, 4, (False, True)), (10, 6, (False, False)), (9, 9, (False, True)), (11, 0, (False, False))],
)
def test_time_goes_before_sequence(time, sequence, expected):
    duplicate, late, newest = order_of(np.array([3, 3]), np.array([time, time + 5]), np.array([sequence, 9]), {3: (10, 5)})
    assert (duplicate[0], late[0]) == expected and not duplicate[1] and not late[1]
    assert newest[0] == (10 if any(expected) else 0)


def test_only_the_first_thing_wrong_with_a_row_is_told():
    found = Findings(3)
    found.add(np.array([True, False, False]), "a", "x", lambda i: f"first {i}")
    found.add(np.array([True, True, False]), "b", None, lambda i: f"second {i}")
    raw = RawBatch("s", np.array([7, 8, 9]), {"torque": np.array([1.0, 2.0, 3.0])})
    told = found.rejects(raw)
    assert (told.positions.tolist(), told.code, told.signal) == ([7, 8], ["a", "b"], ["x", None])
    assert told.reason == ["first 0", "second 1"] and told.asset == [None, None]
    raw.columns["asset"] = np.array(["M-01", "M" * 200, "M-03"], object)
    assert found.rejects(raw).asset == ["M-01", "M" * 100]


@pytest.mark.parametrize(
    "value, kept",
    [
        (2**63 - 1, 2**63 - 1),
        (2**63, str(2**63)),
        (-(2**63), str(-(2**63))),
        (True, True),
        (None, None),
        (np.float64(1.5), 1.5),
        (float("nan"), "nan"),
        ("x" * LONGEST, "x" * LONGEST),
        ("x" * (LONGEST + 1), "x" * LONGEST + f"… ({LONGEST + 1} characters)"),
    ],
)
def test_a_value_is_kept_as_json_can_hold_it(value, kept):
    assert plain(value) == kept


def test_a_long_value_is_told_in_short():
    assert short("x" * 58) == repr("x" * 58) and short("x" * 59) == "'" + "x" * 56 + "…" and short(np.int64(4)) == "4"


def test_a_moment_is_told_to_the_millisecond_however_far_off_it_is():
    assert clock(1_500_000) == "1970-01-01T00:00:01.500+00:00" and clock(2**62) == f"{2**62} µs after 1970"


def test_each_asset_is_held_against_its_own_newest_reading():
    asset, time = np.array([1, 0, 1, 2, 2, 0]), np.array([20, 50, 15, 5, 5, 100])
    duplicate, late, newest = order_of(asset, time, np.array([0, 0, 0, 0, 0, 7]), {0: (100, 7), 1: (10, 3)})
    assert duplicate.tolist() == [False, False, False, False, True, True] and late.tolist() == [
        False,
        True,
        True,
        False,
        False,
        False,
    ]
    assert newest[[0, 1, 2, 4, 5]].tolist() == [10, 100, 20, 5, 100]

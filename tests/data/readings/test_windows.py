"""Features of earlier readings: the same in training and live, whatever the deliveries, gaps and restarts."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.readings.expressions import ExpressionError
from data.readings.features import feature_matrix, runs_of, signal_matrix, with_windows
from data.readings.windows import Lookback, Rows, compile_window, windowed
from data.usecase.file import load

SIGNALS = ("torque", "wear")
TEXTS = (
    "mean(torque, '3min')", "std(torque, '4 readings')", "min(torque, '90s')", "max(torque * wear, '2min')", "slope(torque, '5min')",
    "lag(torque, '2min')", "lag(wear, '2 readings')", "since(wear < 3, '4min')", "mean(wear, '1 reading')",
)  # fmt: skip
WINDOWS = tuple(compile_window(text, SIGNALS) for text in TEXTS)
number = st.one_of(st.floats(-1e3, 1e3).map(lambda x: round(x, 3)), st.just(float("nan")))
reading = st.tuples(st.integers(0, 2), st.integers(0, 200), number, st.integers(0, 9))


def rows_of(readings):
    """Readings in the order of delivery; the time of each asset grows by its own steps, some of them gaps, some zero."""
    clock, found = {}, []
    for asset, step, torque, wear in readings:
        clock[asset] = clock.get(asset, 1_700_000_000_000_000 + asset) + step * 1_000_000
        found.append((asset, clock[asset], torque, float(wear)))
    told = np.array(found, float).reshape(-1, 4)
    times = np.array([one[1] for one in found], np.int64)
    return Rows(told[:, 0].astype(np.int64), times, told[:, 2:])


def part(rows, a, b):
    return Rows(rows.asset[a:b], rows.time_us[a:b], rows.values[a:b])


@settings(max_examples=150)
@given(
    st.lists(reading, min_size=1, max_size=60), st.lists(st.integers(1, 20), min_size=1, max_size=12), st.sets(st.integers(0, 12))
)
def test_live_and_offline_agree_to_the_bit_in_any_deliveries_and_after_any_restart(readings, sizes, restarts):
    rows = rows_of(readings)
    offline = windowed(WINDOWS, rows)
    live, at, step = [], 0, 0
    lookback = Lookback(WINDOWS)
    while at < len(rows):
        if step in restarts:  # a new process has only what the record gives back: whole, in order of asset
            again, order = Lookback(WINDOWS), np.argsort(rows.asset[:at], kind="stable")
            again.follow(Rows(rows.asset[:at][order], rows.time_us[:at][order], rows.values[:at][order]))
            lookback = again
        size = sizes[step % len(sizes)]
        live.append(lookback.follow(part(rows, at, at + size)))
        at, step = at + size, step + 1
    assert np.array_equal(np.concatenate(live), offline, equal_nan=True)


@settings(max_examples=60)
@given(st.lists(reading, min_size=1, max_size=40))
def test_each_window_is_what_its_definition_says(readings):
    rows = rows_of(readings)
    found = dict(zip(TEXTS, windowed(WINDOWS, rows).T, strict=True))
    for i in range(len(rows)):
        own = [j for j in range(i + 1) if rows.asset[j] == rows.asset[i]]

        def within(seconds, own=own, i=i):
            return [j for j in own if rows.time_us[j] > rows.time_us[i] - seconds * 1_000_000]

        torque, wear = rows.values[:, 0], rows.values[:, 1]
        usual = pd.Series(torque[within(180)]).mean()
        spread = pd.Series(torque[own[-4:]]).std(ddof=0)
        assert found["mean(torque, '3min')"][i] == pytest.approx(usual, nan_ok=True)
        assert found["std(torque, '4 readings')"][i] == pytest.approx(spread, nan_ok=True, abs=1e-6)
        assert found["min(torque, '90s')"][i] == pytest.approx(pd.Series(torque[within(90)]).min(), nan_ok=True)
        old = [j for j in own if rows.time_us[j] <= rows.time_us[i] - 120 * 1_000_000]
        assert found["lag(torque, '2min')"][i] == pytest.approx(torque[old[-1]] if old else np.nan, nan_ok=True)
        assert found["lag(wear, '2 readings')"][i] == pytest.approx(wear[own[-3]] if len(own) > 2 else np.nan, nan_ok=True)
        held = [j for j in within(240) if wear[j] < 3]
        said = (rows.time_us[i] - rows.time_us[held[-1]]) / 1e6 if held else 240
        assert found["since(wear < 3, '4min')"][i] == pytest.approx(said)


def test_the_slope_is_per_minute():
    times = np.arange(10, dtype=np.int64) * 30_000_000
    rows = Rows(np.zeros(10, np.int64), times, np.column_stack([5.0 + 2.0 * np.arange(10), np.zeros(10)]))
    assert windowed((compile_window("slope(torque, '3min')", SIGNALS),), rows)[-1, 0] == pytest.approx(4.0)


def test_the_look_back_keeps_no_more_than_the_widest_window_needs():
    lookback = Lookback((compile_window("mean(torque, '5 readings')", SIGNALS),))
    for at in range(50):
        lookback.follow(Rows(np.array([0, 1]), np.array([at, at]) * 1_000_000, np.ones((2, 2))))
    assert len(lookback.kept) == 10


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mean(torque, 'soon')", "no window"),
        ("mean(torque, '0 readings')", "1 to 10000 readings"),
        ("mean(torque, '90 days')", "at most 31 days"),
        ("since(torque, '8h')", "one comparison"),
        ("since(wear < 5, '3 readings')", "takes a duration"),
        ("mean(mean(torque, '1h'), '1h')", "not allowed"),
        ("mean(__import__('os').system('id'), '1h')", "not allowed"),
        ("mean(speed, '1h')", "no signal"),
    ],
)
def test_a_window_that_cannot_be_is_told(text, said):
    with pytest.raises(ExpressionError, match=said):
        compile_window(text, SIGNALS)


def test_a_use_case_records_its_windows_and_computes_arithmetic_from_them():
    milling = load("milling")
    derived = {
        "torque_mean": {"label": "Torque, mean", "unit": "Nm", "expression": "mean(torque, '10min')"},
        "above_usual": {"label": "Torque above its mean", "unit": "Nm", "expression": "torque - torque_mean"},
    }
    told = milling.model_dump()
    told["derived"] |= derived
    told["groups"]["power"]["features"] = (*told["groups"]["power"]["features"], *derived)
    use_case = type(milling).model_validate(told)
    assert list(use_case.recorded) == [*milling.signals, "torque_mean"]
    assert use_case.features == (*milling.signals, "torque_mean", *milling.derived, "above_usual")
    from data.usecases.milling.history import training_history

    table = with_windows(use_case, training_history(milling, rows=500))
    x = feature_matrix(use_case, signal_matrix(use_case, table))
    at = dict(zip(use_case.features, x.T, strict=True))
    assert np.allclose(at["above_usual"], at["torque"] - at["torque_mean"], atol=1e-4)
    one = table["asset"] == "M-01"
    rolled = table[one].sort_values("time").set_index("time")["torque"].rolling("10min").mean()
    assert np.allclose(table[one].sort_values("time")["torque_mean"], rolled)


def test_a_window_ends_at_the_border_of_a_run_and_not_at_that_of_a_laboratory_value():
    table = pd.DataFrame({"asset": ["K", "K", "K", "L"], "group": ["a", "a", "b", "b"]})
    kinds = {kind: SimpleNamespace(group=SimpleNamespace(kind=kind)) for kind in ("run", "sample")}
    assert runs_of(kinds["run"], table).tolist() == ["K/a", "K/a", "K/b", "L/b"]
    assert runs_of(kinds["sample"], table).tolist() == runs_of(kinds["run"], table[["asset"]]).tolist() == ["K", "K", "K", "L"]


@pytest.mark.parametrize(
    ("text", "each"),
    [("mean(torque, '5s')", 5), ("lag(torque, '5s')", 6), ("lag(torque, '5 readings')", 6), ("max(torque, '1 reading')", 1)],
)
def test_the_look_back_keeps_of_each_asset_what_its_window_reaches(text, each):
    lookback = Lookback((compile_window(text, SIGNALS),))
    for at in range(20):
        lookback.follow(Rows(np.array([0, 1]), np.array([at, at]) * 1_000_000, np.ones((2, 2))))
    assert lookback.kept.asset.tolist() == [0, 1] * each
    assert sorted(set((lookback.kept.time_us // 1_000_000).tolist())) == list(range(20 - each, 20))


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        ("mean(torque, '31 days')", (0, 31 * 86_400_000_000)),
        ("mean(torque, '1us')", (0, 1)),
        ("mean(torque, '1 reading')", (1, 0)),
        ("mean(torque, '10000 readings')", (10_000, 0)),
        ("lag(torque, '1 reading')", (2, 0)),
        ("mean(torque, '31 days 1us')", None),
        ("mean(torque, '0s')", None),
        ("mean(torque, '999ns')", None),
        ("mean(torque, '10001 readings')", None),
    ],
)
def test_a_window_is_so_long_at_least_and_at_most(text, reach):
    if reach is None:
        with pytest.raises(ExpressionError):
            compile_window(text, SIGNALS)
    else:
        assert Lookback((compile_window(text, SIGNALS),)).reach == reach


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("slope(torque, '3min')", [0.0, 2.0, 2.0]),  # a point has no slope
        ("since(wear < 5, '4min')", [0.0, 60.0, 120.0]),
        ("since(wear <= 4, '90s')", [0.0, 60.0, 90.0]),
        ("since(wear > 9, '4min')", [240.0, 240.0, 240.0]),
        ("std(torque, '2 readings')", [0.0, 1.0, 1.0]),
        ("lag(torque, '60s')", [np.nan, 1.0, 3.0]),
        ("lag(torque, '61s')", [np.nan, np.nan, 1.0]),
        ("max(torque, '60s')", [1.0, 3.0, 5.0]),
        ("min(torque, '61s')", [1.0, 1.0, 3.0]),
    ],
)
def test_each_window_by_hand_from_the_first_moment_of_all(text, expected):
    rows = Rows(np.zeros(3, np.int64), np.arange(3) * 60_000_000, np.array([[1.0, 4.0], [3.0, 5.0], [5.0, 6.0]]))
    assert windowed((compile_window(text, SIGNALS),), rows)[:, 0] == pytest.approx(expected, nan_ok=True)
    assert Lookback((compile_window(text, SIGNALS),)).follow(part(rows, 0, 0)).shape == (0, 1)

"""A file replayed: mapped headers, every row once, truth as intervals, clear words for what cannot be replayed."""

import numpy as np
import pandas as pd
import pytest

from data.sources.contract import SourceError
from data.sources.replay import ReplaySource, ReplayTable
from data.store.contract import SourcePosition
from data.usecase.file import load

MILLING = load("milling")
HEADERS = {v: k for k, v in MILLING.replay.columns.items()}


def table(rows=50, **columns):
    rng = np.random.default_rng(0)
    base = {
        "Type": rng.choice(["L", "M", "H"], rows),
        "Air temperature [K]": np.full(rows, 300.0),
        "Process temperature [K]": np.full(rows, 310.0),
        "Rotational speed [rpm]": np.full(rows, 1500),
        "Torque [Nm]": np.full(rows, 40.0),
        "Tool wear [min]": np.arange(rows) % 200,
        "Machine_failure": np.zeros(rows, int),
        **{mode: np.zeros(rows, int) for mode in ("HDF", "PWF", "OSF", "TWF", "RNF")},
    }
    return pd.DataFrame(base | columns)


@pytest.fixture
def file(tmp_path):
    def write(frame, name="table.csv"):
        frame.to_csv(tmp_path / name, index=False, encoding="utf-8-sig")
        return tmp_path / name

    return write


def source(path, last=-1, speed=0, clock=lambda: 2e9):
    return ReplaySource(
        MILLING, ReplayTable(MILLING, path), SourcePosition("replay:t", 1_700_000_000_000_000, last), speed, clock
    )


def test_every_row_comes_once_in_order_also_after_a_restart(file):
    path = file(table(50))
    first = source(path)
    seen = first.poll(20).positions.tolist()
    rest = source(path, last=seen[-1])
    while not rest.exhausted():
        seen += rest.poll(7).positions.tolist()
    assert seen == list(range(50))
    assert not len(rest.poll(7))


def test_a_paced_replay_delivers_what_is_due(file):
    now = [1_700_001_000.0]
    paced = source(file(table(50)), speed=2, clock=lambda: now[0])
    assert len(paced.poll(100)) == 1
    now[0] += 5
    assert len(paced.poll(100)) == 10
    assert np.diff(paced.poll(100).columns["time"]).sum() == 0


def test_times_that_are_not_the_tables_own_never_run_ahead_of_the_clock(file):
    now = [1_700_000_009.0]
    table_of, at = ReplayTable(MILLING, file(table(50))), SourcePosition("replay:t", 1_700_000_000_000_000)
    early = ReplaySource(MILLING, table_of, at, wall=lambda: now[0])
    assert len(early.poll(100)) == 10 and not early.exhausted()
    now[0] += 1000
    assert len(early.poll(100)) == 40 and early.exhausted()


def test_truth_comes_as_intervals_that_say_each_rows_outcome(file):
    failed, hot = np.zeros(50, int), np.zeros(50, int)
    failed[[3, 4, 20]] = 1
    hot[[3, 4]] = 1
    raw = source(file(table(50, Machine_failure=failed, HDF=hot))).poll(50)
    said = {}
    for start, end, outcome, cause in zip(raw.truth.start_us, raw.truth.end_us, raw.truth.outcome, raw.truth.cause, strict=True):
        for i in np.flatnonzero((raw.columns["time"] >= start) & (raw.columns["time"] <= end)):
            assert i not in said
            said[int(i)] = (outcome, cause)
    assert len(said) == 50
    assert said[3] == (1.0, "HDF") and said[20] == (1.0, None) and said[5] == (0.0, None)
    assert (raw.truth.arrived_us > raw.truth.end_us).all()


def test_outcome_columns_are_never_signals(file):
    raw = source(file(table(5))).poll(5)
    assert set(raw.columns) == {"asset", "time", "sequence", *MILLING.signals}


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (table(5).drop(columns="Torque [Nm]").assign(**{"Torque": 40.0}), ["'Torque [Nm]'", "did you mean 'Torque'"]),
        (table(0), ["no rows"]),
        (table(5).assign(Machine_failure=["0", "0", "maybe", "0", "0"]), ["line 4", "Machine_failure"]),
    ],
)
def test_a_file_that_cannot_be_replayed_is_told(file, frame, said):
    with pytest.raises(SourceError) as told:
        source(file(frame))
    for part in ("table.csv", *said):
        assert part in str(told.value)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SourceError, match="no file"):
        source(tmp_path / "nothing.csv")

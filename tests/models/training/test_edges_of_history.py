"""Which stretch a row belongs to, which are drawn, and when a row of a table without times was: each rule at its edge."""

import zlib
from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from data.usecase.file import load
from data.usecase.parts import Independent
from models.dataset.history import DAY_S, HOUR_S, NO_TIME, TABLE, blocks, drawn, place_in_history, rows_stand_alone, timed
from models.dataset.split import Split
from models.training.training_set import _held_out, _watched

MILLING = load("milling")
TIMES = pd.to_datetime(["2026-03-02T00:00:00Z", "2026-03-02T00:59:59Z", "2026-03-02T01:00:00Z", "2026-03-03T00:00:00Z"])


def table(origin=None, group=None):
    told = pd.DataFrame({"asset": "M-1", "time": TIMES})
    told = told if origin is None else told.assign(origin=origin)
    return told if group is None else told.assign(group=group)


def of(block_s=DAY_S, group=None):
    return SimpleNamespace(block_s=block_s, group=group)


DAYS = ["M-1/2026-03-02"] * 3 + ["M-1/2026-03-03"]
HOURS = ["M-1/2026-03-02 00", "M-1/2026-03-02 00", "M-1/2026-03-02 01", "M-1/2026-03-03 00"]


def counted(seconds):
    return [f"M-1/{int(one.timestamp() // seconds)}" for one in TIMES]


@pytest.mark.parametrize(
    "block_s, origin, expected",
    [
        (DAY_S, None, DAYS),
        (DAY_S, "history", DAYS),
        (DAY_S, "truth", HOURS),
        (HOUR_S, "history", HOURS),
        (HOUR_S, "truth", HOURS),
        (600, "history", counted(600)),
        (600, "truth", counted(600)),
        (2 * HOUR_S, "history", counted(2 * HOUR_S)),
        (2 * HOUR_S, "truth", HOURS),
    ],
)
def test_a_stretch_is_so_long_and_of_live_readings_an_hour_at_most(block_s, origin, expected):
    assert blocks(of(block_s), table(origin)).tolist() == expected


def test_a_run_of_the_history_is_one_stretch_whatever_its_times():
    runs = of(group=Independent(column="run", kind="run"))
    told = table(["history", "history", "truth", "history"], ["5", "5", "5", None])
    assert blocks(runs, told).tolist() == ["run 5", "run 5", HOURS[2], DAYS[3]]
    assert blocks(runs, table("history")).tolist() == DAYS and blocks(of(), told.assign(origin="history")).tolist() == DAYS


@pytest.mark.parametrize("one_in, salt", [(5, ""), (6, "watched")])
def test_a_stretch_is_drawn_by_its_name_alone(one_in, salt):
    names = pd.Series([f"M-1/{n}" for n in range(500)] * 2)
    found = drawn(names, one_in, salt)
    assert found.tolist() == [zlib.crc32(f"{name}{salt}".encode()) % one_in == 0 for name in names]
    assert abs(found.mean() - 1 / one_in) < 0.04


def test_readings_stand_alone_where_nobody_says_what_resembles_itself():
    told = {name: getattr(MILLING, name) for name in MILLING.model_fields_set - {"block_s", "group"}}
    plain = type(MILLING).model_construct(**told)
    assert rows_stand_alone(plain)
    assert not rows_stand_alone(type(MILLING).model_construct(block_s=60.0, _fields_set=set(told) | {"block_s"}, **told))
    assert not rows_stand_alone(type(MILLING).model_construct(group=Independent(column="run"), **told))


def plant(folder, time_column=None, replay=True):
    return SimpleNamespace(
        name="milling", folder=folder, cadence_s=60.0, replay=SimpleNamespace(time_column=time_column) if replay else None
    )


def test_a_table_without_times_has_an_order_and_a_row_stands_where_its_made_up_time_says(tmp_path):
    assert timed(plant(tmp_path)) and timed(plant(None)), "no table: a generated history has times"
    (tmp_path / TABLE).touch()
    assert [timed(one) for one in (plant(tmp_path), plant(tmp_path, "when"), plant(tmp_path, replay=False))] == [
        False,
        True,
        False,
    ]
    for row in (1, 2, 100):
        when = (NO_TIME + timedelta(seconds=60 * (row - 1))).to_pydatetime()
        assert place_in_history(plant(tmp_path), when) == ("", row)
    assert (
        place_in_history(plant(tmp_path, "when"), NO_TIME) is None
        and place_in_history(plant(tmp_path, replay=False), NO_TIME) is None
    )


NAMES = pd.Series([f"M-1/{n // 10}" for n in range(400)])


def rows(origin):
    return pd.DataFrame({"origin": np.broadcast_to(np.asarray(origin, object), len(NAMES))})


def test_what_people_stand_behind_is_never_held_out_and_the_history_by_its_split_alone():
    split = Split(frozenset({"M-1/3", "M-1/4"}), frozenset({"M-1/5"}), {}, "", 40)
    of_history = NAMES.isin(["M-1/3", "M-1/4"]).to_numpy()
    assert (_held_out(rows("history"), NAMES, split) == of_history).all()
    for learned in ("correction", "counterexample"):
        assert not _held_out(rows(learned), NAMES, split).any()
    assert (_held_out(rows("truth"), NAMES, split) == drawn(NAMES, 5)).all()


def test_whole_stretches_are_watched_that_are_neither_held_out_nor_somebody_s_word():
    parted, split = of(), Split(frozenset({"M-1/3"}), frozenset({"M-1/5"}), {}, "", 40)
    parted.model_fields_set = {"block_s"}
    held = NAMES.isin(["M-1/3"]).to_numpy()
    assert (_watched(parted, rows("history"), NAMES, split, held) == NAMES.isin(["M-1/5"]).to_numpy()).all()
    truth = _watched(parted, rows("truth"), NAMES, split, held)
    assert (truth == (drawn(NAMES, 6, "watched") & ~held)).all()
    parted.model_fields_set = set()
    assert _watched(parted, rows("history"), NAMES, split, held) is None


@pytest.mark.parametrize("size, last", [(6, 1), (7, 1), (13, 1), (14, 2), (70, 10)])
def test_of_a_single_stretch_the_last_seventh_is_watched(size, last):
    parted, split = of(), Split(frozenset(), frozenset(), {}, "too_few_groups", 1)
    parted.model_fields_set = {"block_s"}
    names = pd.Series(["M-1/0"] * size + ["M-1/1"])
    told = pd.DataFrame({"origin": ["history"] * size + ["correction"]})
    found = _watched(parted, told, names, split, np.zeros(size + 1, bool))
    assert np.flatnonzero(found).tolist() == list(range(size - last, size))

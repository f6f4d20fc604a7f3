"""Frozen rows: found where a record goes on without its plant, and nowhere else; left out of learning and judging, and said."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from data.checks.frozen import frozen_rows
from data.onboarding.create import create
from data.onboarding.mended import allowing, weighed
from data.readings.moments import utc
from data.sources.replay import ReplaySource, ReplayTable
from data.store import open_store
from data.store.contract import SourcePosition
from data.usecase.file import load
from data.usecases.__main__ import main
from models.dataset.history import history_of
from models.documents.card_judged import judged_section
from models.documents.words import ENGLISH
from models.judging.judging import _judged_on
from models.training.training_set import training_set
from models.watching.detection import replay_truth

ROWS, FIRST, LAST = 1200, 700, 899


def measured(rows: int = ROWS, signals: int = 5, seed: int = 0) -> np.ndarray:
    return np.round(np.random.default_rng(seed).normal(50, 5, (rows, signals)), 2)


def stopped(values: np.ndarray, first: int = FIRST, last: int = LAST) -> np.ndarray:
    """The same with rows ``first`` to ``last`` saying what row ``first`` says."""
    values = values.copy()
    values[first : last + 1] = values[first]
    return values


def places(found: np.ndarray) -> list[int]:
    return np.flatnonzero(found).tolist()


@pytest.mark.parametrize("time_us", [None, np.arange(ROWS) * 60_000_000], ids=["no time", "time"])
def test_what_repeats_a_row_while_time_goes_on_is_frozen_and_the_row_itself_is_not(time_us):
    assert places(frozen_rows(stopped(measured()), time_us)) == list(range(FIRST + 1, LAST + 1))


def test_a_record_that_is_mostly_frozen_and_one_that_never_goes_on_are_found():
    assert places(frozen_rows(stopped(measured(480), 118, 479))) == list(range(119, 480))


def test_some_columns_may_go_on_with_noise_or_wind_up_while_the_measurements_stand():
    values = stopped(measured(signals=8))
    values = np.c_[values, measured(signals=3, seed=1), np.arange(ROWS) * 0.07]
    assert places(frozen_rows(values)) == list(range(FIRST + 1, LAST + 1))


def test_one_stuck_sensor_or_a_lost_part_freezes_no_row():
    values = measured(signals=8)
    values[FIRST : LAST + 1, 0] = values[FIRST, 0]
    values[FIRST : LAST + 1, 1:3] = np.nan
    assert not frozen_rows(values).any()


def test_rows_in_any_order_are_found_by_their_time_and_each_asset_by_itself():
    values, time_us = np.concatenate([stopped(measured()), measured(seed=3)]), np.tile(np.arange(ROWS) * 1_000_000, 2)
    asset, mixed = np.repeat([0, 1], ROWS), np.random.default_rng(1).permutation(2 * ROWS)
    found = frozen_rows(values[mixed], time_us[mixed], asset[mixed])
    assert sorted(mixed[found].tolist()) == list(range(FIRST + 1, LAST + 1))


def test_many_copies_at_one_moment_are_no_course_of_time():
    assert not frozen_rows(stopped(measured()), np.zeros(ROWS, np.int64)).any()


def _held(lengths: np.ndarray, seed: int = 2) -> np.ndarray:
    return np.repeat(measured(len(lengths), seed=seed), lengths, axis=0)


LEGITIMATE = {
    "laboratory values, each for twenty rows": _held(np.full(200, 20)),
    "laboratory values beside signals that move": np.c_[_held(np.full(200, 20)), measured(4000, 2, 4)],
    "recipes held for a while": _held(np.random.default_rng(5).integers(5, 90, 200)),
    "coarse signals": np.round(measured(4000) / 25),
    "few signals": stopped(measured(signals=2)),
    "a machine at rest, all zero, now and then": np.where((np.arange(3000) % 1000 < 120)[:, None], 0.0, measured(3000)),
    "a machine that comes back to one state": np.where((np.arange(3000) % 1000 < 120)[:, None], 7.5, measured(3000)),
    "whole rows twice": np.repeat(measured(2000), 2, axis=0),
    "a gap": np.where((np.arange(ROWS) // 100 == 7)[:, None], np.nan, measured()),
    "a few repeats": stopped(measured(), 700, 706),
    "rows of a table that stand alone": measured(5000),
}


@pytest.mark.parametrize("name", LEGITIMATE)
def test_what_may_well_repeat_is_not_frozen(name):
    assert not frozen_rows(LEGITIMATE[name]).any()
    assert not frozen_rows(LEGITIMATE[name], np.arange(len(LEGITIMATE[name])) * 1_000_000).any()


def test_sorted_duplicates_of_a_table_without_time_are_no_frozen_rows():
    rare = np.r_[np.ones(980, int), np.full(20, 50)]  # as a class is made larger by copies
    table = np.repeat(measured(1000), rare, axis=0)
    assert not frozen_rows(table[np.argsort(table[:, 1], kind="stable")]).any()


def a_table(folder, name: str = "press.csv"):
    values, rng = stopped(measured(2400), 1500, 1799), np.random.default_rng(8)
    failed = (values[:, 0] > 57) | (rng.random(2400) < 0.01)
    failed[1500:1800] = True  # the trip is written down as a failure all along
    table = pd.DataFrame(values, columns=[f"signal {letter}" for letter in "abcde"])
    table.insert(0, "time", pd.date_range("2026-01-05", periods=2400, freq="1min").astype(str))
    table["failed"] = failed.astype(int)
    table.to_csv(folder / name, index=False)
    return folder / name


def test_a_line_made_of_a_table_leaves_them_out_of_learning_and_judging_and_says_so(tmp_path):
    made = create([a_table(tmp_path)], "failed", tmp_path)
    assert made.profile.frozen == 299
    assert any("299 rows are frozen (the first is row 1,502)" in one for one in made.profile.warnings)
    assert "299 rows are frozen" in " ".join((made.folder / "usecase.yaml").read_text(encoding="utf-8").replace("#", "").split())
    use_case = load(made.name, tmp_path)
    assert len(history_of(use_case)) == 2400 - 299
    every = history_of(use_case, with_frozen=True)
    assert places(every["frozen"].to_numpy()) == list(range(1501, 1800))
    told = training_set(use_case, None)
    assert len(told.y) == 2400 - 299 and told.manifest["frozen"] == {"history": 299, "truth": 0}
    assert _judged_on(use_case, told, np.flatnonzero(told.held_out))["frozen"] == 299


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_what_is_told_of_the_target_counts_no_frozen_row(tmp_path, task, capsys):
    """A trip that is written down as a failure for hours is one failure, and nothing of it is learned."""
    frame = pd.read_csv(a_table(tmp_path))
    if task == "multiclass":
        frame["failed"] = np.where(frame["failed"] == 1, "trip", np.where(np.arange(2400) % 3 == 0, "worn", "fine"))
    if task == "regression":
        frame["failed"] = np.where(frame["failed"] == 1, 900.0, 50 + np.random.default_rng(2).normal(size=2400))
    frame.to_csv(tmp_path / "press.csv", index=False)
    made = create([tmp_path / "press.csv"], "failed", tmp_path)
    use_case, target = load(made.name, tmp_path), made.profile.target
    learned = float(use_case.failed(history_of(use_case)["outcome"]).mean())
    assert made.profile.frozen == 299 and target.share_bad == pytest.approx(learned, abs=1e-9)
    if task == "regression":
        assert target.allowed[1] < 60 and learned < 0.12
    assert main(["new", str(tmp_path / "press.csv"), "--target", "failed", "--home", str(tmp_path)]) == 0
    assert f"({learned:.1%} of the rows that are not frozen)" in capsys.readouterr().out
    changed = target if task == "binary" else None
    if task == "multiclass":
        changed = weighed(target, target.severity, frame["failed"][made.profile.left])
    if task == "regression":
        changed = allowing(target, *target.allowed, "", frame["failed"][made.profile.left])
    assert changed.share_bad == pytest.approx(learned, abs=1e-9)


def test_a_table_without_any_says_nothing(tmp_path):
    file = a_table(tmp_path)
    pd.read_csv(file).drop(index=range(1501, 1800)).to_csv(tmp_path / "whole.csv", index=False)
    made = create([tmp_path / "whole.csv"], "failed", tmp_path)
    assert made.profile.frozen == 0 and not any("frozen" in one for one in made.profile.warnings)


def test_a_live_stretch_that_stands_still_is_not_learned_from_either(tmp_path, monkeypatch):
    use_case = load(create([a_table(tmp_path)], "failed", tmp_path).name, tmp_path)
    store = open_store(tmp_path / "pullcord.db")
    store.readings.prepare(use_case)
    values, rng = stopped(measured(600, len(use_case.signals), 9), 300, 399), np.random.default_rng(4)
    live = pd.DataFrame(values, columns=list(use_case.signals)).assign(
        id=np.arange(600) + 1, asset=use_case.assets[0], time=pd.date_range("2026-03-01", periods=600, freq="1min", tz="UTC"),
        outcome=(rng.random(600) < 0.1).astype(float), cause=None, weight=1.0, spoiled=False,
    )  # fmt: skip
    monkeypatch.setattr(type(store.readings), "labelled", lambda *_: live.sample(frac=1.0, random_state=1))
    told = training_set(use_case, store)
    store.close()
    assert told.manifest["frozen"] == {"history": 299, "truth": 99}
    learned = set(told.table.loc[told.table["origin"] == "truth", "reading"])
    assert learned == set(range(1, 601)) - set(range(302, 401))


def test_the_card_says_how_many_rows_were_left_out():
    use_case = load("milling")
    figures = {"judged_on": {"kind": "run", "units": 9, "why_not": "", "lacking": {}, "frozen": 1251}}
    said = [block.text for block in judged_section(use_case, figures, ENGLISH).blocks]
    assert "1,251 rows are left out of learning and judging" in said[1]
    figures["judged_on"]["frozen"] = 0
    assert not any("frozen" in block.text for block in judged_section(use_case, figures, ENGLISH).blocks)


def test_a_replay_is_counted_without_them(tmp_path):
    file = a_table(tmp_path)
    use_case = load(create([file], "failed", tmp_path).name, tmp_path)
    source = ReplaySource(use_case, ReplayTable(use_case, file), SourcePosition("replay:press.csv", 0))
    every = pd.DataFrame({"time": utc(source.times()), "score": 1.0, "predicted": np.nan})
    store = SimpleNamespace(readings=SimpleNamespace(history=lambda *_, **__: every))
    found = replay_truth(store, use_case, source)
    failed = pd.read_csv(file)["failed"]
    assert found["frozen"] == 299 and found["advised"] == 2400 - 299
    assert found["failures"] == found["found"] == failed.sum() - 299
    assert found["learned_from"]["rows"] == 2400  # frozen or not: it is the same file once more

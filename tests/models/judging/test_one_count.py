"""One count of what happened: the Overview, the monitor of changes and a loop over the rows say the same, and a batch is one witness."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from data.onboarding.create import create
from data.sources.replay import ReplaySource, ReplayTable
from data.store import open_store
from data.usecase.file import load
from models.documents.period import Period, told
from models.lifecycle.registry import register
from models.live.step import LiveLoop
from models.training.train import train
from models.training.training_set import training_set
from models.watching.change import FEWEST, of_confirmed, standing

FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def batches(count: int, each: int, first: int = 0, seed: int = 0) -> pd.DataFrame:
    """Products of ``count`` batches, of which three in ten fail: many failures stand beside each other."""
    rng = np.random.default_rng(seed)
    n = count * each
    x = rng.normal(size=(n, 3)) + 0.3 * np.repeat(rng.normal(size=(count, 3)), each, axis=0)
    bad = x[:, 0] + 0.5 * x[:, 1] + rng.normal(0, 0.3, n) > 0.6
    when = pd.Timestamp("2026-01-05", tz="UTC") + pd.to_timedelta(60 * (np.arange(n) + first * each), unit="s")
    table = pd.DataFrame(x.round(4), columns=["force", "speed", "heat"])
    return table.assign(
        batch=[f"B{first + at // each:04}" for at in range(n)], time=when.astype(str), state=np.where(bad, "scrap", "good")
    )


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    """A line that was made of such a table, and has replayed a later one."""
    home = tmp_path_factory.mktemp("batches")
    batches(40, 30).to_csv(home / "history.csv", index=False)
    create([home / "history.csv"], "state", home, name="press", group="batch")
    use_case = load("press", home)
    store = open_store(home / "pullcord.db")
    store.readings.prepare(use_case)
    record = register(home, store, use_case, train(use_case, training_set(use_case, store), lambda *_: True), "test")
    store.releases.set_champion(use_case.name, record.number, "test", "first")
    later = batches(36, 40, first=100, seed=1)
    source = ReplaySource(
        use_case, ReplayTable(use_case, home / "later.csv", later), store.readings.start_source("replay:later", 0)
    )
    loop = LiveLoop(home, store, use_case, source)
    while not source.exhausted():
        loop.step(217, int(2e15))
    yield use_case, store, loop.release, later
    store.close()


def test_the_page_counts_what_a_loop_over_the_rows_counts(line):
    use_case, store, release, later = line
    seen = store.readings.history(use_case.name, use_case.assets[0], FIRST, LAST)
    caught = missed = false = 0
    for score, new, state in zip(seen["score"], seen["novelty"] > 1, later["state"], strict=True):
        warned = score >= use_case.advice.possible.enter and not new
        caught += warned and state == "scrap"
        missed += not warned and state == "scrap"
        false += warned and state == "good"
    failed = int((later["state"] == "scrap").sum())
    runs = int(((later["state"] == "scrap") & (later["state"].shift() != "scrap")).sum())
    assert caught + missed == failed > 1.2 * runs and false  # neighbours that fail are many
    worth = told(use_case, store, Period(FIRST, LAST, timedelta(seconds=1))).worth  # a replay: its times are its own
    assert (worth.confirmed, worth.caught, worth.missed, worth.false_alarms) == (len(later), caught, missed, false)
    found = {one.what: one for one in standing(use_case, store, release).shares}
    assert (found["recall"].rows, found["recall"].now) == (failed, pytest.approx(caught / failed))
    assert (found["precision"].rows, found["precision"].now) == (caught + false, pytest.approx(caught / (caught + false)))


def test_live_truth_keeps_the_share_of_failures_of_the_line(line):
    use_case, store, _, later = line
    found = store.readings.labelled(use_case.name, 5000)
    assert len(found) == len(later) and found["outcome"].mean() == pytest.approx((later["state"] == "scrap").mean())


def test_what_came_in_knows_its_batch(line):
    use_case, store, _, later = line
    found = store.readings.confirmed(use_case.name, 5000)
    assert found["group"].tolist() == later["batch"].tolist()


def test_each_file_is_a_run_where_each_file_was_one(line):
    use_case, _, _, later = line
    filed = use_case.model_copy(update={"group": use_case.group.model_copy(update={"kind": "file", "column": "file"})})
    given = ReplaySource(filed, ReplayTable(filed, "b.csv", later), SimpleNamespace(source="replay:b.csv", start_us=0, last=-1))
    assert set(given.poll(50).truth.group) == {"b.csv"}
    named = use_case.model_copy(update={"group": use_case.group.model_copy(update={"column": "lot"})})
    assert (
        ReplaySource(named, ReplayTable(named, "b.csv", later), SimpleNamespace(source="b", start_us=0, last=-1))
        .poll(50)
        .truth.group
        is None
    )


HELD = {"recall": {"value": 0.9, "low": 0.86, "high": 0.94}, "precision": {"value": 0.95, "low": 0.92, "high": 0.98}}
WATCHED = SimpleNamespace(record=SimpleNamespace(figures={"held_out": HELD}))
MILLING = load("milling")


def outcomes(group, warned, bad) -> pd.DataFrame:
    """As the store tells them, one after the other on a machine, each product by itself."""
    time = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(np.arange(len(bad)), unit="s")
    score, bad = np.where(warned, 0.9, 0.01), np.asarray(bad, float)
    table = pd.DataFrame(
        {"asset": "M-01", "time": time, "arrived": time, "score": score, "highest": score, "bad": bad, "outcome": bad}
    )
    return table.assign(predicted=np.nan, novelty=0.5, group=group)


def plant(recall: float, groups: int = 40, each: int = 60, spread: float = 0.03, seed: int = 0) -> pd.DataFrame:
    """Batches in which one product in six fails; how many of those are warned of is a little different in each."""
    rng = np.random.default_rng(seed)
    group = np.repeat([f"B{at}" for at in range(groups)], each)
    bad = rng.random(len(group)) < 1 / 6
    each_recall = np.repeat(np.clip(rng.normal(recall, spread, groups), 0, 1), each)
    return outcomes(group, np.where(bad, rng.random(len(group)) < each_recall, rng.random(len(group)) < 0.005), bad)


def test_one_new_batch_of_which_everything_fails_is_one_witness():
    sound = plant(0.9)
    # 300 failures of one batch, good products between them, so that no two failures are neighbours
    batch = outcomes(["new"] * 600, np.zeros(600, bool), np.arange(600) % 2)
    batch["time"] += timedelta(days=1)
    batch["arrived"] = batch["time"]
    both = pd.concat([sound, batch], ignore_index=True)
    assert of_confirmed(MILLING, WATCHED, both.assign(group=None)).changed  # by rows it would be a change
    found = of_confirmed(MILLING, WATCHED, both)
    assert not found.changed
    recall = next((one for one in found.shares if one.what == "recall"), None)
    assert recall is None or recall.witnesses < 40


def test_batches_that_all_do_worse_are_a_change_and_as_many_as_before_are_none():
    worse = [of_confirmed(MILLING, WATCHED, plant(0.65, seed=seed)).changed for seed in range(30)]
    assert np.mean(worse) >= 0.95
    as_before = [of_confirmed(MILLING, WATCHED, plant(0.9, seed=seed)).changed for seed in range(100)]
    assert np.mean(as_before) <= 0.03


def test_of_fewer_than_ten_batches_nothing_is_said():
    few = of_confirmed(MILLING, WATCHED, plant(0.2, groups=FEWEST - 1, each=400))
    assert few.shares == () and not few.changed
    assert of_confirmed(MILLING, WATCHED, plant(0.2, groups=FEWEST + 5, each=400)).changed

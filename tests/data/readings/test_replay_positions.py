"""Which replay a file is: its use case and what it holds. Twice, longer, of another line, killed at any moment: every row exactly once."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.checks import Checks
from data.readings.batch import Scored
from data.records import Heartbeat
from data.settings import Settings
from data.sources import open_source
from data.store import Conflict, open_store
from data.usecase.file import load
from tests.plants import plant, readings

NOW_US = 1_800_000_000_000_000


@pytest.fixture(scope="module")
def kilns(tmp_path_factory):
    """Use cases of one home: a kiln with times and two assets, and the same without times, for all assets in one column."""
    home = tmp_path_factory.mktemp("kilns")
    timed = load(plant(home, "binary", 40), home)
    timeless = timed.model_copy(update={"name": "timeless", "replay": timed.replay.model_copy(update={"time_column": None})})
    other = timeless.model_copy(update={"name": "other"})
    return timed, timeless, other


class Home:
    """A store, and files that are replayed into it as a worker would do it, without a model."""

    def __init__(self, folder):
        self.folder, self.store = folder, open_store(folder / "pullcord.db")

    def replay(self, use_case, table, file="export.csv", deliveries=(1000,) * 9, limit=None, **more):
        """Take a table through until its end, or for so many deliveries. Returns the source."""
        path = self.folder / file
        path.parent.mkdir(exist_ok=True)
        table.to_csv(path, index=False)
        source, _ = open_source(use_case, self.store, Settings(home=self.folder), replay=path, **more)
        checks = Checks(use_case, self.store.readings.last_seen(use_case.name))
        for size in deliveries[:limit]:
            raw = source.poll(size)
            batch, rejects = checks.check(raw, NOW_US)
            self.store.readings.record(
                scored(use_case, batch), rejects if len(rejects) else None, raw.truth, use_case=use_case.name, source=raw.source,
                last=int(raw.positions[-1]) if len(raw) else -1,
            )  # fmt: skip
        if source.exhausted():
            self.store.readings.finish_source(source.name)
        return source

    def counts(self, use_case):
        found = self.store.readings.counts(use_case.name)
        return found["readings"], found["quarantined"]

    def temperatures(self, use_case):
        """What is recorded of the temperature, in the order of time, asset by asset."""
        found = [self.store.readings.history(use_case.name, asset, *EVER) for asset in ("K-1", "K-2")]
        return [one["temperature"].round(9).tolist() for one in found]


EVER = pd.Timestamp("1990-01-01", tz="UTC"), pd.Timestamp("2100-01-01", tz="UTC")


def scored(use_case, batch):
    if not len(batch):
        return None
    n, more = len(batch), len(use_case.recorded) - len(use_case.signals)
    batch = replace(batch, values=np.concatenate([batch.values, np.zeros((n, more))], axis=1))
    return Scored(batch, 1, np.full(n, 0.1), np.zeros((n, len(use_case.features) + 1), np.float32), np.zeros(n, np.int8))


@pytest.fixture
def home(tmp_path):
    made = Home(tmp_path)
    yield made
    made.store.close()


def of(table):
    return [table.loc[table["kiln"] == kiln, "Temp [°C]"].round(9).tolist() for kiln in ("K-1", "K-2")]


@pytest.mark.parametrize("kind", [0, 1])
def test_a_longer_export_of_the_same_table_goes_on_after_the_shorter_one(home, kilns, kind):
    use_case, table = kilns[kind], readings("binary", 60)
    home.replay(use_case, table[:20], "day1/export.csv")
    home.replay(use_case, table[:45], "day2/export.csv", limit=0)
    assert home.replay(use_case, table, "other name.csv").said == (
        "20 of the 60 readings of other name.csv are recorded already: the other 40 are added.",
    )
    assert home.counts(use_case) == (60, 0) and home.temperatures(use_case) == of(table)


def test_what_is_recorded_already_is_said_and_not_added(home, kilns):
    timed, whole = kilns[0], readings("binary", 80)
    table = whole[:60]
    home.replay(timed, table)
    for again in (table, table[:30], table[20:50]):
        source = home.replay(timed, again, "again.csv")
        assert source.exhausted()
        assert source.said == (f"All {len(again)} readings of again.csv are recorded already: nothing is added.",)
    source = home.replay(timed, whole[30:])  # as an export of the last days that overlaps with the one before
    assert home.counts(timed) == (80, 0) and "30 of the 50" in source.said[0]


def test_a_value_that_was_changed_afterwards_is_never_taken_for_recorded(home, kilns):
    timed, table = kilns[0], readings("binary", 60)
    home.replay(timed, table)
    changed = table.copy()
    changed.loc[10, "Feed [t/h]"] += 1
    assert "59 of the 60" in home.replay(timed, changed).said[0]
    assert home.counts(timed) == (60, 1)


def test_rows_alike_are_counted_one_by_one(home, kilns):
    timed = kilns[0]
    row = readings("binary", 2)[:1]
    home.replay(timed, pd.concat([row] * 2))
    home.replay(timed, pd.concat([row] * 5))
    assert home.counts(timed) == (5, 0)


def test_a_row_of_the_very_moment_at_which_the_export_before_ended_is_recorded(home, kilns):
    timed, table = kilns[0], readings("binary", 60)
    late = table[59:].assign(**{"Feed [t/h]": 7.0})
    home.replay(timed, table)
    home.replay(timed, pd.concat([late, readings("binary", 70)[60:]]), "next.csv")
    assert home.counts(timed) == (71, 0)


@pytest.mark.parametrize("rows", [60, 4000])
def test_a_table_without_times_is_replayed_again_and_again_after_what_is_recorded(home, kilns, rows):
    timeless = kilns[1]
    table = pd.concat([readings("binary", 60)] * (rows // 60), ignore_index=True)
    for times in (1, 2, 3):
        source = home.replay(timeless, table, deliveries=(2000,) * 3)
        assert source.exhausted() and home.counts(timeless) == (times * len(table), 0)
        assert ("taken as read again" in " ".join(source.said)) == (times > 1)
    assert home.replay(timeless, table, once=True).said[0].startswith("All ") and home.counts(timeless)[0] == 3 * len(table)


def test_all_assets_of_a_table_without_times_are_looked_at(home, kilns):
    timeless, table = kilns[1], readings("binary", 60)
    home.replay(timeless, table[table["kiln"] == "K-2"], "only the second.csv")
    home.replay(timeless, table, "both.csv")
    assert home.counts(timeless) == (90, 0)


def test_another_lines_file_of_the_same_name_begins_at_its_first_row(home, kilns):
    _, timeless, other = kilns
    home.replay(timeless, readings("binary", 90, seed=1), deliveries=(30,))
    home.replay(other, readings("binary", 80, seed=2))
    home.replay(timeless, readings("binary", 70, seed=3))  # of one line, too
    home.replay(timeless, readings("binary", 90, seed=1))  # and the first goes on
    assert home.counts(other) == (80, 0) and home.counts(timeless) == (160, 0)


def test_an_outcome_that_came_later_is_taken_up(home, kilns):
    timed, table = kilns[0], readings("binary", 60)
    known = home.replay(timed, table.assign(result=table["result"].where(table.index < 30)))
    assert home.store.readings.counts(timed.name)["truths"] and known.exhausted()
    for again in (table, table[10:]):
        home.replay(timed, again)
        told = {kiln: home.store.readings.truth_at(timed.name, kiln, *EVER) for kiln in ("K-1", "K-2")}
        assert all(
            [one.outcome for one in told[kiln] if one.start <= when <= one.end] == [float(result == "overheated")]
            for when, kiln, result in zip(table["when"], table["kiln"], table["result"], strict=True)
        )
    assert home.counts(timed) == (60, 0)


def test_two_files_of_one_use_case_are_not_replayed_side_by_side(home, kilns):
    timed, now = kilns[0], datetime.now(UTC)
    home.store.workers.beat(Heartbeat("w", timed.name, f"replay:{timed.name}/a.csv 1", 1, now, now, 1, 0))
    with pytest.raises(Conflict, match=r"Process 1 is replaying .*a\.csv.* wait for its end"):
        home.replay(timed, readings("binary", 20))
    home.replay(kilns[1], readings("binary", 20))


def test_a_replay_begun_by_an_older_version_goes_on_where_it_is_the_same(home, kilns):
    _, timeless, other = kilns
    table = readings("binary", 60)
    home.replay(timeless, table, deliveries=(25,))
    with home.store.readings._c.write() as db:  # as the version before left it: by the file's name alone
        db.execute("UPDATE source SET name = 'replay:export.csv', use_case = NULL, rows = NULL, digest = NULL, place = NULL")
    home.replay(other, readings("binary", 50, seed=4))
    home.replay(timeless, readings("binary", 50, seed=5), limit=0)
    home.replay(timeless, table)
    assert home.counts(timeless) == (60, 0) and home.counts(other) == (50, 0) and home.temperatures(timeless) == of(table)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([0, 1]),
    st.lists(st.tuples(st.integers(1, 60), st.lists(st.integers(1, 25), max_size=4), st.sampled_from(["a.csv", "b/a.csv", "c.csv"])), max_size=5),
)  # fmt: skip
def test_stopped_anywhere_and_gone_on_with_any_export_every_row_is_recorded_once(tmp_path_factory, kilns, kind, tries):
    use_case, table, home = kilns[kind], readings("binary", 60), Home(tmp_path_factory.mktemp("h"))
    longest = 0  # of one without times only what was not read to its end, or a longer one, is the same reading of it
    for rows, deliveries, file in [*tries, (60, [60, 60], "d.csv")]:
        if kind == 0 or rows > longest:
            over = home.replay(use_case, table[:rows], file, tuple(deliveries)).exhausted()
            longest = rows if over else rows - 1
    assert home.counts(use_case) == (60, 0) and home.temperatures(use_case) == of(table)
    home.store.close()

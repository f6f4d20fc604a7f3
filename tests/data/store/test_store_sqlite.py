"""The embedded store's file: older, newer, damaged, locked, full, not permitted, and many processes at once."""

import multiprocessing
import os
import sys
import time

import numpy as np
import pytest
from sqlite_utils import Database

from data.records import Person
from data.store import StoreError, open_store
from data.store.sqlite import connection
from data.store.sqlite.migrations import MIGRATIONS
from data.usecase.use_case import UseCase
from tests.deliveries import at, record, scored_batch, truths

needs_fork = pytest.mark.skipif(sys.platform == "win32", reason="processes are forked here, which is POSIX")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "pullcord.db"


def changed(use_case, **signals):
    """The milling line with other signals; those that the groups tell stay."""
    told = use_case.model_dump()
    told["signals"] |= signals
    told["groups"] |= {name: {"label": name, "features": [name], "show": [name]} for name in signals if name != "torque"}
    return UseCase.model_validate(told)


def test_the_steps_are_only_ever_added_to():
    steps = [step.name for step in MIGRATIONS.pending(Database(memory=True))]
    assert steps[:5] == ["m001_readings", "m002_feedback", "m003_releases", "m004_work", "m005_spans_and_early_truth"]


def test_a_file_of_an_older_version_is_brought_up_to_this_one(file, use_case):
    older = Database(file)
    MIGRATIONS.apply(older, stop_before="m005_spans_and_early_truth")
    older["person"].insert({"id": "olga", "name": "Olga", "role": "operator", "area": None, "active": 1})
    older.close()
    store = open_store(file)
    assert store.people.get("olga").name == "Olga"
    store.readings.prepare(use_case)
    assert record(store, use_case, scored_batch(use_case, 0, 4), truth=truths(("M-01", 0, 1, 1.0, "HDF"))).readings == 4
    store.close()


def test_a_file_of_a_newer_version_is_left_alone(file):
    open_store(file).close()
    newer = Database(file)
    newer["_sqlite_migrations"].insert({"migration_set": "pullcord", "name": "m999_future", "applied_at": "2030"})
    newer.close()
    with pytest.raises(StoreError, match=r"newer Pullcord .*m999_future.*Update"):
        open_store(file)


def test_a_file_that_is_no_store_is_named_with_a_way_on(file):
    file.write_bytes(b"This is a text, and a long one. " * 500)
    with pytest.raises(StoreError, match=r"pullcord\.db is damaged .*backup"):
        open_store(file)
    assert file.read_bytes().startswith(b"This is a text")


def test_damage_in_the_middle_is_found(file, use_case):
    store = open_store(file)
    store.readings.prepare(use_case)
    record(store, use_case, scored_batch(use_case, 0, 4000))
    store.close()
    whole = bytearray(file.read_bytes())
    assert len(whole) > 160 * 4096
    for page in range(100, len(whole) // 4096, 3):  # the tables are declared in the first pages
        whole[page * 4096 : page * 4096 + 2000] = np.random.default_rng(page).bytes(2000)
    file.write_bytes(whole)
    store = open_store(file)
    assert store.check() != "ok"
    with pytest.raises(StoreError, match="damaged"):
        for asset in use_case.assets:
            store.readings.history("milling", asset, at(0), at(2000))
        store.readings.labelled("milling", 10)
        store.readings.contributions("milling", 1, 10**6)
    store.close()


def test_a_folder_in_the_files_place_is_told(file):
    file.mkdir()
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(file)
    (file / "text").write_text("")
    with pytest.raises(StoreError, match="PULLCORD_HOME"):
        open_store(file / "text" / "pullcord.db")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_no_permission_is_told(file):
    open_store(file).close()
    file.chmod(0o444)
    file.parent.chmod(0o555)
    with pytest.raises(StoreError, match="the right to write"):
        open_store(file).people.save(Person("a", "A", "admin"), "test")
    file.parent.chmod(0o755)


def test_a_store_that_another_program_holds_is_told_and_works_afterwards(file, monkeypatch):
    monkeypatch.setattr(connection, "BUSY_MS", 50)
    store = open_store(file)
    other = Database(file)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="held by another program"):
        store.people.save(Person("a", "A", "admin"), "test")
    assert store.people.all() == []  # reading goes on meanwhile
    other.execute("ROLLBACK")
    store.people.save(Person("a", "A", "admin"), "test")
    assert len(store.people.all()) == 1
    other.close()
    store.close()


def test_a_full_disk_loses_nothing_that_was_acknowledged(file, use_case):
    store = open_store(file)
    store.readings.prepare(use_case)
    assert record(store, use_case, scored_batch(use_case, 0, 100)).readings == 100
    with store._c.database() as db:  # the one connection of the pool: its file may not grow
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages + 2}").fetchone()
    with pytest.raises(StoreError, match=r"is full\. Make room"):
        record(store, use_case, scored_batch(use_case, 100, 4000))
    assert store.readings.counts("milling")["readings"] == 100 and store.readings.position("line:1").last == 99
    with store._c.database() as db:
        db.execute("PRAGMA max_page_count = 1000000").fetchone()
    assert record(store, use_case, scored_batch(use_case, 100, 4000)).readings == 3900
    store.close()


def test_the_file_is_durable_and_typed(file, use_case):
    store = open_store(file)
    store.readings.prepare(use_case)
    with store._c.database() as db:
        assert [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")] == [
            "wal",
            2,
            1,
        ]
        assert all(db[name].strict for name in db.table_names() if not name.startswith(("sqlite_", "_sqlite")))
        types = {column.name: (column.type, column.notnull) for column in db["readings_milling"].columns}
    assert types["torque"][0] == "REAL" and types["product_type"][0] == "TEXT" and types["score"] == ("REAL", 1)
    store.close()


def test_signals_may_have_any_name(file, use_case):
    odd = {'"; DROP TABLE flag; --': 1, "name": 2, "ID": 3, "Torque": 4, "by": 5, "signal_ID": 6, "rowid": 7, "outcome %": 8}
    use_case = changed(use_case, **{name: {"label": "odd", "unit": "V"} for name in odd})
    store = open_store(file)
    store.readings.prepare(use_case)
    scored = scored_batch(use_case, 0, 8)
    names = list(use_case.signals)
    for name, value in odd.items():
        scored.batch.values[:, names.index(name)] = value
    record(store, use_case, scored, truth=truths(("M-01", 0, 9, 1.0, "HDF")))
    for seen in (
        store.readings.board("milling")[0].prediction.values,
        store.readings.history("milling", "M-01", at(0), at(9)).iloc[0],
        store.readings.labelled("milling", 5).iloc[0],
        store.readings.contributions("milling", 1, 5)[0].iloc[0],
    ):
        assert {name: seen[name] for name in odd} == odd
    store.close()


def test_a_signal_that_joins_later_has_no_value_before(file, use_case):
    store = open_store(file)
    store.readings.prepare(use_case)
    record(store, use_case, scored_batch(use_case, 0, 4))
    more = changed(
        use_case, vibration={"label": "Vibration", "unit": "mm/s"}, shift={"label": "Shift", "categories": ["early", "late"]}
    )
    store.readings.prepare(more)
    scored = scored_batch(more, 4, 8, release=2)
    scored.batch.values[:, list(more.signals).index("shift")] = 1
    record(store, more, scored)
    first, second = (store.readings.prediction("milling", reading) for reading in (1, 5))
    assert first.values["vibration"] != first.values["vibration"] and first.values["shift"] == ""
    assert second.values["vibration"] == 300.0 and second.values["shift"] == "late"
    assert "vibration" not in first.contributions and "vibration" in second.contributions  # each by its own feature list
    history = store.readings.history("milling", "M-01", at(0), at(9))
    assert history["vibration"].isna().tolist() == [True, False] and history["vibration"].dtype == float
    store.close()


def test_a_signal_that_leaves_keeps_what_was_recorded(file, use_case):
    store, more = open_store(file), changed(use_case, vibration={"label": "Vibration", "unit": "mm/s"})
    store.readings.prepare(more)
    record(store, more, scored_batch(more, 0, 4))
    store.readings.prepare(use_case)
    record(store, use_case, scored_batch(use_case, 4, 8))
    assert "vibration" not in store.readings.history("milling", "M-01", at(0), at(9))
    store.readings.prepare(more)
    assert store.readings.history("milling", "M-01", at(0), at(9))["vibration"].isna().tolist() == [False, True]
    store.close()


def test_a_signal_cannot_change_from_number_to_category(file, use_case):
    store = open_store(file)
    store.readings.prepare(use_case)
    with pytest.raises(StoreError, match=r"'torque' of milling was recorded as a number and is a category .*new name"):
        store.readings.prepare(changed(use_case, torque={"label": "Torque", "categories": ["low", "high"]}))
    store.close()


@needs_fork
def test_processes_that_start_at_the_same_moment_make_one_file(tmp_path, use_case):
    fork = multiprocessing.get_context("fork")
    for attempt in range(4):
        file, barrier, results = tmp_path / f"{attempt}.db", fork.Barrier(5), fork.Queue()

        def start(file=file, barrier=barrier, results=results):
            barrier.wait()
            try:
                store = open_store(file)
                store.readings.prepare(use_case)
                results.put(store.check())
                store.close()
            except BaseException as error:
                results.put(repr(error))

        processes = [fork.Process(target=start) for _ in range(5)]
        for process in processes:
            process.start()
        assert [results.get(timeout=30) for _ in processes] == ["ok"] * 5
        for process in processes:
            process.join()


@needs_fork
def test_a_screen_reads_whole_deliveries_while_another_process_writes(file, use_case):
    reader = open_store(file)
    reader.readings.prepare(use_case)
    assets, deliveries = 8, 60

    def write():
        store = open_store(file)
        store.readings.prepare(use_case)
        for number in range(deliveries):
            record(store, use_case, scored_batch(use_case, number * assets, (number + 1) * assets, assets=assets))
        store.close()

    process = multiprocessing.get_context("fork").Process(target=write)
    process.start()
    seen, deadline = 0, time.monotonic() + 60
    while seen < deliveries and time.monotonic() < deadline:
        board = reader.readings.board("milling")
        assert len({s.prediction.time for s in board}) <= 1 and len(board) in (0, assets)  # never half a delivery
        assert not board or board[0].prediction.sequence + 1 >= seen
        seen = board[0].prediction.sequence + 1 if board else 0
        count = reader.readings.counts("milling")["readings"]
        assert count % assets == 0 and count >= seen * assets
    process.join()
    assert seen == deliveries and process.exitcode == 0
    reader.close()


@needs_fork
def test_writers_in_several_processes_wait_for_each_other(file, use_case):
    store = open_store(file)
    store.readings.prepare(use_case)
    fork = multiprocessing.get_context("fork")

    def write(number):
        mine = open_store(file)
        mine.readings.prepare(use_case)
        for step in range(40):
            made = scored_batch(use_case, step * 4, step * 4 + 4, source=f"line:{number}", shift_s=number * 1000)
            record(mine, use_case, made)
            mine.people.save(Person(f"p{number}", f"{step}", "operator"), "test")
        mine.close()

    processes = [fork.Process(target=write, args=(number,)) for number in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert store.readings.counts("milling")["readings"] == 3 * 160
    assert len(store.readings.history("milling", "M-01", at(0), at(5000))) == 120
    assert [p.name for p in store.people.all()] == ["39"] * 3 and len(store.audit.newest(limit=1000)) == 120
    store.close()


def test_a_store_of_before_novelty_was_kept_goes_on(file, use_case):
    store = open_store(file)
    store.readings.prepare(use_case)
    record(store, use_case, scored_batch(use_case, 0, 2))
    store.close()
    old = Database(str(file))
    old.execute("ALTER TABLE readings_milling DROP COLUMN novelty")
    old.conn.commit()
    old.close()
    store = open_store(file)
    store.readings.prepare(use_case)
    fresh = scored_batch(use_case, 2, 4)
    record(store, use_case, fresh)
    assert [store.readings.prediction("milling", reading).novelty for reading in (1, 3)] == [None, None]
    store.close()

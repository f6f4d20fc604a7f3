"""Another name for a use case takes every record along, or changes nothing: a worker at work, a name that is taken, a kill at any moment."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from data.people import DEMO_PEOPLE
from data.records import Flag, FlagKind, FlagReason, Heartbeat
from data.settings import PROJECT
from data.sources.replay import ReplaySource, ReplayTable
from data.store import Conflict, open_store
from data.store.contract import Content
from data.store.rename import NOTE
from data.usecase.file import load
from data.usecases.__main__ import main
from models.lifecycle.registry import champion, register
from models.live.step import LiveLoop
from models.training.gold import gold_set
from models.training.train import train
from models.training.training_set import training_set
from tests.plants import plant, readings

OLD, NEW = "kiln_binary", "oven"
AS_TOLD_THEN = {("audit", "details"), ("truth", "by")}
"""What stays as it was said: what a person gave as a reason, from which replay a truth came."""


@pytest.fixture(scope="module")
def used(tmp_path_factory):
    """A home in which a use case has been used: trained, live, flagged, asked to train again."""
    home = tmp_path_factory.mktemp("used")
    use_case = load(plant(home, "binary", 1500), home)
    store = open_store(home / "pullcord.db")
    store.readings.prepare(use_case)
    for person in DEMO_PEOPLE:
        store.people.save(person, "test")
    record = register(home, store, use_case, train(use_case, training_set(use_case, store), lambda *_: True), "test")
    store.releases.set_champion(use_case.name, record.number, "dana", "first")
    gold_set(home, use_case)
    table = ReplayTable(use_case, home / "later.csv", readings("binary", 300, seed=5, first="2024-03-01"))
    source = ReplaySource(use_case, table, store.readings.start_source(f"replay:{OLD}", 0))
    store.readings.start_replay(OLD, f"replay:{OLD}/later.csv 1", Content(300, "d1", "/exports/later.csv", 99), 0)
    loop = LiveLoop(home, store, use_case, source)
    while not source.exhausted():
        loop.step(100, int(2e15))
    seen = store.readings.board(use_case.name)[0].prediction
    reason = FlagReason.FALSE_ALARM
    flag = Flag(use_case.name, seen.asset, seen.id, seen.release, "olga", FlagKind.WRONG, reason, {}, "", datetime.now(UTC))
    store.feedback.raise_flag(flag, 1.0)
    store.jobs.submit("train", use_case.name, {}, "dana")
    store.close()
    return home


@pytest.fixture
def home(used, tmp_path):
    import shutil

    shutil.copytree(used, tmp_path / "home")
    return tmp_path / "home"


def names_in(home):
    """Every value of a column or table of the store that still names the use case by its old name."""
    from sqlite_utils import Database

    db = Database(home / "pullcord.db")
    found = [t for t in db.table_names() if OLD in t]
    found += [i[0] for i in db.execute("SELECT name FROM sqlite_master WHERE type = 'index'").fetchall() if OLD in i[0]]
    for table in db.tables:
        for column in table.columns:
            if column.type == "TEXT" and (table.name, column.name) not in AS_TOLD_THEN:
                hits = db.execute(f'SELECT count(*) FROM "{table.name}" WHERE "{column.name}" LIKE ?', [f"%{OLD}%"]).fetchone()[0]
                found += [f"{table.name}.{column.name}"] * bool(hits)
    db.close()
    return found


def whole(home, name, other):
    """Everything of the use case stands under ``name``, nothing under ``other``."""
    store = open_store(home / "pullcord.db")
    use_case = load(name, home)
    assert not (home / "usecases" / other).exists() and not (home / "releases" / other).exists()
    assert not (home / "usecases" / NOTE).exists()
    store.readings.prepare(use_case)
    assert store.readings.counts(name)["readings"] == 300 and store.readings.counts(other)["readings"] == 0
    assert champion(home, store, use_case).number == 1 and len(store.feedback.queue(name)) == 1
    assert store.releases.get(name, 1).folder == f"releases/{name}/1"
    assert [entry.action for entry in store.audit.trail(f"release:{name}/1")] == ["train", "release"]
    assert not store.audit.trail(f"release:{other}/1") and store.audit.newest(name)
    assert gold_set(home, use_case).digest and (home / "gold" / f"{name}.parquet").exists()
    assert store.readings.position(f"replay:{name}").last == 299
    known = store.readings.replayed(name)
    assert [(one.position.source, one.position.last, one.digest) for one in known] == [(f"replay:{name}/later.csv 1", 99, "d1")]
    assert not store.readings.replayed(other) and store.check() == "ok"
    return store, use_case


def test_everything_goes_along_and_goes_on(home, capsys):
    before = (home / "usecases" / OLD / "usecase.yaml").read_text()
    assert main(["rename", OLD, NEW, "--as", "dana", "--home", str(home), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["records"]["readings"] == 300 and told["records"]["flag"] == told["records"]["job"] == 1
    assert names_in(home) == []
    assert (home / "usecases" / NEW / "usecase.yaml").read_text() == before.replace(f"name: {OLD}", f"name: {NEW}")
    store, use_case = whole(home, NEW, OLD)
    entry = store.audit.trail(f"use_case:{NEW}")[-1]
    assert (entry.action, entry.person, entry.details["before"]) == ("rename_use_case", "dana", OLD)
    table = ReplayTable(use_case, home / "more.csv", readings("binary", 100, seed=6, first="2024-04-01"))
    source = ReplaySource(use_case, table, store.readings.start_source("replay:more", 0))
    LiveLoop(home, store, use_case, source).step(100, int(2e15))
    assert store.readings.counts(NEW)["readings"] == 400
    record = register(home, store, use_case, train(use_case, training_set(use_case, store), lambda *_: True), "test")
    assert record.number == 2 and record.parent == 1 and record.figures["against"]["release"] == 1
    store.close()


def test_it_can_be_named_back(home):
    for old, new in ((OLD, NEW), (NEW, OLD)):
        assert main(["rename", old, new, "--home", str(home)]) == 0
    whole(home, OLD, NEW)[0].close()


def test_it_is_refused_while_a_worker_or_a_training_is_at_work(home, capsys):
    store = open_store(home / "pullcord.db")
    now = datetime.now(UTC)
    store.workers.beat(Heartbeat("w", OLD, "replay:x", 4711, now, now, 1, 0))
    assert main(["rename", OLD, NEW, "--home", str(home)]) == 1
    assert "process 4711" in capsys.readouterr().err
    whole(home, OLD, NEW)[0].close()
    store.workers.gone("w")
    assert store.jobs.take("w", 60) is not None
    assert main(["rename", OLD, NEW, "--home", str(home)]) == 1
    assert "is at work" in capsys.readouterr().err
    whole(home, OLD, NEW)[0].close()
    store.close()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("milling", "mill", "built in"), (OLD, "milling", "already"), (OLD, "Ofen 1", "no name"), (OLD, "../x", "no name"),
        ("nothing", NEW, "no use case 'nothing'"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(home, capsys, old, new, said):
    assert main(["rename", old, new, "--home", str(home)]) == 1
    assert said in capsys.readouterr().err
    whole(home, OLD, "mill")[0].close()


def test_records_of_one_that_was_put_aside_stay_where_they_are(home, capsys):
    (home / "usecases" / OLD).rename(home / "aside")
    plant(home, "regression", 400)
    assert main(["rename", "kiln_regression", OLD, "--home", str(home)]) == 1
    assert "lies in the way" in capsys.readouterr().err
    (home / "releases" / OLD).rename(home / "aside_releases")
    for file in (home / "gold").iterdir():
        file.unlink()
    assert main(["rename", "kiln_regression", OLD, "--home", str(home)]) == 1
    assert "put aside" in capsys.readouterr().err and (home / "usecases" / "kiln_regression").exists()


_KILLED = """
import os, sys
from pathlib import Path
import data.store.rename as renaming
from data.store import open_store
at, home = sys.argv[1], Path(sys.argv[2])
store = open_store(home / "pullcord.db")
moved, rename = renaming._move, store.naming.rename
if at == "moving":
    calls = []
    def stop(before, after, rename=os.rename):
        rename(before, after)
        calls.append(after)
        if len(calls) == 2:
            os._exit(9)
    renaming.os.rename = stop
if at == "moved":
    renaming._move = lambda *given: (moved(*given), os._exit(9))
if at == "written":
    store.naming.rename = lambda *given: (rename(*given), os._exit(9))
if at == "noted":
    store.naming.rename = lambda *given: os._exit(9)
renaming.rename(home, store, "kiln_binary", "oven", "dana")
"""


@pytest.mark.parametrize(
    ("at", "name", "other"), [("noted", OLD, NEW), ("moving", OLD, NEW), ("moved", OLD, NEW), ("written", NEW, OLD)]
)
def test_killed_at_any_moment_it_is_whole_under_one_of_both_names(home, at, name, other):
    done = subprocess.run([sys.executable, "-c", _KILLED, at, str(home)], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 9, done.stderr
    assert (home / "usecases" / NOTE).exists()
    whole(home, name, other)[0].close()
    if name == OLD:
        assert main(["rename", OLD, NEW, "--home", str(home)]) == 0
        whole(home, NEW, OLD)[0].close()


def test_a_folder_that_cannot_be_moved_undoes_everything(home, monkeypatch):
    import data.store.rename as renaming

    real = os.rename

    def full(before, after):
        if str(after).endswith(f"usecases{os.sep}{NEW}"):
            raise OSError(28, "No space left on device", str(after))
        real(before, after)

    monkeypatch.setattr(renaming.os, "rename", full)
    assert main(["rename", OLD, NEW, "--home", str(home)]) == 1
    monkeypatch.undo()
    whole(home, OLD, NEW)[0].close()


def test_the_contract_of_a_store(opened, record, store, use_case, scored_batch):
    record(scored_batch(0, 5))
    store.readings.prepare(use_case)
    with pytest.raises(RuntimeError):
        store.naming.rename("milling", "mill", "dana", "k1", 6.0, lambda: (_ for _ in ()).throw(RuntimeError("no")))
    assert not store.naming.renamed("k1") and store.readings.counts("milling")["readings"] == 5
    done = store.naming.rename("milling", "mill", "dana", "k2", 6.0, lambda: None)
    assert done["readings"] == 5 and store.naming.renamed("k2") and opened().readings.counts("mill")["readings"] == 5
    store.readings.prepare(use_case)
    record(scored_batch(0, 3))  # a second line under the old name, as after a copy
    with pytest.raises(Conflict, match="under 'mill' already"):
        store.naming.rename("milling", "mill", "dana", "k3", 6.0, lambda: None)
    assert store.check() == "ok"

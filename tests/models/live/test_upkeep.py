"""What a worker does for the home beside its line, and that the home is its user's own."""

import os
import stat
import tarfile
import time
from datetime import datetime, timedelta

import pytest
import streamlit as st

from data.backup.__main__ import main as backup
from data.backup.shelf import kept_in
from data.private import private
from data.settings import Settings, prepared_home
from data.store import open_store
from data.usecase.file import load
from data.usecases.__main__ import main as usecases
from models.exchange.__main__ import main as exchange
from models.live.upkeep import Upkeep
from models.live.worker import Worker
from tests.homes import HOMES
from tests.screens import show, texts

pytestmark = pytest.mark.skipif(os.name == "nt", reason="rights of files are the system's own there")


@pytest.fixture
def home(tmp_path):
    with tarfile.open(max(HOMES.glob("*.tar.xz"))) as packed:
        packed.extractall(tmp_path, filter="data")
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def same_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def settings_of(home, **given):
    return Settings(home=home, backup_hour=datetime.now().hour, embedded_worker=False, **given)


def test_the_night_comes_and_a_backup_is_made_beside_the_line(home):
    store = open_store(home / "pullcord.db")
    made = Upkeep(settings_of(home), store, load("milling"))
    made._looked -= 3600
    hour = datetime.now().astimezone().replace(minute=0, second=0, microsecond=0)
    if store.releases.all("milling")[-1].created > hour:
        pytest.skip("the archive of this version was made within this very hour")
    made.look()
    assert made._making is not None
    made.look()  # while it is being made no second one begins
    assert made._making.wait(60) == 0
    (one,) = kept_in(home / "backups", whole=True)
    assert one.sound and one.manifest.counts["cases"] == 19
    made._looked -= 3600
    made.look()
    assert made._making is None, "once a night"
    store.close()


def test_the_store_is_examined_at_each_start_and_its_damage_told(home):
    store, milling = open_store(home / "pullcord.db"), load("milling")
    store.readings.prepare(milling)
    content = bytearray((home / "pullcord.db").read_bytes())
    content[400_000:430_000] = os.urandom(30_000)
    (home / "pullcord.db").write_bytes(content)
    worker = Worker(settings_of(home), store, milling, "line:2023")
    until = time.monotonic() + 10
    while not worker._upkeep.trouble and time.monotonic() < until:
        time.sleep(0.02)
    said = worker._heartbeat().trouble
    assert "is damaged" in said and "Stop Pullcord" in said and "python -m data.backup list" in said
    store.close()


# --- whose it is ---


def modes(home):
    return {path.relative_to(home).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in (home, *home.rglob("*"))}


def test_a_home_that_was_open_to_all_is_closed_and_stays_so(home):
    opened_to_all(home)
    prepared_home(settings_of(home))
    open_store(home / "pullcord.db").close()
    (home / "later").write_text("")
    assert {name: oct(mode) for name, mode in modes(home).items() if mode & 0o077} == {}


def opened_to_all(home):
    for path in (home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.mark.parametrize(
    ("main", "words"),
    [(usecases, ["list"]), (backup, ["make"]), (exchange, ["cases", "--out", "{home}/cases.csv"])],
    ids=["usecases", "backup", "exchange"],
)
def test_every_command_that_writes_the_home_keeps_it_to_its_user(home, main, words):
    opened_to_all(home)
    assert main([*(word.format(home=home) for word in words), "--home", str(home)]) == 0
    assert {name: oct(mode) for name, mode in modes(home).items() if mode & 0o077} == {}


def test_a_home_that_is_shared_with_a_group_on_purpose_stays_shared(home):
    home.chmod(0o2770)
    (home / "pullcord.db").chmod(0o660)
    private(home)
    assert modes(home)["."] == 0o2770 and modes(home)["pullcord.db"] == 0o660
    (home / "new").write_text("")
    assert modes(home)["new"] == 0o660, "the group may, others may not"


def test_what_is_not_pullcords_own_in_that_folder_is_left_alone(tmp_path):
    home = tmp_path / "mine"
    home.mkdir()
    (home / "photos").mkdir(mode=0o755)
    script, outside = home / "photos" / "run.sh", tmp_path / "outside.db"
    for file in (script, outside):
        file.write_text("")
        file.chmod(0o755)
    (home / "releases").mkdir()
    (home / "releases" / "link").symlink_to(outside)
    private(home)
    assert stat.S_IMODE(script.stat().st_mode) == 0o755 and stat.S_IMODE(outside.stat().st_mode) == 0o755
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


# --- who is told ---


@pytest.mark.parametrize(("who", "told"), [("adam", True), ("olga", False)])
def test_whoever_administers_it_is_told_that_there_is_no_backup_of_late(home, monkeypatch, who, told):
    monkeypatch.setenv("PULLCORD_HOME", str(home))
    monkeypatch.setenv("PULLCORD_EMBEDDED_WORKER", "false")
    st.cache_resource.clear(), st.cache_data.clear()
    monkeypatch.setattr("data.backup.nightly.LATE", timedelta(0))

    def page():
        from pages.parts.shell.backup_notice import backup_notice

        backup_notice()

    said = texts(show(page, who))
    assert ("python -m data.backup make" in said) is told
    st.cache_resource.clear(), st.cache_data.clear()

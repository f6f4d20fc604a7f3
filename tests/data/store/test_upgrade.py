"""Every home that an earlier version has made is read by this one: backed up as it is, restored, migrated, and it says what it said then."""

import json
import math
import shutil
import tarfile

import pytest

from data.backup.make import make
from data.backup.restore import restore
from data.store import StoreError, open_store
from data.usecase.file import UseCaseError, load
from data.usecase.use_case import BUILT_IN
from models.lifecycle.registry import champion
from models.release.release import Release, ReleaseError
from tests.home_of_today import USE_CASES, tables_of
from tests.homes import HOMES
from tests.screens import show, texts
from tests.told_home import told

TOLD_OTHERWISE = {"/use_cases/milling/shadow_cases/2"}
"""What is told otherwise on purpose: the one difference that was listed lies in a reading that the model does not know, and a difference of guesses is none."""
RESTORING = {"audit": 1}
"""Rows that a restore itself adds."""


@pytest.fixture(scope="module", params=sorted(HOMES.glob("*.tar.xz")), ids=lambda file: file.name.removesuffix(".tar.xz"))
def old(request, tmp_path_factory):
    """A home as an earlier version left it, and what it said of itself then."""
    folder = tmp_path_factory.mktemp("old")
    with tarfile.open(request.param) as packed:
        packed.extractall(folder, filter="data")
    yield folder / "home", json.loads((folder / "told.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def upgraded(old, tmp_path_factory):
    """The same through a backup, opened by this version."""
    home, then = old
    folder = tmp_path_factory.mktemp("upgraded")
    before = (home / "pullcord.db").read_bytes()
    made = make(home, folder / "backups")
    assert (home / "pullcord.db").read_bytes() == before, "a backup before an upgrade changes nothing"
    assert not made.manifest.lacks
    restore(made.file, folder / "home")
    store = open_store(folder / "home" / "pullcord.db")
    yield folder / "home", store, then
    store.close()


def differences(now, then, where="") -> list[str]:
    """Where what is said now lacks or changes what was said then; more than then may be said."""
    if isinstance(then, dict):
        if not isinstance(now, dict):
            return [f"{where}: {then!r} is {now!r}"]
        return [one for name in then for one in differences(now.get(name, "(gone)"), then[name], f"{where}/{name}")]
    if isinstance(then, list):
        if not isinstance(now, list) or len(now) != len(then):
            return [f"{where}: {len(then)} are {len(now) if isinstance(now, list) else now!r}"]
        return [one for at, (a, b) in enumerate(zip(now, then, strict=True)) for one in differences(a, b, f"{where}/{at}")]
    if isinstance(then, float) and isinstance(now, int | float):
        return [] if math.isclose(now, then, rel_tol=1e-4, abs_tol=1e-5) else [f"{where}: {then!r} is {now!r}"]
    return [] if now == then else [f"{where}: {then!r} is {now!r}"]


def test_no_row_of_any_table_is_lost_and_none_comes_from_nowhere(upgraded):
    _, store, then = upgraded
    now = tables_of(store)
    assert {name: now.get(name) for name in then["tables"]} == {
        name: rows + RESTORING.get(name, 0) for name, rows in then["tables"].items()
    }
    assert store.check() == "ok"


def test_readings_flags_cases_releases_and_the_trail_say_what_they_said(upgraded):
    home, store, then = upgraded
    now = told(home, store, USE_CASES)
    known = {entry["id"] for entry in then["audit"]}
    now["audit"] = [entry for entry in now["audit"] if entry["id"] in known]
    found = differences(now, {name: value for name, value in then.items() if name != "tables"})
    assert [one for one in found if one.partition(": ")[0] not in TOLD_OTHERWISE] == []


def test_what_is_compared_is_there(old):
    """A home without flags or releases would be upgraded by anything."""
    _, then = old
    milling, audit = then["use_cases"]["milling"], {entry["action"] for entry in then["audit"]}
    for name in (
        "predictions",
        "advice",
        "quarantined",
        "cases",
        "corrections",
        "excluded",
        "doubts",
        "shelvings",
        "handovers",
        "files",
    ):
        assert milling[name], name
    assert {"verdicts", "threads", "says", "jobs", "switches", "shadow", "answers"} <= set(milling)
    assert {state["state"] for state in milling["cases"]} >= {"open", "decided", "second", "disputed", "waiting", "withdrawn"}
    assert all(one["contributions"] and one["values"] for one in milling["predictions"])
    assert audit >= {
        "train",
        "roll_back",
        "rename_use_case",
        "ai_off",
        "decide",
        "approve_release",
        "sign_handover",
        "job_failed",
    }
    assert then["use_cases"]["kiln"]["truth"]["K-1"] and len(then["use_cases"]["kiln"]["says"]) == 2


@pytest.mark.parametrize("name", USE_CASES)
def test_the_champion_of_then_goes_on_predicting(upgraded, name):
    home, store, _ = upgraded
    assert champion(home, store, load(name, home)).trouble == ""


@pytest.fixture
def screen(upgraded, screens_of):
    home, *_ = upgraded
    screens_of(home)


@pytest.mark.parametrize(("use_case", "asset"), [("milling", "M-14"), ("kiln", "K-1"), ("oven", "K-1")])
def test_the_board_and_a_machine_are_drawn(screen, use_case, asset):
    def page():
        import importlib

        import streamlit as st

        importlib.import_module(st.query_params["module"]).render()

    show(page, "olga", module="pages.board", use_case=use_case)
    app = show(page, "olga", module="pages.asset", use_case=use_case, asset=asset)
    assert asset in texts(app)


# --- older code on a newer home ---


def test_a_store_of_a_newer_version_is_refused_in_words(old, tmp_path):
    home, _ = old
    shutil.copytree(home, tmp_path / "home")
    store = open_store(tmp_path / "home" / "pullcord.db")
    with store._c.write() as db:
        db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('pullcord', 'm999_later', '2030')")
    store.close()
    with pytest.raises(StoreError, match=r"newer Pullcord .*m999_later.*Update this installation"):
        open_store(tmp_path / "home" / "pullcord.db")
    made = make(tmp_path / "home", tmp_path / "backups")  # a backup of it is still made: it is only copied
    with pytest.raises(Exception, match=r"made by a newer Pullcord .*m999_later.*Update this installation"):
        restore(made.file, tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_a_release_of_a_newer_form_is_refused_in_words(upgraded, tmp_path):
    import hashlib
    from dataclasses import replace

    home, store, _ = upgraded
    record = store.releases.get("milling", 1)
    shutil.copytree(home / record.folder, tmp_path / "release")
    file = tmp_path / "release" / "release.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"format": 99}))
    changed = replace(record, folder="release", digest=hashlib.sha256(file.read_bytes()).hexdigest())
    with pytest.raises(ReleaseError, match=r"Release 1 of milling was written by a newer Pullcord.*Update this installation"):
        Release.load(tmp_path, changed, load("milling"))


def test_a_use_case_with_a_key_of_a_newer_version_is_refused_with_its_line(tmp_path):
    folder = tmp_path / "usecases" / "milling"
    folder.mkdir(parents=True)
    text = (BUILT_IN / "milling" / "usecase.yaml").read_text(encoding="utf-8")
    (folder / "usecase.yaml").write_text(f"{text}\nfrom_the_future: 1\n", encoding="utf-8")
    with pytest.raises(UseCaseError, match=r"line \d+: from_the_future: .*newer Pullcord"):
        load("milling", tmp_path)

"""A backup holds all of a home as it was at one moment, is never half there, and comes back whole or not at all."""

import json
import shutil
import signal
import subprocess
import sys
import time

import pytest

from data.backup import BackupError
from data.backup import make as making
from data.backup.__main__ import main
from data.backup.archive import opened
from data.backup.gather import digest
from data.backup.make import make
from data.backup.restore import restore, verify
from data.backup.shelf import kept_in
from data.settings import PROJECT
from data.store import StoreError, open_store
from data.store.rename import rename
from data.store.sqlite.files import damage_of, facts_of
from data.usecase.file import load
from models.release.release import Release

COMMAND = [sys.executable, "-m", "data.backup"]


@pytest.fixture
def home(filled_home):
    return filled_home


def files_of(home):
    return {
        path.relative_to(home).as_posix(): digest(path)
        for path in home.rglob("*")
        if path.is_file() and not path.name.startswith("pullcord.db") and "backups" not in path.parts
    }


def whole_releases(home):
    """Every release that the store names, loaded from this home."""
    store, found = open_store(home / "pullcord.db"), 0
    for name in ("milling", "kiln", "oven", "hearth"):
        for record in store.releases.all(name):
            Release.load(home, record, load(name, home))
            found += 1
    store.close()
    return found


def test_what_is_restored_is_what_was_there(home, tmp_path):
    before, files = facts_of(home / "pullcord.db"), files_of(home)
    made = make(home, home / "backups")
    done = restore(made.file, tmp_path / "new", by="adam")
    after = facts_of(tmp_path / "new" / "pullcord.db")
    assert after.counts == before.counts | {"audit": before.counts["audit"] + 1}
    assert files_of(tmp_path / "new") == files and "tables/oven.csv" in files
    assert whole_releases(tmp_path / "new") == 5 and damage_of(tmp_path / "new" / "pullcord.db") == ""
    store = open_store(tmp_path / "new" / "pullcord.db")
    (entry,) = store.audit.trail("home")
    store.close()
    assert (entry.person, entry.action, entry.details["backup"]) == ("adam", "restore_backup", made.file.name)
    assert done.other == () and {path.name for path in tmp_path.iterdir()} == {"home", "new"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in (home / "backups").iterdir())


def test_a_backup_is_no_part_of_a_backup(home):
    first = make(home, home / "backups")
    second = make(home, home / "backups")
    assert list(first.manifest.files) == list(second.manifest.files)
    assert [one.number for one in kept_in(home / "backups")] == [2, 1]


def test_only_what_is_half_written_or_a_log_is_left_out(home, tmp_path, monkeypatch):
    half = (
        "releases/milling/.3-a_b0c9xz/model.ubj",
        "gold/.milling.parquet-abc_1234",
        ".trial-4711",
        "worker-kiln.log",
        "usecases/usecase.yaml.new",
    )
    kept = (
        ".mark",
        "later/anything.json",
        "usecases/.removed/old/usecase.yaml",
        "usecases/.renaming.json",
        "release-3-final.csv",
    )
    for name in (*half, *kept):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("{}")
    monkeypatch.setattr(making, "PATIENCE_S", 0.1)
    make(home, home / "elsewhere")
    found = make(home, tmp_path / "to").manifest.files
    assert not {f"home/{name}" for name in half} & set(found) and {f"home/{name}" for name in kept} <= set(found)
    assert not [name for name in found if name.endswith(".zip")], "nor a backup that somebody put elsewhere in the home"


def test_a_line_that_records_at_full_speed_is_backed_up_and_goes_on_where_it_is_restored(kept_home, tmp_path):
    """The worker that was alive then holds nothing in the restored home, and no reading is there twice or half."""
    home = tmp_path / "home"
    shutil.copytree(kept_home, home)
    for path in (home, *home.rglob("*")):  # as an earlier version left them
        path.chmod(0o755 if path.is_dir() else 0o644)
    words = [sys.executable, "worker.py", "--home", str(home), "--readings"]
    writer = subprocess.Popen([*words, "400000"], cwd=PROJECT, stderr=subprocess.PIPE, text=True)
    store = open_store(home / "pullcord.db")
    begun, recorded = time.monotonic(), store.readings.counts("milling")["readings"]
    while store.readings.counts("milling")["readings"] == recorded and time.monotonic() - begun < 60:
        time.sleep(0.02)
    made = [make(home, tmp_path / "backups") for _ in range(2)]
    assert writer.poll() is None, writer.stderr.read()
    writer.kill(), writer.wait()
    now = store.readings.counts("milling")["readings"]
    store.close()
    held = [one.manifest.counts["readings_milling"] for one in made]
    assert recorded < held[0] < held[1] <= now, "the line went on meanwhile"
    assert not [path for path in (home, *home.rglob("*")) if path.stat().st_mode & 0o077], "the worker keeps the home to its user"
    restore(made[1].file, tmp_path / "new")
    other = open_store(tmp_path / "new" / "pullcord.db")
    assert other.readings.counts("milling")["readings"] == held[1]
    other.close()
    words[words.index(str(home))] = str(tmp_path / "new")
    done = subprocess.run([*words, "24", "--json"], cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["readings"] == 24


def test_a_renaming_between_the_store_and_the_files_is_seen_and_all_of_it_is_done_again(home, tmp_path, monkeypatch):
    gathered, done = making.gathered, []

    def renamed_meanwhile(*given):
        if not done:
            store = open_store(home / "pullcord.db")
            done.append(rename(home, store, "kiln", "hearth", "dana"))
            store.close()
        return gathered(*given)

    monkeypatch.setattr(making, "gathered", renamed_meanwhile)
    made = make(home, tmp_path / "backups")
    assert made.manifest.lacks == () and "home/usecases/hearth/usecase.yaml" in made.manifest.files
    restore(made.file, tmp_path / "new")
    assert whole_releases(tmp_path / "new") == 5


def test_a_file_that_grows_while_it_is_written_into_the_archive_is_taken_anew(home, tmp_path, monkeypatch):
    large = home / "tables" / "large.csv"
    large.write_bytes(b"1,2\n" * 400_000)
    write = making.write

    def grown_meanwhile(*given):
        if large.stat().st_size == 1_600_000:
            large.write_bytes(large.read_bytes() + b"3,4\n")
        return write(*given)

    monkeypatch.setattr(making, "write", grown_meanwhile)
    made = make(home, tmp_path / "backups")
    assert made.manifest.files["home/tables/large.csv"][0] == 1_600_004
    verify(made.file)


def test_a_make_that_is_killed_leaves_nothing_that_looks_whole_and_the_next_one_sweeps_it(home, tmp_path):
    (home / "tables" / "large.bin").write_bytes(bytes(range(256)) * 80_000)  # 20 MB: long enough to be met in the middle
    to, met = tmp_path / "backups", 0
    for wait in (0.0, 0.15, 0.3, 0.45):
        process = subprocess.Popen([*COMMAND, "make", "--home", home, "--to", to], cwd=PROJECT, stderr=subprocess.DEVNULL)
        begun = time.monotonic()
        while not list(to.glob(".making-*")) and time.monotonic() - begun < 30:
            time.sleep(0.005)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        met += bool(list(to.glob(".making-*")))
        for one in to.glob("pullcord-*.zip"):
            verify(one)
    assert met, "one of them at least was met in the middle"
    verify(make(home, to).file)
    assert not list(to.glob(".making-*"))


def test_a_full_disk_is_told_and_leaves_nothing(home, tmp_path):
    """No file of that process may grow beyond a megabyte: what a full disk says, at the first large write."""
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000)); " + (
        "from data.backup.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    words = [sys.executable, "-c", limited, "make", "--home", str(home), "--to", str(tmp_path / "to")]
    done = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "Make room" in done.stderr
    assert [one.name for one in (tmp_path / "to").iterdir()] == [".lock"]


def test_without_room_nothing_is_begun(home, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000_000))
    with pytest.raises(BackupError, match=r"no room .* MB, and 1 MB are free"):
        make(home, tmp_path / "to")
    with pytest.raises(BackupError, match="with what has to stay free"):
        make(home, tmp_path / "to", spare=10)


def test_a_damaged_store_is_no_backup_and_the_words_say_what_to_do(home, tmp_path, capsys):
    file = home / "pullcord.db"
    store = open_store(file)  # as a worker has it
    content = bytearray(file.read_bytes())
    content[200_000:260_000] = bytes(60_000)
    file.write_bytes(content)
    assert main(["make", "--home", str(home), "--to", str(tmp_path / "to")]) == 1
    said = capsys.readouterr().err
    assert "damaged" in said and "python -m data.backup list" in said
    assert kept_in(tmp_path / "to") == []
    with pytest.raises(StoreError, match=r"is damaged .*Stop Pullcord.* restore the newest backup"):
        store.examine()
    store.close()


def test_what_a_home_lacks_is_told_and_backed_up_all_the_same(home, tmp_path, capsys):
    (home / "releases" / "milling" / "1" / "bands.json").unlink()
    (home / "gold" / "milling.parquet").write_bytes(b"")
    assert main(["make", "--home", str(home), "--to", str(tmp_path / "to")]) == 3
    said = capsys.readouterr().err
    assert "Release 1 of milling: bands.json" in said and "gold set" in said
    assert restore(kept_in(tmp_path / "to")[0].file, tmp_path / "new").manifest.lacks


@pytest.mark.parametrize(
    ("there", "said"),
    [("file", "is a file"), ("full", "is not empty.*move it aside"), ("below", "cannot be written|Not a directory")],
)
def test_a_home_that_holds_something_is_never_restored_into(home, tmp_path, there, said):
    made = make(home, tmp_path / "to")
    place = tmp_path / "place"
    if there == "full":
        place.mkdir()
        (place / "mine.txt").write_text("mine")
    else:
        place.write_text("mine")
    with pytest.raises((BackupError, OSError), match=said):
        restore(made.file, place / "new" if there == "below" else place)
    assert (place / "mine.txt" if there == "full" else place).read_text() == "mine"


def test_an_empty_folder_is_restored_into(home, tmp_path):
    (tmp_path / "new").mkdir()
    restore(make(home, tmp_path / "to").file, tmp_path / "new")
    assert whole_releases(tmp_path / "new") == 5


def test_settings_and_built_in_use_cases_of_then_are_laid_aside_where_they_differ(home, tmp_path, monkeypatch):
    from data.backup import gather

    changed = tmp_path / "pullcord.toml"
    changed.write_text("port = 9000\n")
    monkeypatch.setattr(gather, "SETTINGS_FILE", changed)
    done = restore(make(home, tmp_path / "to").file, tmp_path / "new")
    assert done.other == ("pullcord.toml",)
    assert (tmp_path / "new" / "installation-of-the-backup" / "pullcord.toml").read_text() == "port = 9000\n"


def test_the_command_lists_what_is_whole_and_what_is_not(home, tmp_path, capsys):
    for _ in range(3):
        assert main(["make", "--home", str(home), "--json"]) == 0
    good, bad, _ = (one.file for one in kept_in(home / "backups"))
    content = bytearray(bad.read_bytes())
    content[len(content) // 2] ^= 1
    bad.write_bytes(content)
    capsys.readouterr()
    assert main(["list", "--home", str(home), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["whole"] for one in told] == [True, False, True] and told[0]["schema"][-1] == facts_of(
        home / "pullcord.db"
    ).schema[-1]
    assert main(["verify", str(bad)]) == 1 and main(["verify", str(good)]) == 0
    with opened(good) as (_, manifest):
        assert manifest.counts == facts_of(home / "pullcord.db").counts and manifest.counts["readings_milling"] > 2000

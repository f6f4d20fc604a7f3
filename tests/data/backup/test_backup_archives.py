"""An archive is believed only as far as its hashes hold: damaged, cut off or forged ones are refused before anything lies in a home."""

import hashlib
import json
import stat
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.backup import BackupError, nightly
from data.backup.__main__ import main
from data.backup.archive import MANIFEST, Manifest, opened
from data.backup.make import make
from data.backup.restore import restore, verify
from data.backup.shelf import Kept, file_of, kept_in, left_over
from data.settings import Settings
from data.store import open_store

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A backup of a home with next to nothing in it: its file, and what is in it by name."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "home" / "tables").mkdir(parents=True)
    open_store(folder / "home" / "pullcord.db").close()
    (folder / "home" / "tables" / "a.csv").write_text("x,y\n1,2\n" * 500)
    file = make(folder / "home", folder / "backups").file
    return file, content_of(file)


def content_of(file):
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@settings(max_examples=60)
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), cut=st.booleans())
def test_whatever_byte_is_changed_or_missing_it_is_refused_or_it_does_not_matter(small, tmp_path_factory, where, bit, cut):
    file, content = small
    there = bytearray(file.read_bytes())
    at = int(where * len(there))
    there = there[:at] if cut else there[:at] + bytes([there[at] ^ (1 << bit)]) + there[at + 1 :]
    harmed = tmp_path_factory.getbasetemp() / "harmed.zip"
    harmed.write_bytes(there)
    try:
        verify(harmed)
    except BackupError as told:
        assert str(harmed) in str(told)
    else:
        assert not cut and content_of(harmed) == content


def forged(file, extra=(), change=lambda manifest: None, lie=False):
    """A backup with other members, sealed as if Pullcord had made it. ``extra``: (name, content, file type)."""
    manifest = {
        "number": 1, "made": NOON.isoformat(), "pullcord": "0.6", "schema": ["m001_readings"], "home": "/h", "computer": "c", "counts": {},
        "files": {}, "lacks": [], "format": 1,
    }  # fmt: skip
    members = [("home/pullcord.db", b"SQLite", stat.S_IFREG), *extra]
    for name, content, _ in members:
        manifest["files"][name] = (len(content) + (1 if lie else 0), hashlib.sha256(content).hexdigest())
    change(manifest)
    text = json.dumps(manifest).encode()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr(MANIFEST, text)
        for name, content, kind in members:
            entry = zipfile.ZipInfo(name)
            entry.filename = name  # ZipInfo would cut a NUL
            entry.external_attr = (kind | 0o777) << 16
            packed.writestr(entry, content)
        packed.comment = b"pullcord backup, manifest sha256:" + hashlib.sha256(text).hexdigest().encode()
    return file


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "home/../../evil",
        "/etc/evil",
        "home//evil",
        "home/a\\..\\..\\evil",
        "C:/evil",
        "home/c:evil",
        "evil",
        "home",
        "home/./evil",
    ],
)
def test_a_member_that_would_lie_elsewhere_is_refused(tmp_path, name):
    file = forged(tmp_path / "forged.zip", [(name, b"evil", stat.S_IFREG)])
    with pytest.raises(BackupError, match=r"would not lie in the home|is no whole backup"):
        restore(file, tmp_path / "in" / "home")
    assert not list(tmp_path.rglob("*evil*")) and not (tmp_path / "in" / "home").exists()


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFDIR])
def test_a_link_or_device_is_refused(tmp_path, kind):
    file = forged(tmp_path / "forged.zip", [("home/link", b"/etc/passwd", kind)])
    with pytest.raises(BackupError, match="would not lie in the home"):
        restore(file, tmp_path / "home")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m["files"].pop("home/pullcord.db"), "members are not those"),
        (lambda m: m["files"].update({"home/more": (1, "0")}), "members are not those"),
        (lambda m: m.update(format=99), "cannot read.*Update this installation"),
        (lambda m: m.update(schema=["m001_readings", "m999_later"]), "newer Pullcord.*m999_later"),
        (lambda m: m["files"].update({"home/pullcord.db": (6, "0" * 64)}), "is not what was put into it"),
        (lambda m: m["files"].update({"home/pullcord.db": (7, "0" * 64)}), "not as long as it was"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(tmp_path, change, said):
    with pytest.raises(BackupError, match=said):
        restore(forged(tmp_path / "forged.zip", change=change), tmp_path / "home")
    assert [one.name for one in tmp_path.iterdir()] == ["forged.zip"]


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + bytes(18), b"no archive at all" * 100])
def test_what_is_no_backup_is_told_as_that(tmp_path, content, capsys):
    (tmp_path / "some.zip").write_bytes(content)
    for words in (
        ["verify", str(tmp_path / "some.zip")],
        ["restore", str(tmp_path / "some.zip"), "--home", str(tmp_path / "home")],
    ):
        assert main(words) == 1
        said = capsys.readouterr().err
        assert "some.zip is no" in said and "Traceback" not in said


def test_another_archive_of_the_folder_is_not_read_as_ours(small, tmp_path):
    file, _ = small
    copy = tmp_path / file.name
    copy.write_bytes(file.read_bytes())
    (tmp_path / "holiday.zip").write_bytes(b"PK")
    assert [one.file for one in kept_in(tmp_path)] == [copy]
    with opened(copy) as (packed, manifest):
        assert packed.namelist()[0] == MANIFEST and manifest.pullcord and manifest.schema


# --- which are kept ---


def shelf(*given):
    """(number, days before noon, home, lacks) of each."""
    return [
        Kept(
            None,
            n,
            1,
            Manifest(n, (NOON - timedelta(days=days)).isoformat(), "0.6", ("m",), home, "c", {}, {}, ("lack",) * lacks),
        )
        for n, days, home, lacks in given
    ]


@given(
    st.lists(st.tuples(st.integers(-400, 400), st.sampled_from("ab"), st.booleans()), max_size=20),
    st.integers(1, 5),
    st.integers(0, 3),
)
def test_the_newest_ones_and_the_last_sound_one_are_never_left_over(given_, keep, weekly):
    found = shelf(*((n, *one) for n, one in enumerate(given_, start=1)))
    gone = {one.number for one in left_over(found, keep, weekly, "a", "c")}
    own = [one for one in reversed(found) if one.manifest.home == "a"]
    assert not gone & {one.number for one in own[:keep]}, "by their number, whatever a clock said"
    assert not gone & {one.number for one in found if one.manifest.home == "b"}
    sound = [one.number for one in own if one.sound]
    assert not sound or sound[0] not in gone
    assert len(own) - len(gone) <= keep + weekly + 1


def test_of_earlier_weeks_the_newest_one_is_kept():
    found = shelf(*((30 - days, days, "a", 0) for days in range(30)))
    kept = {one.number for one in found} - {one.number for one in left_over(found, 3, 2, "a", "c")}
    assert kept == {
        30,
        29,
        28,
        27,
        25,
    }  # Friday the 20th to Wednesday; then the newest of that week's rest, and the Sunday before


# --- by themselves ---


def plan(tmp_path, **given):
    return Settings(home=tmp_path, backup_hour=2, **given)


@pytest.fixture(autouse=True)
def utc(monkeypatch):
    import time

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def dated(folder, file, number, made):
    """The small backup as if it had been made at another time."""
    folder.mkdir(parents=True, exist_ok=True)
    content = content_of(file)
    told = json.loads(content.pop(MANIFEST)) | {"made": made.isoformat(), "number": number}
    text = json.dumps(told).encode()
    with zipfile.ZipFile(folder / file_of(number, made), "w") as packed:
        packed.writestr(MANIFEST, text)
        for name, one in content.items():
            packed.writestr(name, one)
        packed.comment = b"pullcord backup, manifest sha256:" + hashlib.sha256(text).hexdigest().encode()


def test_a_backup_is_due_once_each_night_and_not_before_there_is_anything_to_keep(small, tmp_path):
    given_, begun = plan(tmp_path), NOON - timedelta(days=9)
    night = NOON.replace(hour=2)
    assert nightly.due(given_, begun, NOON)
    assert not nightly.due(given_, night + timedelta(hours=1), NOON), "a line of this morning waits for its first night"
    assert not nightly.due(plan(tmp_path, backup_nightly=False), begun, NOON) and not nightly.due(
        plan(tmp_path, demo=True), begun, NOON
    )
    dated(tmp_path / "backups", small[0], 1, night + timedelta(minutes=1))
    assert not nightly.due(given_, begun, NOON)
    assert nightly.due(given_, begun, NOON + timedelta(days=1))


def test_a_backup_of_a_clock_that_was_ahead_does_not_keep_others_from_being_made(small, tmp_path):
    dated(tmp_path / "backups", small[0], 1, NOON + timedelta(days=400))
    assert nightly.due(plan(tmp_path), NOON - timedelta(days=9), NOON)
    assert nightly.late(plan(tmp_path), NOON - timedelta(days=9), NOON) == timedelta(days=9)


def test_one_that_failed_is_told_and_tried_again_an_hour_later(tmp_path, capsys):
    begun = NOON - timedelta(days=9)
    nightly.note(tmp_path / "backups", NOON, "There is no room.")
    assert not nightly.due(plan(tmp_path), begun, NOON + timedelta(minutes=59))
    assert nightly.due(plan(tmp_path), begun, NOON + timedelta(minutes=61))
    main(["list", "--home", str(tmp_path)])
    assert "There is no room." in capsys.readouterr().err

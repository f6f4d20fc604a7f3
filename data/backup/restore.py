"""Putting a backup back: into an empty home, all of it or nothing."""

import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from data.backup import BackupError
from data.backup.archive import HOME, INSTALLATION, Manifest, Tell, opened, read_through
from data.backup.gather import digest
from data.durable import sync_folder
from data.private import private
from data.settings import SETTINGS_FILE
from data.store import open_store
from data.store.sqlite.files import begin_anew, damage_of, facts_of, unknown_steps
from data.usecase.use_case import BUILT_IN

ASIDE = "installation-of-the-backup"
"""Where in the restored home lies what the backup's installation had beside it and this one has otherwise."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A home that stands again. ``other``: files of the installation that differ here; they lie under :data:`ASIDE`."""

    home: Path
    manifest: Manifest
    other: tuple[str, ...]
    seconds: float


def verify(file: Path, tell: Tell = lambda *_: None) -> Manifest:
    """Read a backup to its end.

    Raises:
        BackupError: it is not whole, or a newer Pullcord has made it.
    """
    with opened(file) as (packed, manifest):
        _known(file, manifest)
        read_through(file, packed, manifest, tell)
    return manifest


def restore(file: Path, home: Path, by: str = "command line", tell: Tell = lambda *_: None) -> Restored:
    """Make ``home``, which must not be there or be empty, out of a backup.

    Everything is unpacked beside it, held against its hashes, its store examined, opened and counted; then the folder is renamed. Until that moment
    there is nothing in ``home``.

    Raises:
        BackupError: the home holds something, there is no room, or the backup is not whole.
        StoreError: a newer Pullcord has made it.
    """
    begun = time.monotonic()
    _free(home)
    private(home)
    with opened(file) as (packed, manifest):
        _known(file, manifest)
        _room(home, manifest)
        work = _beside(home)
        try:
            read_through(file, packed, manifest, lambda share, told: tell(0.8 * share, told), work)
            whole = work / HOME.rstrip("/")
            _examined(file, whole, manifest, lambda share, told: tell(0.8 + 0.2 * share, told))
            other = _installation(work / INSTALLATION.rstrip("/"), whole)
            details = {
                "backup": file.name,
                "number": manifest.number,
                "made": manifest.made,
                "from": manifest.home,
                "computer": manifest.computer,
            }
            begin_anew(whole / "pullcord.db", by, details)
            _in_place(whole, home)
        except OSError as error:
            raise BackupError(
                "{file} was not restored to {home}: {error}. Nothing is there; try another folder.",
                file=file,
                home=home,
                error=error.strerror or error,
            ) from error
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return Restored(home, manifest, other, time.monotonic() - begun)


def _free(home: Path) -> None:
    if home.exists() and not home.is_dir():
        raise BackupError("{home} is a file: name a folder that is empty or not there yet, --home /path/to/folder.", home=home)
    if home.is_dir() and any(home.iterdir()):
        raise BackupError(
            "{home} is not empty: a backup is restored into an empty home only, so that nothing is lost by it. Stop Pullcord and "
            "move it aside (mv {home2} {home3}.aside), or name another folder with --home.",
            home=home,
            home2=home,
            home3=home,
        )
    if os.path.ismount(home):
        raise BackupError(
            "{home} is a disk of its own: restore into a folder on it, --home {pullcord}, and let PULLCORD_HOME name that.",
            home=home,
            pullcord=home / "pullcord",
        )


def _known(file: Path, manifest: Manifest) -> None:
    if strange := unknown_steps(manifest.schema):
        raise BackupError(
            "{file} was made by a newer Pullcord ({pullcord}; its store has {strange}): this version cannot read it. Update this "
            "installation, then restore it.",
            file=file,
            pullcord=manifest.pullcord,
            strange=", ".join(strange),
        )


def _room(home: Path, manifest: Manifest) -> None:
    there = next(place for place in (home, *home.absolute().parents) if place.is_dir())
    free = shutil.disk_usage(there).free
    if manifest.bytes > free:
        raise BackupError(
            "There is no room for it on the disk of {home}: it takes {bytes} MB, and {free} MB are free. Make room, or name "
            "another folder with --home.",
            home=home,
            bytes=f"{manifest.bytes / 1000000.0:,.0f}",
            free=f"{free / 1000000.0:,.0f}",
        )


def _beside(home: Path) -> Path:
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{home.name}-restoring-", dir=home.parent))
    except OSError as error:
        raise BackupError(
            "{parent} cannot be written ({strerror}): name another folder with --home.",
            parent=home.parent,
            strerror=error.strerror,
        ) from None


def _examined(file: Path, whole: Path, manifest: Manifest, tell: Tell) -> None:
    """Whether the store is whole and holds what the manifest counted; then it is brought to this version, as at any start."""
    store = whole / "pullcord.db"
    tell(0.0, "Looking whether the store is whole")
    if damage := damage_of(store):
        raise BackupError(
            "The store in {file} is damaged ({damage}): nothing was restored. Take another one: python -m data.backup list",
            file=file,
            damage=damage,
        )
    tell(0.5, "Counting")
    counts = facts_of(store).counts
    wrong = [f"{name}: {counts.get(name, 0):,} instead of {n:,}" for name, n in manifest.counts.items() if counts.get(name) != n]
    if wrong:
        raise BackupError(
            "The store in {file} does not hold what was counted ({wrong}): nothing was restored.",
            file=file,
            wrong="; ".join(wrong[:3]),
        )
    tell(0.8, "Opening the store")
    open_store(store).close()


def _installation(kept: Path, whole: Path) -> tuple[str, ...]:
    """Lay aside what this installation has otherwise than the one that was backed up; its own files are never touched."""
    if not kept.is_dir():
        return ()
    other = []
    for path in sorted(path for path in kept.rglob("*") if path.is_file()):
        name = path.relative_to(kept).as_posix()
        here = SETTINGS_FILE if name == SETTINGS_FILE.name else BUILT_IN / name.removeprefix("usecases/")
        if not here.is_file() or digest(here) != digest(path):
            (whole / ASIDE / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, whole / ASIDE / name)
            other.append(name)
    return tuple(other)


def _in_place(whole: Path, home: Path) -> None:
    for folder, _, _ in os.walk(whole, topdown=False):
        sync_folder(Path(folder))
    if home.is_dir():
        home.rmdir()
    os.rename(whole, home)
    sync_folder(home.parent)

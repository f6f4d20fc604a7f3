"""Making a backup while workers and screens write: first a copy of the store, then the files that it names.

In this order because a release's folder is written before its row: whatever a copy of the store names lies on the disk by then, and what came later
is only more than it needs. A renaming moves folders, so the names are compared before and after, and what the copy names is held against the
files' hashes; where that does not fit, all of it is done again.
"""

import errno
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from data import clock
from data.backup import BackupError
from data.backup.archive import STORE, Changed, Manifest, Tell, write
from data.backup.gather import Found, digest, gathered, lacking, names_in, size_of
from data.backup.shelf import file_of, next_number
from data.durable import sync_folder
from data.private import private
from data.store.rename import NOTE
from data.store.sqlite.files import Facts, damage_of, facts_of, snapshot
from data.version import VERSION

ATTEMPTS = 5
PATIENCE_S = 10.0
"""How long a renaming that is under way is waited for. One that was killed stays: its note goes in, and whoever opens the restored home ends it."""
_WORK = ".making-"


class Busy(BackupError):
    """Another backup is being made in the same folder."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that stands."""

    file: Path
    manifest: Manifest
    seconds: float


def make(home: Path, to: Path, tell: Tell = lambda *_: None, spare: int = 0) -> Made:
    """Put a backup of ``home`` into the folder ``to``. Nothing of it is there before all of it is.

    Args:
        spare: bytes that must stay free on that disk afterwards.

    Raises:
        BackupError: no room, another backup is being made there, or the home changes faster than it can be looked at.
        StoreError: the store is not there or damaged.
    """
    begun = time.monotonic()
    if not (home / "pullcord.db").is_file():
        raise BackupError(
            "There is nothing to back up in {home}: no store lies there. Name the home with --home /path/to/folder.", home=home
        )
    private(home)
    try:
        to.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BackupError(
            "The folder {to} cannot be made ({strerror}): name another one with --to /path/to/folder.",
            to=to,
            strerror=error.strerror,
        ) from None
    with _alone(to):
        _room(home, to, spare)
        work, before = Path(tempfile.mkdtemp(prefix=_WORK, dir=to)), ()
        try:
            for attempt in range(ATTEMPTS):
                facts, found, lacks, steady = _looked(home, work / str(attempt), to, tell)
                again = not steady or (lacks and lacks != before)  # what is missing twice is missing in the home itself
                before = lacks
                if again and attempt < ATTEMPTS - 1:
                    time.sleep(0.2)
                    continue
                number = next_number(to)
                now = clock.now()
                manifest = Manifest(
                    number, now.isoformat(timespec="seconds"), VERSION, facts.schema, str(home.resolve()), socket.gethostname(),
                    facts.counts, found.files, lacks,
                )  # fmt: skip
                try:
                    write(work / "whole.zip", manifest, found.sources, lambda share, told: tell(0.3 + 0.7 * share, told))
                except Changed:
                    (work / "whole.zip").unlink()
                    continue
                place = to / file_of(number, now)
                os.rename(work / "whole.zip", place)
                sync_folder(to)
                return Made(place, manifest, time.monotonic() - begun)
        except OSError as error:
            raise BackupError(
                "No backup was made in {to}: {error}. Make room there, or name another folder with --to.",
                to=to,
                error=error.strerror or error,
            ) from error
        finally:
            shutil.rmtree(work, ignore_errors=True)
    raise BackupError(
        "The files of {home} change faster than they can be looked at: no backup was made. Try again in a minute.", home=home
    )


def _looked(home: Path, work: Path, to: Path, tell: Tell) -> tuple[Facts, Found, tuple[str, ...], bool]:
    """One attempt: a copy of the store, the files, what is missing of what the copy names, and whether no name changed meanwhile."""
    work.mkdir()
    _wait_for_renaming(home)
    before = names_in(home)
    tell(0.0, "Copying the store")
    copy = work / "pullcord.db"
    snapshot(home / "pullcord.db", copy)
    tell(0.1, "Looking whether the store is whole")
    if damage := damage_of(copy):
        raise BackupError(
            "The store {db} is damaged ({damage}): no backup was made of it, and the earlier ones stay. Stop Pullcord and "
            "restore the newest one: python -m data.backup list",
            db=home / "pullcord.db",
            damage=damage,
        )
    facts = facts_of(copy)
    found = gathered(home, work, to, lambda share, told: tell(0.2 + 0.1 * share, told))
    found.sources[STORE], found.files[STORE] = copy, (copy.stat().st_size, digest(copy))
    return facts, found, lacking(home, facts, found), names_in(home) == before


def _wait_for_renaming(home: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while (home / "usecases" / NOTE).exists() and time.monotonic() < until:
        time.sleep(0.05)


def _room(home: Path, to: Path, spare: int) -> None:
    """Whether the copy of the store and the archive will fit, by the most that they can take."""
    store = sum(file.stat().st_size for file in home.glob("pullcord.db*") if not file.name.endswith("-shm"))
    needed, free = 2 * store + size_of(home, to) + spare, shutil.disk_usage(to).free
    if needed > free:
        raise BackupError(
            "There is no room for a backup in {to}: it may take {needed} MB{what}, and {free} MB are free. Make room, or name "
            "another folder with --to (setting backup_folder).",
            to=to,
            needed=f"{needed / 1000000.0:,.0f}",
            what=" with what has to stay free" if spare else "",
            free=f"{free / 1000000.0:,.0f}",
        )


@contextmanager
def _alone(to: Path) -> Iterator[None]:
    """Only one is made in a folder at a time. The system lets go of the lock when a process is killed; what that one left is swept here."""
    try:
        handle = os.open(to / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise BackupError(
            "The folder {to} cannot be written ({strerror}): name another one with --to /path/to/folder.",
            to=to,
            strerror=error.strerror,
        ) from None
    try:
        if not _locked(handle):
            raise Busy("Another backup is being made in {to} right now: wait for it.", to=to)
        for left in to.glob(f"{_WORK}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK)  # a disk of the network that knows no locks
    return True

"""Tables that people upload to make a line of: by their content, each person's own, and gone after a day.

What is uploaded is only looked at: the use case that is made of it has a table of its own (:mod:`data.onboarding.create`). So a copy that is swept
costs nobody anything; whoever still has the page open puts it here again.
"""

import contextlib
import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from data import clock
from data.attachments import file_name
from data.onboarding.target import OnboardingError

KINDS = ("csv", "tsv", "txt", "xlsx", "parquet")
MOST_OF_ONE, MOST_OF_ALL, LEFT_FREE = 1_000_000_000, 5_000_000_000, 1_000_000_000
"""Bytes of one person's uploads, of everybody's, and of the disk that stay free."""
KEPT_S = 86_400


@dataclass(frozen=True, slots=True)
class Given:
    """A table to be looked at: where it lies, and what the person calls it."""

    file: Path
    name: str


def fingerprint(content: bytes | memoryview) -> str:
    """What tells one content from another."""
    return hashlib.sha256(content).hexdigest()


def keep(home: Path, person: str, name: str, content: bytes | memoryview, digest: str) -> Given:
    """Put an upload into the home, once for each content and person, after what is old was swept.

    Raises:
        OnboardingError: there is no room, or the home cannot be written; the message says how much there is and what to do.
    """
    called = file_name(name)
    folder = home / "uploads" / hashlib.sha256(person.encode("utf-8", "replace")).hexdigest()[:16]
    ending = called.rpartition(".")[2].lower()
    file = folder / f"{digest[:40]}.{ending if ending in KINDS else 'csv'}"
    try:
        if file.is_file() and file.stat().st_size == len(content):
            os.utime(file)  # somebody looks at it: it is not old
            return Given(file, called)
        sweep(home)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make_room(folder, len(content), called)
        everything = sum(size for _, size, _ in _held(home / "uploads"))
        if everything + len(content) > MOST_OF_ALL or shutil.disk_usage(home).free - len(content) < LEFT_FREE:
            raise OnboardingError(
                "There is no room for {called} ({content} MB): uploads take {everything} MB of at most {MOST_OF_ALL} MB. Each is "
                "removed after a day; or put the file into {tables} and choose it there.",
                called=called,
                content=f"{len(content) / 1000000.0:,.0f}",
                everything=f"{everything / 1000000.0:,.0f}",
                MOST_OF_ALL=f"{MOST_OF_ALL / 1000000.0:,.0f}",
                tables=home / "tables",
            )
        handle, work = tempfile.mkstemp(dir=folder, prefix=".")
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
        os.replace(work, file)
    except OSError as error:
        raise OnboardingError(
            "{called} cannot be kept in {uploads} ({strerror}): make room there, or let this user write to it.",
            called=called,
            uploads=home / "uploads",
            strerror=error.strerror,
        ) from None
    return Given(file, called)


def sweep(home: Path, now: float | None = None) -> None:
    """Remove what was last looked at more than a day ago."""
    limit = (clock.seconds() if now is None else now) - KEPT_S
    for seen, _, file in _held(home / "uploads"):
        if seen < limit:
            with contextlib.suppress(OSError):
                file.unlink()


def _make_room(folder: Path, size: int, called: str) -> None:
    """Let a person's own oldest uploads go until there is room for one more."""
    if size > MOST_OF_ONE:
        raise OnboardingError(
            "{called} has {size} MB; an upload may have {MOST_OF_ONE} MB. Put it into the folder tables of the home instead.",
            called=called,
            size=f"{size / 1000000.0:,.0f}",
            MOST_OF_ONE=f"{MOST_OF_ONE / 1000000.0:,.0f}",
        )
    held = _held(folder)
    over = sum(one for _, one, _ in held) + size - MOST_OF_ONE
    for _, one, file in held:
        if over <= 0:
            return
        with contextlib.suppress(OSError):
            file.unlink()
        over -= one


def _held(folder: Path) -> list[tuple[float, int, Path]]:
    """(last looked at, bytes, file) of what lies there, the oldest first."""
    found = []
    for file in folder.rglob("*"):
        with contextlib.suppress(OSError):
            if file.is_file():
                found.append((file.stat().st_mtime, file.stat().st_size, file))
    return sorted(found)

"""Backups that are made by themselves: when one is due, how much of the disk they leave alone, and what became of the last one.

On without being asked for, into the home, because whoever needs a backup first notices then that nobody had switched it on. A copy on the same disk
outlives a wrong command, a damaged store and a failed upgrade, not the disk: for that there is the setting ``backup_folder``.
"""

import json
import os
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from data.backup.shelf import newest
from data.settings import Settings

LATE = timedelta(days=3)
"""A home whose newest backup is older than this is told to whoever administers it."""
AGAIN = timedelta(hours=1)
"""One that failed is tried again after so long."""
SPARE_SHARE, SPARE_MOST = 0.1, 10_000_000_000
_LAST = ".last.json"


@dataclass(frozen=True, slots=True)
class Last:
    """The last attempt: when, and why there is no backup of it (empty: there is)."""

    at: datetime
    told: str


def due(settings: Settings, since: datetime, now: datetime) -> bool:
    """Whether a nightly backup should be made now: the hour has come since the newest one, and there was something to keep at it.

    Args:
        since: since when there is something in the home.
    """
    if not settings.backup_nightly or settings.demo:
        return False
    local = now.astimezone()
    hour = local.replace(hour=settings.backup_hour, minute=0, second=0, microsecond=0)
    hour -= timedelta(days=0 if hour <= local else 1)
    if since > hour:
        return False
    before = last(settings.backups)
    if before and before.told and timedelta(0) <= now - before.at < AGAIN:
        return False
    found = newest(settings.backups, now)
    return found is None or found.manifest is None or found.manifest.when < hour


def spare(folder: Path) -> int:
    """How many bytes a backup that nobody asked for leaves free on the disk of ``folder``."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.is_dir())
    return min(int(SPARE_SHARE * shutil.disk_usage(there).total), SPARE_MOST)


def note(folder: Path, at: datetime, told: str) -> None:
    """Write down what became of an attempt. Where nothing can be written, the age of the newest backup says it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = folder / f"{_LAST}.{os.getpid()}"
        beside.write_text(json.dumps({"at": at.isoformat(), "told": told}, ensure_ascii=False), encoding="utf-8")
        os.replace(beside, folder / _LAST)
    except OSError:
        return


def last(folder: Path) -> Last | None:
    """The last attempt of a nightly backup in a folder, if there was one."""
    try:
        told = json.loads((folder / _LAST).read_text(encoding="utf-8"))
        return Last(datetime.fromisoformat(told["at"]), str(told["told"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def late(settings: Settings, since: datetime, now: datetime) -> timedelta | None:
    """How long ago the newest backup was made (or, without one, since when there is something to lose), where that is too long; else ``None``.
    Whoever switches the nightly ones off sees to it otherwise."""
    if settings.demo or not settings.backup_nightly:
        return None
    found = newest(settings.backups, now)
    age = now - (found.manifest.when if found and found.manifest else since)
    return age if age > LATE else None

"""What of a home belongs into a backup: everything but the store's own files (a copy of it goes in), backups, logs, and what is only half written.

Named is what is left out, not what is taken: a folder that joins the home later is not forgotten.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data.backup.archive import HOME, INSTALLATION, NAME, Tell
from data.settings import SETTINGS_FILE
from data.store.sqlite.files import Facts
from data.usecase.use_case import BUILT_IN

SMALL = 1 << 20
"""Up to this size a file is copied first: it may be written again at any moment, and is taken as it was at one."""
BACKUPS = "backups"
PUT_ASIDE = ".removed"
_HALF = re.compile(r"^\..+-([a-z0-9_]{8}|\d+)$")


@dataclass(frozen=True, slots=True)
class Found:
    """Where each member comes from, and name -> (bytes, SHA-256)."""

    sources: dict[str, Path]
    files: dict[str, tuple[int, str]]


def gathered(home: Path, work: Path, besides: Path, tell: Tell) -> Found:
    """Every file that belongs into a backup of ``home``, looked through once. Small ones are copied to ``work``. ``besides``: the folder of backups,
    wherever it lies. A file that goes away meanwhile was on its way out and is left out."""
    sources, files = {}, {}
    listed = [*_of_home(home, besides), *_of_installation()]
    for at, (name, path) in enumerate(listed):
        tell(at / len(listed), f"Looking at {name.removeprefix(HOME)}")
        try:
            source = path
            if path.stat().st_size <= SMALL:
                source = work / str(at)
                shutil.copyfile(path, source)
            files[name] = source.stat().st_size, digest(source)
        except FileNotFoundError:
            continue
        sources[name] = source
    return Found(sources, files)


def digest(file: Path) -> str:
    """SHA-256 of a file, however large."""
    found = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(1 << 20):
            found.update(chunk)
    return found.hexdigest()


def size_of(home: Path, besides: Path) -> int:
    """How many bytes of files belong into a backup of ``home``, the store left out."""
    total = 0
    for _, path in (*_of_home(home, besides), *_of_installation()):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total


def names_in(home: Path) -> tuple[str, ...]:
    """The names under which use cases keep something: they change while one is renamed or put aside."""
    folders = (home / "usecases", home / "releases", home / "gold", home / "usecases" / PUT_ASIDE)
    return tuple(sorted(f"{folder.name}/{one.name}" for folder in folders if folder.is_dir() for one in folder.iterdir()))


def lacking(home: Path, facts: Facts, found: Found) -> tuple[str, ...]:
    """What the store names and is not there as it was released, and gold sets that are not what was frozen; a sentence each."""
    told = []
    for use_case, number, folder, wanted in facts.releases:
        manifest = f"{HOME}{folder}/release.json"
        if found.files.get(manifest, (0, ""))[1] != wanted:
            told.append(
                f"Release {number} of {use_case}: {home / folder / 'release.json'} is missing or is not what was released."
            )
            continue
        parts = json.loads(found.sources[manifest].read_bytes())["files"]
        wrong = [part for part, one in parts.items() if found.files.get(f"{HOME}{folder}/{part}", (0, ""))[1] != one]
        if wrong:
            told.append(f"Release {number} of {use_case}: {', '.join(wrong)} in {home / folder} is missing or was changed.")
    for name in [name for name in found.files if name.startswith(f"{HOME}gold/") and name.endswith(".json")]:
        try:
            wanted = json.loads(found.sources[name].read_bytes())["sha256"]
        except (ValueError, KeyError, TypeError):
            wanted = None
        if found.files.get(f"{name.removesuffix('.json')}.parquet", (0, ""))[1] != wanted:
            told.append(f"The gold set {home / name.removeprefix(HOME)} is missing or is not what was frozen.")
    return tuple(told)


def _of_home(home: Path, besides: Path) -> Iterator[tuple[str, Path]]:
    away, seen = {besides.resolve(), (home / BACKUPS).resolve()}, set()
    for folder, folders, names in os.walk(home, followlinks=True):
        here = Path(folder)
        if here.resolve() in seen:
            folders.clear()
            continue
        seen.add(here.resolve())
        folders[:] = sorted(one for one in folders if _kept(one) and (here / one).resolve() not in away)
        for name in sorted(names):
            path = here / name
            if _kept(name) and not (here == home and name.startswith("pullcord.db")) and path.is_file():
                yield HOME + path.relative_to(home).as_posix(), path


def _kept(name: str) -> bool:
    """Whether a name is neither a log, nor a backup in another folder than usual, nor of something that is only half written (or its trial)."""
    return not (name.endswith((".log", ".new")) or _HALF.match(name) or NAME.match(name))


def _of_installation() -> Iterator[tuple[str, Path]]:
    """What somebody may have changed beside the home: the settings' file, and the built-in use cases with their words."""
    if SETTINGS_FILE.is_file():
        yield f"{INSTALLATION}{SETTINGS_FILE.name}", SETTINGS_FILE
    for path in sorted(BUILT_IN.rglob("*.yaml")):
        yield f"{INSTALLATION}usecases/{path.relative_to(BUILT_IN).as_posix()}", path

"""Another name for a use case of one's own: its records, its folder, its releases and its gold set go with it, or nothing does.

The folders are moved inside the store's transaction, before it counts. A note in the home says what is under way; when a process is killed
between, whoever opens the store next asks it whether the change counts, and if not puts the folders back.
"""

import json
import os
import re
import uuid
from pathlib import Path

from data.durable import alone, sync_folder
from data.records import GONE_S
from data.store.contract import Store, StoreError
from data.usecase.file import UseCaseError, names_of, path_of
from data.usecase.use_case import BUILT_IN

NOTE = ".renaming.json"
_NAME = re.compile(r"^[a-z][a-z0-9_]{0,40}$")


def rename(home: Path, store: Store, old: str, new: str, by: str) -> dict[str, int]:
    """Call the use case ``old`` ``new`` from now on. Returns how many records of each kind went with it.

    Raises:
        UseCaseError: it is built in, is not there, or the new name cannot be had.
        StoreError: a worker or a training of it is at work, there are records under the new name, or a folder cannot be moved.
    """
    path = path_of(old, home)
    if path.is_relative_to(BUILT_IN):
        raise UseCaseError(
            "{old} is built in and keeps its name. To have it under another one, copy its folder into {usecases}.",
            old=old,
            usecases=home / "usecases",
        )
    if not _NAME.fullmatch(new):
        raise UseCaseError(
            "{new} is no name: write small letters, digits and _, beginning with a letter, 41 at the most.", new=repr(new)
        )
    if new in names_of(home):
        raise UseCaseError("There is a use case {new} already: choose another name.", new=repr(new))
    moves = _moves(home, old, new)
    with alone(home / "usecases"):
        return _renamed(home, store, old, new, by, moves)


def _renamed(home: Path, store: Store, old: str, new: str, by: str, moves: list[tuple[Path, Path]]) -> dict[str, int]:
    """Carry it out, while nobody else renames, makes or removes one."""
    there = [str(after) for _, after in moves if after.exists()]
    if there:
        raise UseCaseError(
            "{there} lies in the way, left by a use case that was put aside: move it elsewhere.", there=", ".join(there)
        )
    told = {"key": uuid.uuid4().hex, "old": old, "new": new}
    note = home / "usecases" / NOTE
    try:
        _write(note, json.dumps(told))
        done = store.naming.rename(old, new, by, told["key"], GONE_S, lambda: _move(home, old, new))
    except BaseException as error:
        _put_back(home, old, new)
        note.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise StoreError(
                "{home} cannot be moved ({strerror}): nothing was renamed.", home=error.filename or home, strerror=error.strerror
            ) from None
        raise
    note.unlink(missing_ok=True)
    return done


def recover(home: Path, store: Store) -> None:
    """Finish or undo a renaming that was killed. Does nothing while another process is at it: it waits for that one."""
    note = home / "usecases" / NOTE
    if not note.exists():
        return
    with alone(note.parent):  # whoever is at it is done then, or was killed
        _recover(home, store, note)


def _recover(home: Path, store: Store, note: Path) -> None:
    try:
        told = json.loads(note.read_text(encoding="utf-8"))
        told = {name: told[name] for name in ("key", "old", "new")}
    except (FileNotFoundError, NotADirectoryError):
        return
    except (ValueError, KeyError, TypeError):  # killed while writing the note: nothing had been moved
        note.unlink(missing_ok=True)
        return
    if not store.naming.renamed(told["key"]) and note.exists():
        _put_back(home, told["old"], told["new"])
    note.unlink(missing_ok=True)


def _moves(home: Path, old: str, new: str) -> list[tuple[Path, Path]]:
    """What lies under the name, and where it goes."""
    places = [("releases", ""), ("gold", ".parquet"), ("gold", ".json"), ("usecases", "")]
    return [(home / folder / f"{old}{ending}", home / folder / f"{new}{ending}") for folder, ending in places]


def _move(home: Path, old: str, new: str) -> None:
    for before, after in _moves(home, old, new):
        if before.exists():
            os.rename(before, after)
            sync_folder(after.parent)
    _call(home / "usecases" / new / "usecase.yaml", old, new)


def _put_back(home: Path, old: str, new: str) -> None:
    for before, after in reversed(_moves(home, old, new)):
        if after.exists() and not before.exists():
            os.rename(after, before)
            sync_folder(before.parent)
    _call(home / "usecases" / old / "usecase.yaml", new, old)


def _call(file: Path, old: str, new: str) -> None:
    """Write the new name into the file, wherever it is called by the old one; every other byte stays as somebody wrote it, also of a file that is
    damaged: whoever opens the store next finishes or undoes a renaming, and must never fail at it."""
    text = file.read_bytes().decode("utf-8", "surrogateescape") if file.is_file() else ""
    changed = re.sub(rf"^(name:[ \t]*)(['\"]?){old}\2(?=\s|$)", rf"\g<1>{new}", text, count=1, flags=re.MULTILINE)
    if changed != text:
        _write(file, changed)


def _write(file: Path, text: str) -> None:
    work = file.with_name(f"{file.name}.new")
    with work.open("wb") as opened:
        opened.write(text.encode("utf-8", "surrogateescape"))
        opened.flush()
        os.fsync(opened.fileno())
    os.replace(work, file)
    sync_folder(file.parent)

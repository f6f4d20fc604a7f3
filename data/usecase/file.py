"""Reading a ``usecase.yaml``: finding it, and errors that name the line, the key and what to write instead."""

import re
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from data.errors import PullcordError
from data.usecase.rules import Misfit
from data.usecase.use_case import BUILT_IN, UseCase
from data.usecase.words import in_words, read_words, words_file


class UseCaseError(PullcordError, ValueError):
    """A use case that is not there or whose file is wrong. The message names file, line, key and the mend."""


def path_of(name: str, home: Path | None = None) -> Path:
    """The ``usecase.yaml`` of ``name``: the user's own (under the home) before a built-in one.

    Raises:
        UseCaseError: when there is none; the message lists those that there are.
    """
    folders = [*([home / "usecases"] if home else []), BUILT_IN]
    for folder in (
        folders if re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name) else ()
    ):  # anything else would be a way out of the folder
        if (folder / name / "usecase.yaml").is_file():
            return folder / name / "usecase.yaml"
    there = sorted({p.parent.name for folder in folders for p in folder.glob("*/usecase.yaml") if p.is_file()})
    raise UseCaseError("There is no use case {name}. Known: {none}.", name=repr(name[:60]), none=", ".join(there) or "none")


def names_of(home: Path | None = None) -> tuple[str, ...]:
    """The names of all use cases that there are: built in, then the user's own."""
    folders = [BUILT_IN, *([home / "usecases"] if home else [])]
    found = (path.parent.name for folder in folders for path in sorted(folder.glob("*/usecase.yaml")) if path.is_file())
    return tuple(dict.fromkeys(name for name in found if not name.startswith(".")))


def load(name: str, home: Path | None = None, language: str = "en") -> UseCase:
    """The use case ``name``, checked; its labels in ``language`` where there are words for it (:mod:`data.usecase.words`).

    Raises:
        UseCaseError: naming file, line and key.
    """
    path = path_of(name, home)
    stamp, words = path.stat().st_mtime_ns, words_file(path.parent, language)
    if language == "en" or not words.is_file():
        return _read(path, stamp, home)
    return _worded(path, stamp, words.stat().st_mtime_ns, home, language)


def text_of(path: Path) -> str:
    """What stands in a ``usecase.yaml``.

    Raises:
        UseCaseError: it cannot be read, or holds no text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UseCaseError(
            "{path} holds no text in UTF-8 ({reason} at byte {start}): save it as UTF-8, or put it back from a backup.",
            path=path,
            reason=error.reason,
            start=error.start,
        ) from None
    except OSError as error:
        raise UseCaseError(
            "{path} cannot be read ({strerror}): give this user the right to it.", path=path, strerror=error.strerror
        ) from None


@lru_cache(maxsize=64)
def _read(path: Path, _stamp: int, home: Path | None) -> UseCase:
    text = text_of(path)
    try:
        found = UseCase.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise UseCaseError(
            "{path}{where}: this is not YAML: {error}.", path=path, where=where, error=getattr(error, "problem", error)
        ) from None
    except ValidationError as error:
        raise UseCaseError("\n".join(_told(path, text, e) for e in error.errors())) from None
    if found.name != path.parent.name:
        raise UseCaseError(
            "{path}: name is {name} but the folder is {name2}; make them the same.",
            path=path,
            name=repr(found.name),
            name2=repr(path.parent.name),
        )
    found._folder, found._home = path.parent, home
    return found


@lru_cache(maxsize=64)
def _worded(path: Path, stamp: int, _words_stamp: int, home: Path | None, language: str) -> UseCase:
    plain = _read(path, stamp, home)
    try:
        words = read_words(path.parent, language)
    except ValueError as error:
        raise UseCaseError(error) from None
    found = UseCase.model_validate(in_words(plain.model_dump(), words))
    found._folder, found._home, found._words = plain._folder, plain._home, words
    return found


def _told(path: Path, text: str, error: ErrorDetails) -> str:
    misfit = (error.get("ctx") or {}).get("error")
    keys = [*map(str, error["loc"]), *(misfit.keys if isinstance(misfit, Misfit) else ())]
    what = {
        "missing": "is missing: add it",
        "extra_forbidden": "is not a key that is known here: remove it or correct its spelling (if a newer Pullcord wrote it, update this installation)",
    }
    said = what.get(error["type"], error["msg"].removeprefix("Value error, "))
    return f"{path}, line {_line(text, keys)}: {'.'.join(keys) or 'the file'}: {said}."


def _line(text: str, keys: list[str]) -> int:
    node, line = yaml.compose(text), 1
    for key in keys:
        if isinstance(node, yaml.SequenceNode) and key.isdigit() and int(key) < len(node.value):
            node = node.value[int(key)]
            line = node.start_mark.line + 1
            continue
        if not isinstance(node, yaml.MappingNode):
            break
        hit = next(((k, v) for k, v in node.value if k.value == key), None)
        if hit is None:
            break
        line, node = hit[0].start_mark.line + 1, hit[1]
    return line

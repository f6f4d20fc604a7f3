"""Lines that somebody started on the page *New line*: which file each of them replays, and how fast. They go on after a restart of everything.

It stands in ``line.json`` in the use case's own folder, so that it is renamed, put aside and backed up with it.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from data.durable import sync_folder
from data.usecase.file import UseCaseError, path_of

FILE = "line.json"


@dataclass(frozen=True, slots=True)
class KeptLine:
    """``file``: what is replayed. ``speed``: seconds of plant time in one second. ``over``: it came to its end."""

    use_case: str
    file: Path
    speed: float
    over: bool = False


def keep_line(home: Path, line: KeptLine) -> None:
    """Write it down, whole or not at all. A file in the use case's folder is known by its place there.

    Raises:
        UseCaseError: there is no such use case, or it is built in.
    """
    folder = path_of(line.use_case, home).parent
    if not folder.is_relative_to(home):
        raise UseCaseError("{use_case} is built in: it runs when the settings' use_cases name it.", use_case=line.use_case)
    inside = line.file.is_relative_to(folder)
    told = {"file": str(line.file.relative_to(folder) if inside else line.file), "speed": line.speed, "over": line.over}
    work = folder / f".{FILE}.{os.getpid()}"
    with work.open("w", encoding="utf-8") as opened:
        json.dump(told, opened)
        opened.flush()
        os.fsync(opened.fileno())
    os.replace(work, folder / FILE)
    sync_folder(folder)


def stop_line(home: Path, use_case: str) -> bool:
    """Do not keep it any more; whoever runs it stops it. Returns whether it was kept.

    Raises:
        UseCaseError: there is no such use case.
    """
    file = path_of(use_case, home).parent / FILE
    if not file.is_relative_to(home) or not file.is_file():
        return False
    file.unlink()
    sync_folder(file.parent)
    return True


def kept_line(home: Path, use_case: str) -> KeptLine | None:
    """The line of a use case, if one is kept and its file can be read."""
    try:
        folder = path_of(use_case, home).parent
        told = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return KeptLine(use_case, folder / told["file"], float(told["speed"]), bool(told.get("over", False)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, UseCaseError):
        return None


def kept_lines(home: Path) -> dict[str, KeptLine]:
    """Every line that is kept in a home, by its use case."""
    found = [kept_line(home, file.parent.name) for file in sorted((home / "usecases").glob(f"*/{FILE}"))]
    return {line.use_case: line for line in found if line is not None}

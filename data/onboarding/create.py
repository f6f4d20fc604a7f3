"""Making a use case of a table: whole or not at all. Its folder holds the ``usecase.yaml`` and the table as its history."""

import os
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from data.durable import alone
from data.onboarding.columns import identifier
from data.onboarding.profile import Profile, profile
from data.onboarding.target import OnboardingError
from data.onboarding.yaml_text import usecase_yaml
from data.tables.limits import bytes_fit
from data.tables.manner import FOUND, Manner
from data.tables.read import Table, TableError, free_name, read_table
from data.tables.times import Way
from data.usecase.file import UseCaseError, load, names_of

HISTORY = "history.parquet"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_KEPT = re.compile(r"con|prn|aux|nul|com\d|lpt\d")
"""Names that some systems keep for devices."""
Tell = Callable[[float, str], object]


@dataclass(frozen=True, slots=True, eq=False)
class Created:
    """A use case that stands: its name, folder, what was inferred, and what reading the files found."""

    name: str
    folder: Path
    profile: Profile
    notes: tuple[str, ...]


def read_files(files: list[Path], tell: Tell = lambda *_: None, manner: Manner = FOUND) -> Table:
    """One table of one or several files of the same columns, in the order given, all read in one manner; of several it says which file each row is
    from.

    Raises:
        TableError: a file that cannot be read, or with other columns than the first.
    """
    tables = _read_each(files, tell, manner)
    comma = tuple(dict.fromkeys(header for one in tables for header in one.manner.comma or ()))
    text = tuple(
        header
        for header in tables[0].frame.columns
        if header not in comma and len({pd.api.types.is_numeric_dtype(one.frame[header].dtype) for one in tables}) > 1
    )
    if text or any(set(one.manner.comma or ()) != set(comma) for one in tables):  # what one file tells holds for all of them
        known = replace(manner, comma=comma, text=tuple(dict.fromkeys((*manner.text, *text))))
        tables = _read_each(files, tell, known)
    said = [
        [
            f"{file.name}: {one}" if len(files) > 1 else one
            for file, table in zip(files, tables, strict=True)
            for one in getattr(table, what)
        ]
        for what in ("notes", "look")
    ]
    frame = tables[0].frame if len(tables) == 1 else pd.concat([one.frame for one in tables], ignore_index=True)
    return Table(
        frame, tuple(said[0]), tuple(said[1]), replace(tables[0].manner, comma=comma), tables[0].sheets, tables[0].header_row,
        _file_of_each(files, tables),
    )  # fmt: skip


def _file_of_each(files: list[Path], tables: list[Table]) -> np.ndarray | None:
    """(n,) object, the name of the file that each row is from; ``None`` of one file."""
    if len(files) == 1:
        return None
    plain = len({file.name for file in files}) == len(files)
    return np.repeat(np.array([file.name if plain else str(file) for file in files], object), [len(one.frame) for one in tables])


def _read_each(files: list[Path], tell: Tell, manner: Manner) -> list[Table]:
    tables, size = [], 0
    for at, file in enumerate(files):
        tell(0.3 * at / len(files), f"Reading {file.name}")
        told = read_table(file, manner=manner, waiting=_telling(tell, 0.3 * at / len(files), file.name))
        size += int(told.frame.memory_usage(deep=True).sum())
        bytes_fit(file, size, f"together with {at} files before it")
        if tables and list(told.frame.columns) != list(tables[0].frame.columns):
            lacks = [c for c in tables[0].frame.columns if c not in told.frame.columns]
            more = [c for c in told.frame.columns if c not in tables[0].frame.columns]
            raise TableError(
                "{file} has other columns than {files}: it lacks {lacks}, and has {more} more. Give files of one kind.",
                file=file,
                files=files[0],
                lacks=lacks[:8],
                more=more[:8],
            )
        tables.append(told)
    return tables


def _telling(tell: Tell, share: float, name: str) -> Callable[[float], None]:
    """Says every ten seconds that a large file is still being read."""
    said = [0]

    def waiting(gone: float) -> None:
        if gone // 10 > said[0]:
            said[0] = int(gone // 10)
            tell(share, f"Reading {name}, {10 * said[0]} s so far")

    return waiting


def create(
    files: list[Path], target: str, home: Path, *, name: str | None = None, task: str | None = None, asset: str | None = None,
    time: str | None = None, leave_out: tuple[str, ...] = (), group: str | None = None, tell: Tell = lambda *_: None, way: Way = Way(),
    manner: Manner = FOUND, words_apart: bool = False,
) -> Created:  # fmt: skip
    """Read, infer, write.

    Args:
        way, manner: what somebody said of how times are written, and the table.
        words_apart: outcomes that differ in capitals or spaces alone are different ones.

    Raises:
        TableError, OnboardingError, MappingError, ZoneError: with nothing left behind.
    """
    given = name is not None
    name = name_for(name or files[0].stem, home, given)
    table = read_files(files, tell, manner)
    frame = table.frame
    tell(0.4, f"Looking at {len(frame.columns)} columns of {len(frame):,} rows")
    found = profile(
        frame, target, task, asset, time, leave_out, group, table.files, way=way, manner=table.manner, words_apart=words_apart
    )
    found = replace(found, warnings=(*table.look, *found.warnings))
    tell(0.8, "Writing the use case")
    with alone(home / "usecases"):
        name = name_for(name if given else files[0].stem, home, given)  # somebody else may have taken it meanwhile
        folder = write(frame, found, name, ", ".join(file.name for file in files), home)
    tell(1.0, "Done")
    return Created(name, folder, found, table.notes)


def write(frame: pd.DataFrame, found: Profile, name: str, source: str, home: Path) -> Path:
    """Put the use case into the home: everything into a folder beside it first, tried, then renamed."""
    place = home / "usecases"
    place.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=place))
    try:
        inner = work / "usecases" / name
        inner.mkdir(parents=True)
        title = " ".join(name.split("_")).capitalize()
        told = usecase_yaml(found, name, title, _one_line(source))
        (inner / "usecase.yaml").write_text(told, encoding="utf-8")
        moments = found.order.moments
        named = (
            found.target.header, found.order.time, found.order.asset, moments and moments.clock, found.group.header if found.group else None,
        )  # fmt: skip
        kept = list(dict.fromkeys([c.header for c in (*found.signals, *found.causes)] + [header for header in named if header]))
        if found.group and found.group.names is not None:
            frame = frame.assign(**{found.group.header: found.group.names})
        others = [header for header in frame.columns if header not in kept]
        _storable(frame[[*kept, *others]]).to_parquet(inner / HISTORY, compression="zstd")
        load(name, work)  # what is written has to be what is read
        os.rename(inner, place / name)
    except UseCaseError as error:
        raise OnboardingError(
            "The file that was written is not valid, which is a fault of Pullcord: {error}", error=error
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return place / name


def _one_line(text: str) -> str:
    """Names of files as a comment may hold them: a new line in one would end it."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)[:500]


def name_for(text: str, home: Path, given: bool = False) -> str:
    """A name for a use case that is not taken yet: made of ``text``, or ``text`` itself where somebody has ``given`` it.

    Raises:
        OnboardingError: the name that somebody gave is taken, or is none; the message proposes one.
    """
    taken = names_of(home)
    made = identifier(text.encode("utf-8", "replace").decode("utf-8"), set()).removeprefix("signal_")
    if not _NAME.fullmatch(made) or _KEPT.fullmatch(made):
        made = f"plant_{made}"[:40].rstrip("_")
    if not given:
        return free_name(text if _NAME.fullmatch(text) and not _KEPT.fullmatch(text) else made, taken)
    if not _NAME.fullmatch(text) or _KEPT.fullmatch(text):
        raise OnboardingError(
            "{text} is no name for a use case: write small letters, digits and _, beginning with a letter, 41 at the most, for "
            "example {taken}.",
            text=repr(text[:40]),
            taken=free_name(made, taken),
        )
    if text in taken:
        raise OnboardingError(
            "There is a use case {text} already: choose another --name, or remove that one: python -m data.usecases remove {text2}",
            text=repr(text),
            text2=text,
        )
    return text


def _storable(frame: pd.DataFrame) -> pd.DataFrame:
    """With columns of mixed types as text: Parquet has one type a column."""
    frame = frame.copy(deep=False)
    for header in frame.columns:
        if frame[header].dtype == object:
            column = frame[header]
            frame[header] = column.map(lambda one: one if one is None or one != one else str(one), na_action="ignore").astype(
                "string"
            )
    return frame

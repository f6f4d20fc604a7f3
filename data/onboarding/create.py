"""Making a use case of a table: whole or not at all. Its folder holds the ``usecase.yaml`` and the table as its history."""

import os
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data.onboarding.columns import identifier
from data.onboarding.profile import Profile, profile
from data.onboarding.target import OnboardingError
from data.onboarding.yaml_text import usecase_yaml
from data.tables import TableError, free_name, read_table
from data.usecase_file import UseCaseError, load, names_of

HISTORY = "history.parquet"
Tell = Callable[[float, str], object]


@dataclass(frozen=True, slots=True, eq=False)
class Created:
    """A use case that stands: its name, folder, what was inferred, and what reading the files found."""

    name: str
    folder: Path
    profile: Profile
    notes: tuple[str, ...]


def read_files(files: list[Path], tell: Tell = lambda *_: None) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """One table of one or several files of the same columns, in the order given.

    Raises:
        TableError: a file that cannot be read, or with other columns than the first.
    """
    tables, notes = [], []
    for at, file in enumerate(files):
        tell(0.3 * at / len(files), f"Reading {file.name}")
        told = read_table(file)
        if tables and list(told.frame.columns) != list(tables[0].columns):
            lacks = [c for c in tables[0].columns if c not in told.frame.columns]
            more = [c for c in told.frame.columns if c not in tables[0].columns]
            raise TableError(
                f"{file} has other columns than {files[0]}: it lacks {lacks[:8]}, and has {more[:8]} more. Give files of one kind."
            )
        tables.append(told.frame)
        notes += [f"{file.name}: {note}" if len(files) > 1 else note for note in told.notes]
    return (tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)), tuple(notes)


def create(
    files: list[Path], target: str, home: Path, *, name: str | None = None, task: str | None = None, asset: str | None = None,
    time: str | None = None, leave_out: tuple[str, ...] = (), tell: Tell = lambda *_: None,
) -> Created:  # fmt: skip
    """Read, infer, write.

    Raises:
        TableError, OnboardingError: with nothing left behind.
    """
    name = name_for(name or files[0].stem, home, given=name is not None)
    frame, notes = read_files(files, tell)
    tell(0.4, f"Looking at {len(frame.columns)} columns of {len(frame):,} rows")
    found = profile(frame, target, task, asset, time, leave_out)
    tell(0.8, "Writing the use case")
    folder = write(frame, found, name, ", ".join(file.name for file in files), home)
    tell(1.0, "Done")
    return Created(name, folder, found, notes)


def write(frame: pd.DataFrame, found: Profile, name: str, source: str, home: Path) -> Path:
    """Put the use case into the home: everything into a folder beside it first, tried, then renamed."""
    place = home / "usecases"
    place.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=place))
    try:
        inner = work / "usecases" / name
        inner.mkdir(parents=True)
        title = " ".join(name.split("_")).capitalize()
        (inner / "usecase.yaml").write_text(usecase_yaml(found, name, title, source), encoding="utf-8")
        kept = [c.header for c in (*found.signals, *found.causes)] + [
            h for h in (found.target.header, found.order.time, found.order.asset) if h
        ]
        others = [header for header in frame.columns if header not in kept]
        _storable(frame[[*kept, *others]]).to_parquet(inner / HISTORY, compression="zstd")
        load(name, work)  # what is written has to be what is read
        os.rename(inner, place / name)
    except UseCaseError as error:
        raise OnboardingError(f"The file that was written is not valid, which is a fault of Pullcord: {error}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return place / name


def name_for(text: str, home: Path, given: bool = False) -> str:
    """A name for a use case that is not taken yet.

    Raises:
        OnboardingError: the name that somebody gave is taken.
    """
    name = identifier(text, set()).removeprefix("signal_") if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", text) else text
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name):
        name = f"plant_{name}"[:40]
    taken = names_of(home)
    if given and name in taken:
        raise OnboardingError(
            f"There is a use case {name!r} already: choose another --name, or remove that one: python -m data.usecases remove {name}"
        )
    return free_name(name, taken)


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

"""A store's file as a whole: a copy of it while others write, what it holds, whether it is damaged, and its first moment after a restore."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from data import clock
from data.store.contract import StoreError
from data.store.sqlite.audit import note
from data.store.sqlite.connection import BUSY_MS, Connections, sqlite3
from data.store.sqlite.layout import quoted
from data.store.sqlite.migrations import MIGRATIONS, known_steps

MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Facts:
    """What a store's file holds: the steps of its layout, rows by table, and its releases (use case, number, folder, digest)."""

    schema: tuple[str, ...]
    counts: dict[str, int]
    releases: tuple[tuple[str, int, str, str], ...]


def snapshot(source: Path, target: Path) -> None:
    """A copy of the store in ``source`` as it is at one moment, in the new file ``target``; writers are not held up.

    All pages at once: a copy in steps begins again with every write in between and would never end on a live line. Nothing is migrated.

    Raises:
        StoreError: there is no store, or one of the two files cannot be read or written.
    """
    if not source.is_file():
        raise StoreError("There is no store {source}: name the home that holds one, --home /path/to/folder.", source=source)
    told = Connections(source)
    with (
        told.told(),
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_MS / 1000)) as whole,
        closing(sqlite3.connect(str(target), timeout=BUSY_MS / 1000)) as copy,
    ):
        try:
            whole.backup(copy, pages=-1)
        except sqlite3.OperationalError as error:
            if "full" in str(error) or "disk I/O" in str(error):  # it is the copy that grows
                raise StoreError(
                    "The disk of {parent} is full or failed ({error}): the store was not copied. Make room there.",
                    parent=target.parent,
                    error=error,
                ) from None
            raise
        copy.execute("PRAGMA journal_mode=DELETE").fetchall()  # one file, that any SQLite opens without others beside it


def facts_of(file: Path) -> Facts:
    """What is in a store's file that nobody writes to.

    Raises:
        StoreError: a damaged file.
    """
    with _opened(file, "mode=ro&immutable=1") as db:
        there = Database(db)
        schema = tuple(step.name for step in MIGRATIONS.applied(there))
        names = [name for name in there.table_names() if not name.startswith("sqlite_")]
        counts = {name: db.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0] for name in sorted(names)}
        wanted = "SELECT use_case, number, folder, digest FROM release ORDER BY use_case, number"
        releases = tuple(db.execute(wanted)) if "release" in names else ()
    if not schema:
        raise StoreError("{file} is no store of Pullcord: it has none of its tables.", file=file)
    return Facts(schema, counts, releases)


def damage_of(file: Path, still: bool = True) -> str:
    """What SQLite finds wrong with a store's file, in a few words; empty: nothing. ``still``: nobody writes to it.

    Raises:
        StoreError: it cannot be opened, which is no damage.
    """
    with _opened(file, "mode=ro&immutable=1" if still else "mode=ro") as db:
        try:
            found = [str(row[0]) for row in db.execute("PRAGMA quick_check(20)")]
            found = [] if found == ["ok"] else found
            loose = [f"row {row[1]} of {row[0]} names a {row[2]} that is gone" for row in db.execute("PRAGMA foreign_key_check")]
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            return str(error)
    wrong = [*found, *loose]
    return "; ".join(wrong[:MOST_TOLD]) + (f"; and {len(wrong) - MOST_TOLD} more" if len(wrong) > MOST_TOLD else "")


def begin_anew(file: Path, person: str, details: dict) -> None:
    """The first write after a restore: workers and jobs of the computer that is gone hold nothing any more, and the trail says what was restored.

    How long ago the backup was made nobody can measure, and whoever restores it knows that it is of the past: from here on the clock of this computer is
    believed, unless it says an earlier time than the backup does.

    Raises:
        StoreError: it cannot be written.
    """
    connections = Connections(file)
    try:
        with connections.write() as db:
            db.execute("UPDATE worker SET pid = 0")
            db.execute("UPDATE job SET lease_until_us = 0 WHERE state = 'running'")
            if db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'clock'").fetchone():
                db.execute(
                    "UPDATE clock SET at_us = ?1, boot = '', exact = 0, standing = 'right' WHERE at_us <= ?1",
                    (clock.computer().wall_us(),),
                )
            note(db, person, "restore_backup", "home", **details)
    finally:
        connections.close()


def unknown_steps(schema: tuple[str, ...]) -> tuple[str, ...]:
    """The steps of a store's layout that this version does not know: a newer one has made them."""
    return tuple(sorted(set(schema) - known_steps()))


@contextmanager
def _opened(file: Path, how: str) -> Iterator[sqlite3.Connection]:
    if not file.is_file():
        raise StoreError("There is no store {file}.", file=file)
    with (
        Connections(file).told(),
        closing(sqlite3.connect(f"{file.resolve().as_uri()}?{how}", uri=True, timeout=BUSY_MS / 1000)) as db,
    ):
        yield db

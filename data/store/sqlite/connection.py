"""Connections to the file: short reads, writes that begin IMMEDIATE, and errors in words.

WAL, ``synchronous=FULL`` and a busy timeout on every connection. A write that began DEFERRED would fail at once with
BUSY_SNAPSHOT when another process wrote in between, whatever the timeout.
"""

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlite_utils import Database

if TYPE_CHECKING:
    import sqlite3
else:  # the one that sqlite-utils itself runs on; what they offer is the same
    from sqlite_utils.utils import sqlite3

from data.store.contract import Conflict, NotFound, StoreError

KEPT = 4
"""Idle connections at most. Each may hold 4 MB of pages: a moment with many readers would leave as many behind for good."""
BUSY_MS = 10_000
_OPENED = itertools.count(1)


class Connections:
    """A pool of connections to one file, for any number of threads; each is used by one of them at a time."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self.at_writing: Callable[[sqlite3.Connection], None] = lambda _: None
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False
        self._watching: sqlite3.Connection | None = None
        self._opened = next(_OPENED)
        self._watch = threading.Lock()

    def rows(self, sql: str, values: Sequence | dict = ()) -> list[tuple]:
        """Every row that a question gives."""
        with self.told(), self._connection() as connection:
            return connection.execute(sql, values).fetchall()

    def one(self, sql: str, values: Sequence | dict = ()) -> tuple | None:
        """The first row that a question gives, or ``None``."""
        with self.told(), self._connection() as connection:
            return connection.execute(sql, values).fetchone()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction, durable when the block ends; nothing of it stays when the block raises."""
        with self.told(), self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                self.at_writing(connection)
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.execute("COMMIT")

    @contextmanager
    def database(self) -> Iterator[Database]:
        """A sqlite-utils database on a connection of the pool, for migrations."""
        with self.told(), self._connection() as connection:
            yield Database(connection)

    def changes(self) -> int:
        """SQLite's own number of what all others than this connection have committed: so it is one of its own, which never writes. Each connection
        counts for itself, so which opening of the file it is belongs to the number."""
        with self.told(), self._watch:
            self._watching = self._watching or self._open()
            return (self._opened << 40) + self._watching.execute("PRAGMA data_version").fetchone()[0]

    def close(self) -> None:
        """Close every idle connection; those in use are closed when they come back."""
        with self._watch:
            if self._watching is not None:
                self._watching.close()
            self._watching = None
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._open()
        try:
            yield connection
        finally:
            if connection.in_transaction:
                connection.rollback()
            with self._lock:
                keep = not self._closed and len(self._idle) < KEPT
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(str(self.path), timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
        try:
            self._write_ahead(connection)
            for pragma in (
                "synchronous=FULL",
                "foreign_keys=ON",
                "temp_store=MEMORY",
                "cache_size=-4000",  # kB; four times that was no faster at a million readings, and filled for hours
                "journal_size_limit=67108864",  # a long reader lets the log grow: shrink it again afterwards
            ):
                connection.execute(f"PRAGMA {pragma}").fetchall()
        except BaseException:
            connection.close()
            raise
        return connection

    @staticmethod
    def _write_ahead(connection: sqlite3.Connection) -> None:
        """Switch to WAL. SQLite does not wait by itself when another process switches at the same moment, so we do."""
        deadline = time.monotonic() + BUSY_MS / 1000
        while True:
            try:
                connection.execute("PRAGMA journal_mode=WAL").fetchall()
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Turn SQLite's errors into a :class:`StoreError` that names the file and a way on."""
        try:
            yield
        except sqlite3.IntegrityError as error:
            if "UNIQUE" in str(error):
                raise Conflict(
                    "{path}: this is recorded already, perhaps by another worker ({error}).", path=self.path, error=error
                ) from error
            raise StoreError(
                "{path}: this does not fit what is recorded ({error}); nothing of it was written.", path=self.path, error=error
            ) from error
        except OverflowError as error:
            raise NotFound("{path}: a number that large is no id of anything ({error}).", path=self.path, error=error) from error
        except sqlite3.Error as error:
            raise _in_words(self.path, str(error)) from error


def _in_words(path: Path, error: str) -> StoreError:
    low = error.lower()
    if "malformed" in low or "not a database" in low or "corrupt" in low:
        return StoreError(
            "The store {path} is damaged ({error}). Stop Pullcord, move {parent} aside, and restore the newest backup: python -m data.backup "
            "list tells which there are. Without one move the file away and start again; nothing in it is changed until you do.",
            path=path,
            error=error,
            parent=path.parent,
        )
    if "is full" in low:
        return StoreError(
            "The disk of {path} is full. Make room: what was acknowledged is kept, and recording goes on by itself.", path=path
        )
    if "disk i/o" in low:
        return StoreError(
            "The disk of {path} failed ({error}): look at its health and at the space left. What was acknowledged is kept.",
            path=path,
            error=error,
        )
    if "locked" in low or "busy" in low:
        return StoreError(
            "The store {path} is held by another program for more than {seconds} s. Close what has it open.",
            path=path,
            seconds=BUSY_MS // 1000,
        )
    if "readonly" in low or "unable to open" in low:
        return StoreError(
            "The store {path} cannot be opened for writing ({error}). Give this user the right to write to it and its folder.",
            path=path,
            error=error,
        )
    return StoreError("The store {path} failed: {error}.", path=path, error=error)

"""A copy of a store's file, and its content put back into a file that others have open."""

from contextlib import closing
from pathlib import Path

from data.store.contract import StoreError
from data.store.sqlite.connection import BUSY_MS, sqlite3


def copy_content(source: Path, target: Path) -> None:
    """Everything in ``source`` takes the place of everything in ``target``, in one transaction.

    Whoever has ``target`` open goes on reading what it read, and sees the new content with its next question.

    Raises:
        StoreError: one of the two cannot be read or written.
    """
    if not source.is_file():
        raise StoreError("There is no store {source} to copy.", source=source)
    try:
        with (
            closing(sqlite3.connect(str(source), timeout=BUSY_MS / 1000)) as whole,
            closing(sqlite3.connect(str(target), timeout=BUSY_MS / 1000)) as place,
        ):
            whole.backup(place)
    except sqlite3.Error as error:
        raise StoreError(
            "The store {source} could not be copied to {target}: {error}.", source=source, target=target, error=error
        ) from error

"""The file's tables, as named steps that are only ever added to. Each use case's readings table is made by ``prepare``."""

from contextlib import closing

from sqlite_utils import Database

from data.store.contract import StoreError
from data.store.sqlite.connection import Connections
from data.store.sqlite.migrations import before_m014, from_m014, from_m022  # in this order: the steps are taken as they are told
from data.store.sqlite.migrations.steps import MIGRATIONS

__all__ = ["MIGRATIONS", "before_m014", "from_m014", "from_m022", "known_steps", "migrate"]


def migrate(connections: Connections) -> None:
    """Bring the file to this version.

    Raises:
        StoreError: a damaged file, or one that a newer Pullcord has written.
    """
    known = known_steps()
    with connections.database() as db:
        applied = {step.name for step in MIGRATIONS.applied(db)}
    if applied - known:
        raise StoreError(
            "The store {path} was written by a newer Pullcord (it has {known}). Update this installation, or name another home: "
            "PULLCORD_HOME=/path/to/folder.",
            path=connections.path,
            known=", ".join(sorted(applied - known)),
        )
    if known - applied:
        with connections.write() as connection:  # begun IMMEDIATE: another process that starts now waits, and finds it done
            MIGRATIONS.apply(Database(connection))


def known_steps() -> set[str]:
    """The names of every step that this version has."""
    with closing(Database(memory=True)) as empty:
        return {step.name for step in MIGRATIONS.pending(empty)}

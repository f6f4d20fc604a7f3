"""Another name for a use case, in one transaction: every table that names it, its readings table, folders, subjects of the audit trail.

Which tables name a use case is asked of the file, not listed here: one that joins later is not forgotten.
"""

from collections.abc import Callable

from data.store.contract import Conflict
from data.store.sqlite.audit import note
from data.store.sqlite.connection import Connections, sqlite3
from data.store.sqlite.jobs import LONGEST_LEASE_US
from data.store.sqlite.layout import quoted, table_of
from data.store.sqlite.plant.times import around, from_us, now_us


class SQLiteNaming:
    """See ``contract.naming``."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def rename(self, old: str, new: str, by: str, key: str, stale_s: float, moved: Callable[[], None]) -> dict[str, int]:
        with self._c.write() as db:
            db.execute(
                "PRAGMA defer_foreign_keys = ON"
            )  # champions name the release whose name changes; it ends with the transaction
            self._at_rest(db, old, stale_s)
            tables = _naming(db)
            taken = [
                table
                for table in tables
                if db.execute(f"SELECT 1 FROM {quoted(table)} WHERE use_case = ? LIMIT 1", (new,)).fetchone()
            ]
            if taken or _there(db, f"readings_{new}"):
                raise Conflict(
                    "There are records under {new} already, of a use case that was put aside: choose another name, or bring that one back.",
                    new=repr(new),
                )
            done = {
                table: db.execute(f"UPDATE {quoted(table)} SET use_case = ? WHERE use_case = ?", (new, old)).rowcount
                for table in tables
            }
            if _there(db, f"readings_{old}"):
                done["readings"] = db.execute(f"SELECT count(*) FROM {table_of(old)}").fetchone()[0]
                db.execute(f"ALTER TABLE {table_of(old)} RENAME TO {table_of(new)}")
                db.execute(f"DROP INDEX IF EXISTS {quoted(f'readings_{old}_key')}")
                key_of = quoted(f"readings_{new}_key")
                db.execute(f"CREATE UNIQUE INDEX {key_of} ON {table_of(new)} (asset, time_us, sequence)")
            folders = f"releases/{old}/", f"releases/{new}/"
            db.execute("UPDATE release SET folder = replace(folder, ?, ?) WHERE use_case = ?", (*folders, new))
            for before, after in ((f"release:{old}/", f"release:{new}/"), (f"use_case:{old}", f"use_case:{new}")):
                # an exact beginning; of a use case that is only called alike the name goes on
                db.execute(
                    "UPDATE audit SET subject = ? || substr(subject, length(?) + 1) WHERE use_case = ? AND substr(subject, 1, length(?)) = ?",
                    (after, before, new, before, before),
                )
            source = f"replay:{old}", f"replay:{new}"
            for table, column in (("source", "name"), ("worker", "source"), ("quarantine", "source")):
                db.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (source[1], source[0]))
                db.execute(  # a file's: replay:{use case}/{file}
                    f"UPDATE {table} SET {column} = ?1 || substr({column}, length(?2) + 1) WHERE substr({column}, 1, length(?2)) = ?2",
                    (f"{source[1]}/", f"{source[0]}/"),
                )
            note(db, by, "rename_use_case", f"use_case:{new}", new, before=old, key=key)
            moved()
        return {table: n for table, n in done.items() if n}

    def renamed(self, key: str) -> bool:
        with self._c.write() as db:  # begun IMMEDIATE: one that is under way is over then
            found = db.execute("SELECT details FROM audit WHERE action = 'rename_use_case'").fetchall()
        return any(f'"{key}"' in details for (details,) in found)

    @staticmethod
    def _at_rest(db: sqlite3.Connection, name: str, stale_s: float) -> None:
        beat = db.execute(
            "SELECT pid, beat_us FROM worker WHERE use_case = ? AND pid <> 0 AND beat_us BETWEEN ? AND ?",
            (name, *around(stale_s)),
        ).fetchone()
        if beat:
            raise Conflict(
                "A worker of {name} lives (process {beat}, last sign {beat2} UTC): stop it first.",
                name=name,
                beat=beat[0],
                beat2=f"{from_us(beat[1]):%H:%M:%S}",
            )
        job = db.execute(
            "SELECT id FROM job WHERE use_case = ? AND state = 'running' AND lease_until_us BETWEEN ? AND ?",
            (name, now_us(), now_us() + LONGEST_LEASE_US),
        ).fetchone()
        if job:
            raise Conflict(
                "Job {job} of {name} is at work: wait for it, or cancel it on the page Releases.", job=job[0], name=name
            )


def _naming(db: sqlite3.Connection) -> list[str]:
    """Every table with a column ``use_case``."""
    names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [name for name in names if any(row[1] == "use_case" for row in db.execute(f"PRAGMA table_info({quoted(name)})"))]


def _there(db: sqlite3.Connection, table: str) -> bool:
    return bool(db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE", (table,)).fetchone())

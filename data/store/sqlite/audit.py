"""The audit trail: appended to inside the transaction of each change, never changed. See ``contract.Audit``."""

import json

from data.records import AuditEntry
from data.store.sqlite.connection import Connections, sqlite3
from data.store.sqlite.plant.times import from_us, now_us

_COLUMNS = "id, at_us, person, action, subject, use_case, details"


def note(db: sqlite3.Connection, person: str, action: str, subject: str, use_case: str = "", **details: object) -> None:
    """Append one entry on a connection that is inside a transaction."""
    db.execute(
        "INSERT INTO audit (at_us, person, action, subject, use_case, details) VALUES (?, ?, ?, ?, ?, ?)",
        (now_us(), person, action, subject, use_case, json.dumps(details, ensure_ascii=False, sort_keys=True)),
    )


class SQLiteAudit:
    """Reading the trail."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def trail(self, subject: str) -> list[AuditEntry]:
        return [_entry(row) for row in self._c.rows(f"SELECT {_COLUMNS} FROM audit WHERE subject = ? ORDER BY id", (subject,))]

    def newest(self, use_case: str | None = None, limit: int = 200) -> list[AuditEntry]:
        where, values = ("WHERE use_case = ?", (use_case, limit)) if use_case else ("", (limit,))
        return [_entry(row) for row in self._c.rows(f"SELECT {_COLUMNS} FROM audit {where} ORDER BY id DESC LIMIT ?", values)]


def _entry(row: tuple) -> AuditEntry:
    number, at, *told, details = row
    return AuditEntry(number, from_us(at), *told, details=json.loads(details))

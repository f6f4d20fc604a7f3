"""What people have begun to write. See ``contract.Drafts``."""

from data.records import Draft
from data.store.sqlite.connection import Connections
from data.store.sqlite.plant.times import from_us, now_us

MOST = 200
"""Drafts of one person that are kept."""


class SQLiteDrafts:
    """Rows of drafts, one a person and place. They are no part of the record: the audit trail has what was sent."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def get(self, person: str, use_case: str, what: str) -> Draft | None:
        row = self._c.one(
            "SELECT person, use_case, what, text, base, at_us FROM draft WHERE person = ? AND use_case = ? AND what = ?",
            (person, use_case, what),
        )
        return Draft(*row[:5], at=from_us(row[5])) if row else None

    def keep(self, person: str, use_case: str, what: str, text: str, base: int = 0) -> None:
        if not text.strip():
            self.drop(person, use_case, what)
            return
        with self._c.write() as db:
            db.execute(
                """INSERT INTO draft (person, use_case, what, text, base, at_us) VALUES (?, ?, ?, ?, ?, ?)
                   ON CONFLICT (person, use_case, what) DO UPDATE SET text = excluded.text, base = excluded.base, at_us = excluded.at_us""",
                (person, use_case, what, text, base, now_us()),
            )
            db.execute(  # by how many there are, not by how old: no clock throws anything away
                """DELETE FROM draft WHERE rowid IN (SELECT rowid FROM draft WHERE person = ?1 AND (use_case, what) <> (?2, ?3)
                   ORDER BY at_us DESC LIMIT -1 OFFSET ?4)""",
                (person, use_case, what, MOST - 1),
            )

    def drop(self, person: str, use_case: str, what: str) -> None:
        if self.get(person, use_case, what) is None:
            return
        with self._c.write() as db:
            db.execute("DELETE FROM draft WHERE person = ? AND use_case = ? AND what = ?", (person, use_case, what))

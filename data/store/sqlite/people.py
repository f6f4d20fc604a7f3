"""Who may write. See ``contract.People``."""

from data.records import Person
from data.store.sqlite.audit import note
from data.store.sqlite.connection import Connections


class SQLitePeople:
    """People and their roles."""

    def __init__(self, connections: Connections):
        self._c = connections

    def all(self) -> list[Person]:
        return [_person(row) for row in self._c.rows("SELECT id, name, role, area, active FROM person ORDER BY rowid")]

    def get(self, person: str) -> Person | None:
        row = self._c.one("SELECT id, name, role, area, active FROM person WHERE id = ?", (person,))
        return _person(row) if row else None

    def save(self, person: Person, by: str) -> None:
        with self._c.write() as db:
            db.execute(
                """INSERT INTO person VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
                   SET name = excluded.name, role = excluded.role, area = excluded.area, active = excluded.active""",
                (person.id, person.name, str(person.role), person.area, int(person.active)),
            )
            note(db, by, "save_person", f"person:{person.id}", role=str(person.role), active=person.active)


def _person(row: tuple) -> Person:
    return Person(row[0], row[1], row[2], row[3], bool(row[4]))

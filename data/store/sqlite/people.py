"""Who may write. See ``contract.People``."""

from datetime import datetime

from data.records import Person
from data.store.sqlite.audit import note
from data.store.sqlite.connection import Connections
from data.store.sqlite.plant.times import from_us, now_us, to_us

_PERSON = "id, name, role, area, active, since_us"


class SQLitePeople:
    """People and their roles."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def all(self) -> list[Person]:
        return [_person(row) for row in self._c.rows(f"SELECT {_PERSON} FROM person ORDER BY rowid")]

    def get(self, person: str) -> Person | None:
        row = self._c.one(f"SELECT {_PERSON} FROM person WHERE id = ?", (person,))
        return _person(row) if row else None

    def seen(self, person: str, what: str) -> datetime | None:
        row = self._c.one("SELECT at_us FROM person_seen WHERE person = ? AND what = ?", (person, what))
        return from_us(min(row[0], now_us())) if row else None

    def mark_seen(self, person: str, what: str) -> None:
        with self._c.write() as db:
            db.execute(
                "INSERT INTO person_seen VALUES (?, ?, ?) ON CONFLICT (person, what) DO UPDATE SET at_us = excluded.at_us",
                (person, what, now_us()),
            )

    def save(self, person: Person, by: str) -> None:
        since = to_us(person.since) if person.since else now_us()  # an account keeps the moment at which it was made
        with self._c.write() as db:
            db.execute(
                """INSERT INTO person (id, name, role, area, active, since_us) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
                   SET name = excluded.name, role = excluded.role, area = excluded.area, active = excluded.active""",
                (person.id, person.name, str(person.role), person.area, int(person.active), since),
            )
            note(db, by, "save_person", f"person:{person.id}", role=str(person.role), active=person.active)


def _person(row: tuple) -> Person:
    return Person(row[0], row[1], row[2], row[3], bool(row[4]), from_us(row[5]))

"""Releases and which of them is the champion. See ``contract.Releases``."""

import json
from collections.abc import Sequence

from data.records import Answer, Champion, ReleaseRecord, Switch
from data.store.contract import Conflict, NotFound
from data.store.sqlite.audit import note
from data.store.sqlite.connection import Connections
from data.store.sqlite.plant.times import from_us, now_us, to_us

_RELEASE = """use_case, number, folder, digest, created_us, created_by, parent, figures,
  (SELECT group_concat(correction) FROM release_correction rc
   WHERE rc.use_case = release.use_case AND rc.number = release.number), note"""

_CHAMPION = "use_case, number, since_us, by, action, reason"
_SWITCH = "use_case, is_on, since_us, by, reason"


class SQLiteReleases:
    """Rows about releases; what a release consists of lies in its folder."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def reserve_number(self, use_case: str) -> int:
        with self._c.write() as db:
            (number,) = db.execute(
                """INSERT INTO tally (use_case, what, n)
                   VALUES (?1, 'release', (SELECT coalesce(max(number), 0) + 1 FROM release WHERE use_case = ?1))
                   ON CONFLICT (use_case, what) DO UPDATE SET n = max(n + 1, excluded.n) RETURNING n""",
                (use_case,),
            ).fetchone()
        return number

    def add(self, release: ReleaseRecord, answers: Sequence[Answer] = ()) -> ReleaseRecord:
        with self._c.write() as db:
            db.execute(
                """INSERT INTO release (use_case, number, folder, digest, created_us, created_by, parent, figures, note)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                (
                    release.use_case, release.number, release.folder, release.digest, to_us(release.created), release.created_by,
                    release.parent, json.dumps(release.figures), release.note,
                ),
            )  # fmt: skip
            key = (release.use_case, release.number)
            db.executemany(
                "INSERT INTO release_correction (use_case, number, correction) VALUES (?, ?, ?)",
                [(*key, c) for c in release.corrections],
            )
            db.executemany(
                "INSERT INTO answer VALUES (?, ?, ?, ?, ?)",
                [(a.use_case, a.release, a.reading, a.score, json.dumps(a.reasons, ensure_ascii=False)) for a in answers],
            )
            links = {"digest": release.digest, "corrections": list(release.corrections), "parent": release.parent}
            note(db, release.created_by, "train", _subject(*key), release.use_case, **links)
        return self.get(*key)

    def all(self, use_case: str) -> list[ReleaseRecord]:
        return [
            _release(row)
            for row in self._c.rows(f"SELECT {_RELEASE} FROM release WHERE use_case = ? ORDER BY number DESC", (use_case,))
        ]

    def get(self, use_case: str, number: int) -> ReleaseRecord:
        row = self._c.one(f"SELECT {_RELEASE} FROM release WHERE use_case = ? AND number = ?", (use_case, number))
        if row is None:
            raise NotFound("There is no release {number} of {use_case}.", number=number, use_case=use_case)
        return _release(row)

    def champion(self, use_case: str) -> Champion | None:
        row = self._c.one(f"SELECT {_CHAMPION} FROM champion WHERE use_case = ? ORDER BY id DESC LIMIT 1", (use_case,))
        return _champion(row) if row else None

    def set_champion(
        self,
        use_case: str,
        number: int,
        person: str,
        reason: str,
        action: str = "release",
        seen: int | None = None,
        only_first: bool = False,
    ) -> Champion:
        self.get(use_case, number)
        with self._c.write() as db:
            before = db.execute("SELECT number FROM champion WHERE use_case = ? ORDER BY id DESC LIMIT 1", (use_case,)).fetchone()
            now = before[0] if before else 0
            if seen is not None and now != seen:
                raise Conflict("Somebody changed the champion meanwhile: it is release {now} now. Look again.", now=now)
            if not (only_first and before):
                db.execute(
                    "INSERT INTO champion (use_case, number, since_us, by, action, reason) VALUES (?, ?, ?, ?, ?, ?)",
                    (use_case, number, now_us(), person, action, reason),
                )
                note(db, person, action, _subject(use_case, number), use_case, reason=reason, before=before and before[0])
        found = self.champion(use_case)
        assert found is not None
        return found

    def champions(self, use_case: str) -> list[Champion]:
        rows = self._c.rows(f"SELECT {_CHAMPION} FROM champion WHERE use_case = ? ORDER BY id DESC", (use_case,))
        return [_champion(row) for row in rows]

    def approve(self, use_case: str, number: int, person: str, reason: str) -> None:
        self.get(use_case, number)
        with self._c.write() as db:
            row = db.execute(
                "INSERT INTO approval VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1",
                (use_case, number, person, now_us()),
            ).fetchone()
            if row:
                note(db, person, "approve_release", _subject(use_case, number), use_case, reason=reason)

    def approvals(self, use_case: str, number: int) -> list[str]:
        rows = self._c.rows("SELECT person FROM approval WHERE use_case = ? AND number = ? ORDER BY at_us", (use_case, number))
        return [row[0] for row in rows]

    def switch(self, use_case: str) -> Switch | None:
        row = self._c.one(f"SELECT {_SWITCH} FROM ai_switch WHERE use_case = ? ORDER BY id DESC LIMIT 1", (use_case,))
        return _switch(row) if row else None

    def switches(self, use_case: str) -> list[Switch]:
        return [
            _switch(row)
            for row in self._c.rows(f"SELECT {_SWITCH} FROM ai_switch WHERE use_case = ? ORDER BY id DESC", (use_case,))
        ]

    def set_switch(self, use_case: str, on: bool, person: str, reason: str, seen: Switch | None = None) -> Switch:
        with self._c.write() as db:
            now = db.execute(
                f"SELECT {_SWITCH} FROM ai_switch WHERE use_case = ? ORDER BY id DESC LIMIT 1", (use_case,)
            ).fetchone()
            if (bool(now[1]) if now else True) == on:
                if now is None:
                    raise Conflict("The AI of {use_case} is on already.", use_case=use_case)
                if on:
                    raise Conflict("The AI of {use_case} is on already, switched by {by}.", use_case=use_case, by=now[3])
                raise Conflict("The AI of {use_case} is off already, switched by {by}.", use_case=use_case, by=now[3])
            if seen is not None and now is not None and _switch(now) != seen:
                by = now[3]
                raise Conflict(
                    "{by} has switched the AI of {use_case} since you opened this: read why first.", by=by, use_case=use_case
                )
            db.execute(
                "INSERT INTO ai_switch (use_case, is_on, since_us, by, reason) VALUES (?, ?, ?, ?, ?)",
                (use_case, int(on), now_us(), person, reason),
            )
            note(db, person, "ai_on" if on else "ai_off", f"use_case:{use_case}", use_case, reason=reason)
        found = self.switch(use_case)
        assert found is not None
        return found

    def answer(self, use_case: str, release: int, reading: int) -> Answer | None:
        row = self._c.one(
            "SELECT score, reasons FROM answer WHERE use_case = ? AND number = ? AND reading = ?", (use_case, release, reading)
        )
        return Answer(use_case, release, reading, row[0], tuple(json.loads(row[1]))) if row else None


def _subject(use_case: str, number: int) -> str:
    return f"release:{use_case}/{number}"


def _release(row: tuple) -> ReleaseRecord:
    use_case, number, folder, digest, created, by, parent, figures, corrections, said = row
    learned = tuple(sorted(int(c) for c in (corrections or "").split(",") if c))
    return ReleaseRecord(use_case, number, folder, digest, from_us(created), by, parent, json.loads(figures), learned, said)


def _champion(row: tuple) -> Champion:
    return Champion(row[0], row[1], from_us(row[2]), *row[3:])


def _switch(row: tuple) -> Switch:
    return Switch(row[0], bool(row[1]), from_us(row[2]), row[3], row[4])

"""Acknowledging and shelving advice, and who looked at what. See ``contract.Attention``."""

from datetime import datetime

from data.records import LONGEST_SHELF, Acknowledgement, Look, ShelfEnd, ShelfReason, Shelving
from data.store.contract import Conflict, NotFound
from data.store.sqlite.audit import note
from data.store.sqlite.connection import Connections
from data.store.sqlite.frames import STATES
from data.store.sqlite.times import from_us, now_us, to_us

_SHELVING = "s.id, s.use_case, a.name, s.state, s.person, s.at_us, s.until_us, s.reason, s.ended_us, s.ended_by, s.unknown"
_LINE = "the line"  # who ends a shelving when the state got worse, or its time was over, in the audit trail


class SQLiteAttention:
    """What people have seen and put aside, bound to the episodes of advice."""

    def __init__(self, connections: Connections):
        self._c = connections

    def acknowledge(self, use_case: str, asset: str, person: str) -> Acknowledgement:
        with self._c.write() as db:
            number, episode, state, unknown = _advice_now(db, use_case, asset)
            made = db.execute(
                """INSERT INTO acknowledgement (episode, state, use_case, asset, person, at_us) VALUES (?, ?, ?, ?, ?, ?)
                   ON CONFLICT (episode, state) DO NOTHING RETURNING at_us""",
                (episode, state, use_case, number, person, now_us()),
            ).fetchone()
            if made:
                note(
                    db, person, "acknowledge", f"advice:{use_case}/{episode}", use_case, asset=asset, state=_said(state, unknown)
                )
            row = db.execute(
                "SELECT person, at_us FROM acknowledgement WHERE episode = ? AND state = ?", (episode, state)
            ).fetchone()
        return Acknowledgement(use_case, asset, episode, STATES[state], row[0], from_us(row[1]), unknown)

    def acknowledged(self, use_case: str) -> list[Acknowledgement]:
        rows = self._c.rows(
            """SELECT k.use_case, a.name, k.episode, max(k.state), k.person, k.at_us, e.unknown
               FROM episode e JOIN acknowledgement k ON k.episode = e.id JOIN asset a ON a.id = e.asset JOIN latest l ON l.asset = e.asset
               WHERE e.use_case = ?1 AND e.end_us IS NULL AND (e.unknown OR k.state >= l.state AND e.asset NOT IN
                 (SELECT asset FROM episode WHERE use_case = ?1 AND end_us IS NULL AND unknown)) GROUP BY k.episode""",
            (use_case,),
        )
        return [Acknowledgement(*row[:3], STATES[row[3]], row[4], from_us(row[5]), bool(row[6])) for row in rows]

    def shelve(self, use_case: str, asset: str, person: str, until: datetime, reason: ShelfReason) -> Shelving:
        with self._c.write() as db:
            now, end = now_us(), to_us(until)
            if end <= now:
                raise Conflict(f"{asset} cannot be shelved until {until:%H:%M} UTC: that is past.")
            if end - now > LONGEST_SHELF.total_seconds() * 1e6 + 1e6:
                raise Conflict(f"{asset} cannot be shelved for longer than {LONGEST_SHELF.total_seconds() / 3600:g} hours.")
            number, episode, state, unknown = _advice_now(db, use_case, asset)
            for old, was_until in db.execute(
                "SELECT id, until_us FROM shelving WHERE asset = ? AND ended_us IS NULL", (number,)
            ).fetchall():
                over = was_until <= now
                _end(db, old, use_case, ShelfEnd.EXPIRED if over else ShelfEnd.PERSON, _LINE if over else person)
            (made,) = db.execute(
                """INSERT INTO shelving (use_case, asset, state, person, at_us, until_us, reason, unknown)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
                (use_case, number, state, person, now, end, str(reason), unknown),
            ).fetchone()
            told = {
                "asset": asset,
                "state": _said(state, unknown),
                "until": until.isoformat(timespec="seconds"),
                "reason": str(reason),
            }
            note(db, person, "shelve", f"shelving:{made}", use_case, advice=episode, **told)
        return self._shelving(made)

    def unshelve(self, shelving: int, person: str) -> Shelving:
        with self._c.write() as db:
            row = db.execute("SELECT use_case, until_us, ended_us FROM shelving WHERE id = ?", (shelving,)).fetchone()
            if row is None:
                raise NotFound(f"Nothing was ever shelved under the number {shelving}.")
            if row[2] is None:
                over = row[1] <= now_us()
                _end(db, shelving, row[0], ShelfEnd.EXPIRED if over else ShelfEnd.PERSON, _LINE if over else person)
        return self._shelving(shelving)

    def shelved(self, use_case: str) -> list[Shelving]:
        rows = self._c.rows(
            f"""SELECT {_SHELVING} FROM shelving s JOIN asset a ON a.id = s.asset
                WHERE s.use_case = ? AND s.ended_us IS NULL AND s.until_us > ? ORDER BY s.until_us""",
            (use_case, now_us()),
        )
        return [_of(row) for row in rows]

    def shelvings(self, use_case: str, limit: int = 50) -> list[Shelving]:
        rows = self._c.rows(
            f"SELECT {_SHELVING} FROM shelving s JOIN asset a ON a.id = s.asset WHERE s.use_case = ? ORDER BY s.id DESC LIMIT ?",
            (use_case, limit),
        )
        return [_of(row) for row in rows]

    def look(self, person: str, what: str, away_s: float) -> Look:
        with self._c.write() as db:
            now = now_us()
            begun, before = db.execute(
                """INSERT INTO person_look (person, what, begun_us, last_us) VALUES (?1, ?2, ?3, ?3)
                   ON CONFLICT (person, what) DO UPDATE SET
                     before_us = CASE WHEN ?3 - last_us > ?4 THEN last_us ELSE before_us END,
                     begun_us = CASE WHEN ?3 - last_us > ?4 THEN ?3 ELSE begun_us END, last_us = ?3
                   RETURNING begun_us, before_us""",
                (person, what, now, int(away_s * 1e6)),
            ).fetchone()
        return Look(from_us(begun), from_us(before))

    def _shelving(self, number: int) -> Shelving:
        row = self._c.one(f"SELECT {_SHELVING} FROM shelving s JOIN asset a ON a.id = s.asset WHERE s.id = ?", (number,))
        assert row is not None
        return _of(row)


def bring_back(db, use_case: str, asset, state, unknown) -> None:
    """End the shelvings of assets that a delivery shows in a worse state than was shelved, in the delivery's own transaction.

    Args:
        asset: (n,) ids of the delivered rows.
        state: (n,) their states.
        unknown: (n,) whether the model does not know; what it says then is no state worse than what was shelved as unknown.
    """
    held = db.execute(
        "SELECT id, asset, state, until_us, unknown FROM shelving WHERE use_case = ? AND ended_us IS NULL", (use_case,)
    )
    now = now_us()
    for shelving, of, shelved, until, strange in held.fetchall():  # a step a shelved asset: few
        if until <= now:
            _end(db, shelving, use_case, ShelfEnd.EXPIRED, _LINE)
        elif ((state > 0) & ~unknown if strange else state > shelved)[asset == of].any():
            _end(db, shelving, use_case, ShelfEnd.WORSE, _LINE)


def _advice_now(db, use_case: str, asset: str) -> tuple[int, int, int, bool]:
    """The asset's id, what lasts on it and is shown (that the model does not know, before its advice), its state, and whether it is unknown.
    A guess is no state: the one of an unknown asset is normal."""
    row = db.execute(
        """SELECT a.id, e.id, l.state, e.unknown FROM asset a JOIN episode e ON e.asset = a.id AND e.end_us IS NULL
           JOIN latest l ON l.asset = a.id WHERE a.use_case = ? AND a.name = ? AND e.use_case = ? ORDER BY e.unknown DESC LIMIT 1""",
        (use_case, asset, use_case),
    ).fetchone()
    if row is None:
        raise NotFound(f"There is no advice on {asset} now.")
    number, episode, state, unknown = row
    return number, episode, 0 if unknown else state, bool(unknown)


def _said(state: int, unknown: bool) -> str:
    """What was seen or shelved, as the audit trail has it."""
    return "unknown" if unknown else str(STATES[state])


def _end(db, shelving: int, use_case: str, by: ShelfEnd, person: str) -> None:
    db.execute("UPDATE shelving SET ended_us = ?, ended_by = ? WHERE id = ?", (now_us(), str(by), shelving))
    note(db, person, "unshelve", f"shelving:{shelving}", use_case, by=str(by))


def _of(row: tuple) -> Shelving:
    number, use_case, asset, state, person, at, until, reason, ended, by, unknown = row
    return Shelving(
        number, use_case, asset, STATES[state], person, from_us(at), from_us(until), ShelfReason(reason), from_us(ended),
        by and ShelfEnd(by), bool(unknown),
    )  # fmt: skip

"""Acknowledging and shelving advice, and who looked at what. See ``contract.Attention``."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from data.records import LONGEST_SHELF, UNSEEN_FOR, Acknowledgement, Look, ShelfEnd, ShelfReason, Shelving, Spell, State
from data.store.contract import Conflict, NotFound
from data.store.sqlite.audit import note
from data.store.sqlite.connection import Connections, sqlite3
from data.store.sqlite.plant.frames import STATES
from data.store.sqlite.plant.times import from_us, now_us, to_us

_SHELVING = "s.id, s.use_case, a.name, s.state, s.person, s.at_us, s.until_us, s.reason, s.ended_us, s.ended_by, s.unknown"
_UNSEEN = """FROM episode e JOIN asset a ON a.id = e.asset WHERE e.use_case = ?1 AND e.end_us IS NOT NULL AND e.end_us >= ?2 AND NOT e.unknown
  AND e.aside < e.state AND NOT EXISTS (SELECT 1 FROM acknowledgement k WHERE k.episode = e.id AND k.state >= e.state)"""
"""Spells of advice of a use case (parameter 1) that ended since then (2), and nobody has seen, shelved or judged them as bad as they were."""
_LINE = "the line"  # who ends a shelving when the state got worse, or its time was over, in the audit trail


class SQLiteAttention:
    """What people have seen and put aside, bound to the episodes of advice."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def acknowledge(self, use_case: str, asset: str, person: str, seen: State | None = None) -> Acknowledgement:
        with self._c.write() as db:
            try:
                number, episode, state, unknown = _advice_now(db, use_case, asset)
            except NotFound:
                if (past := _see_past(db, use_case, asset, person)) is None:
                    raise
                return past
            if seen is not None and state > STATES.index(seen):
                raise Conflict("{asset} is worse now than what was on your screen: look at it again.", asset=asset)
            _see_milder(db, use_case, number, 0 if unknown else state, person)
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
        return [
            Acknowledgement(name, asset, episode, STATES[state], person, from_us(at), bool(unknown))
            for name, asset, episode, state, person, at, unknown in rows
        ]

    def unseen(self, use_case: str, since: datetime) -> list[Spell]:
        rows = self._c.rows(  # a row an asset, however often advice came and went on it: the worst is the last in the order of these texts
            f"""SELECT a.name, min(e.start_us), max(e.end_us), count(*), max(printf('%d %.9f %d', e.state, e.score, e.reading)) {_UNSEEN}
                GROUP BY e.asset""",
            (use_case, to_us(since)),
        )
        found = []
        for name, start, end, times, worst in rows:
            state, score, reading = worst.split(" ")
            found.append(Spell(name, from_us(start), from_us(end), STATES[int(state)], float(score), int(reading), times))
        return found

    def shelve(
        self, use_case: str, asset: str, person: str, until: datetime, reason: ShelfReason, seen: Sequence[int] | None = None
    ) -> Shelving:
        with self._c.write() as db:
            now, end = now_us(), to_us(until)
            if end <= now:
                raise Conflict("{asset} cannot be shelved until {until} UTC: that is past.", asset=asset, until=f"{until:%H:%M}")
            if end > _longest(now):
                hours = f"{LONGEST_SHELF.total_seconds() / 3600:g}"
                raise Conflict(
                    "{asset} cannot be shelved for longer than {total_seconds} hours.", asset=asset, total_seconds=hours
                )
            number, episode, state, unknown = _advice_now(db, use_case, asset)
            for old, was_until, by in db.execute(
                "SELECT id, until_us, person FROM shelving WHERE asset = ? AND ended_us IS NULL", (number,)
            ).fetchall():
                over = not now < was_until <= _longest(now)
                if seen is not None and not over and old not in seen:
                    end_of = f"{from_us(was_until):%H:%M}"
                    raise Conflict(
                        "{by} has shelved {asset} meanwhile, until {was_until} UTC.", by=by, asset=asset, was_until=end_of
                    )
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
                raise NotFound("Nothing was ever shelved under the number {shelving}.", shelving=shelving)
            if row[2] is None:
                over = not now_us() < row[1] <= _longest(now_us())
                _end(db, shelving, row[0], ShelfEnd.EXPIRED if over else ShelfEnd.PERSON, _LINE if over else person)
        return self._shelving(shelving)

    def shelved(self, use_case: str) -> list[Shelving]:
        rows = self._c.rows(
            f"""SELECT {_SHELVING} FROM shelving s JOIN asset a ON a.id = s.asset
                WHERE s.use_case = ? AND s.ended_us IS NULL AND s.until_us > ? AND s.until_us <= ? ORDER BY s.until_us""",
            (use_case, now_us(), _longest(now_us())),
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
                     before_us = CASE WHEN abs(?3 - last_us) > ?4 THEN min(last_us, ?3) ELSE min(before_us, ?3) END,
                     begun_us = CASE WHEN abs(?3 - last_us) > ?4 THEN ?3 ELSE min(begun_us, ?3) END, last_us = ?3
                   RETURNING begun_us, before_us""",
                (person, what, now, int(away_s * 1e6)),
            ).fetchone()
        return Look(from_us(begun), from_us(before))

    def _shelving(self, number: int) -> Shelving:
        row = self._c.one(f"SELECT {_SHELVING} FROM shelving s JOIN asset a ON a.id = s.asset WHERE s.id = ?", (number,))
        assert row is not None
        return _of(row)


def bring_back(db: sqlite3.Connection, use_case: str, asset: np.ndarray, state: np.ndarray, unknown: np.ndarray) -> None:
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
        if not now < until <= _longest(now):
            _end(db, shelving, use_case, ShelfEnd.EXPIRED, _LINE)
        elif ((state > 0) & ~unknown if strange else state > shelved)[asset == of].any():
            _end(db, shelving, use_case, ShelfEnd.WORSE, _LINE)


def _longest(now: int) -> int:
    """Until when something that is shelved now can be: what is shelved for longer was so under a clock that was ahead, and that holds for nothing."""
    return now + int((LONGEST_SHELF.total_seconds() + 1) * 1e6)


def _see_past(db: sqlite3.Connection, use_case: str, asset: str, person: str) -> Acknowledgement | None:
    """Note that somebody has seen all advice on an asset that came and went. Gives what was noted of the worst of it; ``None``: there was none."""
    newest = db.execute(
        "SELECT a.id, l.time_us FROM latest l JOIN asset a ON a.id = l.asset WHERE a.use_case = ? AND a.name = ?",
        (use_case, asset),
    ).fetchone()
    if newest is None:
        return None
    rows = _past(db, use_case, *newest)
    now = now_us()
    for episode, state in rows:
        _see(db, use_case, newest[0], episode, state, person, now)
        note(
            db, person, "acknowledge", f"advice:{use_case}/{episode}", use_case, asset=asset, state=str(STATES[state]), over=True
        )
    return Acknowledgement(use_case, asset, rows[-1][0], STATES[rows[-1][1]], person, from_us(now)) if rows else None


def _see_milder(db: sqlite3.Connection, use_case: str, asset: int, state: int, person: str) -> None:
    """With what lasts on an asset, what came and went of it before and was no worse is seen too."""
    (newest,) = db.execute("SELECT time_us FROM latest WHERE asset = ?", (asset,)).fetchone()
    for episode, was in _past(db, use_case, asset, newest):
        if was <= state:
            _see(db, use_case, asset, episode, was, person, now_us())


def _past(db: sqlite3.Connection, use_case: str, asset: int, newest_us: int) -> list[tuple[int, int]]:
    """Spell and state of the advice on an asset that came and went lately and nobody has seen, the worst last."""
    since = newest_us - int(UNSEEN_FOR.total_seconds() * 1e6)
    return db.execute(
        f"SELECT e.id, e.state {_UNSEEN} AND e.asset = ?3 ORDER BY e.state, e.score, e.end_us", (use_case, since, asset)
    ).fetchall()


def _see(db: sqlite3.Connection, use_case: str, asset: int, episode: int, state: int, person: str, at: int) -> None:
    db.execute(
        """INSERT INTO acknowledgement (episode, state, use_case, asset, person, at_us) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (episode, state) DO NOTHING""",
        (episode, state, use_case, asset, person, at),
    )


def put_aside(db: sqlite3.Connection, use_case: str, asset: np.ndarray, time_us: np.ndarray) -> None:
    """Note of the spells of advice that a delivery ended that they were on the shelf, in the delivery's own transaction: somebody knew of them.

    Args:
        asset: (n,) ids of the delivered rows.
        time_us: (n,) their times.
    """
    held = db.execute(
        "SELECT asset, state FROM shelving WHERE use_case = ? AND ended_us IS NULL AND until_us > ? AND until_us <= ? AND NOT unknown",
        (use_case, now_us(), _longest(now_us())),
    )
    for of, state in held.fetchall():  # a step a shelved asset: few
        mine = time_us[asset == of]
        if len(mine):
            db.execute(
                "UPDATE episode SET aside = max(aside, ?) WHERE use_case = ? AND asset = ? AND end_us >= ? AND NOT unknown",
                (state, use_case, of, int(mine.min())),
            )


def never_shown(db: sqlite3.Connection, use_case: str, asset: np.ndarray, time_us: np.ndarray) -> None:
    """Note of the spells of advice that a delivery ended that they were over when they came: nobody can have seen them, and nobody has missed them.

    Args:
        asset: (n,) ids of the delivered rows.
        time_us: (n,) their times.
    """
    for of in np.unique(asset).tolist():  # a step an asset
        mine = time_us[asset == of]
        db.execute(
            "UPDATE episode SET aside = state WHERE use_case = ? AND asset = ? AND end_us BETWEEN ? AND ? AND NOT unknown",
            (use_case, of, int(mine.min()), int(mine.max())),
        )


def judged(db: sqlite3.Connection, use_case: str, reading_asset: int, time_us: int, state: int) -> None:
    """Somebody has said what they think of a reading: of the advice of that moment nobody needs to be told afterwards that it was there. That it
    stands is told all the same: flagging silences nothing."""
    db.execute(
        """UPDATE episode SET aside = max(aside, ?) WHERE use_case = ? AND asset = ? AND start_us <= ? AND (end_us IS NULL OR end_us > ?)
           AND NOT unknown""",
        (state, use_case, reading_asset, time_us, time_us),
    )


def _advice_now(db: sqlite3.Connection, use_case: str, asset: str) -> tuple[int, int, int, bool]:
    """The asset's id, what lasts on it and is shown (that the model does not know, before its advice), its state, and whether it is unknown.
    A guess is no state: the one of an unknown asset is normal."""
    row = db.execute(
        """SELECT a.id, e.id, l.state, e.unknown FROM asset a JOIN episode e ON e.asset = a.id AND e.end_us IS NULL
           JOIN latest l ON l.asset = a.id WHERE a.use_case = ? AND a.name = ? AND e.use_case = ? ORDER BY e.unknown DESC LIMIT 1""",
        (use_case, asset, use_case),
    ).fetchone()
    if row is None:
        raise NotFound("There is no advice on {asset} now.", asset=asset)
    number, episode, state, unknown = row
    return number, episode, 0 if unknown else state, bool(unknown)


def _said(state: int, unknown: bool) -> str:
    """What was seen or shelved, as the audit trail has it."""
    return "unknown" if unknown else str(STATES[state])


def _end(db: sqlite3.Connection, shelving: int, use_case: str, by: ShelfEnd, person: str) -> None:
    db.execute("UPDATE shelving SET ended_us = ?, ended_by = ? WHERE id = ?", (now_us(), str(by), shelving))
    note(db, person, "unshelve", f"shelving:{shelving}", use_case, by=str(by))


def _of(row: tuple) -> Shelving:
    number, use_case, asset, state, person, at, until, reason, ended, by, unknown = row
    return Shelving(
        number, use_case, asset, STATES[state], person, from_us(at), from_us(until), ShelfReason(reason), from_us(ended),
        by and ShelfEnd(by), bool(unknown),
    )  # fmt: skip

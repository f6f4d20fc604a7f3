"""Handovers from shift to shift. See ``contract.Handovers``."""

import json
from datetime import datetime
from typing import NoReturn

from data.records import Handover
from data.store.contract import Conflict, NotFound, Stale
from data.store.sqlite.audit import note
from data.store.sqlite.connection import Connections, sqlite3
from data.store.sqlite.plant.times import from_us, now_us, to_us

_HANDOVER = (
    "use_case, start_us, end_us, remarks, facts, told, language, outgoing, signed_us, incoming, accepted_us, reply, "
    "version, edited_by, edited_us"
)


class SQLiteHandovers:
    """Rows of handovers, one a shift."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def get(self, use_case: str, start: datetime) -> Handover | None:
        row = self._c.one(f"SELECT {_HANDOVER} FROM handover WHERE use_case = ? AND start_us = ?", (use_case, to_us(start)))
        return _handover(row) if row else None

    def keep(self, use_case: str, start: datetime, end: datetime, person: str, remarks: str, version: int) -> Handover:
        with self._c.write() as db:
            kept = _draft(db, use_case, start)
            if kept is not None and kept.remarks == remarks:
                return kept
            if kept is not None and kept.version != version:
                raise _stale(kept, remarks)
            row = db.execute(
                f"""INSERT INTO handover (use_case, start_us, end_us, remarks, version, edited_by, edited_us) VALUES (?, ?, ?, ?, 1, ?, ?)
                    ON CONFLICT (use_case, start_us) DO UPDATE SET remarks = excluded.remarks, version = version + 1,
                        edited_by = excluded.edited_by, edited_us = excluded.edited_us RETURNING {_HANDOVER}""",
                (use_case, to_us(start), to_us(end), remarks, person, now_us()),
            ).fetchone()
            note(db, person, "draft_handover", _subject(use_case, start), use_case, remarks=remarks)
        return _handover(row)

    def sign_out(self, handover: Handover, person: str) -> Handover:
        use_case, start, now = handover.use_case, handover.start, now_us()
        told = (_json(handover.facts), _json(handover.told), handover.language, person, now)
        with self._c.write() as db:
            kept = _draft(db, use_case, start)
            if kept is not None and (kept.version, kept.remarks) != (handover.version, handover.remarks):
                raise _stale(kept, handover.remarks)
            row = db.execute(
                f"""INSERT INTO handover (use_case, start_us, end_us, facts, told, language, outgoing, signed_us, remarks, version, edited_by, edited_us)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?7, ?8) ON CONFLICT (use_case, start_us) DO UPDATE
                    SET facts = excluded.facts, told = excluded.told, language = excluded.language,
                        outgoing = excluded.outgoing, signed_us = excluded.signed_us, end_us = excluded.end_us RETURNING {_HANDOVER}""",
                (use_case, to_us(start), to_us(handover.end), *told, handover.remarks),
            ).fetchone()
            note(db, person, "sign_handover", _subject(use_case, start), use_case, remarks=handover.remarks)
        return _handover(row)

    def take_back(self, use_case: str, start: datetime, person: str) -> Handover:
        with self._c.write() as db:
            row = db.execute(
                f"""UPDATE handover SET outgoing = NULL, signed_us = NULL, facts = '{{}}', told = '{{}}', language = ''
                    WHERE use_case = ? AND start_us = ? AND outgoing = ? AND accepted_us IS NULL RETURNING {_HANDOVER}""",
                (use_case, to_us(start), person),
            ).fetchone()
            if row is None:
                _refuse(db, use_case, start)
            note(db, person, "take_back_handover", _subject(use_case, start), use_case)
        return _handover(row)

    def sign_in(self, handover: Handover, person: str, reply: str = "") -> Handover:
        use_case, start = handover.use_case, handover.start
        with self._c.write() as db:
            row = db.execute(
                f"""UPDATE handover SET incoming = ?1, accepted_us = ?2, reply = ?3 WHERE use_case = ?4 AND start_us = ?5
                    AND outgoing <> ?1 AND accepted_us IS NULL AND signed_us = ?6 RETURNING {_HANDOVER}""",
                (person, now_us(), reply, use_case, to_us(start), to_us(handover.signed) if handover.signed else 0),
            ).fetchone()
            if row is None:
                _refuse(db, use_case, start, person)
            note(db, person, "accept_handover", _subject(use_case, start), use_case, outgoing=row[7], reply=reply)
        return _handover(row)

    def past(self, use_case: str, before: datetime | None = None, limit: int = 20) -> list[Handover]:
        until = to_us(before) if before else 2**62
        rows = self._c.rows(
            f"""SELECT {_HANDOVER} FROM handover WHERE use_case = ? AND start_us < ? AND signed_us IS NOT NULL
                ORDER BY start_us DESC LIMIT ?""",
            (use_case, until, limit),
        )
        return [_handover(row) for row in rows]


def _draft(db: sqlite3.Connection, use_case: str, start: datetime) -> Handover | None:
    """What is kept of a shift that nobody has signed; ``None``: nothing. Raises Conflict where somebody has."""
    row = db.execute(f"SELECT {_HANDOVER} FROM handover WHERE use_case = ? AND start_us = ?", (use_case, to_us(start))).fetchone()
    if row is None:
        return None
    if row[8] is not None:
        _refuse(db, use_case, start)
    return _handover(row)


def _stale(kept: Handover, given: str) -> Stale:
    who = kept.edited_by or "somebody"
    return Stale(
        "{who} has written other remarks meanwhile: read them first. Yours were not put in their place.",
        kept=kept,
        given=given,
        who=who,
    )


def _refuse(db: sqlite3.Connection, use_case: str, start: datetime, incoming_now: str | None = None) -> NoReturn:
    """Say why a handover cannot be changed in the way that was asked for. ``incoming_now``: who wanted to take over."""
    row = db.execute(
        "SELECT outgoing, incoming FROM handover WHERE use_case = ? AND start_us = ?", (use_case, to_us(start))
    ).fetchone()
    if row is None:
        raise NotFound(
            "There is no handover of {use_case} for the shift of {start} UTC.", use_case=use_case, start=f"{start:%Y-%m-%d %H:%M}"
        )
    outgoing, incoming = row
    if incoming:
        raise Conflict(
            "This handover is closed: {outgoing} handed over to {incoming}. It can no longer be changed.",
            outgoing=outgoing,
            incoming=incoming,
        )
    if outgoing and incoming_now not in (None, outgoing):
        raise Conflict(
            "{outgoing} has signed this handover anew since you opened it: read it again, then take over.", outgoing=outgoing
        )
    if outgoing:
        raise Conflict(
            "{outgoing} has signed this handover: only they may take that back, and somebody else takes over.", outgoing=outgoing
        )
    raise Conflict("Nobody has signed this handover yet: who hands over signs first.")


def _subject(use_case: str, start: datetime) -> str:
    return f"handover:{use_case}/{start:%Y-%m-%dT%H:%MZ}"


def _json(value: dict) -> str:
    return json.dumps(value, ensure_ascii=False)


def _handover(row: tuple) -> Handover:
    use_case, start, end, remarks, facts, told, language, outgoing, signed, incoming, accepted, reply, *edit = row
    kept = (json.loads(facts), json.loads(told), language)
    version, by, edited = edit
    signatures = (outgoing, from_us(signed), incoming, from_us(accepted), reply)
    return Handover(use_case, from_us(start), from_us(end), remarks, *kept, *signatures, version, by, from_us(edited))

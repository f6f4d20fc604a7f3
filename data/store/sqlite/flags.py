"""Flags of operators and what became of them; cases are in :mod:`data.store.sqlite.cases`. See ``contract.Feedback``."""

import json
from datetime import datetime

from data.records import CaseState, Fate, Flag, FlagKind, FlagReason
from data.store.contract import Conflict, NotFound
from data.store.sqlite.audit import note
from data.store.sqlite.cases import SQLiteCases
from data.store.sqlite.times import from_us, now_us, to_us

_FLAG = "id, use_case, asset, reading, release, person, kind, reason, snapshot, comment, raised_us, withdrawn_us, case_id"


class SQLiteFeedback(SQLiteCases):
    """Flags and, inherited, the cases that they open: one subject to the screens, two files to the reader."""

    def raise_flag(self, flag: Flag, priority: float) -> Flag:
        with self._c.write() as db:
            now = now_us()
            earlier = db.execute(
                "SELECT id FROM flag WHERE use_case = ? AND reading = ? AND person = ? AND withdrawn_us IS NULL",
                (flag.use_case, flag.reading, flag.person),
            ).fetchall()
            for (old,) in earlier:
                self._withdraw(db, old, flag.person, now)
            case = None if flag.kind == FlagKind.AGREE else self._join_or_open(db, flag, priority, now)
            values = (flag.use_case, flag.asset, flag.reading, flag.release, flag.person, str(flag.kind))
            told = (flag.reason and str(flag.reason), json.dumps(flag.snapshot, ensure_ascii=False), flag.comment)
            (number,) = db.execute(
                """INSERT INTO flag (use_case, asset, reading, release, person, kind, reason, snapshot, comment, raised_us, case_id)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
                (*values, *told, now, case),
            ).fetchone()
            action = "agree" if case is None else "raise_flag"
            links = {"reading": flag.reading, "asset": flag.asset, "release": flag.release, "kind": str(flag.kind), "case": case}
            note(db, flag.person, action, f"flag:{number}", flag.use_case, reason=told[0], **links)
        return self.flag(number)

    def withdraw_flag(self, flag: int, person: str) -> Flag:
        with self._c.write() as db:
            self._withdraw(db, flag, person, now_us())
        return self.flag(flag)

    def comment(self, flag: int, person: str, text: str) -> Flag:
        with self._c.write() as db:
            self._own(db, flag, person)
            db.execute("UPDATE flag SET comment = ? WHERE id = ?", (text, flag))
            note(db, person, "comment", f"flag:{flag}", comment=text)
        return self.flag(flag)

    def flag(self, flag: int) -> Flag:
        row = self._c.one(f"SELECT {_FLAG} FROM flag WHERE id = ?", (flag,))
        if row is None:
            raise NotFound(f"There is no flag {flag}.")
        return _flag(row)

    def flags_on(self, use_case: str, reading: int) -> list[Flag]:
        rows = self._c.rows(
            f"SELECT {_FLAG} FROM flag WHERE use_case = ? AND reading = ? AND withdrawn_us IS NULL ORDER BY id",
            (use_case, reading),
        )
        return [_flag(row) for row in rows]

    def case_flags(self, case: int) -> list[Flag]:
        return [_flag(row) for row in self._c.rows(f"SELECT {_FLAG} FROM flag WHERE case_id = ? ORDER BY id", (case,))]

    def fates(self, person: str, limit: int = 100) -> list[Fate]:
        rows = self._c.rows(
            f"SELECT {_FLAG} FROM flag WHERE person = ? AND kind <> 'agree' ORDER BY id DESC LIMIT ?", (person, limit)
        )
        return [self._fate(_flag(row)) for row in rows]

    def flag_counts(self, use_case: str, since: datetime) -> dict[str, int]:
        kinds = dict(
            self._c.rows(
                "SELECT kind, count(*) FROM flag WHERE use_case = ? AND raised_us >= ? AND withdrawn_us IS NULL GROUP BY kind",
                (use_case, to_us(since)),
            )
        )
        decided = self._c.one(
            "SELECT count(DISTINCT v.case_id) FROM verdict v JOIN cases c ON c.id = v.case_id WHERE c.use_case = ? AND v.decided_us >= ?",
            (use_case, to_us(since)),
        )
        corrected = self._c.one(
            "SELECT count(*) FROM correction WHERE use_case = ? AND in_force = 1 AND decided_us >= ?", (use_case, to_us(since))
        )
        return {str(kind): kinds.get(str(kind), 0) for kind in FlagKind} | {"decided": decided[0], "corrections": corrected[0]}

    def times_to_fix(self, use_case: str, since: datetime) -> list[float]:
        rows = self._c.rows(
            """SELECT f.raised_us, min(h.since_us) FROM flag f JOIN correction c ON c.case_id = f.case_id AND c.in_force = 1
               JOIN release_correction rc ON rc.correction = c.id
               JOIN champion h ON h.use_case = rc.use_case AND h.number = rc.number AND h.since_us >= f.raised_us
               WHERE f.use_case = ? AND f.raised_us >= ? AND f.withdrawn_us IS NULL GROUP BY f.id""",
            (use_case, to_us(since)),
        )
        return [(fixed - raised) / 3.6e9 for raised, fixed in rows]

    def _withdraw(self, db, flag: int, person: str, now: int) -> None:
        case = self._own(db, flag, person)
        db.execute("UPDATE flag SET withdrawn_us = ? WHERE id = ? AND withdrawn_us IS NULL", (now, flag))
        note(db, person, "withdraw_flag", f"flag:{flag}", case=case)
        if case is None:
            return
        (left,) = db.execute("SELECT count(*) FROM flag WHERE case_id = ? AND withdrawn_us IS NULL", (case,)).fetchone()
        db.execute("UPDATE cases SET flags = ? WHERE id = ?", (left, case))
        if not left:
            db.execute(
                "UPDATE cases SET state = ?, claimed_by = NULL, claimed_until_us = NULL WHERE id = ? AND state <> ?",
                (str(CaseState.WITHDRAWN), case, str(CaseState.DECIDED)),
            )

    @staticmethod
    def _own(db, flag: int, person: str) -> int | None:
        row = db.execute("SELECT person, case_id FROM flag WHERE id = ?", (flag,)).fetchone()
        if row is None:
            raise NotFound(f"There is no flag {flag}.")
        if row[0] != person:
            raise Conflict(f"Flag {flag} was raised by somebody else: only they may change it.")
        return row[1]

    def _fate(self, flag: Flag) -> Fate:
        if flag.case is None:
            return Fate(flag, None, None, None, None, None, None, None)
        verdicts = self.verdicts(flag.case)
        correction = self._c.one("SELECT id FROM correction WHERE case_id = ? AND in_force = 1", (flag.case,))
        trained = released = after = None
        if correction:
            trained, released = self._release_of(correction[0])
        if trained:
            answer = self._c.one(
                "SELECT score FROM answer WHERE use_case = ? AND number = ? AND reading = ?",
                (flag.use_case, trained, flag.reading),
            )
            after = answer[0] if answer else None
        before = flag.snapshot.get("score")
        newest = verdicts[-1] if verdicts else None
        return Fate(flag, self.case(flag.case), newest, correction and correction[0], trained, from_us(released), before, after)

    def _release_of(self, correction: int) -> tuple[int | None, int | None]:
        """The first champion that learned from a correction and since when; else the first release that did, unreleased."""
        row = self._c.one(
            """SELECT h.number, h.since_us FROM release_correction rc JOIN champion h ON h.use_case = rc.use_case AND h.number = rc.number
               WHERE rc.correction = ? ORDER BY h.id LIMIT 1""",
            (correction,),
        )
        if row:
            return row
        row = self._c.one("SELECT min(number) FROM release_correction WHERE correction = ?", (correction,))
        return (row[0], None) if row else (None, None)


def _flag(row: tuple) -> Flag:
    number, use_case, asset, reading, release, person, kind, reason, snapshot, comment, raised, withdrawn, case = row
    why = FlagReason(reason) if reason else None
    return Flag(
        use_case,
        asset,
        reading,
        release,
        person,
        FlagKind(kind),
        why,
        json.loads(snapshot),
        comment,
        from_us(raised),
        from_us(withdrawn),
        number,
        case,
    )

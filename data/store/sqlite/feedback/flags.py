"""Flags of operators, bound to what they saw. See ``contract.Feedback``; the cases are in :mod:`data.store.sqlite.feedback.cases`."""

import json
from datetime import datetime

from data.records import Flag, FlagKind
from data.store.contract import Conflict, NotFound, Stale
from data.store.sqlite.attention import judged
from data.store.sqlite.audit import note
from data.store.sqlite.connection import sqlite3
from data.store.sqlite.feedback.cases import rest, said
from data.store.sqlite.feedback.fates import FLAG, SQLiteFates, flag_of
from data.store.sqlite.feedback.thread import SQLiteThread
from data.store.sqlite.layout import table_of
from data.store.sqlite.plant.times import now_us


class SQLiteFeedback(SQLiteFates, SQLiteThread):
    """Flags and, inherited, cases, verdicts, bad stretches, threads and fates: one subject to the screens, six files to the reader."""

    def raise_flag(self, flag: Flag, priority: float, due: datetime | None = None, reviewers: int = 1) -> Flag:
        with self._c.write() as db:
            now, name = now_us(), flag.use_case
            found = db.execute(
                f"SELECT a.name, r.release, r.score, r.novelty, r.asset, r.time_us, r.state FROM {table_of(name)} r JOIN asset a ON a.id = r.asset WHERE r.id = ?",
                (flag.reading,),
            ).fetchone()
            if found is None:
                raise NotFound("There is no reading {reading} of {name} to flag.", reading=flag.reading, name=name)
            asset, release, score, novelty, number_of_asset, at, state = found
            if (flag.asset, flag.release) != (asset, release):
                raise Conflict(
                    "Reading {reading} is of {asset}, release {release}: not of {asset2}, release {release2}.",
                    reading=flag.reading,
                    asset=asset,
                    release=release,
                    asset2=flag.asset,
                    release2=flag.release,
                )
            earlier = db.execute(
                "SELECT id, case_id FROM flag WHERE use_case = ? AND reading = ? AND person = ? AND withdrawn_us IS NULL",
                (name, flag.reading, flag.person),
            ).fetchall()
            case = (
                None
                if flag.kind == FlagKind.AGREE
                else self._join_or_open(db, flag, score, novelty, priority, due, reviewers, now)
            )
            values = (name, flag.asset, flag.reading, flag.release, flag.person, str(flag.kind), flag.reason and str(flag.reason))
            (number,) = db.execute(
                """INSERT INTO flag (use_case, asset, reading, release, person, kind, reason, snapshot, comment, raised_us,
                   case_id)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
                (*values, json.dumps(flag.snapshot, ensure_ascii=False), flag.comment, now, case),
            ).fetchone()
            judged(db, name, number_of_asset, at, state)
            links = {"reading": flag.reading, "asset": flag.asset, "release": flag.release, "kind": str(flag.kind), "case": case}
            note(db, flag.person, "raise_flag" if case else "agree", f"flag:{number}", name, reason=values[-1], **links)
            for old, _ in earlier:
                db.execute("UPDATE flag SET withdrawn_us = ? WHERE id = ?", (now, old))
                note(db, flag.person, "replace_flag", f"flag:{old}", name, by=number, case=case)
            for touched in {case, *(old_case for _, old_case in earlier)} - {None}:
                said(db, touched)
                self._recount(db, touched, flag.person, name)
        return self.flag(number)

    def withdraw_flag(self, flag: int, person: str) -> Flag:
        with self._c.write() as db:
            use_case, case = self._own(db, flag, person)
            row = db.execute(
                "UPDATE flag SET withdrawn_us = ? WHERE id = ? AND withdrawn_us IS NULL RETURNING id", (now_us(), flag)
            ).fetchone()
            if row:
                note(db, person, "withdraw_flag", f"flag:{flag}", use_case, case=case)
                if case:
                    said(db, case)
                    self._recount(db, case, person, use_case)
        return self.flag(flag)

    def comment(self, flag: int, person: str, text: str, reasons: dict | None = None, seen: Flag | None = None) -> Flag:
        with self._c.write() as db:
            use_case, case = self._own(db, flag, person)
            kept = flag_of(db.execute(f"SELECT {FLAG} FROM flag WHERE id = ?", (flag,)).fetchone())
            if seen is not None and (kept.comment, kept.snapshot.get("feedback")) != (
                seen.comment,
                seen.snapshot.get("feedback"),
            ):
                raise Stale(
                    "Flag {flag} has other words by now, from another screen of yours: look at them first.",
                    kept=kept,
                    given=text,
                    flag=flag,
                )
            said(db, case)
            db.execute("UPDATE flag SET comment = ? WHERE id = ?", (text, flag))
            if reasons is not None:
                coded = json.dumps(reasons, ensure_ascii=False)
                db.execute("UPDATE flag SET snapshot = json_set(snapshot, '$.feedback', json(?)) WHERE id = ?", (coded, flag))
            note(db, person, "comment", f"flag:{flag}", use_case, comment=text, reasons=reasons, case=case)
        return self.flag(flag)

    def flag(self, flag: int) -> Flag:
        row = self._c.one(f"SELECT {FLAG} FROM flag WHERE id = ?", (flag,))
        if row is None:
            raise NotFound("There is no flag {flag}.", flag=flag)
        return flag_of(row)

    def flags_on(self, use_case: str, reading: int) -> list[Flag]:
        rows = self._c.rows(
            f"SELECT {FLAG} FROM flag WHERE use_case = ? AND reading = ? AND withdrawn_us IS NULL ORDER BY id",
            (use_case, reading),
        )
        return [flag_of(row) for row in rows]

    def case_flags(self, case: int) -> list[Flag]:
        return [flag_of(row) for row in self._c.rows(f"SELECT {FLAG} FROM flag WHERE case_id = ? ORDER BY id", (case,))]

    @staticmethod
    def _recount(db: sqlite3.Connection, case: int, person: str, use_case: str) -> None:
        """After a flag came or went: the case's number of flags, and its kind and reason, which are the newest one's."""
        (left,) = db.execute("SELECT count(*) FROM flag WHERE case_id = ? AND withdrawn_us IS NULL", (case,)).fetchone()
        if left:
            db.execute(
                """UPDATE cases SET flags = ?1, (kind, reason) =
                   (SELECT kind, reason FROM flag WHERE case_id = ?2 AND withdrawn_us IS NULL ORDER BY id DESC LIMIT 1)
                   WHERE id = ?2""",
                (left, case),
            )
            return
        drawn, decided = db.execute(
            "SELECT origin = 'sample', (SELECT count(*) FROM verdict WHERE case_id = cases.id AND settled) FROM cases WHERE id = ?",
            (case,),
        ).fetchone()
        if drawn and not decided:  # it goes on being one of those that nobody flagged
            db.execute("UPDATE cases SET flags = 0, kind = '', reason = NULL WHERE id = ?", (case,))
            return
        db.execute("UPDATE cases SET flags = 0 WHERE id = ?", (case,))
        if decided:
            rest(db, case)
        else:
            db.execute("UPDATE cases SET state = 'withdrawn', claimed_by = NULL, claimed_until_us = NULL WHERE id = ?", (case,))
            note(db, person, "withdraw_case", f"case:{case}", use_case)

    @staticmethod
    def _own(db: sqlite3.Connection, flag: int, person: str) -> tuple[str, int | None]:
        row = db.execute("SELECT person, use_case, case_id FROM flag WHERE id = ?", (flag,)).fetchone()
        if row is None:
            raise NotFound("There is no flag {flag}.", flag=flag)
        if row[0] != person:
            raise Conflict("Flag {flag} was raised by {row}: only they may change it.", flag=flag, row=row[0])
        return row[1], row[2]

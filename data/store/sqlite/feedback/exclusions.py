"""Stretches that reviewers found to be bad data, and who stands behind each. See ``contract.Feedback``."""

import json

from data.records import Exclusion
from data.store.contract import Conflict, NotFound
from data.store.sqlite.audit import note
from data.store.sqlite.feedback.verdicts import IN_FORCE, SQLiteVerdicts, about_of
from data.store.sqlite.layout import table_of
from data.store.sqlite.plant.times import from_us, now_us


class SQLiteExclusions(SQLiteVerdicts):
    """What a verdict of bad data takes away, and what a second person says of it."""

    def excluded(self, use_case: str) -> list[Exclusion]:
        if not self._c.one("SELECT 1 FROM cases WHERE use_case = ?", (use_case,)):
            return []
        rows = self._c.rows(
            f"""SELECT c.id, c.reading, c.asset, r.time_us, v.about, v.person, v.decided_us,
                  (SELECT json_group_array(person) FROM (SELECT DISTINCT person FROM flag WHERE case_id = c.id
                     AND (withdrawn_us IS NULL OR withdrawn_us > v.decided_us) ORDER BY id)),
                  (SELECT person FROM stretch_confirmed WHERE verdict = v.id)
                FROM cases c JOIN verdict v ON v.id = {IN_FORCE} JOIN {table_of(use_case)} r ON r.id = c.reading
                WHERE c.use_case = ? AND v.kind = 'bad_data' ORDER BY c.id""",
            (use_case,),
        )
        found = []
        for case, reading, asset, at, about, person, decided, raised, confirmed in rows:
            said, moment = about_of(about), from_us(at)
            behind = (moment, person, from_us(decided), tuple(json.loads(raised)), confirmed)
            found.append(Exclusion(case, reading, asset, said.start or moment, said.end or moment, said.signal, *behind))
        return found

    def confirm_stretch(self, case: int, person: str) -> None:
        with self._c.write() as db:
            row = db.execute(
                f"""SELECT v.id, v.person, c.use_case, (SELECT person FROM stretch_confirmed WHERE verdict = v.id) FROM cases c
                    JOIN verdict v ON v.id = {IN_FORCE} WHERE c.id = ? AND v.kind = 'bad_data'""",
                (case,),
            ).fetchone()
            if row is None:
                raise NotFound("Case {case} names no bad data any more: its case was decided anew.", case=case)
            verdict, by, use_case, confirmed = row
            if confirmed:
                raise Conflict(
                    "The bad data of case {case} was confirmed by {confirmed} already.", case=case, confirmed=confirmed
                )
            flagged = db.execute("SELECT 1 FROM flag WHERE case_id = ? AND person = ?", (case, person)).fetchone()
            if by == person or flagged:
                raise Conflict(
                    "The bad data of case {case} has to be confirmed by somebody who neither flagged nor decided it.", case=case
                )
            db.execute("INSERT INTO stretch_confirmed VALUES (?, ?, ?, ?)", (verdict, use_case, person, now_us()))
            note(db, person, "confirm_stretch", f"case:{case}", use_case, verdict=verdict)

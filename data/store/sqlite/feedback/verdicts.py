"""What reviewers find: verdicts in one round or two with a third, corrections. See ``contract.Feedback``.

A verdict is settled when it is the finding: the only one asked for, the second that says what the first said, or the third. Until then it
has no consequence and its case waits for somebody else.
"""

import itertools
import json
from collections.abc import Sequence
from datetime import datetime

from data.records import About, Case, CaseState, Correction, Doubt, Verdict, VerdictKind
from data.store.contract import Conflict, NotFound
from data.store.contract.said import require_outcome
from data.store.sqlite.audit import note
from data.store.sqlite.connection import sqlite3
from data.store.sqlite.feedback.cases import CASE, OPEN_ROUND, SQLiteCases, case_of, rest, said, taken
from data.store.sqlite.plant.times import from_us, now_us, to_us

VERDICT = "case_id, person, kind, answer, outcome, cause, decided_us, id, about, round, settled"
IN_FORCE = "(SELECT max(id) FROM verdict WHERE case_id = c.id AND settled)"
"""The verdict in force of the case ``c``."""


class SQLiteVerdicts(SQLiteCases):
    """Decisions and what follows from them."""

    def decide(self, verdict: Verdict, seen: Case | None = None) -> tuple[Verdict, Correction | None]:
        if verdict.kind == VerdictKind.MODEL_WRONG and verdict.outcome is None:
            raise ValueError("A verdict that the model was wrong needs the corrected outcome: set Verdict.outcome.")
        about = verdict.about
        if about.start and about.end and about.end < about.start:
            raise ValueError("The bad stretch ends before it begins: exchange About.start and About.end.")
        now, number = now_us(), verdict.case
        use_case = self.case(number).use_case
        if verdict.outcome is not None:
            require_outcome(self._layout(use_case).use_case, number, verdict.outcome, verdict.cause)
        with self._c.write() as db:
            case = db.execute(f"SELECT {CASE} FROM cases WHERE id = ?", (number,)).fetchone()
            if case is None:
                raise NotFound("There is no case {number}.", number=number)
            if case[5] != CaseState.CLAIMED or case[12] != verdict.person:
                raise taken(db, number)
            if seen is not None and case_of(case).version != seen.version:
                raise Conflict(
                    "Something was said of case {number} since you opened it: read it, then decide. No verdict was given.",
                    number=number,
                )
            before = db.execute(f"SELECT kind, outcome, person FROM verdict WHERE {OPEN_ROUND} ORDER BY id", (number,)).fetchall()
            if any(person == verdict.person for *_, person in before):
                raise Conflict(
                    "You have given a verdict on case {number}: the next one has to be somebody else's.", number=number
                )
            same = bool(before) and before[-1][:2] == (str(verdict.kind), verdict.outcome)
            settled = len(before) + 1 >= case[17] and (not before or same or len(before) >= 2)
            told = (number, verdict.person, str(verdict.kind), verdict.answer, verdict.outcome, verdict.cause, now)
            row = db.execute(
                f"""INSERT INTO verdict (case_id, person, kind, answer, outcome, cause, decided_us, about, round, settled)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING {VERDICT}""",
                (*told, _about_json(about), len(before) + 1, int(settled)),
            ).fetchone()
            said(db, number)
            state = rest(db, number)
            flags = [flag for (flag,) in db.execute("SELECT id FROM flag WHERE case_id = ? AND withdrawn_us IS NULL", (number,))]
            links = {"verdict": row[7], "kind": str(verdict.kind), "flags": flags, "round": row[9], "state": state}
            note(db, verdict.person, "decide", f"case:{number}", case[1], **links)
            correction = self._follow(db, case, verdict, row[7], now, flags) if settled else None
        return verdict_of(row), correction

    def verdicts(self, case: int) -> list[Verdict]:
        return [verdict_of(row) for row in self._c.rows(f"SELECT {VERDICT} FROM verdict WHERE case_id = ? ORDER BY id", (case,))]

    def findings(self, cases: Sequence[int]) -> dict[int, Verdict]:
        wanted = f"SELECT {IN_FORCE} FROM cases c WHERE c.id IN (SELECT value FROM json_each(?))"
        rows = self._c.rows(f"SELECT {VERDICT} FROM verdict WHERE id IN ({wanted})", (json.dumps(list(cases)),))
        return {row[0]: verdict_of(row) for row in rows}

    def double_reviewed(self, use_case: str) -> list[tuple[Verdict, Verdict]]:
        rows = self._c.rows(
            f"""SELECT {", ".join(f"v.{name.strip()}" for name in VERDICT.split(","))} FROM verdict v JOIN cases c ON c.id = v.case_id
                WHERE c.use_case = ? AND v.round <= 2
                  AND v.case_id IN (SELECT case_id FROM verdict WHERE round = 2) ORDER BY v.case_id, v.id""",
            (use_case,),
        )
        found = [verdict_of(row) for row in rows]
        return [(a, b) for a, b in itertools.pairwise(found) if a.case == b.case and (a.round, b.round) == (1, 2)]

    def corrections(self, use_case: str) -> list[Correction]:
        rows = self._c.rows(
            """SELECT c.id, c.use_case, c.case_id, c.reading, c.outcome, c.cause, c.person, c.decided_us, c.confirmed_by,
                      (SELECT json_group_array(json_array(id, person)) FROM flag WHERE case_id = c.case_id
                         AND (withdrawn_us IS NULL OR withdrawn_us > c.decided_us))
               FROM correction c WHERE c.use_case = ? AND c.in_force = 1 ORDER BY c.id""",
            (use_case,),
        )
        found = []
        for number, name, case, reading, outcome, cause, person, decided, confirmed, flags in rows:
            raised = sorted(tuple(one) for one in json.loads(flags))
            people = tuple(dict.fromkeys(who for _, who in raised))
            told = (number, name, case, reading, outcome, cause, person, from_us(decided))
            found.append(Correction(*told, tuple(flag for flag, _ in raised), people, confirmed))
        return found

    def confirm_correction(self, correction: int, person: str) -> None:
        with self._c.write() as db:
            row = db.execute(
                "SELECT use_case, person, in_force, case_id, confirmed_by FROM correction WHERE id = ?", (correction,)
            ).fetchone()
            if row is None:
                raise NotFound("There is no correction {correction}.", correction=correction)
            if not row[2]:
                raise Conflict(
                    "Correction {correction} is not in force any more: its case was decided anew.", correction=correction
                )
            if row[4]:
                by = row[4]
                raise Conflict("Correction {correction} was confirmed by {by} already.", correction=correction, by=by)
            flagged = db.execute("SELECT 1 FROM flag WHERE case_id = ? AND person = ?", (row[3], person)).fetchone()
            if row[1] == person or flagged:
                raise Conflict(
                    "Correction {correction} has to be confirmed by somebody who neither flagged nor decided it.",
                    correction=correction,
                )
            db.execute("UPDATE correction SET confirmed_by = ? WHERE id = ?", (person, correction))
            note(db, person, "confirm_correction", f"correction:{correction}", row[0])

    def doubts(self, use_case: str) -> list[Doubt]:
        rows = self._c.rows(
            f"""SELECT c.id, c.reading, v.about, v.person FROM cases c JOIN verdict v ON v.id = {IN_FORCE}
                WHERE c.use_case = ? AND json_array_length(v.about, '$.should_not_matter') > 0 ORDER BY c.id""",
            (use_case,),
        )
        return [Doubt(case, reading, about_of(about).should_not_matter, person) for case, reading, about, person in rows]

    @staticmethod
    def _follow(
        db: sqlite3.Connection, case: tuple, verdict: Verdict, verdict_id: int, now: int, flags: list[int]
    ) -> Correction | None:
        """What a settled verdict changes: an earlier correction of the case ends, a new one is made."""
        replaced = db.execute(
            "UPDATE correction SET in_force = 0 WHERE case_id = ? AND in_force = 1 RETURNING id", (case[0],)
        ).fetchall()
        for (old,) in replaced:
            note(db, verdict.person, "end_correction", f"correction:{old}", case[1], case=case[0], verdict=verdict_id)
        if verdict.kind != VerdictKind.MODEL_WRONG:
            return None
        assert verdict.outcome is not None
        values = (case[1], case[0], case[3], verdict.outcome, verdict.cause, verdict.person, now, verdict_id)
        (number,) = db.execute(
            """INSERT INTO correction (use_case, case_id, reading, outcome, cause, person, decided_us, verdict, in_force)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1) RETURNING id""",
            values,
        ).fetchone()
        links = {"case": case[0], "verdict": verdict_id, "reading": case[3], "flags": flags}
        note(
            db, verdict.person, "correct", f"correction:{number}", case[1], outcome=verdict.outcome, cause=verdict.cause, **links
        )
        raised = db.execute(
            f"SELECT person FROM flag WHERE id IN ({', '.join(map(str, flags)) or 'NULL'}) ORDER BY id"
        ).fetchall()
        return Correction(number, *values[:6], from_us(now), tuple(flags), tuple(dict.fromkeys(person for (person,) in raised)))


def verdict_of(row: tuple) -> Verdict:
    """A row of ``VERDICT`` as its record."""
    case, person, kind, answer, outcome, cause, decided, number, about, turn, settled = row
    found = (outcome, cause, from_us(decided), number, about_of(about), turn, bool(settled))
    return Verdict(case, person, VerdictKind(kind), answer, *found)


def about_of(text: str) -> About:
    """What a verdict says beyond its kind, from its JSON."""
    said = json.loads(text)
    times = {name: from_us(said[name]) for name in ("start", "end") if said.get(name) is not None}
    plain = {name: said[name] for name in ("missing", "signal", "asks") if said.get(name)}
    return About(tuple(said.get("should_not_matter", ())), **times, **plain)


def _about_json(about: About) -> str:
    def plain(value: object) -> object:
        return to_us(value) if isinstance(value, datetime) else list(value) if isinstance(value, tuple) else value

    return json.dumps({name: plain(getattr(about, name)) for name in About.__slots__ if getattr(about, name)}, ensure_ascii=False)

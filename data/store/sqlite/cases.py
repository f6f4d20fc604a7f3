"""Cases in review: queue, claims with a lease, verdicts, corrections. See ``contract.Feedback``."""

from collections.abc import Sequence

from data.records import Case, CaseState, Correction, Flag, FlagKind, FlagReason, Verdict, VerdictKind
from data.store.contract import Conflict, NotFound
from data.store.sqlite.audit import note
from data.store.sqlite.connection import Connections
from data.store.sqlite.times import from_us, now_us

CASE = (
    "id, use_case, asset, reading, release, state, priority, opened_us, flags, kind, reason, score, claimed_by, claimed_until_us"
)
VERDICT = "case_id, person, kind, answer, outcome, cause, decided_us, id"

BAD_DATA = """SELECT c.reading FROM cases c JOIN verdict v ON v.id = (SELECT max(id) FROM verdict WHERE case_id = c.id)
              WHERE c.use_case = ?1 AND v.kind = 'bad_data'"""
"""The readings whose newest verdict is that the data was bad."""


class SQLiteCases:
    """What reviewers work through."""

    def __init__(self, connections: Connections):
        self._c = connections

    def queue(
        self, use_case: str | None = None, states: Sequence[CaseState] = (CaseState.OPEN, CaseState.CLAIMED), limit: int = 100
    ) -> list[Case]:
        if not states:
            return []
        # one ordered walk along the index for each state, then a merge of few: no sort of the whole queue
        where = "AND use_case = ?" if use_case else ""
        given = (use_case,) if use_case else ()
        each = f"SELECT * FROM (SELECT {CASE} FROM cases WHERE state = ? {where} ORDER BY priority DESC, opened_us LIMIT ?)"
        sql = " UNION ALL ".join([each] * len(states)) + " ORDER BY priority DESC, opened_us LIMIT ?"
        values = [value for state in states for value in (str(state), *given, limit)]
        return [case_of(row) for row in self._c.rows(sql, [*values, limit])]

    def case(self, case: int) -> Case:
        row = self._c.one(f"SELECT {CASE} FROM cases WHERE id = ?", (case,))
        if row is None:
            raise NotFound(f"There is no case {case}.")
        return case_of(row)

    def claim(self, case: int, person: str, minutes: int = 30) -> Case:
        now = now_us()
        with self._c.write() as db:
            row = db.execute(
                f"""UPDATE cases SET state = 'claimed', claimed_by = ?1, claimed_until_us = ?2 WHERE id = ?3
                    AND state <> 'withdrawn' AND (claimed_by IS NULL OR claimed_by = ?1 OR claimed_until_us < ?4)
                    RETURNING {CASE}""",
                (person, now + minutes * 60_000_000, case, now),
            ).fetchone()
            if row is None:
                raise self._taken(db, case)
            note(db, person, "claim_case", f"case:{case}", row[1], minutes=minutes)
        return case_of(row)

    def unclaim(self, case: int, person: str) -> Case:
        with self._c.write() as db:
            row = db.execute(
                f"""UPDATE cases SET claimed_by = NULL, claimed_until_us = NULL, state = CASE WHEN EXISTS
                    (SELECT 1 FROM verdict WHERE case_id = cases.id) THEN 'decided' ELSE 'open' END
                    WHERE id = ? AND claimed_by = ? AND state = 'claimed' RETURNING {CASE}""",
                (case, person),
            ).fetchone()
            if row is None:
                raise self._taken(db, case)
            note(db, person, "unclaim_case", f"case:{case}", row[1])
        return case_of(row)

    def decide(self, verdict: Verdict) -> tuple[Verdict, Correction | None]:
        if verdict.kind == VerdictKind.MODEL_WRONG and verdict.outcome is None:
            raise ValueError("A verdict that the model was wrong needs the corrected outcome: set Verdict.outcome.")
        now, number = now_us(), verdict.case
        with self._c.write() as db:
            case = db.execute(f"SELECT {CASE} FROM cases WHERE id = ?", (number,)).fetchone()
            if case is None:
                raise NotFound(f"There is no case {number}.")
            if case[5] != CaseState.CLAIMED or case[12] != verdict.person:
                raise self._taken(db, number)
            told = (number, verdict.person, str(verdict.kind), verdict.answer, verdict.outcome, verdict.cause, now)
            row = db.execute(
                f"""INSERT INTO verdict (case_id, person, kind, answer, outcome, cause, decided_us)
                    VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING {VERDICT}""",
                told,
            ).fetchone()
            db.execute("UPDATE cases SET state = 'decided', claimed_by = NULL, claimed_until_us = NULL WHERE id = ?", (number,))
            replaced = db.execute(
                "UPDATE correction SET in_force = 0 WHERE case_id = ? AND in_force = 1 RETURNING id", (number,)
            ).fetchall()
            flags = [flag for (flag,) in db.execute("SELECT id FROM flag WHERE case_id = ? AND withdrawn_us IS NULL", (number,))]
            note(db, verdict.person, "decide", f"case:{number}", case[1], verdict=row[7], kind=str(verdict.kind), flags=flags)
            for (old,) in replaced:
                note(db, verdict.person, "end_correction", f"correction:{old}", case[1], case=number, verdict=row[7])
            correction = self._correct(db, case, verdict, row[7], now, flags) if verdict.kind == VerdictKind.MODEL_WRONG else None
        return verdict_of(row), correction

    def verdicts(self, case: int) -> list[Verdict]:
        return [verdict_of(row) for row in self._c.rows(f"SELECT {VERDICT} FROM verdict WHERE case_id = ? ORDER BY id", (case,))]

    def corrections(self, use_case: str) -> list[Correction]:
        rows = self._c.rows(
            """SELECT c.id, c.use_case, c.case_id, c.reading, c.outcome, c.cause, c.person, c.decided_us,
                      (SELECT group_concat(id) FROM flag WHERE case_id = c.case_id AND withdrawn_us IS NULL)
               FROM correction c WHERE c.use_case = ? AND c.in_force = 1 ORDER BY c.id""",
            (use_case,),
        )
        return [
            Correction(*row[:7], from_us(row[7]), tuple(sorted(int(f) for f in (row[8] or "").split(",") if f))) for row in rows
        ]

    def excluded(self, use_case: str) -> list[int]:
        return [row[0] for row in self._c.rows(f"{BAD_DATA} ORDER BY c.id", (use_case,))]

    @staticmethod
    def _correct(db, case: tuple, verdict: Verdict, verdict_id: int, now: int, flags: list[int]) -> Correction:
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
        return Correction(number, *values[:6], from_us(now), tuple(flags))

    @staticmethod
    def _join_or_open(db, flag: Flag, score: float, priority: float, now: int) -> int:
        """The reading's case: a new one, or the one that there is, opened again if it was decided or withdrawn."""
        reason = flag.reason and str(flag.reason)
        there = db.execute(
            "SELECT id, state FROM cases WHERE use_case = ? AND reading = ?", (flag.use_case, flag.reading)
        ).fetchone()
        if there:
            number, state = there
            reopened = state in (CaseState.DECIDED, CaseState.WITHDRAWN)
            db.execute(
                "UPDATE cases SET priority = max(priority, ?), state = ? WHERE id = ?",
                (priority, str(CaseState.OPEN) if reopened else state, number),
            )
            action = "reopen_case" if reopened else "join_case"
        else:
            (number,) = db.execute(
                """INSERT INTO cases (use_case, asset, reading, release, state, priority, opened_us, flags, kind, reason, score)
                   VALUES (?, ?, ?, ?, 'open', ?, ?, 1, ?, ?, ?) RETURNING id""",
                (flag.use_case, flag.asset, flag.reading, flag.release, priority, now, str(flag.kind), reason, score),
            ).fetchone()
            action = "open_case"
        note(db, flag.person, action, f"case:{number}", flag.use_case, reading=flag.reading, priority=priority)
        return number

    @staticmethod
    def _taken(db, case: int) -> Exception:
        row = db.execute("SELECT state, claimed_by, claimed_until_us FROM cases WHERE id = ?", (case,)).fetchone()
        if row is None:
            return NotFound(f"There is no case {case}.")
        state, by, until = row
        if by and until:
            return Conflict(f"Case {case} is with {by} until {from_us(until):%H:%M} UTC.")
        return Conflict(
            f"Case {case} is {state}: claim it first."
            if state != CaseState.WITHDRAWN
            else f"The flags of case {case} were withdrawn."
        )


def case_of(row: tuple) -> Case:
    """A row of ``CASE`` as its record."""
    number, use_case, asset, reading, release, state, priority, opened, flags, kind, reason, score, by, until = row
    why = FlagReason(reason) if reason else None
    seen, order = (use_case, asset, reading, release), (priority, from_us(opened), flags)
    return Case(number, *seen, CaseState(state), *order, FlagKind(kind), why, score, by, from_us(until))


def verdict_of(row: tuple) -> Verdict:
    """A row of ``VERDICT`` as its record."""
    case, person, kind, answer, outcome, cause, decided, number = row
    return Verdict(case, person, VerdictKind(kind), answer, outcome, cause, from_us(decided), number)

"""Cases in review: the queue, claims with a lease, assignment, and how a case is opened. See ``contract.Feedback``.

What is found of a case is in :mod:`data.store.sqlite.feedback.verdicts`.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from data.records import TO_DO, Case, CaseOrigin, CaseState, Flag, FlagKind, FlagReason
from data.sentence import Sentence
from data.store.contract import Conflict, NotFound
from data.store.sqlite.audit import note
from data.store.sqlite.connection import Connections, sqlite3
from data.store.sqlite.layout import Layout, table_of
from data.store.sqlite.plant.times import from_us, now_us, to_us

CASE = (
    "id, use_case, asset, reading, release, state, priority, opened_us, flags, kind, reason, score, claimed_by, claimed_until_us, "
    "origin, due_us, assigned_to, reviewers, novelty, version"
)
LONGEST_MIN = 60
"""Minutes for which a case is claimed at the most: a claim that ends later was made under a clock that was ahead, and holds nobody off."""
OPEN_ROUND = "case_id = ?1 AND id > (SELECT coalesce(max(id), 0) FROM verdict WHERE case_id = ?1 AND settled)"
"""Verdicts of a case (parameter 1) that have not led to a finding yet."""
_SAID = """(c.asset LIKE ?2 OR c.claimed_by LIKE ?2 OR c.assigned_to LIKE ?2
  OR EXISTS (SELECT 1 FROM flag f LEFT JOIN person p ON p.id = f.person WHERE f.case_id = c.id
             AND (f.comment LIKE ?2 OR p.name LIKE ?2 OR f.snapshot LIKE ?2))
  OR EXISTS (SELECT 1 FROM verdict v WHERE v.case_id = c.id AND v.answer LIKE ?2)
  OR EXISTS (SELECT 1 FROM case_message m WHERE m.case_id = c.id AND (m.text LIKE ?2 OR m.file LIKE ?2)))"""


class SQLiteCases:
    """What reviewers work through."""

    def __init__(self, connections: Connections, layout_of: Callable[[str], Layout]) -> None:
        self._c = connections
        self._layout = layout_of

    def queue(
        self,
        use_case: str | None = None,
        states: Sequence[CaseState] = TO_DO,
        limit: int = 100,
        text: str = "",
        by_verdict: bool = False,
    ) -> list[Case]:
        if not states:
            return []
        given: dict = {"n": limit, "use_case": use_case} | {f"s{i}": str(state) for i, state in enumerate(states)}
        where = "AND use_case = :use_case" if use_case else ""
        if (number := text.strip().lstrip("#")).isdecimal() and len(number) < 19:
            where, given = f"{where} AND id = :id", given | {"id": int(number)}
        elif text:
            where += " AND " + _SAID.replace("?2", ":like ESCAPE '\\'")
            given |= {"like": like(text)}
        # by rank, one ordered walk along the index for each state, then a merge of few: no sort of the whole queue
        place = "(SELECT max(v.id) FROM verdict v WHERE v.case_id = c.id)" if by_verdict else "rank"
        each = [
            f"SELECT * FROM (SELECT {CASE}, {place} place FROM cases c WHERE state = :s{i} {where} ORDER BY place DESC LIMIT :n)"
            for i in range(len(states))
        ]
        return [case_of(row[:-1]) for row in self._c.rows(" UNION ALL ".join(each) + " ORDER BY place DESC LIMIT :n", given)]

    def newest_read(self, use_case: str, limit: int = 100) -> list[tuple[Case, datetime]]:
        columns = ", ".join(f"c.{column.strip()}" for column in CASE.split(","))
        rows = self._c.rows(  # along the index of (use case, reading)
            f"""SELECT {columns}, r.time_us FROM cases c JOIN {table_of(use_case)} r ON r.id = c.reading
                WHERE c.use_case = ? AND c.state <> 'withdrawn' ORDER BY c.reading DESC LIMIT ?""",
            (use_case, limit),
        )
        return [(case_of(row[:-1]), from_us(row[-1])) for row in rows]

    def case(self, case: int) -> Case:
        row = self._c.one(f"SELECT {CASE} FROM cases WHERE id = ?", (case,))
        if row is None:
            raise NotFound("There is no case {case}.", case=case)
        return case_of(row)

    def claim(self, case: int, person: str, minutes: int = 30, seen: Case | None = None) -> Case:
        now = now_us()
        with self._c.write() as db:
            if seen is not None:
                _as_seen(db, seen)
            given = db.execute(f"SELECT 1 FROM verdict WHERE {OPEN_ROUND} AND person = ?2", (case, person)).fetchone()
            if given:
                raise Conflict("You have given a verdict on case {case}: the next one has to be somebody else's.", case=case)
            row = db.execute(
                f"""UPDATE cases SET state = 'claimed', claimed_by = ?1, claimed_until_us = ?2 WHERE id = ?3
                    AND state <> 'withdrawn' AND (claimed_by IS NULL OR claimed_by = ?1 OR claimed_until_us NOT BETWEEN ?4 AND ?5)
                    RETURNING {CASE}""",
                (person, now + minutes * 60_000_000, case, now, now + max(minutes, LONGEST_MIN) * 60_000_000),
            ).fetchone()
            if row is None:
                raise taken(db, case)
            note(db, person, "claim_case", f"case:{case}", row[1], minutes=minutes)
        return case_of(row)

    def unclaim(self, case: int, person: str) -> Case:
        with self._c.write() as db:
            row = db.execute(
                "SELECT use_case FROM cases WHERE id = ? AND claimed_by = ? AND state = 'claimed'", (case, person)
            ).fetchone()
            if row is None:
                raise taken(db, case)
            rest(db, case)
            note(db, person, "unclaim_case", f"case:{case}", row[0])
        return self.case(case)

    def assign(self, case: int, to: str | None, person: str, seen: Case | None = None) -> Case:
        with self._c.write() as db:
            now = db.execute("SELECT assigned_to FROM cases WHERE id = ?", (case,)).fetchone()
            if seen is not None and now is not None and now[0] not in (seen.assigned_to, to):
                given = now[0] or Sentence("nobody")
                raise Conflict("Case {case} was given to {given} by somebody else meanwhile.", case=case, given=given)
            row = self._set(db, case, person, "assign_case", "assigned_to = ?1", to, to=to)
        return case_of(row)

    def ask_second(self, case: int, person: str, seen: Case | None = None) -> Case:
        with self._c.write() as db:
            if seen is not None:
                _as_seen(db, seen)
            row = self._set(db, case, person, "ask_second", "reviewers = max(reviewers, ?1), version = version + 1", 2)
        return case_of(row)

    def open_sample(
        self, use_case: str, reading: int, priority: float, due: datetime | None = None, reviewers: int = 1
    ) -> Case | None:
        with self._c.write() as db:
            row = db.execute(
                f"""INSERT INTO cases (use_case, asset, reading, release, state, priority, opened_us, flags, kind, reason, score,
                                       origin, due_us, reviewers, novelty)
                    SELECT ?1, a.name, r.id, r.release, 'open', ?3, ?4, 0, '', NULL, r.score, 'sample', ?5, ?6, r.novelty
                    FROM {table_of(use_case)} r JOIN asset a ON a.id = r.asset WHERE r.id = ?2
                      AND NOT EXISTS (SELECT 1 FROM flag WHERE use_case = ?1 AND reading = ?2 AND withdrawn_us IS NULL)
                    ON CONFLICT DO NOTHING RETURNING {CASE}""",
                (use_case, reading, priority, now_us(), to_us(due) if due else None, reviewers),
            ).fetchone()
            if row:
                note(db, "sample", "open_case", f"case:{row[0]}", use_case, reading=reading, priority=priority)
        return case_of(row) if row else None

    def origins(self, use_case: str) -> dict[str, int]:
        counted = dict(
            self._c.rows("SELECT origin, count(*) FROM cases WHERE use_case = ? AND state <> 'withdrawn' GROUP BY origin", (use_case,))
        )  # fmt: skip
        return {str(origin): counted.get(str(origin), 0) for origin in CaseOrigin}

    @staticmethod
    def _set(
        db: sqlite3.Connection, case: int, person: str, action: str, what: str, value: str | int | None, **details: object
    ) -> tuple:
        row = db.execute(f"UPDATE cases SET {what} WHERE id = ?2 RETURNING {CASE}", (value, case)).fetchone()
        if row is None:
            raise NotFound("There is no case {case}.", case=case)
        note(db, person, action, f"case:{case}", row[1], **details)
        return row

    @staticmethod
    def _join_or_open(
        db: sqlite3.Connection,
        flag: Flag,
        score: float,
        novelty: float | None,
        priority: float,
        due: datetime | None,
        reviewers: int,
        now: int,
    ) -> int:
        """The reading's case: a new one, or the one that there is, opened again if it was decided or withdrawn."""
        reason = flag.reason and str(flag.reason)
        there = db.execute(
            "SELECT id, state FROM cases WHERE use_case = ? AND reading = ?", (flag.use_case, flag.reading)
        ).fetchone()
        until = to_us(due) if due else None
        if there:
            number, state = there
            reopened = state in (CaseState.DECIDED, CaseState.WITHDRAWN, CaseState.WAITING)
            db.execute(
                "UPDATE cases SET priority = max(priority, ?1), state = ?2, due_us = CASE WHEN ?3 THEN ?4 ELSE due_us END WHERE id = ?5",
                (priority, str(CaseState.OPEN) if reopened else state, int(reopened), until, number),
            )
            action = "reopen_case" if reopened else "join_case"
        else:
            (number,) = db.execute(
                """INSERT INTO cases (use_case, asset, reading, release, state, priority, opened_us, flags, kind, reason, score, novelty, due_us,
                                      reviewers)
                   VALUES (?, ?, ?, ?, 'open', ?, ?, 1, ?, ?, ?, ?, ?, ?) RETURNING id""",
                (flag.use_case, flag.asset, flag.reading, flag.release, priority, now, str(flag.kind), reason, score, novelty, until, reviewers),
            ).fetchone()  # fmt: skip
            action = "open_case"
        note(db, flag.person, action, f"case:{number}", flag.use_case, reading=flag.reading, priority=priority)
        return number


def like(text: str) -> str:
    """What holds ``text`` as it stands, for LIKE with the escape character ``\\``."""
    asked = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{asked}%"


def rest(db: sqlite3.Connection, case: int) -> str:
    """Put a case that nobody holds any more into the state that its verdicts give it, and say which."""
    rounds = db.execute(f"SELECT count(*) FROM verdict WHERE {OPEN_ROUND}", (case,)).fetchone()[0]
    last = db.execute("SELECT kind FROM verdict WHERE case_id = ? AND settled ORDER BY id DESC LIMIT 1", (case,)).fetchone()
    if rounds:
        state = CaseState.SECOND if rounds == 1 else CaseState.DISPUTED
    elif last is None:
        state = CaseState.OPEN
    else:
        state = CaseState.WAITING if last[0] == "cannot_tell" else CaseState.DECIDED
    db.execute("UPDATE cases SET state = ?, claimed_by = NULL, claimed_until_us = NULL WHERE id = ?", (str(state), case))
    return str(state)


def said(db: sqlite3.Connection, case: int | None) -> None:
    """Something was said of a case: who has read less than that acts on an older version."""
    db.execute("UPDATE cases SET version = version + 1 WHERE id = ?", (case,))


def _as_seen(db: sqlite3.Connection, seen: Case) -> None:
    """Raise Conflict when somebody has found something of a case since it was ``seen``: a finding is not put aside unread."""
    last = db.execute(
        """SELECT v.person, v.decided_us, c.version FROM cases c JOIN verdict v ON v.case_id = c.id
           WHERE c.id = ? AND c.state IN ('decided', 'waiting', 'second', 'disputed') ORDER BY v.id DESC LIMIT 1""",
        (seen.id,),
    ).fetchone()
    if last is not None and last[2] != seen.version:
        by, at, _ = last
        raise Conflict(
            "{by} gave a verdict on case {id} at {at} UTC: look at the case as it is now.",
            by=by,
            id=seen.id,
            at=f"{from_us(at):%H:%M}",
        )


def taken(db: sqlite3.Connection, case: int) -> Exception:
    """Why a case cannot be had."""
    row = db.execute("SELECT state, claimed_by, claimed_until_us FROM cases WHERE id = ?", (case,)).fetchone()
    if row is None:
        return NotFound("There is no case {case}.", case=case)
    state, by, until = row
    if by and until:
        return Conflict("Case {case} is with {by} until {until} UTC.", case=case, by=by, until=f"{from_us(until):%H:%M}")
    if state == CaseState.WITHDRAWN:
        return Conflict("The flags of case {case} were withdrawn.", case=case)
    names = {
        CaseState.OPEN: Sentence("not claimed"),
        CaseState.SECOND: Sentence("waiting for a second verdict"),
        CaseState.DISPUTED: Sentence("waiting for a third verdict"),
        CaseState.WAITING: Sentence("waiting for an inspection"),
        CaseState.DECIDED: Sentence("decided"),
    }
    return Conflict("Case {case} is {state}: claim it first.", case=case, state=names.get(CaseState(state), state))


def case_of(row: tuple) -> Case:
    """A row of ``CASE`` as its record."""
    number, use_case, asset, reading, release, state, priority, opened, flags, kind, reason, score, by, until, *more = row
    origin, due, assigned, reviewers, novelty, version = more
    why, what = FlagReason(reason) if reason else None, FlagKind(kind) if kind else None
    seen, order = (use_case, asset, reading, release), (priority, from_us(opened), flags)
    found = (
        what,
        why,
        score,
        by,
        from_us(until),
        CaseOrigin(origin),
        from_us(due),
        assigned,
        reviewers,
        novelty is not None and novelty > 1,
        version,
    )
    return Case(number, *seen, CaseState(state), *order, *found)

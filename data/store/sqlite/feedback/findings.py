"""What people typed in of inspections, and which of it stands as truth. See ``contract.Findings``.

A finding that is held back has no row in ``truth``: whatever is learned, judged or counted asks that table alone.
"""

import json
from collections.abc import Callable

import numpy as np

from data.readings.batch import TruthReports
from data.records import Case, Finding
from data.store.contract import Conflict, NotFound, Rule
from data.store.contract.said import require_outcome
from data.store.sqlite.audit import note
from data.store.sqlite.connection import Connections, sqlite3
from data.store.sqlite.feedback.cases import CASE, case_of
from data.store.sqlite.layout import Layout
from data.store.sqlite.plant.recording import count, record_truth, wake
from data.store.sqlite.plant.times import from_us, now_us

_OURS = "EXISTS (SELECT 1 FROM finding g WHERE g.asset = t.asset AND g.time_us = t.start_us AND g.person = t.by)"
_FINDING = f"""SELECT f.id, f.use_case, f.case_id, a.name, f.time_us, f.outcome, f.cause, f.person, f.decided_us,
    (SELECT json_group_array(person) FROM (SELECT DISTINCT person FROM flag WHERE case_id = f.case_id
       AND (withdrawn_us IS NULL OR withdrawn_us > f.decided_us) ORDER BY id)), f.confirmed_by, f.held,
    (SELECT json_group_array(outcome) FROM (SELECT t.outcome, t.start_us FROM truth t INDEXED BY truth_by_end WHERE t.asset = f.asset
       AND t.end_us >= f.time_us AND NOT {_OURS} ORDER BY t.end_us LIMIT 2) WHERE start_us <= f.time_us)
    FROM finding f JOIN asset a ON a.id = f.asset WHERE f.use_case = ? ORDER BY f.id"""


class SQLiteFindings:
    """Findings of every use case. ``layout_of``: how its readings lie in the file."""

    def __init__(self, connections: Connections, layout_of: Callable[[str], Layout]) -> None:
        self._c = connections
        self._layout = layout_of

    def enter(self, case: Case, person: str, outcome: float, cause: str | None, rule: Rule) -> Finding:
        layout, now = self._layout(case.use_case), now_us()
        require_outcome(layout.use_case, case.id, outcome, cause)
        with self._c.write() as db:
            there = db.execute(f"SELECT {CASE} FROM cases WHERE id = ?", (case.id,)).fetchone()
            if there is None:
                number = case.id
                raise NotFound("There is no case {number}.", number=number)
            if (case_of(there).state, case_of(there).version) != (case.state, case.version):
                raise Conflict(
                    "Case {id} has changed since you opened it: look at it again, then enter what was found.", id=case.id
                )
            seen = db.execute(f"SELECT asset, time_us FROM {layout.table} WHERE id = ?", (case.reading,)).fetchone()
            if seen is None:
                raise NotFound(
                    "There is no reading {reading} of {use_case}: it was deleted by age.",
                    reading=case.reading,
                    use_case=case.use_case,
                )
            if db.execute("SELECT 1 FROM finding WHERE asset = ? AND time_us = ? AND person = ?", (*seen, person)).fetchone():
                raise Conflict(
                    "You have entered what was found of case {id} before: if it is otherwise, somebody else enters that.",
                    id=case.id,
                )
            told = (case.use_case, case.id, *seen, outcome, cause, person, now)
            (number,) = db.execute(
                """INSERT INTO finding (use_case, case_id, asset, time_us, outcome, cause, person, decided_us, held)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, '') RETURNING id""",
                told,
            ).fetchone()
            links = {"case": case.id, "reading": case.reading, "outcome": outcome, "cause": cause}
            note(db, person, "enter_finding", f"finding:{number}", case.use_case, **links)
            wake(db, layout, _reports([(case.asset, seen[1], outcome, cause, now)], person))
            found = _weighed(db, layout, rule)
        return next(one for one in found if one.id == number)

    def all(self, use_case: str) -> list[Finding]:
        return [_finding(row) for row in self._c.rows(_FINDING, (use_case,))]

    def confirm(self, finding: int, person: str, rule: Rule) -> None:
        row = self._c.one("SELECT use_case FROM finding WHERE id = ?", (finding,))
        if row is None:
            raise NotFound("There is no finding {finding}.", finding=finding)
        layout = self._layout(row[0])
        with self._c.write() as db:
            name, by, case, confirmed = db.execute(
                "SELECT use_case, person, case_id, confirmed_by FROM finding WHERE id = ?", (finding,)
            ).fetchone()
            if confirmed:
                raise Conflict("What {by} entered was confirmed by {confirmed} already.", by=by, confirmed=confirmed)
            flagged = db.execute("SELECT 1 FROM flag WHERE case_id = ? AND person = ?", (case, person)).fetchone()
            if by == person or flagged:
                raise Conflict("What {by} entered has to be confirmed by somebody who neither flagged nor entered it.", by=by)
            db.execute("UPDATE finding SET confirmed_by = ? WHERE id = ?", (person, finding))
            note(db, person, "confirm_finding", f"finding:{finding}", name)
            _weighed(db, layout, rule)

    def weigh(self, use_case: str, rule: Rule) -> list[Finding]:
        found = self.all(use_case)
        held = rule(found)
        if all(held.get(one.id) == one.held for one in found):
            return found  # nobody waits for a writer where nothing changes
        layout = self._layout(use_case)
        with self._c.write() as db:
            return _weighed(db, layout, rule)


def _weighed(db: sqlite3.Connection, layout: Layout, rule: Rule) -> list[Finding]:
    """What is held back by now, with ``truth`` brought in line with it, in the transaction of ``db``."""
    name = layout.use_case.name
    found = [_finding(row) for row in db.execute(_FINDING, (name,)).fetchall()]
    held = rule(found)
    changed = [one for one in found if held.get(one.id) != one.held]
    if not changed:
        return found
    for one in changed:
        db.execute("UPDATE finding SET held = ? WHERE id = ?", (held.get(one.id), one.id))
    gone = db.executemany(
        """DELETE FROM truth WHERE (asset, start_us, by) = (SELECT asset, time_us, person FROM finding WHERE id = ?) AND start_us = end_us""",
        [(one.id,) for one in changed if one.id in held],
    ).rowcount
    moments, now = {(one.asset, one.time) for one in changed}, now_us()
    here = [
        one for one in found if one.id not in held and (one.asset, one.time) in moments
    ]  # one of another person at the same moment too
    times = dict(db.execute("SELECT id, time_us FROM finding WHERE use_case = ?", (name,)).fetchall())
    come = 0
    for one in here:  # typed in one by one: few
        come += record_truth(
            db, layout, _reports([(one.asset, times[one.id], one.outcome, one.cause, now)], one.person), typed=True
        )
    count(db, name, {"truths": come - max(gone, 0)})
    return [_finding(row) for row in db.execute(_FINDING, (name,)).fetchall()]


def _reports(told: list[tuple[str, int, float, str | None, int]], by: str) -> TruthReports:
    """(asset, moment, outcome, cause, arrived) of each, as what a source would tell."""
    asset, moment, outcome, cause, arrived = (list(column) for column in zip(*told, strict=True))
    at = np.array(moment, np.int64)
    causes = np.array(cause, object)
    return TruthReports(np.array(asset, object), at, at, np.array(outcome, float), causes, np.array(arrived, np.int64), by)


def _finding(row: tuple) -> Finding:
    number, use_case, case, asset, at, outcome, cause, person, decided, raised, confirmed, held, denies = row
    said = (tuple(json.loads(raised)), confirmed, held, tuple(json.loads(denies)))
    return Finding(number, use_case, case, asset, from_us(at), outcome, cause, person, from_us(decided), *said)

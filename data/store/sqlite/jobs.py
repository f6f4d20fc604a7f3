"""Long work as rows with a lease. See ``contract.Jobs``.

Tried with SIGKILL against job libraries, a lease table of this size was the one that finished every job.
"""

import json
from datetime import datetime

from data.records import Job, JobState
from data.sentence import Sentence, from_kept, kept
from data.store.contract import Conflict, NotFound
from data.store.sqlite.audit import note
from data.store.sqlite.connection import Connections
from data.store.sqlite.plant.times import from_us, now_us

_JOB = "id, kind, use_case, params, state, requested_by, requested_us, progress, message, result, owner, attempts, finished_us"
LONGEST_LEASE_US = 3_600_000_000
"""No job is leased for longer: a lease that ends later was given by a clock that was ahead, and nobody holds it."""
_OPEN = (str(JobState.QUEUED), str(JobState.RUNNING))


class SQLiteJobs:
    """The queue of long work; at most one of a kind and use case is open at a time."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def submit(self, kind: str, use_case: str, params: dict, person: str) -> Job:
        with self._c.write() as db:
            there = db.execute(
                "SELECT id, requested_by FROM job WHERE kind = ? AND use_case = ? AND state IN (?, ?)", (kind, use_case, *_OPEN)
            ).fetchone()
            if there:
                raise Conflict(
                    "Job {there} ({kind} of {use_case}, asked for by {there2}) is still under way: wait for it or cancel it.",
                    there=there[0],
                    kind=Sentence("training") if kind == "train" else kind,
                    use_case=use_case,
                    there2=there[1],
                )
            (number,) = db.execute(
                """INSERT INTO job (kind, use_case, params, state, requested_by, requested_us, progress, message, result,
                   attempts)
                   VALUES (?, ?, ?, 'queued', ?, ?, 0, '', '{}', 0) RETURNING id""",
                (kind, use_case, json.dumps(params), person, now_us()),
            ).fetchone()
            note(db, person, "submit_job", f"job:{number}", use_case, kind=kind, params=params)
        return self.get(number)

    def take(self, owner: str, lease_s: float) -> Job | None:
        now = now_us()
        ready = "state = 'queued' OR (state = 'running' AND lease_until_us NOT BETWEEN ? AND ?)"
        held = now, now + int(lease_s * 1e6) + LONGEST_LEASE_US
        if self._c.one(f"SELECT 1 FROM job WHERE {ready} LIMIT 1", held) is None:
            return None  # looked at ten times a second: a read costs nothing, a write would
        with self._c.write() as db:
            row = db.execute(
                f"""UPDATE job SET state = 'running', owner = ?, lease_until_us = ?, attempts = attempts + 1
                    WHERE id = (SELECT id FROM job WHERE {ready} ORDER BY id LIMIT 1) RETURNING {_JOB}""",
                (owner, now + int(lease_s * 1e6), *held),
            ).fetchone()
            if row:
                note(db, owner, "take_job", f"job:{row[0]}", row[2], attempt=row[11])
        return _job(row) if row else None

    def progress(self, job: int, owner: str, fraction: float, message: str, lease_s: float) -> bool:
        now = now_us()
        with self._c.write() as db:
            row = db.execute(
                """UPDATE job SET progress = ?, message = ?, lease_until_us = ?
                   WHERE id = ? AND owner = ? AND state = 'running' RETURNING id""",
                (fraction, kept(message), now + int(lease_s * 1e6), job, owner),
            ).fetchone()
            if row:
                db.execute(
                    "INSERT INTO job_log (job, at_us, progress, message) VALUES (?, ?, ?, ?)",
                    (job, now, fraction, kept(message)),
                )
        return row is not None

    def finish(self, job: int, owner: str, state: str, message: str, result: dict) -> None:
        with self._c.write() as db:
            row = db.execute(
                """UPDATE job SET state = ?, message = ?, result = ?, progress = CASE WHEN ?1 = 'done' THEN 1 ELSE progress END,
                   lease_until_us = NULL, finished_us = ?
                   WHERE id = ? AND owner = ? AND state = 'running' RETURNING requested_by, use_case""",
                (str(state), kept(message), json.dumps(result), now_us(), job, owner),
            ).fetchone()
            if row:
                note(db, row[0], f"job_{state}", f"job:{job}", row[1], result=result, message=message)

    def cancel(self, job: int, person: str) -> Job:
        with self._c.write() as db:
            row = db.execute(
                "UPDATE job SET state = 'cancelled', finished_us = ? WHERE id = ? AND state IN (?, ?) RETURNING use_case",
                (now_us(), job, *_OPEN),
            ).fetchone()
            if row:
                note(db, person, "cancel_job", f"job:{job}", row[0])
        return self.get(job)

    def get(self, job: int) -> Job:
        row = self._c.one(f"SELECT {_JOB} FROM job WHERE id = ?", (job,))
        if row is None:
            raise NotFound("There is no job {job}.", job=job)
        return _job(row)

    def recent(self, use_case: str, limit: int = 20) -> list[Job]:
        return [
            _job(row)
            for row in self._c.rows(f"SELECT {_JOB} FROM job WHERE use_case = ? ORDER BY id DESC LIMIT ?", (use_case, limit))
        ]

    def log(self, job: int) -> list[tuple[datetime, float, str]]:
        rows = self._c.rows("SELECT at_us, progress, message FROM job_log WHERE job = ? ORDER BY id", (job,))
        return [(from_us(at), progress, from_kept(message)) for at, progress, message in rows]


def _job(row: tuple) -> Job:
    number, kind, use_case, params, state, by, at, progress, message, result, owner, attempts, finished = row
    told = (by, from_us(at), progress, from_kept(message), json.loads(result), owner, attempts, from_us(finished))
    return Job(number, kind, use_case, json.loads(params), JobState(state), *told)

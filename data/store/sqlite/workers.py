"""Signs of life of the live loops. See ``contract.Workers``."""

import json
from datetime import datetime

from data.clock import ASKEW_US
from data.records import Heartbeat, Preparing
from data.sentence import from_kept, kept
from data.store.contract import Conflict
from data.store.sqlite.connection import Connections, sqlite3
from data.store.sqlite.plant.times import around, from_us, now_us, to_us

_BEAT = "name, use_case, source, pid, started_us, beat_us, release, rows, trouble, preparing"


class SQLiteWorkers:
    """One row a worker; the newest of a source says whether it lives."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def beat(self, heartbeat: Heartbeat) -> None:
        with self._c.write() as db:
            _write(db, heartbeat)

    def all(self) -> list[Heartbeat]:
        rows = self._c.rows(
            f"SELECT {_BEAT} FROM worker WHERE beat_us <= ? ORDER BY beat_us DESC LIMIT 50", (now_us() + ASKEW_US,)
        )
        return [_heartbeat(row) for row in rows]

    def register(self, heartbeat: Heartbeat, stale_s: float) -> None:
        with self._c.write() as db:
            row = db.execute(
                """SELECT name, pid, started_us FROM worker
                   WHERE use_case = ? AND source = ? AND beat_us BETWEEN ? AND ? AND name <> ? AND pid <> 0""",
                (heartbeat.use_case, heartbeat.source, *around(stale_s), heartbeat.worker),
            ).fetchone()
            if row:
                raise Conflict(
                    "A worker already reads {source} of {use_case} (process {row}, since {row2} UTC). Stop it first, or use another "
                    "home: PULLCORD_HOME=/path/to/folder.",
                    source=heartbeat.source,
                    use_case=heartbeat.use_case,
                    row=row[1],
                    row2=f"{from_us(row[2]):%Y-%m-%d %H:%M}",
                )
            db.execute("DELETE FROM worker WHERE use_case = ? AND source = ?", (heartbeat.use_case, heartbeat.source))
            _write(db, heartbeat)

    def gone(self, worker: str) -> None:
        with self._c.write() as db:
            db.execute("UPDATE worker SET pid = 0 WHERE name = ?", (worker,))


def _write(db: sqlite3.Connection, h: Heartbeat) -> None:
    db.execute(
        f"""INSERT INTO worker ({_BEAT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET
            beat_us = excluded.beat_us, release = excluded.release, rows = excluded.rows, trouble = excluded.trouble,
            preparing = excluded.preparing""",
        (
            h.worker,
            h.use_case,
            h.source,
            h.pid,
            to_us(h.started),
            to_us(h.beat),
            h.release,
            h.rows,
            kept(h.trouble),
            _written(h.preparing),
        ),
    )


def _heartbeat(row: tuple) -> Heartbeat:
    name, use_case, source, pid, started, beat, release, rows, trouble, preparing = row
    return Heartbeat(
        name, use_case, source, pid, from_us(started), from_us(beat), release, rows, from_kept(trouble), _read(preparing)
    )


def _written(preparing: Preparing | None) -> str:
    if preparing is None:
        return ""
    told = preparing
    return json.dumps([told.step, told.share, told.begun.isoformat(), told.since.isoformat(), kept(told.failed)])


def _read(written: str) -> Preparing | None:
    if not written:
        return None
    step, share, begun, since, failed = json.loads(written)
    return Preparing(step, share, datetime.fromisoformat(begun), datetime.fromisoformat(since), from_kept(failed))

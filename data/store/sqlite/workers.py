"""Signs of life of the live loops. See ``contract.Workers``."""

from data.records import Heartbeat
from data.store.contract import Conflict
from data.store.sqlite.connection import Connections
from data.store.sqlite.times import from_us, now_us, to_us

_BEAT = "name, use_case, source, pid, started_us, beat_us, release, rows, trouble"


class SQLiteWorkers:
    """One row a worker; the newest of a source says whether it lives."""

    def __init__(self, connections: Connections):
        self._c = connections

    def beat(self, heartbeat: Heartbeat) -> None:
        with self._c.write() as db:
            _write(db, heartbeat)

    def all(self) -> list[Heartbeat]:
        return [_heartbeat(row) for row in self._c.rows(f"SELECT {_BEAT} FROM worker ORDER BY beat_us DESC LIMIT 50")]

    def register(self, heartbeat: Heartbeat, stale_s: float) -> None:
        with self._c.write() as db:
            row = db.execute(
                """SELECT name, pid, started_us FROM worker
                   WHERE use_case = ? AND source = ? AND beat_us > ? AND name <> ? AND pid <> 0""",
                (heartbeat.use_case, heartbeat.source, now_us() - int(stale_s * 1e6), heartbeat.worker),
            ).fetchone()
            if row:
                raise Conflict(
                    f"A worker already reads {heartbeat.source} of {heartbeat.use_case} "
                    f"(process {row[1]}, since {from_us(row[2]):%Y-%m-%d %H:%M} UTC). "
                    "Stop it first, or use another home: PULLCORD_HOME=/path/to/folder."
                )
            db.execute("DELETE FROM worker WHERE use_case = ? AND source = ?", (heartbeat.use_case, heartbeat.source))
            _write(db, heartbeat)

    def gone(self, worker: str) -> None:
        with self._c.write() as db:
            db.execute("UPDATE worker SET pid = 0 WHERE name = ?", (worker,))


def _write(db, h: Heartbeat) -> None:
    db.execute(
        f"""INSERT INTO worker ({_BEAT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET
            beat_us = excluded.beat_us, release = excluded.release, rows = excluded.rows, trouble = excluded.trouble""",
        (h.worker, h.use_case, h.source, h.pid, to_us(h.started), to_us(h.beat), h.release, h.rows, h.trouble),
    )


def _heartbeat(row: tuple) -> Heartbeat:
    return Heartbeat(row[0], row[1], row[2], row[3], from_us(row[4]), from_us(row[5]), *row[6:])

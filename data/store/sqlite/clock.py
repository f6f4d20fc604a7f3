"""The mark of a home: how late it was. See ``contract.clock`` and :mod:`data.clock`."""

import time

from data import clock
from data.clock import ClockState, Mark, Standing
from data.store.sqlite.audit import note
from data.store.sqlite.connection import Connections, sqlite3
from data.store.sqlite.plant.times import from_us

_KEEP_S = 1.0
_SUBJECT, _BY = "clock", "clock"


class SQLiteClock:
    """One row, moved on by whoever writes."""

    def __init__(self, connections: Connections) -> None:
        self._c, self._kept = connections, 0.0
        clock.go_by(self._mark())
        connections.at_writing = self._keep

    def state(self) -> ClockState:
        clock.go_by(self._mark())
        return clock.state()

    def trust(self, person: str, reason: str = "") -> ClockState:
        with self._c.write() as db:
            clock.go_by(self._mark())
            before, here = clock.state(), clock.computer()
            mark = Mark(before.wall_us, here.boot(), here.running_us())
            _write(db, mark, Standing.RIGHT)
            clock.go_by(mark)
            told = {"reckoned": _iso(before.reckoned_us), "off_s": round(before.off_us / 1e6), "reason": reason}
            note(db, person, "trust_clock", _SUBJECT, **told)
        return self.state()

    def _keep(self, db: sqlite3.Connection) -> None:
        """Move the mark on, on a connection inside a transaction. What a clock did that is more than going on is noted."""
        if time.monotonic() - self._kept < _KEEP_S:
            return
        self._kept = time.monotonic()
        row = db.execute("SELECT at_us, boot, running_us, exact, standing FROM clock").fetchone()
        before = None if row is None else Mark(*row[:3], exact=bool(row[3]))
        clock.go_by(before)
        found, mark = clock.state(), clock.advanced(before, clock.computer())
        if row is not None and mark == before and found.standing == row[4]:
            return
        _write(db, mark, found.standing)
        clock.go_by(mark)
        told = {"reckoned": _iso(found.reckoned_us), "off_s": round(found.off_us / 1e6)}
        if row and found.standing != row[4]:
            note(db, _BY, "clock_right_again" if found.trusted else "doubt_clock", _SUBJECT, **told, standing=str(found.standing))
        elif found.why:
            note(db, _BY, "believe_clock", _SUBJECT, **told, why=found.why)

    def _mark(self) -> Mark | None:
        row = self._c.one("SELECT at_us, boot, running_us, exact FROM clock")
        return None if row is None else Mark(*row[:3], exact=bool(row[3]))


def _write(db: sqlite3.Connection, mark: Mark, standing: Standing) -> None:
    db.execute(
        "INSERT OR REPLACE INTO clock (id, at_us, boot, running_us, exact, standing) VALUES (1, ?, ?, ?, ?, ?)",
        (mark.at_us, mark.boot, mark.running_us, int(mark.exact), str(standing)),
    )


def _iso(us: int) -> str:
    return from_us(us).isoformat(timespec="seconds")

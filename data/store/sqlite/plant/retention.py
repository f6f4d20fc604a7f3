"""Deleting what is older than the plant keeps, a little at a time, so that neither the live loop nor a screen ever waits.

Whatever goes wrong with a clock or a setting, one day's deleting is bounded: what is deleted by mistake is a little, and is seen in time.
"""

from data import clock
from data.store.sqlite.audit import note
from data.store.sqlite.connection import Connections, sqlite3
from data.store.sqlite.layout import Layout
from data.store.sqlite.plant.times import from_us

_FEW = 2000  # rows deleted in one transaction: some 20 ms
_MINUTE_US = 60_000_000
_SLICE_US = 3_600_000_000
_DAY_US = 24 * _SLICE_US
BY = "retention"


def prune(connections: Connections, layout: Layout, before_us: int, most_a_day: int | None) -> int:
    """Delete readings from before a time, the oldest first, with their minutes of the trend and what was refused then. Returns how many.

    By a clock that is not trusted nothing is deleted, and nothing ever that is younger than the mark. Kept for ever: every reading that was
    ever flagged or in review, and each asset's newest. The newest id stays too, so that none is given twice.
    """
    found, name = clock.state(), layout.use_case.name
    if not found.trusted:
        return 0
    before_us = min(before_us, found.reckoned_us)
    assets = [asset for (asset,) in connections.rows("SELECT id FROM asset WHERE use_case = ?", (name,))]
    run = _Run(connections, layout, found.reckoned_us // _DAY_US, before_us, most_a_day)
    at_us, first_us = -(2**62), None
    while run.left > 0 and (oldest := _oldest(connections, layout, assets, at_us, before_us)) is not None:
        begun, at_us = at_us, min(oldest + _SLICE_US, before_us)
        for asset in assets:
            run.delete(asset, begun, at_us)
        first_us = oldest if first_us is None and run.gone else first_us
    # of a slice that may not be done what is kept beside the readings waits
    _beside(connections, layout, assets, before_us if run.left > 0 else at_us - _SLICE_US)
    if run.gone:
        assert first_us is not None
        with connections.write() as db:
            note(db, BY, "pruned", f"readings:{name}", name, readings=run.gone, **{"from": _iso(first_us), "to": _iso(at_us)})
    return run.gone


class _Run:
    """One time of deleting: how many readings went, and how many more may go on this day (days since 1970, by the mark)."""

    def __init__(self, connections: Connections, layout: Layout, day: int, before_us: int, most_a_day: int | None) -> None:
        self._c, self._layout, self._day, self._before_us = connections, layout, day, before_us
        self.gone = 0
        self.left = 2**62
        if most_a_day is not None:
            with connections.write() as db:
                self.left = most_a_day - self._so_far(db)

    def delete(self, asset: int, begin_us: int, end_us: int) -> None:
        """One asset's in a span of time, along the index by time: what is kept is passed once and not looked at again."""
        table, name, time_us, sequence = self._layout.table, self._layout.use_case.name, begin_us, -(2**62)
        while self.left > 0:
            rows = self._c.rows(
                f"""SELECT id, time_us, sequence FROM {table}
                    WHERE asset = ? AND time_us < ? AND (time_us, sequence) > (?, ?) ORDER BY time_us, sequence LIMIT ?""",
                (asset, end_us, time_us, sequence, min(_FEW, self.left)),
            )
            if not rows:
                return
            time_us, sequence = rows[-1][1:]
            with self._c.write() as db:  # asked inside the transaction: somebody may flag one at this moment
                done = db.executemany(
                    f"""DELETE FROM {table} WHERE id = ?1 AND id <> (SELECT max(id) FROM {table})
                        AND NOT EXISTS (SELECT 1 FROM flag WHERE use_case = ?2 AND reading = ?1)
                        AND NOT EXISTS (SELECT 1 FROM cases WHERE use_case = ?2 AND reading = ?1)
                        AND NOT EXISTS (SELECT 1 FROM latest WHERE asset = ?3 AND reading = ?1)""",
                    [(row[0], name, asset) for row in rows],
                ).rowcount
                for beside in ("shadow_score", "misdated", "reasons"):
                    db.executemany(
                        f"DELETE FROM {beside} WHERE use_case = ?1 AND reading = ?2 AND ?2 NOT IN (SELECT id FROM {table} WHERE id = ?2)",
                        [(name, row[0]) for row in rows],
                    )
                if done:
                    self._count(db, name, done)

    def _count(self, db: sqlite3.Connection, name: str, done: int) -> None:
        if not self.gone:  # a run that is killed is in the trail by this
            note(
                db,
                BY,
                "prune",
                f"readings:{name}",
                name,
                before=_iso(self._before_us),
                at_most=self.left if self.left < 2**61 else None,
            )
        told = [(name, "pruned_day", self._day), (name, "pruned", self._so_far(db) + done)]
        db.execute("UPDATE tally SET n = n - ? WHERE use_case = ? AND what = 'readings'", (done, name))
        db.executemany("INSERT OR REPLACE INTO tally (use_case, what, n) VALUES (?, ?, ?)", told)
        self.gone, self.left = self.gone + done, self.left - done

    def _so_far(self, db: sqlite3.Connection) -> int:
        name = self._layout.use_case.name
        told = dict(db.execute("SELECT what, n FROM tally WHERE use_case = ? AND what LIKE 'pruned%'", (name,)).fetchall())
        return told.get("pruned", 0) if told.get("pruned_day") == self._day else 0


def _beside(connections: Connections, layout: Layout, assets: list[int], before_us: int) -> None:
    """What was kept of that time beside the readings: minutes of the trend, spells of advice, quarantine."""
    whole_minutes = before_us // _MINUTE_US
    for asset in assets:
        with connections.write() as db:
            db.execute("DELETE FROM trend WHERE asset = ? AND minute < ?", (asset, whole_minutes))
            db.execute(
                f"""DELETE FROM episode WHERE asset = ? AND start_us < ? AND end_us IS NOT NULL
                    AND reading NOT IN (SELECT id FROM {layout.table})""",
                (asset, before_us),
            )  # with what was said of it: the number of a spell that is gone may be given again
            db.execute("DELETE FROM acknowledgement WHERE asset = ? AND episode NOT IN (SELECT id FROM episode)", (asset,))
    recent = "(SELECT id FROM quarantine WHERE use_case = ? AND at_us < ? ORDER BY id LIMIT ?)"
    refused = _FEW
    while refused == _FEW:
        with connections.write() as db:
            refused = db.execute(f"DELETE FROM quarantine WHERE id IN {recent}", (layout.use_case.name, before_us, _FEW)).rowcount


def _oldest(connections: Connections, layout: Layout, assets: list[int], from_us_: int, before_us: int) -> int | None:
    """The time of the oldest reading from ``from_us_`` to before ``before_us``."""
    first = f"SELECT min(time_us) FROM {layout.table} WHERE asset = ? AND time_us >= ? AND time_us < ?"
    rows = (connections.one(first, (asset, from_us_, before_us)) for asset in assets)
    return min((row[0] for row in rows if row and row[0] is not None), default=None)


def _iso(us: int) -> str:
    return from_us(us).isoformat(timespec="seconds")

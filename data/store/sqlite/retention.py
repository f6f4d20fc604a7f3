"""Deleting what is older than the plant keeps, a little at a time, so that neither the live loop nor a screen ever waits."""

from data.store.sqlite.connection import Connections
from data.store.sqlite.layout import Layout
from data.store.sqlite.times import now_us

_FEW = 2000  # rows deleted in one transaction: some 20 ms
_MINUTE_US = 60_000_000


def prune(connections: Connections, layout: Layout, before_us: int) -> int:
    """Delete readings from before a time, their minutes of the trend and what was refused then. Returns how many readings.

    Kept for ever: every reading that was ever flagged or in review, and each asset's newest. The newest id stays too, so that none is
    given twice.
    """
    gone = sum(_asset(connections, layout, asset, before_us) for asset in _assets(connections, layout))
    name, whole_minutes = layout.use_case.name, before_us // _MINUTE_US
    for asset in _assets(connections, layout):
        with connections.write() as db:
            db.execute("DELETE FROM trend WHERE asset = ? AND minute < ?", (asset, whole_minutes))
            db.execute(
                f"""DELETE FROM episode WHERE asset = ? AND start_us < ? AND end_us IS NOT NULL
                    AND reading NOT IN (SELECT id FROM {layout.table})""",
                (asset, before_us),
            )  # with what was said of it: the number of a spell that is gone may be given again
            db.execute("DELETE FROM acknowledgement WHERE asset = ? AND episode NOT IN (SELECT id FROM episode)", (asset,))
    recent = "(SELECT id FROM quarantine WHERE use_case = ? AND at_us < ? ORDER BY id LIMIT ?)"
    while True:
        with connections.write() as db:
            refused = db.execute(f"DELETE FROM quarantine WHERE id IN {recent}", (name, min(before_us, now_us()), _FEW)).rowcount
        if refused < _FEW:
            return gone


def _assets(connections: Connections, layout: Layout) -> list[int]:
    return [asset for (asset,) in connections.rows("SELECT id FROM asset WHERE use_case = ?", (layout.use_case.name,))]


def _asset(connections: Connections, layout: Layout, asset: int, before_us: int) -> int:
    """One asset's, along the index by time: what is kept is passed once and not looked at again."""
    gone, time_us, sequence = 0, -(2**62), -1
    while True:
        rows = connections.rows(
            f"""SELECT id, time_us, sequence FROM {layout.table} 
                WHERE asset = ? AND time_us < ? AND (time_us, sequence) > (?, ?) ORDER BY time_us, sequence LIMIT ?""",
            (asset, before_us, time_us, sequence, _FEW),
        )
        if not rows:
            return gone
        time_us, sequence = rows[-1][1:]
        with connections.write() as db:  # asked inside the transaction: somebody may flag one at this moment
            done = db.executemany(
                f"""DELETE FROM {layout.table} WHERE id = ?1 AND id <> (SELECT max(id) FROM {layout.table})
                    AND NOT EXISTS (SELECT 1 FROM flag WHERE use_case = ?2 AND reading = ?1)
                    AND NOT EXISTS (SELECT 1 FROM cases WHERE use_case = ?2 AND reading = ?1)
                    AND NOT EXISTS (SELECT 1 FROM latest WHERE asset = ?3 AND reading = ?1)""",
                [(row[0], layout.use_case.name, asset) for row in rows],
            ).rowcount
            db.executemany(
                f"""DELETE FROM shadow_score WHERE use_case = ?1 AND reading = ?2
                    AND ?2 NOT IN (SELECT id FROM {layout.table} WHERE id = ?2)""",
                [(layout.use_case.name, row[0]) for row in rows],
            )
            db.execute("UPDATE tally SET n = n - ? WHERE use_case = ? AND what = 'readings'", (done, layout.use_case.name))
        gone += done

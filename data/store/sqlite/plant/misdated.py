"""Readings that a clock which was ahead has stamped: what becomes of them once it is right again.

None is deleted or changed in what it says. They give up what would keep the right ones out: being their asset's newest, and their place in the
order of readings (their sequence, which is kept beside them).
"""

from data import clock
from data.clock import ASKEW_US
from data.store.sqlite.audit import note
from data.store.sqlite.connection import Connections
from data.store.sqlite.layout import Layout
from data.store.sqlite.plant.times import from_us, now_us

_FEW = 2000
_MINUTE_US = 60_000_000


def set_aside_future(connections: Connections, layout: Layout) -> int:
    """See ``contract.Readings.set_aside_future``. Short transactions: a kill in between is made up for by the next call."""
    found, name = clock.state(), layout.use_case.name
    if not found.trusted:
        return 0
    limit, done, ahead = found.now_us + ASKEW_US, 0, []  # later than this none can be
    for (asset,) in connections.rows("SELECT id FROM asset WHERE use_case = ?", (name,)):
        n, latest = 0, limit
        while (moved := _few(connections, layout, asset, latest)) is not None:
            n, latest = n + moved[0], moved[1]
        if n:
            ahead.append((asset, latest))
            done += n
        _as_it_is_now(connections, layout, asset, limit)
    if done:
        with connections.write() as db:
            told = {
                "readings": done,
                "assets": len(ahead),
                "until": from_us(max(at for _, at in ahead)).isoformat(timespec="seconds"),
            }
            note(db, "clock", "set_aside", f"readings:{name}", name, **told)
    return done


def _few(connections: Connections, layout: Layout, asset: int, from_us_: int) -> tuple[int, int] | None:
    """Set some of an asset's aside: how many, and the latest of them; ``None`` when there are no more."""
    name, rows = layout.use_case.name, f"{layout.table} WHERE asset = ? AND time_us >= ? AND sequence > {-(2**61)}"
    if connections.one(f"SELECT 1 FROM {rows} LIMIT 1", (asset, from_us_)) is None:
        return None
    with connections.write() as db:
        found = db.execute(
            f"SELECT id, sequence, time_us FROM {rows} ORDER BY time_us LIMIT ?", (asset, from_us_, _FEW)
        ).fetchall()
        at = now_us()
        db.executemany(
            "INSERT OR IGNORE INTO misdated VALUES (?, ?, ?, ?)", [(name, reading, seq, at) for reading, seq, _ in found]
        )
        # a sequence that no reading comes with, another for each
        db.executemany(f"UPDATE {layout.table} SET sequence = ? WHERE id = ?", [(-(2**62) + row[0], row[0]) for row in found])
    return len(found), found[-1][2] if found else from_us_


def _as_it_is_now(connections: Connections, layout: Layout, asset: int, limit_us: int) -> None:
    """An asset's newest state, spells and trend as they are without what is set aside."""
    name = layout.use_case.name
    ahead = "SELECT 1 FROM latest WHERE asset = ?1 AND time_us > ?2"
    spells = "SELECT 1 FROM episode WHERE asset = ?1 AND (start_us > ?2 OR end_us > ?2) AND end_us IS NOT start_us"
    if connections.one(f"{ahead} UNION ALL {spells} LIMIT 1", (asset, limit_us)) is None:
        return
    with connections.write() as db:
        newest = db.execute(
            f"""SELECT id, time_us, sequence, state FROM {layout.table} WHERE asset = ? AND time_us <= ?
                ORDER BY time_us DESC, sequence DESC LIMIT 1""",
            (asset, limit_us),
        ).fetchone()
        if newest is None:
            db.execute("DELETE FROM latest WHERE asset = ?", (asset,))
        elif db.execute(ahead, (asset, limit_us)).fetchone():
            db.execute(
                """UPDATE latest SET reading = ?1, time_us = ?2, sequence = ?3, since_us = CASE WHEN since_us <= ?2 AND state = ?4 THEN since_us
                   ELSE ?2 END, state = ?4, recorded_us = ?2 WHERE asset = ?5""",
                (*newest, asset),
            )
        last_us = newest[1] if newest else 0
        # a spell that began in the future lasted for no time; one that began before and is said to end then ended with the last reading
        db.execute("UPDATE episode SET end_us = start_us WHERE asset = ? AND start_us > ?", (asset, limit_us))
        db.execute(
            "UPDATE episode SET end_us = max(start_us, ?) WHERE asset = ? AND end_us > ? AND start_us <= ?",
            (last_us, asset, limit_us, limit_us),
        )
        db.execute("DELETE FROM trend WHERE asset = ? AND minute > ?", (asset, limit_us // _MINUTE_US))
        db.execute("UPDATE tally SET n = n + 1 WHERE use_case = ? AND what = 'version'", (name,))

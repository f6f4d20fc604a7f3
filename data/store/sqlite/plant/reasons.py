"""The reasons of single readings, as they were counted: recorded once, never changed. See ``contract.Readings``."""

import json
from collections.abc import Collection, Mapping

from data.records import Reasons
from data.store.sqlite.connection import Connections, sqlite3
from data.store.sqlite.plant.times import now_us

_COLUMNS = "release, method, scale, base, value, shares, errors, of_class, against, note, background, spread"
_OF_R = ", ".join(f"r.{column}" for column in _COLUMNS.split(", "))


def recorded(connections: Connections, use_case: str, readings: Collection[int]) -> dict[int, Reasons]:
    """Those of these readings that were counted."""
    rows = connections.rows(
        f"SELECT r.reading, {_OF_R} FROM json_each(?) j CROSS JOIN reasons r ON r.use_case = ? AND r.reading = j.value",
        (json.dumps([int(one) for one in readings]), use_case),
    )
    return {row[0]: _of(row[1:]) for row in rows}


def record_reasons(db: sqlite3.Connection, use_case: str, found: Mapping[int, Reasons]) -> None:
    """Record them on a connection that is inside a transaction; what is there already stays."""
    now = now_us()
    db.executemany(
        f"""INSERT INTO reasons (use_case, reading, at_us, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (use_case, reading) DO NOTHING""",
        [
            (
                use_case, reading, now, one.release, one.method, one.scale, one.base, one.value, json.dumps(one.shares),
                None if one.errors is None else json.dumps(one.errors), one.of, one.against, one.note, one.rows, one.spread,
            )
            for reading, one in found.items()
        ],
    )  # fmt: skip


def _of(row: tuple) -> Reasons:
    release, method, scale, base, value, shares, errors, of, against, note, rows, spread = row
    told = None if errors is None else json.loads(errors)
    return Reasons(release, method, scale, base, value, json.loads(shares), told, of, against, note, rows, spread)

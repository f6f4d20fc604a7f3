"""How one use case's readings lie in the file: a table of its own, signals as typed columns, the prediction in the same row."""

import json
from dataclasses import dataclass

import numpy as np

from data.store.sqlite.connection import Connections
from data.usecase import UseCase

OWN = ("id", "asset", "time_us", "sequence", "release", "score", "state", "features", "contributions")


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The table of a use case: its name, the column of each signal, asset ids by code, and the id of its feature list."""

    use_case: UseCase
    table: str
    columns: dict[str, str]  # signal -> quoted column
    asset_ids: np.ndarray  # (assets,) int64, by asset code
    feature_list: int

    @property
    def signals(self) -> str:
        """The signal columns, for a SELECT."""
        return ", ".join(self.columns.values())


def prepared(connections: Connections, use_case: UseCase) -> Layout:
    """Make the table, or add the columns that it lacks; none is ever dropped."""
    table = quoted(f"readings_{use_case.name}")
    columns = {signal: quoted(signal if signal not in OWN else f"signal_{signal}") for signal in use_case.signals}
    kinds = {name: "TEXT" if use_case.signals[name].categories else "REAL" for name in columns}
    with connections.write() as db:
        db.execute(
            f"""CREATE TABLE IF NOT EXISTS {table} (id INTEGER PRIMARY KEY, asset INTEGER NOT NULL REFERENCES asset (id),
                time_us INTEGER NOT NULL, sequence INTEGER NOT NULL, release INTEGER NOT NULL, score REAL NOT NULL, state INTEGER NOT NULL,
                features INTEGER NOT NULL REFERENCES feature_list (id), contributions BLOB NOT NULL) STRICT"""
        )
        there = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
        for signal, column in columns.items():
            if column.strip('"') not in there:
                db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kinds[signal]}")
        db.execute(
            f"CREATE UNIQUE INDEX IF NOT EXISTS {quoted(f'readings_{use_case.name}_key')} ON {table} (asset, time_us, sequence)"
        )
        db.execute(f"CREATE INDEX IF NOT EXISTS {quoted(f'readings_{use_case.name}_release')} ON {table} (release, id)")
        db.executemany(
            "INSERT OR IGNORE INTO asset (use_case, name) VALUES (?, ?)", [(use_case.name, name) for name in use_case.assets]
        )
        ids = dict(db.execute("SELECT name, id FROM asset WHERE use_case = ?", (use_case.name,)))
        features = json.dumps(use_case.features)
        db.execute("INSERT OR IGNORE INTO feature_list (features) VALUES (?)", (features,))
        (feature_list,) = db.execute("SELECT id FROM feature_list WHERE features = ?", (features,)).fetchone()
    return Layout(use_case, table, columns, np.array([ids[name] for name in use_case.assets]), feature_list)


def quoted(name: str) -> str:
    """``name`` as an SQL identifier, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'

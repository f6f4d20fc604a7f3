"""How one use case's readings lie in the file: a table of its own, signals as typed columns, the prediction in the same row."""

import json
from dataclasses import dataclass

import numpy as np

from data.store.contract import StoreError
from data.store.sqlite.connection import Connections
from data.usecase.use_case import UseCase

OWN = (
    "id",
    "asset",
    "time_us",
    "sequence",
    "release",
    "score",
    "state",
    "features",
    "contributions",
    "novelty",
    "predicted",
    "rowid",
    "oid",
    "_rowid_",
)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The table of a use case: its name, the column of each signal, asset ids by code, and the id of its feature list."""

    use_case: UseCase
    table: str
    columns: dict[str, str]  # signal -> quoted column
    asset_ids: np.ndarray  # (assets,) int64, by asset code
    feature_list: int

    def signals(self, table: str = "") -> str:
        """The signal columns, for a statement; of ``table`` where several are joined."""
        return ", ".join(f"{table}.{column}" if table else column for column in self.columns.values())


def table_of(use_case: str) -> str:
    """The table of a use case's readings, as an SQL identifier."""
    return quoted(f"readings_{use_case}")


def prepared(connections: Connections, use_case: UseCase) -> Layout:
    """Make the table, or add the columns that it lacks; none is ever dropped.

    Raises:
        StoreError: a signal that was recorded as a number is now a category, or the other way round.
    """
    table, columns = table_of(use_case.name), _columns(use_case)
    kinds = {signal: "TEXT" if use_case.recorded[signal].categories else "REAL" for signal in columns}
    typed = "".join(f", {quoted(columns[signal])} {kind}" for signal, kind in kinds.items())
    with connections.write() as db:
        # A signal may leave the YAML again, so its column may be empty; `record` refuses what is not finite.
        # `asset` and `features` are ids of other tables, given by this file: checking each row's would cost 1 µs a row
        db.execute(
            f"""CREATE TABLE IF NOT EXISTS {table} (id INTEGER PRIMARY KEY, asset INTEGER NOT NULL, time_us INTEGER NOT NULL,
                sequence INTEGER NOT NULL, release INTEGER NOT NULL, score REAL NOT NULL, state INTEGER NOT NULL,
                features INTEGER NOT NULL, contributions BLOB NOT NULL, novelty REAL, predicted REAL{typed}) STRICT"""
        )
        there = {row[1]: row[2] for row in db.execute(f"PRAGMA table_info({table})")}
        for added in ("novelty", "predicted"):  # a table of before that was recorded
            if added not in there:
                db.execute(f"ALTER TABLE {table} ADD COLUMN {added} REAL")
        for signal, column in columns.items():
            if column not in there:
                db.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(column)} {kinds[signal]}")
            elif there[column] != kinds[signal]:
                was, now = ("number", "category") if there[column] == "REAL" else ("category", "number")
                raise StoreError(
                    "{path}: signal {signal} of {name} was recorded as a {was} and is a {now} in its usecase.yaml now. Give it a new "
                    "name there; what was recorded stays under the old one.",
                    path=connections.path,
                    signal=repr(signal),
                    name=use_case.name,
                    was=was,
                    now=now,
                )
        db.execute(
            f"CREATE UNIQUE INDEX IF NOT EXISTS {quoted(f'readings_{use_case.name}_key')} ON {table} (asset, time_us, sequence)"
        )
        db.executemany(
            "INSERT INTO asset (use_case, name) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [(use_case.name, name) for name in use_case.assets],
        )
        ids = dict(db.execute("SELECT name, id FROM asset WHERE use_case = ?", (use_case.name,)))
        features = json.dumps(use_case.features)
        db.execute("INSERT INTO feature_list (features) VALUES (?) ON CONFLICT DO NOTHING", (features,))
        (feature_list,) = db.execute("SELECT id FROM feature_list WHERE features = ?", (features,)).fetchone()
    quoted_columns = {signal: quoted(column) for signal, column in columns.items()}
    return Layout(use_case, table, quoted_columns, np.array([ids[name] for name in use_case.assets]), feature_list)


def _columns(use_case: UseCase) -> dict[str, str]:
    """A column for each signal: its name, or a longer one where that is taken (``Torque`` and ``torque`` are one to SQLite)."""
    taken: set[str] = set(OWN)
    columns = {}
    for signal in use_case.recorded:
        column = signal
        while column.lower() in taken:
            column = f"signal_{column}"
        taken.add(column.lower())
        columns[signal] = column
    return columns


def told_score(table: str = "") -> str:
    """The risk that a reading was told with, as an SQL expression: one that the model did not know was told as that, and advised nothing."""
    of = f"{table}." if table else ""
    return f"CASE WHEN {of}novelty > 1 THEN 0.0 ELSE {of}score END"


def quoted(name: str) -> str:
    """``name`` as an SQL identifier, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'

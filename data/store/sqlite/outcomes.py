"""What turned out to be true of recorded readings, and which rows were refused. See ``contract.Readings``."""

from datetime import datetime

import pandas as pd

from data.moments import utc
from data.records import Rejected, Truth
from data.store.sqlite.connection import Connections
from data.store.sqlite.frames import timed
from data.store.sqlite.layout import Layout, prepared
from data.store.sqlite.times import from_us, to_us
from data.store.sqlite.verdicts import IN_FORCE
from data.usecase import UseCase
from data.usecase_file import load


class SQLiteOutcomes:
    """Truth and quarantine of every use case that was prepared. Use cases are looked up by name once and kept."""

    def __init__(self, connections: Connections):
        self._c = connections
        self._layouts: dict[str, Layout] = {}

    def prepare(self, use_case: UseCase) -> None:
        self._layouts[use_case.name] = prepared(self._c, use_case)

    def truth_at(self, use_case: str, asset: str, start: datetime, end: datetime) -> list[Truth]:
        rows = self._c.rows(
            """SELECT a.name, t.start_us, t.end_us, t.outcome, t.cause, t.arrived_us, t.by
               FROM asset a CROSS JOIN truth t INDEXED BY truth_by_end ON t.asset = a.id
               WHERE a.use_case = ? AND a.name = ? AND t.end_us >= ? AND t.start_us <= ? ORDER BY t.start_us""",
            (use_case, asset, to_us(start), to_us(end)),
        )
        return [
            Truth(name, from_us(first), from_us(last), outcome, cause, from_us(arrived), by)
            for name, first, last, outcome, cause, arrived, by in rows
        ]

    def labelled(self, use_case: str, limit: int) -> pd.DataFrame:
        layout = self._layout(use_case)
        # An interval is one product: its readings share the label and nearly their values, so one of them speaks for it.
        rows = self._c.rows(
            f"""WITH spoken AS MATERIALIZED (SELECT r.asset, r.time_us AS start_us, r.time_us AS end_us FROM correction c
                  JOIN {layout.table} r ON r.id = c.reading WHERE c.use_case = ?1 AND c.in_force = 1
                  UNION SELECT r.asset, coalesce(v.about ->> '$.start', r.time_us), coalesce(v.about ->> '$.end', r.time_us)
                  FROM cases c JOIN verdict v ON v.id = {IN_FORCE} AND v.kind = 'bad_data'
                  JOIN {layout.table} r ON r.id = c.reading WHERE c.use_case = ?1),
                told AS (SELECT * FROM truth t WHERE t.use_case = ?1 AND NOT EXISTS (SELECT 1 FROM spoken s
                           WHERE s.asset = t.asset AND s.start_us <= t.end_us AND s.end_us >= t.start_us)
                         ORDER BY t.bad DESC, t.arrived_us DESC
                         LIMIT max(?2, (SELECT count(*) FROM truth WHERE use_case = ?1 AND bad = 1)))
                SELECT r.id, a.name, r.time_us, {layout.signals("r")}, t.outcome, t.cause FROM told t
                JOIN {layout.table} r ON r.id = (SELECT id FROM {layout.table} WHERE asset = t.asset
                     AND time_us BETWEEN t.start_us AND t.start_us + (t.end_us - t.start_us) / 2
                     ORDER BY time_us DESC, sequence DESC LIMIT 1)
                JOIN asset a ON a.id = t.asset ORDER BY r.id""",
            (use_case, limit),
        )
        return timed(rows, ["id", "asset", "time", *layout.columns, "outcome", "cause"], layout)

    def confirmed(self, use_case: str, limit: int) -> pd.DataFrame:
        layout = self._layout(use_case)
        rows = self._c.rows(
            f"""SELECT r.id, a.name, r.time_us, r.release, r.score, r.predicted, r.novelty, t.outcome, t.bad FROM truth t
                JOIN asset a ON a.id = t.asset JOIN {layout.table} r ON r.id = (SELECT id FROM {layout.table} WHERE asset = t.asset
                     AND time_us BETWEEN t.start_us AND t.end_us ORDER BY time_us DESC, sequence DESC LIMIT 1)
                WHERE t.use_case = ? ORDER BY t.arrived_us DESC, t.asset DESC, t.start_us DESC LIMIT ?""",
            (use_case, limit),
        )
        columns = ["id", "asset", "time", "release", "score", "predicted", "novelty", "outcome", "bad"]
        return timed(rows[::-1], columns, layout)

    def performance(self, use_case: str, start: datetime, end: datetime, threshold: float) -> pd.DataFrame:
        rows = self._c.rows(
            """SELECT arrived_us / 900000000, count(*), sum(failed AND caught), sum(failed AND NOT caught), sum(NOT failed AND advised),
                      sum((failed AND caught) OR NOT (failed OR advised))
               FROM (SELECT arrived_us, max(bad) AS failed, max(bad = 1 AND highest >= ?2) AS caught, max(highest >= ?2) AS advised
                     FROM truth WHERE use_case = ?1 AND arrived_us >= ?3 AND arrived_us < ?4 AND highest IS NOT NULL
                     GROUP BY asset, arrived_us) GROUP BY 1 ORDER BY 1""",
            (use_case, threshold, to_us(start), to_us(end)),
        )
        found = pd.DataFrame(rows, columns=["time", "confirmed", "caught", "missed", "false_alarms", "right"], dtype="int64")
        found["time"] = utc(found["time"].to_numpy() * 900_000_000)
        return found

    def unconfirmed(self, use_case: str, start: datetime, end: datetime) -> tuple[int, int]:
        # of the outcomes that end after a spell began, the first one tells whether any overlaps it
        row = self._c.one(
            """SELECT count(*), coalesce(sum(NOT coalesce((SELECT t.start_us FROM truth t INDEXED BY truth_by_end
                 WHERE t.asset = e.asset AND t.end_us >= e.start_us ORDER BY t.end_us LIMIT 1) <= coalesce(e.end_us, e.start_us), 0)), 0)
               FROM episode e WHERE use_case = ? AND start_us >= ? AND start_us < ? AND NOT unknown""",
            (use_case, to_us(start), to_us(end)),
        )
        return row or (0, 0)

    def refused(self, use_case: str, start: datetime, end: datetime) -> pd.DataFrame:
        rows = self._c.rows(
            """SELECT asset, signal, code, count(*) FROM quarantine WHERE use_case = ? AND at_us >= ? AND at_us < ?
               GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3""",
            (use_case, to_us(start), to_us(end)),
        )
        return pd.DataFrame(rows, columns=["asset", "signal", "code", "rows"], dtype=object).astype({"rows": "int64"})

    def quarantined(self, use_case: str, limit: int = 200) -> list[Rejected]:
        rows = self._c.rows(
            """SELECT id, use_case, source, position, at_us, asset, signal, code, reason, raw FROM quarantine
               WHERE use_case = ? ORDER BY id DESC LIMIT ?""",
            (use_case, limit),
        )
        return [Rejected(*row[:4], from_us(row[4]), *row[5:]) for row in rows]

    def _layout(self, use_case: str) -> Layout:
        if use_case not in self._layouts:
            self.prepare(load(use_case, self._c.path.parent))
        return self._layouts[use_case]

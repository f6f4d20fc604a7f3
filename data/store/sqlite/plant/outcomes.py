"""What turned out to be true of recorded readings, and which rows were refused. See ``contract.Readings``."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import pandas as pd

from data.readings.moments import utc
from data.records import Dealt, Rejected, Truth
from data.store.sqlite.connection import Connections
from data.store.sqlite.layout import Layout, prepared
from data.store.sqlite.plant.frames import timed
from data.store.sqlite.plant.labels import newest, sampled
from data.store.sqlite.plant.times import from_us, to_us
from data.usecase.file import load
from data.usecase.use_case import UseCase

NEVER_US = 2**62


class SQLiteOutcomes:
    """Truth and quarantine of every use case that was prepared. Use cases are looked up by name once and kept."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections
        self._layouts: dict[str, Layout] = {}
        self._by_name: set[str] = set()

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

    def labelled(
        self, use_case: str, limit: int, held: Collection[int] = (), waiting: Collection[int] = (), spoiled: bool = False
    ) -> pd.DataFrame:
        return sampled(self._c, self._layout(use_case), limit, held, waiting, spoiled)

    def newest_labelled(self, use_case: str, limit: int, waiting: Collection[int] = ()) -> pd.DataFrame:
        return newest(self._c, self._layout(use_case), limit, waiting)

    def outcomes_between(self, use_case: str, asset: str, start: datetime, end: datetime) -> tuple[int, int]:
        row = self._c.one(
            """SELECT count(*), coalesce(sum(t.bad), 0) FROM asset a CROSS JOIN truth t INDEXED BY truth_by_end ON t.asset = a.id
               WHERE a.use_case = ? AND a.name = ? AND t.end_us >= ? AND t.start_us <= ?""",
            (use_case, asset, to_us(start), to_us(end)),
        )
        return row or (0, 0)

    def found_of(self, use_case: str, readings: Sequence[int]) -> dict[int, float]:
        layout = self._layout(use_case)
        rows = self._c.rows(
            f"""SELECT r.id, t.outcome FROM json_each(?1) j JOIN {layout.table} r ON r.id = j.value
                JOIN truth t ON t.asset = r.asset AND t.start_us = (SELECT start_us FROM truth INDEXED BY truth_by_end WHERE asset = r.asset
                  AND end_us >= r.time_us ORDER BY end_us LIMIT 1) WHERE t.start_us <= r.time_us""",
            (json.dumps([int(one) for one in readings]),),
        )
        return dict(rows)

    def confirmed(self, use_case: str, limit: int, before: datetime | None = None) -> pd.DataFrame:
        layout = self._layout(use_case)
        rows = self._c.rows(
            f"""SELECT r.id, a.name, r.time_us, r.release, r.score, r.predicted, r.novelty, t.outcome, t.bad, t.arrived_us, t.highest, t.run FROM truth t
                JOIN asset a ON a.id = t.asset JOIN {layout.table} r ON r.id = (SELECT id FROM {layout.table} WHERE asset = t.asset
                     AND time_us BETWEEN t.start_us AND t.end_us ORDER BY time_us DESC, sequence DESC LIMIT 1)
                WHERE t.use_case = ? AND t.arrived_us < ? ORDER BY t.arrived_us DESC, t.asset DESC, t.start_us DESC LIMIT ?""",
            (use_case, NEVER_US if before is None else to_us(before), limit),
        )
        columns = [
            "id",
            "asset",
            "time",
            "release",
            "score",
            "predicted",
            "novelty",
            "outcome",
            "bad",
            "arrived",
            "highest",
            "group",
        ]
        told = timed(rows[::-1], columns, layout)
        return told.assign(arrived=pd.to_datetime(told["arrived"].astype("int64"), unit="us", utc=True))

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

    def dealt_with(self, use_case: str, start: datetime, end: datetime, behind: timedelta = timedelta(0)) -> Dealt:
        layout = self._layout(use_case)
        row = self._c.one(
            f"""WITH spell AS (SELECT e.id, e.asset, e.start_us, coalesce(e.end_us, 1 << 60) AS end_us FROM episode e
                  WHERE e.use_case = ?1 AND e.start_us >= ?2 AND e.start_us < ?3 AND NOT e.unknown),
                said AS (SELECT r.asset, r.time_us, f.kind = 'agree' AS agreed FROM flag f JOIN {layout.table} r ON r.id = f.reading
                  WHERE f.use_case = ?1 AND f.withdrawn_us IS NULL AND r.time_us >= ?2),
                told AS (SELECT EXISTS (SELECT 1 FROM acknowledgement k WHERE k.episode = s.id) AS seen,
                  EXISTS (SELECT 1 FROM shelving h WHERE h.use_case = ?1 AND h.asset = s.asset AND NOT h.unknown
                          AND h.at_us - ?4 BETWEEN s.start_us AND s.end_us) AS shelved,
                  EXISTS (SELECT 1 FROM said a WHERE a.asset = s.asset AND a.agreed AND a.time_us BETWEEN s.start_us AND s.end_us) AS agreed,
                  EXISTS (SELECT 1 FROM said a WHERE a.asset = s.asset AND NOT a.agreed AND a.time_us BETWEEN s.start_us AND s.end_us) AS flagged
                  FROM spell s)
                SELECT count(*), total(seen), total(shelved), total(agreed), total(flagged), total(NOT (seen OR shelved OR agreed OR flagged)) FROM told""",
            (use_case, to_us(start), to_us(end), int(behind.total_seconds() * 1e6)),
        )
        assert row is not None  # sums always give one
        return Dealt(*map(int, row))

    def oldest(self, use_case: str) -> datetime | None:
        row = self._c.one(f"SELECT time_us FROM {self._layout(use_case).table} ORDER BY id LIMIT 1")
        return from_us(row[0]) if row else None

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
        return [
            Rejected(number, name, source, position, from_us(at), *told) for number, name, source, position, at, *told in rows
        ]

    def layout(self, use_case: str) -> Layout:
        """How the readings of a use case lie in the file; of one that was looked up by its name as its ``usecase.yaml`` stands now."""
        found = self._layout(use_case)
        if use_case in self._by_name and (now := load(use_case, self._c.path.parent)) is not found.use_case:
            self.prepare(now)
        return self._layouts[use_case]

    def _layout(self, use_case: str) -> Layout:
        if use_case not in self._layouts:
            self.prepare(load(use_case, self._c.path.parent))
            self._by_name.add(use_case)
        return self._layouts[use_case]

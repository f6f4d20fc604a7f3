"""Readings with their predictions: recording them, and what the screens ask of them. See ``contract.Readings``."""

from datetime import datetime

import numpy as np
import pandas as pd

from data.batch import Rejects, Scored, TruthReports
from data.records import AssetState, Prediction, Rejected, State, Truth
from data.store.contract import NotFound, Recorded, SourcePosition
from data.store.sqlite.connection import Connections
from data.store.sqlite.layout import Layout, prepared
from data.store.sqlite.recording import contributions_of, record
from data.store.sqlite.times import from_us, to_us
from data.usecase import UseCase
from data.usecase_file import load

_STATES = tuple(State)
_FEW = 2000  # rows deleted in one transaction


class SQLiteReadings:
    """The readings of every use case that was prepared. Use cases are looked up by name once and kept."""

    def __init__(self, connections: Connections):
        self._c = connections
        self._layouts: dict[str, Layout] = {}

    def prepare(self, use_case: UseCase) -> None:
        self._layouts[use_case.name] = prepared(self._c, use_case)

    def record(
        self, scored: Scored | None, rejects: Rejects | None, truth: TruthReports | None, *, use_case: str, source: str, last: int
    ) -> Recorded:
        layout = self._layout(use_case)
        with self._c.write() as db:
            return record(db, layout, scored, rejects, truth, source, last)

    def position(self, source: str) -> SourcePosition | None:
        row = self._c.one("SELECT name, start_us, last, finished FROM source WHERE name = ?", (source,))
        return SourcePosition(row[0], row[1], row[2], bool(row[3])) if row else None

    def start_source(self, source: str, start_us: int) -> SourcePosition:
        with self._c.write() as db:
            db.execute(
                """INSERT INTO source VALUES (?, ?, -1, 0)
                   ON CONFLICT (name) DO UPDATE SET start_us = excluded.start_us, last = -1, finished = 0 WHERE finished = 1""",
                (source, start_us),
            )
        found = self.position(source)
        assert found is not None
        return found

    def finish_source(self, source: str) -> None:
        with self._c.write() as db:
            db.execute("UPDATE source SET finished = 1 WHERE name = ?", (source,))

    def last_seen(self, use_case: str) -> dict[str, tuple[int, int]]:
        rows = self._c.rows(
            "SELECT a.name, l.time_us, l.sequence FROM latest l JOIN asset a ON a.id = l.asset WHERE l.use_case = ?", (use_case,)
        )
        return {name: (time_us, sequence) for name, time_us, sequence in rows}

    def version(self, use_case: str) -> int:
        return self._tally(use_case).get("version", 0)

    def counts(self, use_case: str) -> dict[str, int]:
        tally = self._tally(use_case)
        flags = self._c.one(
            "SELECT count(*) FROM flag WHERE use_case = ? AND kind <> 'agree' AND withdrawn_us IS NULL", (use_case,)
        )
        cases = self._c.one("SELECT count(*) FROM cases WHERE use_case = ? AND state IN ('open', 'claimed')", (use_case,))
        return {
            "readings": tally.get("readings", 0),
            "quarantined": tally.get("quarantined", 0),
            "truths": tally.get("truths", 0),
            "flags": flags[0] if flags else 0,
            "cases_open": cases[0] if cases else 0,
        }

    def board(self, use_case: str) -> list[AssetState]:
        layout = self._layout(use_case)
        rows = self._c.rows(
            f"""SELECT {self._prediction_columns(layout)}, l.since_us, l.recorded_us FROM latest l
                JOIN {layout.table} r ON r.id = l.reading JOIN asset a ON a.id = l.asset
                JOIN feature_list f ON f.id = r.features WHERE l.use_case = ? ORDER BY a.id""",
            (use_case,),
        )
        return [AssetState(self._prediction(layout, row[:-2]), from_us(row[-2]), from_us(row[-1])) for row in rows]

    def trend(self, use_case: str, since: datetime) -> pd.DataFrame:
        rows = self._c.rows(
            """SELECT a.name, t.minute, t.risk, t.rows FROM asset a CROSS JOIN trend t ON t.asset = a.id AND t.minute >= ?
               WHERE a.use_case = ? ORDER BY t.asset, t.minute""",
            (to_us(since) // 60_000_000, use_case),
        )
        table = pd.DataFrame(rows, columns=["asset", "minute", "risk", "rows"])
        table["minute"] = pd.to_datetime(table["minute"].astype("int64") * 60, unit="s", utc=True)
        return table

    def history(self, use_case: str, asset: str, start: datetime, end: datetime, limit: int = 20_000) -> pd.DataFrame:
        layout = self._layout(use_case)
        rows = self._c.rows(
            f"""SELECT id, time_us, sequence, {layout.signals}, release, score, state FROM {layout.table}
                WHERE asset = (SELECT id FROM asset WHERE use_case = ? AND name = ?) AND time_us BETWEEN ? AND ?
                ORDER BY time_us DESC, sequence DESC LIMIT ?""",
            (use_case, asset, to_us(start), to_us(end), limit),
        )
        return _timed(rows[::-1], ["id", "time", "sequence", *layout.columns, "release", "score", "state"])

    def prediction(self, use_case: str, reading: int) -> Prediction:
        layout = self._layout(use_case)
        row = self._c.one(
            f"""SELECT {self._prediction_columns(layout)} FROM {layout.table} r JOIN asset a ON a.id = r.asset
                JOIN feature_list f ON f.id = r.features WHERE r.id = ?""",
            (reading,),
        )
        if row is None:
            raise NotFound(f"There is no reading {reading} of {use_case}: it was never recorded, or is older than what is kept.")
        return self._prediction(layout, row)

    def beside(self, use_case: str, reading: int) -> tuple[int | None, int | None]:
        layout = self._layout(use_case)
        found = []
        for sign, order in (("<", "DESC"), (">", "ASC")):
            row = self._c.one(
                f"""SELECT b.id FROM {layout.table} r JOIN {layout.table} b ON b.asset = r.asset
                    AND (b.time_us, b.sequence) {sign} (r.time_us, r.sequence) WHERE r.id = ?
                    ORDER BY b.time_us {order}, b.sequence {order} LIMIT 1""",
                (reading,),
            )
            found.append(row[0] if row else None)
        return found[0], found[1]

    def recent_advice(self, use_case: str, since: datetime, limit: int = 200) -> pd.DataFrame:
        rows = self._c.rows(
            """SELECT a.name, e.start_us, e.end_us, e.state, e.reading, e.score FROM episode e JOIN asset a ON a.id = e.asset
               WHERE e.use_case = ? AND e.start_us >= ? ORDER BY e.start_us DESC LIMIT ?""",
            (use_case, to_us(since), limit),
        )
        table = pd.DataFrame(rows, columns=["asset", "start", "end", "state", "reading", "score"])
        for name in ("start", "end"):
            table[name] = pd.to_datetime(table[name].astype("Int64"), unit="us", utc=True)
        table["state"] = [str(_STATES[code]) for code in table["state"]]
        return table

    def contributions(self, use_case: str, release: int, limit: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
        layout = self._layout(use_case)
        rows = self._c.rows(
            f"""SELECT r.id, a.name, r.time_us, {layout.signals}, r.score, r.contributions FROM {layout.table} r
                JOIN asset a ON a.id = r.asset WHERE r.release = ? AND r.features = ? ORDER BY r.id DESC LIMIT ?""",
            (release, layout.feature_list, limit),
        )
        table = _timed([row[:-2] for row in rows], ["id", "asset", "time", *layout.columns])
        shares = np.frombuffer(b"".join(row[-1] for row in rows), dtype=np.float32)
        return table, shares.reshape(len(rows), len(layout.use_case.features) + 1), np.array([row[-2] for row in rows])

    def truth_at(self, use_case: str, asset: str, start: datetime, end: datetime) -> list[Truth]:
        rows = self._c.rows(
            """SELECT a.name, t.start_us, t.end_us, t.outcome, t.cause, t.arrived_us, t.by FROM truth t JOIN asset a ON a.id = t.asset
               WHERE a.use_case = ? AND a.name = ? AND t.start_us <= ? AND t.end_us >= ? ORDER BY t.start_us""",
            (use_case, asset, to_us(end), to_us(start)),
        )
        return [
            Truth(name, from_us(a), from_us(b), outcome, cause, from_us(arrived), by)
            for name, a, b, outcome, cause, arrived, by in rows
        ]

    def labelled(self, use_case: str, limit: int) -> pd.DataFrame:
        layout = self._layout(use_case)
        rows = self._c.rows(
            f"""SELECT r.id, a.name, r.time_us, {layout.signals}, t.outcome, t.cause
                FROM (SELECT * FROM truth WHERE use_case = ?1 ORDER BY outcome > 0 DESC, arrived_us DESC LIMIT ?2) t
                JOIN {layout.table} r ON r.id = (SELECT id FROM {layout.table} WHERE asset = t.asset
                     AND time_us BETWEEN t.start_us AND t.start_us + (t.end_us - t.start_us) / 2 ORDER BY time_us DESC, sequence DESC LIMIT 1)
                JOIN asset a ON a.id = t.asset
                WHERE r.id NOT IN (SELECT reading FROM correction WHERE use_case = ?1 AND in_force = 1) ORDER BY r.id""",
            (use_case, limit),
        )
        return _timed(rows, ["id", "asset", "time", *layout.columns, "outcome", "cause"])

    def performance(self, use_case: str, since: datetime, threshold: float) -> dict:
        row = self._c.one(
            """SELECT count(*), sum(outcome > 0 AND highest >= ?2), sum(outcome > 0 AND highest < ?2),
                      sum(outcome = 0 AND highest >= ?2), sum(outcome = 0 AND highest < ?2)
               FROM truth WHERE use_case = ?1 AND arrived_us >= ?3 AND highest IS NOT NULL""",
            (use_case, threshold, to_us(since)),
        )
        confirmed, caught, missed, false_alarms, quiet = (n or 0 for n in row)
        return {"confirmed": confirmed, "caught": caught, "missed": missed, "false_alarms": false_alarms, "right": caught + quiet}

    def quarantined(self, use_case: str, limit: int = 200) -> list[Rejected]:
        rows = self._c.rows(
            """SELECT id, use_case, source, position, at_us, asset, signal, code, reason, raw FROM quarantine
               WHERE use_case = ? ORDER BY id DESC LIMIT ?""",
            (use_case, limit),
        )
        return [Rejected(*row[:4], from_us(row[4]), *row[5:]) for row in rows]

    def prune(self, use_case: str, before: datetime) -> int:
        layout, gone = self._layout(use_case), 0
        while True:
            with self._c.write() as db:
                done = db.execute(
                    f"""DELETE FROM {layout.table} WHERE id IN (SELECT id FROM {layout.table} WHERE time_us < ?1
                          AND id NOT IN (SELECT reading FROM flag WHERE use_case = ?2)
                          AND id NOT IN (SELECT reading FROM latest WHERE use_case = ?2)
                          AND id NOT IN (SELECT reading FROM episode WHERE use_case = ?2 AND start_us >= ?1) LIMIT {_FEW})""",
                    (to_us(before), use_case),
                ).rowcount
                db.execute("UPDATE tally SET n = n - ? WHERE use_case = ? AND what = 'readings'", (done, use_case))
            gone += done
            if done < _FEW:
                return gone

    def _layout(self, use_case: str) -> Layout:
        if use_case not in self._layouts:
            self.prepare(load(use_case, self._c.path.parent))
        return self._layouts[use_case]

    def _tally(self, use_case: str) -> dict[str, int]:
        return dict(self._c.rows("SELECT what, n FROM tally WHERE use_case = ?", (use_case,)))

    @staticmethod
    def _prediction_columns(layout: Layout) -> str:
        own = ("r.id", "a.name", "r.time_us", "r.sequence", "r.release", "r.score", "r.state", "r.contributions", "f.features")
        return ", ".join((*own, *(f"r.{column}" for column in layout.columns.values())))

    @staticmethod
    def _prediction(layout: Layout, row: tuple) -> Prediction:
        reading, asset, time_us, sequence, release, score, state, blob, features = row[:9]
        shares, base = contributions_of(blob, features)
        values = dict(zip(layout.columns, row[9:], strict=True))
        name = layout.use_case.name
        return Prediction(name, reading, asset, from_us(time_us), sequence, values, release, score, _STATES[state], base, shares)


def _timed(rows: list[tuple], columns: list[str]) -> pd.DataFrame:
    """Rows as a frame, with ``time`` as UTC times and ``state`` in words."""
    series = list(zip(*rows, strict=True)) or [()] * len(columns)
    table = pd.DataFrame(
        {
            name: np.array(values) if _plain(values) else pd.Series(values, dtype=object)
            for name, values in zip(columns, series, strict=True)
        }
    )
    table["time"] = pd.to_datetime(table["time"].astype("int64"), unit="us", utc=True)
    if "state" in table:
        table["state"] = np.array([str(state) for state in _STATES], dtype=object)[table["state"].to_numpy(dtype=int)]
    return table


def _plain(values: tuple) -> bool:
    return bool(values) and isinstance(values[0], int | float) and None not in values

"""Readings with their predictions: recording them, and what the screens ask of them. See ``contract.Readings``."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from math import nan

import numpy as np
import pandas as pd

from data.clock import ASKEW_US, latest_us
from data.readings.batch import Rejects, Scored, TruthReports
from data.records import AssetState, Prediction, Reasons
from data.store.contract import Content, NotFound, Recorded, Replayed, SourcePosition
from data.store.sqlite.layout import Layout
from data.store.sqlite.plant.frames import NOT_YET, STATES, in_words, timed, utc
from data.store.sqlite.plant.misdated import set_aside_future
from data.store.sqlite.plant.outcomes import SQLiteOutcomes
from data.store.sqlite.plant.reasons import record_reasons, recorded
from data.store.sqlite.plant.recording import contributions_of, record
from data.store.sqlite.plant.retention import prune
from data.store.sqlite.plant.spread import first_of_each
from data.store.sqlite.plant.times import from_us, to_us

_MINUTE_US = 60_000_000


class SQLiteReadings(SQLiteOutcomes):
    """Readings and, inherited, their outcomes: one subject to the screens, two files to the reader."""

    def record(
        self, scored: Scored | None, rejects: Rejects | None, truth: TruthReports | None, *, use_case: str, source: str, last: int,
        shown: bool = True,
    ) -> Recorded:  # fmt: skip
        layout = self._layout(use_case)
        with self._c.write() as db:
            return record(db, layout, scored, rejects, truth, source, last, shown)

    def position(self, source: str) -> SourcePosition | None:
        row = self._c.one("SELECT name, start_us, last, finished FROM source WHERE name = ?", (source,))
        return SourcePosition(row[0], row[1], row[2], bool(row[3])) if row else None

    def start_source(self, source: str, start_us: int) -> SourcePosition:
        with self._c.write() as db:
            db.execute(
                """INSERT INTO source (name, start_us, last, finished) VALUES (?, ?, -1, 0)
                   ON CONFLICT (name) DO UPDATE SET start_us = excluded.start_us, last = -1, finished = 0 WHERE finished = 1""",
                (source, start_us),
            )
        found = self.position(source)
        assert found is not None
        return found

    def finish_source(self, source: str) -> None:
        with self._c.write() as db:
            db.execute("UPDATE source SET finished = 1 WHERE name = ?", (source,))

    def replayed(self, use_case: str) -> list[Replayed]:
        rows = self._c.rows(
            """SELECT name, start_us, last, finished, rows, digest, place FROM source
               WHERE use_case = ? AND digest IS NOT NULL ORDER BY source.rowid DESC""",
            (use_case,),
        )
        return [Replayed(SourcePosition(*row[:3], finished=bool(row[3])), *row[4:]) for row in rows]

    def start_replay(self, use_case: str, source: str, content: Content, start_us: int) -> SourcePosition:
        with self._c.write() as db:
            db.execute(
                """INSERT INTO source (name, start_us, last, finished, use_case, rows, digest, place) VALUES (?1, ?2, ?7, 0, ?3, ?4, ?5, ?6)
                   ON CONFLICT (name) DO UPDATE SET start_us = excluded.start_us, use_case = excluded.use_case, rows = excluded.rows,
                   digest = excluded.digest, place = excluded.place, finished = finished AND rows IS excluded.rows""",
                (source, start_us, use_case, content.rows, content.digest, content.place, content.last),
            )
        found = self.position(source)
        assert found is not None
        return found

    def last_seen(self, use_case: str) -> dict[str, tuple[int, int]]:
        rows = self._c.rows(
            "SELECT a.name, l.time_us, l.sequence FROM latest l JOIN asset a ON a.id = l.asset WHERE l.use_case = ?", (use_case,)
        )
        return {name: (time_us, sequence) for name, time_us, sequence in rows}

    def newest_us(self, use_case: str, assets: Collection[str] | None = None) -> int | None:
        seen = self.last_seen(use_case)
        return max((time_us for asset, (time_us, _) in seen.items() if assets is None or asset in assets), default=None)

    def version(self, use_case: str) -> int:
        return self._tally(use_case).get("version", 0)

    def counts(self, use_case: str) -> dict[str, int]:
        tally = self._tally(use_case)
        flags = self._c.one(
            "SELECT count(*) FROM flag WHERE use_case = ? AND kind <> 'agree' AND withdrawn_us IS NULL", (use_case,)
        )
        cases = self._c.one(
            "SELECT count(*) FROM cases WHERE use_case = ? AND state IN ('open', 'second', 'disputed', 'claimed')", (use_case,)
        )
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
            f"""SELECT {self._prediction_columns(layout)}, l.since_us, l.recorded_us,
                (SELECT e.start_us FROM episode e WHERE e.use_case = l.use_case AND e.asset = l.asset AND e.end_us IS NULL AND e.unknown),
                l.abnormal_us
                FROM latest l JOIN {layout.table} r ON r.id = l.reading JOIN asset a ON a.id = l.asset
                JOIN feature_list f ON f.id = r.features WHERE l.use_case = ? ORDER BY a.id""",
            (use_case,),
        )
        return [
            AssetState(
                self._prediction(layout, tuple(row)), from_us(since), from_us(at), from_us(unknown), abnormal_since=from_us(left)
            )
            for *row, since, at, unknown, left in rows
        ]

    def trend(self, use_case: str, since: datetime, assets: Collection[str] | None = None) -> pd.DataFrame:
        names = dict(self._c.rows("SELECT id, name FROM asset WHERE use_case = ?", (use_case,)))
        wanted = json.dumps([number for number, name in names.items() if assets is None or name in assets])
        rows = self._c.rows(
            """SELECT t.asset, t.minute, t.risk, t.rows FROM json_each(?) j CROSS JOIN trend t ON t.asset = j.value AND t.minute BETWEEN ? AND ?
               ORDER BY t.asset, t.minute""",
            (wanted, to_us(since) // _MINUTE_US, (latest_us() + ASKEW_US) // _MINUTE_US),
        )
        asset, minute, risk, count = zip(*rows, strict=True) if rows else [()] * 4
        return pd.DataFrame(
            {
                "asset": pd.Series([names[number] for number in asset], dtype=object),
                "minute": utc(np.array(minute, np.int64) * _MINUTE_US),
                "risk": np.array(risk, float),
                "rows": np.array(count, np.int64),
            }
        )

    def history(self, use_case: str, asset: str, start: datetime, end: datetime, limit: int = 20_000) -> pd.DataFrame:
        layout = self._layout(use_case)
        rows = self._c.rows(
            f"""SELECT id, time_us, sequence, {layout.signals()}, release, score, state, predicted, novelty FROM {layout.table}
                WHERE asset = (SELECT id FROM asset WHERE use_case = ? AND name = ?) AND time_us BETWEEN ? AND ?
                ORDER BY time_us DESC, sequence DESC LIMIT ?""",
            (use_case, asset, to_us(start), to_us(end), limit),
        )
        return timed(
            rows[::-1], ["id", "time", "sequence", *layout.columns, "release", "score", "state", "predicted", "novelty"], layout
        )

    def first_of_each(self, use_case: str, spans: Sequence[tuple[int, int]]) -> pd.DataFrame:
        return first_of_each(self._c, self._layout(use_case), spans)

    def prediction(self, use_case: str, reading: int) -> Prediction:
        layout = self._layout(use_case)
        row = self._c.one(
            f"""SELECT {self._prediction_columns(layout)} FROM {layout.table} r JOIN asset a ON a.id = r.asset
                JOIN feature_list f ON f.id = r.features WHERE r.id = ?""",
            (reading,),
        )
        if row is None:
            raise NotFound("There is no reading {reading} of {use_case}: it was never recorded, or is older than what is kept.", reading=reading, use_case=use_case)  # fmt: skip
        return self._prediction(layout, row)

    def reasons(self, use_case: str, readings: Collection[int]) -> dict[int, Reasons]:
        return recorded(self._c, use_case, readings)

    def keep_reasons(self, use_case: str, reading: int, found: Reasons) -> Reasons:
        table = self._layout(use_case).table
        with self._c.write() as db:
            if db.execute(f"SELECT 1 FROM {table} WHERE id = ?", (reading,)).fetchone():
                record_reasons(db, use_case, {reading: found})
        return recorded(self._c, use_case, [reading]).get(reading, found)

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
               WHERE e.use_case = ? AND (e.start_us >= ? OR e.end_us IS NULL) AND e.start_us <= ? AND NOT e.unknown
               ORDER BY e.start_us DESC, e.id DESC LIMIT ?""",
            (use_case, to_us(since), latest_us() + ASKEW_US, limit),
        )
        asset, start, end, state, reading, score = zip(*rows, strict=True) if rows else [()] * 6
        return pd.DataFrame(
            {
                "asset": pd.Series(asset, dtype=object),
                "start": utc(np.array(start, np.int64)),
                "end": utc(np.array([NOT_YET if us is None else us for us in end], np.int64)),
                "state": pd.Series(in_words(state), dtype=object),
                "reading": np.array(reading, np.int64),
                "score": np.array(score, float),
            }
        )

    def unknown_times(self, use_case: str, asset: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime | None]]:
        rows = self._c.rows(
            """SELECT e.start_us, e.end_us FROM episode e JOIN asset a ON a.id = e.asset
               WHERE e.use_case = ?1 AND a.use_case = ?1 AND a.name = ?2 AND e.unknown AND e.start_us <= ?4 AND (e.end_us IS NULL OR e.end_us > ?3)
               ORDER BY e.start_us""",
            (use_case, asset, to_us(start), to_us(end)),
        )
        return [(from_us(begin), from_us(over)) for begin, over in rows]

    def contributions(self, use_case: str, release: int, limit: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
        layout = self._layout(use_case)
        # from the newest id that the release predicted, backwards: a release's readings lie together
        rows = self._c.rows(
            f"""SELECT r.id, a.name, r.time_us, {layout.signals("r")}, r.score, r.contributions FROM {layout.table} r
                JOIN asset a ON a.id = r.asset WHERE r.release = ?1 AND r.features = ?2
                AND r.id BETWEEN (SELECT first FROM release_span WHERE use_case = ?3 AND release = ?1)
                             AND (SELECT last FROM release_span WHERE use_case = ?3 AND release = ?1)
                ORDER BY r.id DESC LIMIT ?4""",
            (release, layout.feature_list, use_case, limit),
        )
        return self._explained(layout, rows)

    def contributions_drawn(
        self, use_case: str, release: int, limit: int, seed: int = 0
    ) -> tuple[pd.DataFrame, np.ndarray, np.ndarray, int]:
        layout = self._layout(use_case)
        span = self._c.one("SELECT first, last FROM release_span WHERE use_case = ? AND release = ?", (use_case, release))
        first, last = span or (1, 0)
        total = last - first + 1
        # more than asked for: some ids are drawn twice, and some belong to another release that was champion in between
        drawn = (
            np.random.default_rng(seed).integers(first, last + 1, 2 * limit) if total > 2 * limit else np.arange(first, last + 1)
        )
        ids = np.fromiter(dict.fromkeys(drawn.tolist()), np.int64)[: limit if total > 2 * limit else None]
        if total <= 2 * limit:
            ids = np.random.default_rng(seed).permutation(ids)[:limit]
        rows = self._c.rows(
            f"""SELECT r.id, a.name, r.time_us, {layout.signals("r")}, r.score, r.contributions FROM json_each(?1) j
                JOIN {layout.table} r ON r.id = j.value JOIN asset a ON a.id = r.asset
                WHERE r.release = ?2 AND r.features = ?3 ORDER BY r.id DESC""",
            (json.dumps(ids.tolist()), release, layout.feature_list),
        )
        return *self._explained(layout, rows), total

    def prune(self, use_case: str, before: datetime, most_a_day: int | None = None) -> int:
        return prune(self._c, self._layout(use_case), to_us(before), most_a_day)

    def set_aside_future(self, use_case: str) -> int:
        return set_aside_future(self._c, self._layout(use_case))

    def _tally(self, use_case: str) -> dict[str, int]:
        return dict(self._c.rows("SELECT what, n FROM tally WHERE use_case = ?", (use_case,)))

    @staticmethod
    def _explained(layout: Layout, rows: list[tuple]) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
        table = timed([row[:-2] for row in rows], ["id", "asset", "time", *layout.columns], layout)
        shares = np.frombuffer(b"".join(row[-1] for row in rows), dtype=np.float32)
        return table, shares.reshape(len(rows), len(layout.use_case.features) + 1), np.array([row[-2] for row in rows], float)

    @staticmethod
    def _prediction_columns(layout: Layout) -> str:
        own = (
            "r.id",
            "a.name",
            "r.time_us",
            "r.sequence",
            "r.release",
            "r.score",
            "r.state",
            "r.contributions",
            "f.features",
            "r.novelty",
            "r.predicted",
        )
        return ", ".join((*own, *(f"r.{column}" for column in layout.columns.values())))

    @staticmethod
    def _prediction(layout: Layout, row: tuple) -> Prediction:
        reading, asset, time_us, sequence, release, score, state, blob, features, novelty, predicted = row[:11]
        shares, base = contributions_of(blob, features)
        values = {  # a signal that joined the YAML after this reading was recorded has no value in it
            signal: value if value is not None else "" if layout.use_case.recorded[signal].categories else nan
            for signal, value in zip(layout.columns, row[11:], strict=True)
        }
        name = layout.use_case.name
        return Prediction(
            name,
            reading,
            asset,
            from_us(time_us),
            sequence,
            values,
            release,
            score,
            STATES[state],
            base,
            shares,
            novelty,
            predicted,
        )

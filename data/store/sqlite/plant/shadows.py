"""A challenger that predicts silently beside the champion: what it said differently, and running counts. See ``contract.Shadows``.

Counts cover every reading; scores are kept only where the two differ, so that a shadow of a year costs the file next to nothing.
"""

import numpy as np
import pandas as pd

from data.readings.batch import Scored
from data.records import Shadow, ShadowCounts
from data.store.contract import Conflict, NotFound
from data.store.sqlite.audit import note
from data.store.sqlite.connection import Connections, sqlite3
from data.store.sqlite.layout import Layout, table_of
from data.store.sqlite.plant.frames import utc
from data.store.sqlite.plant.times import from_us, now_us

_LOOKED_AT = 20_000  # of the newest differences
FAR = 0.1
"""A difference of risk from which on a reading's shadow score is kept, even if both advise the same."""
_SHADOW = "use_case, number, since_us, by, reason"


class SQLiteShadows:
    """Which release runs in the shadow, and what came of it."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def now(self, use_case: str) -> Shadow | None:
        row = self._c.one(f"SELECT {_SHADOW} FROM shadow WHERE use_case = ? ORDER BY id DESC LIMIT 1", (use_case,))
        return Shadow(row[0], row[1], from_us(row[2]), row[3], row[4]) if row and row[1] is not None else None

    def start(self, use_case: str, number: int, person: str, reason: str, seen: int | None = None) -> Shadow:
        with self._c.write() as db:
            self._as_seen(db, use_case, seen)
            if not db.execute("SELECT 1 FROM release WHERE use_case = ? AND number = ?", (use_case, number)).fetchone():
                raise NotFound("There is no release {number} of {use_case}.", number=number, use_case=use_case)
            champion = db.execute(
                "SELECT number FROM champion WHERE use_case = ? ORDER BY id DESC LIMIT 1", (use_case,)
            ).fetchone()
            if champion and champion[0] == number:
                raise Conflict("Release {number} is the champion: it cannot be its own shadow.", number=number)
            self._set(db, use_case, number, person, reason)
            note(db, person, "shadow_on", f"release:{use_case}/{number}", use_case, reason=reason)
        found = self.now(use_case)
        assert found is not None
        return found

    def end(self, use_case: str, person: str, reason: str, seen: int | None = None) -> None:
        with self._c.write() as db:
            self._as_seen(db, use_case, seen)
            row = db.execute("SELECT number FROM shadow WHERE use_case = ? ORDER BY id DESC LIMIT 1", (use_case,)).fetchone()
            if row is None or row[0] is None:
                return
            self._set(db, use_case, None, person, reason)
            note(db, person, "shadow_off", f"release:{use_case}/{row[0]}", use_case, reason=reason)

    @staticmethod
    def _as_seen(db: sqlite3.Connection, use_case: str, seen: int | None) -> None:
        row = db.execute("SELECT number, by FROM shadow WHERE use_case = ? ORDER BY id DESC LIMIT 1", (use_case,)).fetchone()
        now = (row[0] or 0) if row else 0
        if seen is not None and now != seen and now:
            by = row[1]
            raise Conflict("{by} lets release {now} run in the shadow since: look again.", by=by, now=now)

    def counts(self, use_case: str, number: int) -> ShadowCounts:
        row = self._c.one(
            """SELECT rows, both, only_champion, only_shadow, difference, first_us, last_us FROM shadow_count
               WHERE use_case = ? AND release = ?""",
            (use_case, number),
        )
        if row is None:
            return ShadowCounts(0, 0, 0, 0, 0.0, None, None)
        rows, both, champion, shadow, difference, first, last = row
        return ShadowCounts(rows, both, champion, shadow, difference / rows if rows else 0.0, from_us(first), from_us(last))

    def cases(self, use_case: str, number: int, limit: int = 200) -> pd.DataFrame:
        rows = self._c.rows(
            # one a machine and minute, the largest difference of it: a machine that they differ on says so every second
            f"""SELECT d.id, a.name, d.time_us, d.score, d.shadow,
                       (SELECT outcome FROM truth t INDEXED BY truth_by_end WHERE t.asset = d.asset AND t.end_us >= d.time_us
                        AND t.start_us <= d.time_us LIMIT 1)
                FROM (SELECT r.id, r.asset, r.time_us, r.score, s.score AS shadow, max(abs(s.score - r.score))
                      FROM (SELECT * FROM shadow_score WHERE use_case = ?1 AND release = ?2 ORDER BY reading DESC LIMIT ?4) s
                      JOIN {table_of(use_case)} r ON r.id = s.reading AND coalesce(r.novelty, 0) <= 1
                      GROUP BY r.asset, r.time_us / 60000000) d
                JOIN asset a ON a.id = d.asset ORDER BY d.id DESC LIMIT ?3""",
            (use_case, number, limit, _LOOKED_AT),
        )
        reading, asset, time_us, score, shadow, outcome = zip(*rows, strict=True) if rows else [()] * 6
        return pd.DataFrame(
            {
                "id": np.array(reading, np.int64), "asset": pd.Series(asset, dtype=object), "time": utc(np.array(time_us, np.int64)),
                "score": np.array(score, float), "shadow": np.array(shadow, float), "outcome": np.array(outcome, float),
            }
        )  # fmt: skip

    @staticmethod
    def _set(db: sqlite3.Connection, use_case: str, number: int | None, person: str, reason: str) -> None:
        db.execute(
            "INSERT INTO shadow (use_case, number, since_us, by, reason) VALUES (?, ?, ?, ?, ?)", (use_case, number, now_us(), person, reason)
        )  # fmt: skip


def record_shadow(db: sqlite3.Connection, layout: Layout, scored: Scored, ids: np.ndarray, keep: np.ndarray) -> None:
    """Count what the shadow said of newly recorded readings (``keep`` of the batch, under ``ids``), and keep where it differs."""
    if scored.shadow is None:
        return
    assert scored.shadow_score is not None
    name, enter = layout.use_case.name, layout.use_case.advice.possible.enter
    ours, theirs = scored.score[keep], scored.shadow_score[keep]
    champion, shadow, gap = ours >= enter, theirs >= enter, np.abs(ours - theirs)
    differ = (champion != shadow) | (gap > FAR)
    db.executemany(
        "INSERT INTO shadow_score VALUES (?, ?, ?, ?)",
        [
            (name, scored.shadow, reading, score)
            for reading, score in zip(ids[differ].tolist(), theirs[differ].tolist(), strict=True)
        ],
    )
    time_us = scored.batch.time_us[keep]
    db.execute(
        """INSERT INTO shadow_count VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (use_case, release) DO UPDATE SET
           rows = rows + excluded.rows, both = both + excluded.both, only_champion = only_champion + excluded.only_champion,
           only_shadow = only_shadow + excluded.only_shadow, difference = difference + excluded.difference,
           first_us = min(first_us, excluded.first_us), last_us = max(last_us, excluded.last_us)""",
        (
            name, scored.shadow, len(keep), int((champion & shadow).sum()), int((champion & ~shadow).sum()), int((shadow & ~champion).sum()),
            float(gap.sum()), int(time_us.min()), int(time_us.max()),
        ),
    )  # fmt: skip

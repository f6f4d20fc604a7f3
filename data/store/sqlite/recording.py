"""One delivery into the file, in one transaction: readings with predictions, newest states, trend, episodes, truth, quarantine."""

import json

import numpy as np

from data.batch import Rejects, Scored, TruthReports
from data.store.contract import Recorded
from data.store.sqlite.layout import Layout
from data.store.sqlite.times import now_us

_MINUTE_US = 60_000_000


def record(
    db, layout: Layout, scored: Scored | None, rejects: Rejects | None, truth: TruthReports | None, source: str, last: int
) -> Recorded:
    """Write one delivery on a connection that is inside a transaction. Rows at positions recorded before are left out."""
    name = layout.use_case.name
    known = db.execute("SELECT last FROM source WHERE name = ?", (source,)).fetchone()
    before = known[0] if known else -1
    keep = None if scored is None else np.flatnonzero(scored.batch.positions > before)
    readings = 0 if keep is None else len(keep)
    if readings:
        _readings(db, layout, scored, keep)
    truths = _truth(db, layout, truth) if truth is not None and len(truth) else 0
    quarantined = _quarantine(db, name, rejects, source, before) if rejects is not None and len(rejects) else 0
    if last > before:
        db.execute(
            "INSERT INTO source (name, start_us, last, finished) VALUES (?, 0, ?, 0) ON CONFLICT (name) DO UPDATE SET last = excluded.last",
            (source, last),
        )
    counted = (("version", 1), ("readings", readings), ("quarantined", quarantined), ("truths", truths))
    db.executemany(
        "INSERT INTO tally VALUES (?, ?, ?) ON CONFLICT (use_case, what) DO UPDATE SET n = n + excluded.n",
        [(name, what, n) for what, n in counted if n],
    )
    return Recorded(readings, quarantined, truths)


def _readings(db, layout: Layout, scored: Scored, keep: np.ndarray) -> None:
    batch = scored.batch
    first_id = (db.execute(f"SELECT max(id) FROM {layout.table}").fetchone()[0] or 0) + 1
    ids = np.arange(first_id, first_id + len(keep))
    asset, time_us, sequence = layout.asset_ids[batch.asset[keep]], batch.time_us[keep], batch.sequence[keep]
    score, state = scored.score[keep], scored.state[keep].astype(np.int64)
    shares = np.ascontiguousarray(scored.contributions[keep], dtype=np.float32)
    blobs = shares.view(f"V{shares.shape[1] * 4}").ravel().tolist()
    n = len(keep)
    fixed = [
        ids.tolist(),
        asset.tolist(),
        time_us.tolist(),
        sequence.tolist(),
        [scored.release] * n,
        score.tolist(),
        state.tolist(),
    ]
    values = [_column(signal, batch.values[keep, at]) for at, signal in enumerate(layout.use_case.signals.values())]
    marks = ", ".join("?" * (9 + len(values)))
    db.executemany(
        f"INSERT INTO {layout.table} (id, asset, time_us, sequence, release, score, state, features, contributions, {layout.signals}) VALUES ({marks})",
        zip(*fixed, [layout.feature_list] * n, blobs, *values, strict=True),
    )
    order = np.lexsort((np.arange(n), asset))
    grouped = _Grouped(asset[order], time_us[order], sequence[order], score[order], state[order], ids[order])
    _episodes(db, layout.use_case.name, grouped)
    _latest(db, layout.use_case.name, grouped)
    _trend(db, grouped)


def _column(signal, values: np.ndarray) -> list:
    return np.asarray(signal.categories, dtype=object)[values.astype(int)].tolist() if signal.categories else values.tolist()


class _Grouped:
    """The delivery's readings by asset, each asset's in their order, and its runs of equal state."""

    def __init__(self, asset, time_us, sequence, score, state, ids):
        self.asset, self.time_us, self.sequence, self.score, self.state, self.ids = asset, time_us, sequence, score, state, ids
        other = np.r_[True, asset[1:] != asset[:-1]]
        self.first = np.flatnonzero(other)
        self.last = np.r_[self.first[1:] - 1, len(asset) - 1]

    def runs(self, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """First and last row of each run of an equal ``value`` within an asset."""
        start = np.flatnonzero(np.r_[True, (value[1:] != value[:-1]) | (self.asset[1:] != self.asset[:-1])])
        return start, np.r_[start[1:] - 1, len(value) - 1]


def _latest(db, name: str, g: _Grouped) -> None:
    start, _ = g.runs(g.state)
    run = start[np.searchsorted(start, g.last, side="right") - 1]  # the run in which each asset ends
    whole = (run == g.first).tolist()  # it began with the delivery: perhaps earlier still
    rows = zip(
        g.asset[g.last].tolist(), g.ids[g.last].tolist(), g.time_us[g.last].tolist(), g.sequence[g.last].tolist(),
        g.state[g.last].tolist(), g.time_us[run].tolist(), whole, strict=True,
    )  # fmt: skip
    now = now_us()
    db.executemany(
        """INSERT INTO latest (asset, use_case, reading, time_us, sequence, state, since_us, recorded_us) VALUES (?1, ?8, ?2, ?3, ?4, ?5, ?6, ?9)
           ON CONFLICT (asset) DO UPDATE SET reading = ?2, time_us = ?3, sequence = ?4, recorded_us = ?9,
             since_us = CASE WHEN ?7 AND latest.state = ?5 THEN latest.since_us ELSE ?6 END, state = ?5
           WHERE (?3, ?4) > (latest.time_us, latest.sequence)""",
        [(*row, name, now) for row in rows],
    )


def _trend(db, g: _Grouped) -> None:
    minute = g.time_us // _MINUTE_US
    start, last = g.runs(minute)
    risk = np.maximum.reduceat(g.score, start)
    db.executemany(
        "INSERT INTO trend VALUES (?, ?, ?, ?) ON CONFLICT (asset, minute) DO UPDATE SET risk = max(risk, excluded.risk), rows = rows + excluded.rows",
        zip(g.asset[start].tolist(), minute[start].tolist(), risk.tolist(), (last - start + 1).tolist(), strict=True),
    )


def _episodes(db, name: str, g: _Grouped) -> None:
    """Carry on, close and open the spells of advice. A step a spell or an asset, not a reading."""
    open_now = dict(db.execute("SELECT asset, id FROM episode WHERE use_case = ? AND end_us IS NULL", (name,)))
    abnormal = (g.state > 0).astype(np.int8)
    if not open_now and not abnormal.any():
        return
    start, last = g.runs(abnormal)
    first_rows = set(g.first.tolist())
    for i, j in zip(start.tolist(), last.tolist(), strict=True):
        asset = int(g.asset[i])
        carried = open_now.get(asset) if i in first_rows else None
        if not abnormal[i]:
            if carried:
                db.execute("UPDATE episode SET end_us = ? WHERE id = ?", (int(g.time_us[i]), carried))
            continue
        top = i + int(g.score[i : j + 1].argmax())
        found = (int(g.state[i : j + 1].max()), float(g.score[top]), int(g.ids[top]))
        ends = int(g.time_us[j + 1]) if j + 1 < len(g.asset) and g.asset[j + 1] == asset else None
        if carried:
            db.execute(
                """UPDATE episode SET state = max(state, ?1), reading = CASE WHEN ?2 > score THEN ?3 ELSE reading END,
                   score = max(score, ?2), end_us = ?4 WHERE id = ?5""",
                (*found, ends, carried),
            )
        else:
            db.execute(
                "INSERT INTO episode (use_case, asset, start_us, end_us, state, score, reading) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (name, asset, int(g.time_us[i]), ends, *found),
            )


def _truth(db, layout: Layout, truth: TruthReports) -> int:
    ids = dict(zip(layout.use_case.assets, layout.asset_ids.tolist(), strict=True))
    before = db.total_changes
    db.executemany(
        f"""INSERT OR IGNORE INTO truth (asset, start_us, end_us, outcome, cause, arrived_us, use_case, by, highest)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
                    (SELECT max(score) FROM {layout.table} WHERE asset = ?1 AND time_us BETWEEN ?2 AND ?3))""",
        [
            (ids[asset], start, end, outcome, cause, arrived, layout.use_case.name, truth.by)
            for asset, start, end, outcome, cause, arrived in zip(
                truth.asset.tolist(), truth.start_us.tolist(), truth.end_us.tolist(), truth.outcome.tolist(),
                truth.cause.tolist(), truth.arrived_us.tolist(), strict=True,
            )
            if asset in ids
        ],
    )  # fmt: skip
    return db.total_changes - before


def _quarantine(db, name: str, rejects: Rejects, source: str, before: int) -> int:
    at = now_us()
    rows = [
        (name, source, position, at, asset, signal, code, reason, raw)
        for position, asset, signal, code, reason, raw in zip(
            rejects.positions.tolist(), rejects.asset, rejects.signal, rejects.code, rejects.reason, rejects.raw, strict=True
        )
        if position > before
    ]
    db.executemany(
        "INSERT INTO quarantine (use_case, source, position, at_us, asset, signal, code, reason, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    return len(rows)


def contributions_of(blob: bytes, features: str) -> tuple[dict[str, float], float]:
    """Contributions by feature, and the base value, from a row's BLOB and its feature list (JSON)."""
    shares = np.frombuffer(blob, dtype=np.float32)
    return dict(zip(json.loads(features), shares[:-1].astype(float).tolist(), strict=True)), float(shares[-1])

"""One delivery into the file, in one transaction: readings with predictions, quarantine, truth, and what follows from them.

The hot path: whole columns go to SQLite by ``executemany``; nothing here steps from row to row in Python.
"""

import json
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from data.outcomes import instead, known_outcomes
from data.readings.batch import Rejects, Scored, TruthReports
from data.store.contract import Recorded
from data.store.sqlite.audit import note
from data.store.sqlite.connection import sqlite3
from data.store.sqlite.feedback.following import Delivered, follow
from data.store.sqlite.layout import Layout, told_score
from data.store.sqlite.plant.reasons import record_reasons
from data.store.sqlite.plant.shadows import record_shadow
from data.store.sqlite.plant.times import now_us
from data.usecase.parts import Derived, Signal


def record(
    db: sqlite3.Connection,
    layout: Layout,
    scored: Scored | None,
    rejects: Rejects | None,
    truth: TruthReports | None,
    source: str,
    last: int,
    shown: bool = True,
) -> Recorded:
    """Write one delivery on a connection that is inside a transaction. Rows at positions recorded before are left out.

    Raises:
        ValueError: a value, score or contribution that is not finite: it would become NULL. The checks keep those out.
    """
    name = layout.use_case.name
    known = db.execute("SELECT last FROM source WHERE name = ?", (source,)).fetchone()
    before = known[0] if known else -1
    readings = 0
    if scored is not None:
        keep = np.flatnonzero(scored.batch.positions > before)
        readings = len(keep)
        if readings:
            _readings(db, layout, scored, keep, shown)
    truths = refused = 0
    if truth is not None and len(truth):
        truth, refused = _had(db, layout, truth, source)
        truths = record_truth(db, layout, truth)
        wake(db, layout, truth)
    quarantined = refused + (_quarantine(db, name, rejects, source, before) if rejects is not None and len(rejects) else 0)
    if last > before:
        db.execute(
            """INSERT INTO source (name, start_us, last, finished) VALUES (?, 0, ?, 0)
               ON CONFLICT (name) DO UPDATE SET last = excluded.last""",
            (source, last),
        )
    count(db, name, {"readings": readings, "quarantined": quarantined, "truths": truths})
    return Recorded(readings, quarantined, truths)


def count(db: sqlite3.Connection, name: str, written: dict[str, int]) -> None:
    """Count what was written of a use case, so that screens see it."""
    told = [(name, what, n) for what, n in written.items() if n]
    if told:
        db.executemany(
            "INSERT INTO tally VALUES (?, ?, ?) ON CONFLICT (use_case, what) DO UPDATE SET n = n + excluded.n",
            [(name, "version", 1), *told],
        )


def _readings(db: sqlite3.Connection, layout: Layout, scored: Scored, keep: np.ndarray, shown: bool) -> None:
    batch, n = scored.batch, len(keep)
    whole = n == len(batch)
    values, score, shares = batch.values, scored.score, scored.contributions
    if not whole:
        values, score, shares = values[keep], score[keep], shares[keep]
    gaps = [name for name, signal in layout.use_case.recorded.items() if signal.missing == "accept"]
    strict = values[:, [name not in gaps for name in layout.use_case.recorded]] if gaps else values
    infinite = gaps and np.isinf(values).any()
    if infinite or not (np.isfinite(strict).all() and np.isfinite(score).all() and np.isfinite(shares).all()):
        raise ValueError(
            f"A value, score or contribution of {layout.use_case.name} is not a finite number: nothing was recorded."
        )
    first_id = (db.execute(f"SELECT max(id) FROM {layout.table}").fetchone()[0] or 0) + 1
    rows = Delivered(
        ids=np.arange(first_id, first_id + n),
        asset=layout.asset_ids[batch.asset[keep]],
        time_us=batch.time_us[keep],
        sequence=batch.sequence[keep],
        score=score,
        state=scored.state[keep].astype(np.int64),
        unknown=_unknown(scored, keep),
        guess=np.zeros(n, bool) if scored.novelty is None else scored.novelty[keep] > 1,
    )
    signals = [_column(signal, values[:, at]) for at, signal in enumerate(layout.use_case.recorded.values())]
    columns = [
        *(column.tolist() for column in (rows.ids, rows.asset, rows.time_us, rows.sequence)),
        [scored.release] * n,
        *(column.tolist() for column in (rows.score, rows.state)),
        [layout.feature_list] * n,
        _blobs(shares),
        *(_optional(column, keep) for column in (scored.novelty, scored.predicted)),
        *signals,
    ]
    marks = ", ".join("?" * len(columns))
    db.executemany(
        f"""INSERT INTO {layout.table} (id, asset, time_us, sequence, release, score, state, features, contributions, novelty, predicted,
            {layout.signals()}) VALUES ({marks})""",
        zip(*columns, strict=True),
    )
    db.execute(
        """INSERT INTO release_span VALUES (?, ?, ?, ?)
           ON CONFLICT (use_case, release) DO UPDATE SET last = excluded.last, first = min(first, excluded.first)""",
        (layout.use_case.name, scored.release, first_id, first_id + n - 1),
    )
    record_shadow(db, layout, scored, rows.ids, keep)
    if scored.reasons:
        ids = dict(zip(keep.tolist(), rows.ids.tolist(), strict=True))
        record_reasons(db, layout.use_case.name, {ids[row]: found for row, found in scored.reasons.items() if row in ids})
    follow(db, layout, rows, shown)


def _unknown(scored: Scored, keep: np.ndarray) -> np.ndarray:
    if scored.unknown is not None:
        return scored.unknown[keep]
    return np.zeros(len(keep), bool) if scored.novelty is None else scored.novelty[keep] > 1


def _column(signal: Signal | Derived, values: np.ndarray) -> list:
    """A signal's values as SQLite takes them; NaN, where a gap is accepted, becomes NULL."""
    if not signal.categories:
        return values.tolist()
    words = np.array([*signal.categories, None], dtype=object)
    return words[np.where(np.isnan(values), len(words) - 1, values).astype(int)].tolist()


def _optional(column: np.ndarray | None, keep: np.ndarray) -> list:
    return [None] * len(keep) if column is None else column[keep].astype(float).tolist()


def _blobs(shares: np.ndarray) -> Sequence:
    """Each row of (n, features + 1) as the bytes of float32. ``bytearray``: the driver tries to adapt ``bytes`` (3 µs each)."""
    shares = np.ascontiguousarray(shares, dtype=np.float32)
    return list(map(bytearray, shares.view(f"V{shares.shape[1] * 4}").ravel().tolist()))


def _had(db: sqlite3.Connection, layout: Layout, truth: TruthReports, source: str) -> tuple[TruthReports, int]:
    """The outcomes that the task has, and how many others were put into quarantine: a bad one never stops the loop, and is no truth."""
    known, use_case = known_outcomes(layout.use_case, truth.outcome), layout.use_case
    if known.all():
        return truth, 0
    at, meant = now_us(), instead(use_case)
    rows = [
        (
            use_case.name, source, -1, at, asset, None, "unknown_outcome",
            f"An inspection of {asset} says {outcome}, which is no outcome of {use_case.name}: write {meant}.",
            json.dumps({"asset": asset, "start_us": start, "outcome": str(outcome)}, ensure_ascii=False),
        )
        for asset, start, outcome in zip(
            truth.asset[~known].tolist(), truth.start_us[~known].tolist(), truth.outcome[~known].tolist(), strict=True
        )
    ]  # fmt: skip
    told_before = {
        raw
        for (raw,) in db.execute("SELECT raw FROM quarantine WHERE use_case = ? AND code = 'unknown_outcome'", (use_case.name,))
    }
    rows = [row for row in rows if row[-1] not in told_before]  # a source may tell it again after a restart
    _put_aside(db, rows)
    asset, start, end, outcome, cause, arrived = (
        column[known] for column in (truth.asset, truth.start_us, truth.end_us, truth.outcome, truth.cause, truth.arrived_us)
    )
    group = None if truth.group is None else truth.group[known]
    return TruthReports(asset, start, end, outcome, cause, arrived, truth.by, group), len(rows)


_TYPED = """DO UPDATE SET end_us = excluded.end_us, outcome = excluded.outcome, cause = excluded.cause, arrived_us = excluded.arrived_us,
  by = excluded.by, bad = excluded.bad, highest = excluded.highest WHERE truth.start_us = truth.end_us AND EXISTS (
  SELECT 1 FROM finding g WHERE g.asset = truth.asset AND g.time_us = truth.start_us AND g.person = truth.by)"""


def record_truth(db: sqlite3.Connection, layout: Layout, truth: TruthReports, typed: bool = False) -> int:
    """New outcomes; one that is there already stays as it is, one of an unknown asset is left out (so are its readings). What a source tells takes the
    place of what a person ``typed`` in of the same moment, never the other way round."""
    ids = dict(zip(layout.use_case.assets, layout.asset_ids.tolist(), strict=True))
    before = db.total_changes
    db.executemany(
        f"""INSERT INTO truth (asset, start_us, end_us, outcome, cause, arrived_us, use_case, by, bad, run, highest)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,
                    (SELECT max({told_score()}) FROM {layout.table} WHERE asset = ?1 AND time_us BETWEEN ?2 AND ?3))
            ON CONFLICT (asset, start_us) {'DO NOTHING' if typed else _TYPED}""",
        [
            (ids[asset], start, end, outcome, cause, arrived, layout.use_case.name, truth.by, bad, run)
            for asset, start, end, outcome, cause, arrived, bad, run in zip(
                truth.asset.tolist(), truth.start_us.tolist(), truth.end_us.tolist(), truth.outcome.tolist(),
                truth.cause.tolist(), truth.arrived_us.tolist(), layout.use_case.failed(truth.outcome).astype(int).tolist(),
                [None] * len(truth) if truth.group is None else truth.group.tolist(), strict=True,
            )
            if asset in ids
        ],
    )  # fmt: skip
    return db.total_changes - before


def wake(db: sqlite3.Connection, layout: Layout, truth: TruthReports) -> None:
    """Open the cases again that waited for what has come in. A step a waiting case: few."""
    waiting = db.execute(
        f"""SELECT c.id, c.asset, r.time_us FROM cases c JOIN {layout.table} r ON r.id = c.reading
            WHERE c.use_case = ? AND c.state = 'waiting'""",
        (layout.use_case.name,),
    ).fetchall()
    for case, asset, at in waiting:
        if ((truth.asset == asset) & (truth.start_us <= at) & (truth.end_us >= at)).any():
            db.execute("UPDATE cases SET state = 'open' WHERE id = ?", (case,))
            note(db, truth.by, "truth_arrived", f"case:{case}", layout.use_case.name)


def _quarantine(db: sqlite3.Connection, name: str, rejects: Rejects, source: str, before: int) -> int:
    at = now_us()
    rows = [
        (name, source, position, at, asset, signal, code, reason, raw)
        for position, asset, signal, code, reason, raw in zip(
            rejects.positions.tolist(), rejects.asset, rejects.signal, rejects.code, rejects.reason, rejects.raw, strict=True
        )
        if position > before
    ]
    _put_aside(db, rows)
    return len(rows)


def _put_aside(db: sqlite3.Connection, rows: list[tuple]) -> None:
    db.executemany(
        """INSERT INTO quarantine (use_case, source, position, at_us, asset, signal, code, reason, raw)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        rows,
    )


def contributions_of(blob: bytes, features: str) -> tuple[dict[str, float], float]:
    """Contributions by feature, and the base value, from a row's BLOB and its feature list (JSON)."""
    shares = np.frombuffer(blob, dtype=np.float32).tolist()
    return dict(zip(_features(features), shares[:-1], strict=True)), shares[-1]


@lru_cache(maxsize=64)
def _features(told: str) -> tuple[str, ...]:
    """A feature list as it is kept: the same text in every row of a board."""
    return tuple(json.loads(told))

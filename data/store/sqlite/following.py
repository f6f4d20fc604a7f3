"""What follows from a delivery, in its transaction: newest states, trend by the minute, spells of advice, outcomes known early.

Screens read these small tables instead of grouping readings, which would cost seconds.
"""

from dataclasses import dataclass

import numpy as np

from data.store.sqlite.attention import bring_back
from data.store.sqlite.layout import Layout
from data.store.sqlite.times import now_us

_MINUTE_US = 60_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Delivered:
    """Recorded rows in columns of one length; ``asset`` holds the store's ids, ``unknown`` whether nothing like it is in the training data."""

    ids: np.ndarray
    asset: np.ndarray
    time_us: np.ndarray
    sequence: np.ndarray
    score: np.ndarray
    state: np.ndarray
    unknown: np.ndarray

    def __getitem__(self, rows: np.ndarray) -> "Delivered":
        return Delivered(*(getattr(self, name)[rows] for name in Delivered.__slots__))

    def __len__(self) -> int:
        return len(self.ids)

    def runs(self, *values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """First and last row of each run of rows with the same asset and the same ``values``."""
        new = np.ones(len(self), bool)
        new[1:] = self.asset[1:] != self.asset[:-1]
        for value in values:
            new[1:] |= value[1:] != value[:-1]
        first = np.flatnonzero(new)
        return first, np.append(first[1:], len(self)) - 1


def follow(db, layout: Layout, rows: Delivered) -> None:
    """Bring the small tables up to ``rows``, which are in the file already."""
    rows = rows[np.lexsort((rows.sequence, rows.time_us, rows.asset))]
    _trend(db, rows)
    _early_truth(db, layout, rows)
    name = layout.use_case.name
    before = {
        asset: seen
        for asset, *seen in db.execute("SELECT asset, time_us, sequence, state, since_us FROM latest WHERE use_case = ?", (name,))
    }
    newest = _newer(rows, before)  # a reading older than its asset's newest says nothing of how the asset is now
    if len(newest):
        _latest(db, name, newest, before)
        _episodes(db, name, newest, newest.state > 0, unknown=False)
        _episodes(db, name, newest, newest.unknown, unknown=True)
        bring_back(db, name, newest.asset, newest.state, newest.unknown)


def _newer(rows: Delivered, before: dict[int, list]) -> Delivered:
    first, last = rows.runs()
    seen = [before.get(asset, (-1, -1)) for asset in rows.asset[first].tolist()]
    time_us, sequence = (np.repeat([s[at] for s in seen], last - first + 1) for at in (0, 1))
    newer = (rows.time_us > time_us) | ((rows.time_us == time_us) & (rows.sequence > sequence))
    return rows if newer.all() else rows[newer]


def _trend(db, rows: Delivered) -> None:
    minute = rows.time_us // _MINUTE_US
    first, last = rows.runs(minute)
    risk = np.maximum.reduceat(rows.score, first)
    db.executemany(
        """INSERT INTO trend VALUES (?, ?, ?, ?)
           ON CONFLICT (asset, minute) DO UPDATE SET risk = max(risk, excluded.risk), rows = rows + excluded.rows""",
        zip(rows.asset[first].tolist(), minute[first].tolist(), risk.tolist(), (last - first + 1).tolist(), strict=True),
    )


def _early_truth(db, layout: Layout, rows: Delivered) -> None:
    """Outcomes that were told before their readings came: note the highest score within them."""
    first, last = rows.runs()
    db.executemany(
        f"""UPDATE truth INDEXED BY truth_by_end SET highest =
              (SELECT max(score) FROM {layout.table} r WHERE r.asset = truth.asset AND r.time_us BETWEEN start_us AND end_us)
            WHERE asset = ? AND end_us >= ? AND start_us <= ?""",
        zip(rows.asset[first].tolist(), rows.time_us[first].tolist(), rows.time_us[last].tolist(), strict=True),
    )


def _latest(db, name: str, rows: Delivered, before: dict[int, list]) -> None:
    first, last = rows.runs()
    begun, _ = rows.runs(rows.state)
    run = begun[np.searchsorted(begun, last, side="right") - 1]  # the run of one state in which each asset ends
    since = rows.time_us[run].tolist()
    ends = zip(rows.asset[last].tolist(), rows.state[last].tolist(), (run == first).tolist(), strict=True)
    for at, (asset, state, whole) in enumerate(ends):  # an asset a step, not a reading
        if whole and asset in before and before[asset][2] == state:
            since[at] = before[asset][3]
    now = now_us()
    columns = (rows.asset, rows.ids, rows.time_us, rows.sequence, rows.state)
    db.executemany(
        """INSERT INTO latest (asset, reading, time_us, sequence, state, since_us, use_case, recorded_us)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (asset) DO UPDATE
           SET reading = ?2, time_us = ?3, sequence = ?4, state = ?5, since_us = ?6, recorded_us = ?8""",
        [(*row, name, now) for row in zip(*(column[last].tolist() for column in columns), since, strict=True)],
    )


def _episodes(db, name: str, rows: Delivered, abnormal: np.ndarray, unknown: bool) -> None:
    """Carry on, close and open the spells of advice, or those in which the model does not know. A step a spell or an asset, not a reading."""
    lasting = dict(
        db.execute("SELECT asset, id FROM episode WHERE use_case = ? AND end_us IS NULL AND unknown = ?", (name, unknown))
    )
    if not lasting and not abnormal.any():
        return
    first, last = rows.runs(abnormal)
    highest, state = np.maximum.reduceat(rows.score, first), np.maximum.reduceat(rows.state, first)
    opens = np.ones(len(first), bool)  # the first run of its asset in this delivery
    opens[1:] = rows.asset[first[1:]] != rows.asset[first[:-1]]
    ends: list[int | None] = [*rows.time_us[first[1:]].tolist(), None]
    closed, carried, new = [], [], []
    for at in np.flatnonzero(abnormal[first] | opens).tolist():
        i, j, asset = int(first[at]), int(last[at]), int(rows.asset[first[at]])
        episode = lasting.get(asset) if opens[at] else None
        if not abnormal[i]:
            if episode:
                closed.append((int(rows.time_us[i]), episode))
            continue
        top = i + int(rows.score[i : j + 1].argmax())
        found = (int(state[at]), float(highest[at]), int(rows.ids[top]))
        end = ends[at] if at + 1 < len(first) and not opens[at + 1] else None
        if episode:
            carried.append((*found, end, episode))
        else:
            new.append((name, asset, int(rows.time_us[i]), end, *found))
    db.executemany("UPDATE episode SET end_us = ? WHERE id = ?", closed)
    db.executemany(
        """UPDATE episode SET state = max(state, ?1), reading = CASE WHEN ?2 > score THEN ?3 ELSE reading END,
           score = max(score, ?2), end_us = ?4 WHERE id = ?5""",
        carried,
    )
    db.executemany(
        f"INSERT INTO episode (use_case, asset, start_us, end_us, state, score, reading, unknown) VALUES (?, ?, ?, ?, ?, ?, ?, {unknown:d})",
        new,
    )

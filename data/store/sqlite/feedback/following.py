"""What follows from a delivery, in its transaction: newest states, trend by the minute, spells of advice, outcomes known early.

Screens read these small tables instead of grouping readings, which would cost seconds.
"""

from dataclasses import dataclass

import numpy as np

from data.store.sqlite.attention import bring_back, never_shown, put_aside
from data.store.sqlite.connection import sqlite3
from data.store.sqlite.layout import Layout, told_score
from data.store.sqlite.plant.times import now_us

_MINUTE_US = 60_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Delivered:
    """Recorded rows in columns of one length; ``asset`` holds the store's ids, ``unknown`` whether the asset is called unknown, ``guess`` whether
    nothing like the reading is in the training data, so that its score is none to tell."""

    ids: np.ndarray
    asset: np.ndarray
    time_us: np.ndarray
    sequence: np.ndarray
    score: np.ndarray
    state: np.ndarray
    unknown: np.ndarray
    guess: np.ndarray

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


def follow(db: sqlite3.Connection, layout: Layout, rows: Delivered, shown: bool = True) -> None:
    """Bring the small tables up to ``rows``, which are in the file already. ``shown``: whether somebody can have seen their advice while it was true."""
    rows = rows[np.lexsort((rows.sequence, rows.time_us, rows.asset))]
    _trend(db, rows)
    _early_truth(db, layout, rows)
    name = layout.use_case.name
    before = {
        asset: seen
        for asset, *seen in db.execute(
            "SELECT asset, time_us, sequence, state, since_us, abnormal_us FROM latest WHERE use_case = ?", (name,)
        )
    }
    newest = _newer(rows, before)  # a reading older than its asset's newest says nothing of how the asset is now
    if len(newest):
        _latest(db, name, newest, before)
        _episodes(db, name, newest, newest.state > 0, unknown=False)
        _episodes(db, name, newest, newest.unknown, unknown=True)
        put_aside(db, name, newest.asset, newest.time_us)
        if not shown:
            never_shown(db, name, newest.asset, newest.time_us)
        bring_back(db, name, newest.asset, newest.state, newest.unknown)


def _newer(rows: Delivered, before: dict[int, list]) -> Delivered:
    first, last = rows.runs()
    seen = [before.get(asset, (-1, -1)) for asset in rows.asset[first].tolist()]
    time_us, sequence = (np.repeat([s[at] for s in seen], last - first + 1) for at in (0, 1))
    newer = (rows.time_us > time_us) | ((rows.time_us == time_us) & (rows.sequence > sequence))
    return rows if newer.all() else rows[newer]


def _trend(db: sqlite3.Connection, rows: Delivered) -> None:
    """The highest risk of each minute. A guess is none: a minute without any known reading has no risk."""
    if rows.guess.any():
        rows = rows[~rows.guess]
        if not len(rows):
            return
    minute = rows.time_us // _MINUTE_US
    first, last = rows.runs(minute)
    risk = np.maximum.reduceat(rows.score, first)
    db.executemany(
        """INSERT INTO trend VALUES (?, ?, ?, ?)
           ON CONFLICT (asset, minute) DO UPDATE SET risk = max(risk, excluded.risk), rows = rows + excluded.rows""",
        zip(rows.asset[first].tolist(), minute[first].tolist(), risk.tolist(), (last - first + 1).tolist(), strict=True),
    )


def _early_truth(db: sqlite3.Connection, layout: Layout, rows: Delivered) -> None:
    """Outcomes that were told before their readings came: note the highest score within them. A guess counts as no advice."""
    first, last = rows.runs()
    db.executemany(
        f"""UPDATE truth INDEXED BY truth_by_end SET highest =
              (SELECT max({told_score("r")}) FROM {layout.table} r WHERE r.asset = truth.asset AND r.time_us BETWEEN start_us AND end_us)
            WHERE asset = ? AND end_us >= ? AND start_us <= ?""",
        zip(rows.asset[first].tolist(), rows.time_us[first].tolist(), rows.time_us[last].tolist(), strict=True),
    )


def _latest(db: sqlite3.Connection, name: str, rows: Delivered, before: dict[int, list]) -> None:
    first, last = rows.runs()
    abnormal = (rows.state > 0) | rows.unknown
    since, whole = _ends(rows, rows.state, first, last)
    left, all_of_it = _ends(rows, abnormal, first, last)
    off = [begun if lasts else None for begun, lasts in zip(left, abnormal[last].tolist(), strict=True)]
    for at, (asset, state) in enumerate(
        zip(rows.asset[last].tolist(), rows.state[last].tolist(), strict=True)
    ):  # an asset a step
        if asset not in before:
            continue
        if whole[at] and before[asset][2] == state:
            since[at] = before[asset][3]
        if all_of_it[at] and off[at] is not None and before[asset][4] is not None:
            off[at] = before[asset][4]  # whatever it was called meanwhile: it has not been normal since
    now = now_us()
    columns = (rows.asset, rows.ids, rows.time_us, rows.sequence, rows.state)
    db.executemany(
        """INSERT INTO latest (asset, reading, time_us, sequence, state, since_us, abnormal_us, use_case, recorded_us)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (asset) DO UPDATE
           SET reading = ?2, time_us = ?3, sequence = ?4, state = ?5, since_us = ?6, abnormal_us = ?7, recorded_us = ?9""",
        [(*row, name, now) for row in zip(*(column[last].tolist() for column in columns), since, off, strict=True)],
    )


def _ends(rows: Delivered, value: np.ndarray, first: np.ndarray, last: np.ndarray) -> tuple[list, list]:
    """Of the run of one ``value`` in which each asset's rows (``first`` to ``last``) end: when it begins, and whether they are all of it."""
    begun, _ = rows.runs(value)
    run = begun[np.searchsorted(begun, last, side="right") - 1]
    return rows.time_us[run].tolist(), (run == first).tolist()


def _episodes(db: sqlite3.Connection, name: str, rows: Delivered, abnormal: np.ndarray, unknown: bool) -> None:
    """Carry on, close and open the spells of advice, or those in which the model does not know. A step a spell or an asset, not a reading.

    A spell of advice begins with a reading that the model knows, and its worst is the worst of those: what is unknown is told as that, and as no risk.
    """
    lasting = dict(
        db.execute("SELECT asset, id FROM episode WHERE use_case = ? AND end_us IS NULL AND unknown = ?", (name, unknown))
    )
    if not lasting and not abnormal.any():
        return
    first, last = rows.runs(abnormal)
    told = np.ones(len(rows), bool) if unknown else ~(rows.unknown | rows.guess)
    score, level = np.where(told, rows.score, -1.0), np.where(told, rows.state, 0)
    highest, state = np.maximum.reduceat(score, first), np.maximum.reduceat(level, first)
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
        top = i + int(score[i : j + 1].argmax())
        found = (int(state[at]), float(highest[at]), int(rows.ids[top]))
        end = ends[at] if at + 1 < len(first) and not opens[at + 1] else None
        if episode:
            carried.append((*found, end, episode))
        elif told[i : j + 1].any():
            begins = i + int(told[i : j + 1].argmax())
            new.append((name, asset, int(rows.time_us[begins]), end, *found))
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

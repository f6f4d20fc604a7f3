"""What became of flags: through case, verdict and correction to the release that learned from them. See ``contract.Feedback``."""

import json
from datetime import datetime

import pandas as pd

from data.records import Fate, Flag, FlagKind, FlagReason, Standing
from data.store.sqlite.feedback.cases import CASE, case_of, like
from data.store.sqlite.feedback.exclusions import SQLiteExclusions
from data.store.sqlite.feedback.verdicts import IN_FORCE, VERDICT, verdict_of
from data.store.sqlite.plant.times import from_us, to_us

FLAG = "id, use_case, asset, reading, release, person, kind, reason, snapshot, comment, raised_us, withdrawn_us, case_id"
_FLAGS, _CASES, _VERDICTS = (len(columns.split(",")) for columns in (FLAG, CASE, VERDICT))
_ANSWERED = "EXISTS (SELECT 1 FROM verdict WHERE case_id = f.case_id AND settled)"
_LIVE = """(SELECT min(o.since_us) FROM correction k JOIN release_correction rc ON rc.correction = k.id
  JOIN champion o ON o.use_case = rc.use_case AND o.number = rc.number WHERE k.case_id = f.case_id AND k.in_force = 1)"""
_STANDING = {Standing.OPEN: f"NOT {_ANSWERED}", Standing.ANSWERED: _ANSWERED, Standing.FIXED: f"{_LIVE} IS NOT NULL"}
_NEWS = f"""(EXISTS (SELECT 1 FROM verdict WHERE case_id = f.case_id AND settled AND decided_us > :news) OR {_LIVE} > :news)"""
_SAYS = """(asset LIKE :like ESCAPE '\\' OR comment LIKE :like ESCAPE '\\' OR snapshot LIKE :like ESCAPE '\\'
  OR EXISTS (SELECT 1 FROM verdict WHERE case_id = f.case_id AND settled AND answer LIKE :like ESCAPE '\\'))"""


def _of(table: str, columns: str) -> str:
    return ", ".join(f"{table}.{column.strip()}" for column in columns.split(","))


class SQLiteFates(SQLiteExclusions):
    """The loop seen from the flag."""

    def fates(
        self,
        person: str,
        limit: int = 100,
        *,
        before: int | None = None,
        standing: Standing | None = None,
        text: str = "",
        news: datetime | None = None,
    ) -> list[Fate]:
        where, given = ["person = :person", "kind <> 'agree'"], {"person": person, "limit": limit}
        if before is not None:
            where, given = [*where, "id < :before"], given | {"before": before}
        if standing or text or news:
            where.append("withdrawn_us IS NULL")
        if standing:
            where.append(_STANDING[standing])
        if news:
            where, given = [*where, _NEWS], given | {"news": to_us(news)}
        if (number := text.strip().lstrip("#")).isdecimal() and len(number) < 19:
            where, given = [*where, "id = :number"], given | {"number": int(number)}
        elif text.strip():
            where, given = [*where, _SAYS], given | {"like": like(text.strip())}
        rows = self._c.rows(
            f"""SELECT {_of("f", FLAG)}, {_of("c", CASE)}, {_of("v", VERDICT)}, k.id, l.number, h.since_us, a.score
                FROM (SELECT * FROM flag f WHERE {" AND ".join(where)} ORDER BY id DESC LIMIT :limit) f
                JOIN cases c ON c.id = f.case_id
                LEFT JOIN verdict v ON v.id = {IN_FORCE}
                LEFT JOIN correction k ON k.case_id = c.id AND k.in_force = 1
                LEFT JOIN champion h ON h.id = (SELECT min(o.id) FROM release_correction rc
                     JOIN champion o ON o.use_case = rc.use_case AND o.number = rc.number WHERE rc.correction = k.id)
                LEFT JOIN release l ON l.use_case = f.use_case AND l.number = coalesce(h.number,
                     (SELECT min(number) FROM release_correction WHERE correction = k.id))
                LEFT JOIN answer a ON a.use_case = f.use_case AND a.number = l.number AND a.reading = f.reading
                ORDER BY f.id DESC""",
            given,
        )
        return [_fate(row) for row in rows]

    def fate_counts(self, person: str) -> dict[str, int]:
        row = self._c.one(
            f"""SELECT count(*), coalesce(sum({_STANDING[Standing.ANSWERED]}), 0), coalesce(sum({_STANDING[Standing.FIXED]}), 0)
                FROM flag f WHERE person = ? AND kind <> 'agree' AND withdrawn_us IS NULL""",
            (person,),
        )
        flags, answered, fixed = row or (0, 0, 0)
        return {"flags": flags, "open": flags - answered, "answered": answered, "fixed": fixed}

    def flags_between(self, use_case: str, start: datetime, end: datetime) -> pd.DataFrame:
        rows = self._c.rows(
            """SELECT f.id, f.asset, f.kind, f.reason, f.raised_us,
                      (SELECT min(decided_us) FROM verdict WHERE case_id = f.case_id AND settled AND decided_us >= f.raised_us),
                      h.since_us, h.number
               FROM flag f LEFT JOIN champion h ON f.case_id IS NOT NULL AND h.id = (SELECT min(o.id) FROM correction k
                 JOIN release_correction rc ON rc.correction = k.id JOIN champion o ON o.use_case = rc.use_case AND o.number = rc.number
                 WHERE k.case_id = f.case_id AND k.in_force = 1 AND o.since_us >= f.raised_us)
               WHERE f.use_case = ? AND f.raised_us >= ? AND f.raised_us < ? AND f.withdrawn_us IS NULL ORDER BY f.raised_us, f.id""",
            (use_case, to_us(start), to_us(end)),
        )
        found = pd.DataFrame(rows, columns=["flag", "asset", "kind", "reason", "raised", "answered", "fixed", "release"])
        for moment in ("raised", "answered", "fixed"):
            found[moment] = pd.to_datetime(pd.Series(found[moment], dtype="Int64"), unit="us", utc=True)
        found["release"] = found["release"].astype(float)
        return found

    def answers_between(self, use_case: str, start: datetime, end: datetime) -> pd.DataFrame:
        rows = self._c.rows(
            """SELECT c.id, c.asset, v.kind, v.answer, v.decided_us FROM verdict v JOIN cases c ON c.id = v.case_id
               WHERE v.decided_us >= ? AND v.decided_us < ? AND v.settled AND c.use_case = ? AND c.flags > 0 ORDER BY v.id""",
            (to_us(start), to_us(end), use_case),
        )
        found = pd.DataFrame(rows, columns=["case", "asset", "kind", "answer", "decided"])
        found["decided"] = pd.to_datetime(pd.Series(found["decided"], dtype="Int64"), unit="us", utc=True)
        return found


def flag_of(row: tuple) -> Flag:
    """A row of ``FLAG`` as its record."""
    number, use_case, asset, reading, release, person, kind, reason, snapshot, comment, raised, withdrawn, case = row
    why = FlagReason(reason) if reason else None
    told, seen = json.loads(snapshot), (use_case, asset, reading, release)
    return Flag(*seen, person, FlagKind(kind), why, told, comment, from_us(raised), from_us(withdrawn), number, case)


def _fate(row: tuple) -> Fate:
    flag, rest = flag_of(row[:_FLAGS]), row[_FLAGS:]
    case, rest = case_of(rest[:_CASES]), rest[_CASES:]
    verdict = verdict_of(rest[:_VERDICTS]) if rest[0] is not None else None
    correction, release, released, after = rest[_VERDICTS:]
    return Fate(flag, case, verdict, correction, release, from_us(released), case.score, after)

"""What became of flags: through case, verdict and correction to the release that learned from them. See ``contract.Feedback``."""

import json
from datetime import datetime

from data.records import Fate, Flag, FlagKind, FlagReason
from data.store.sqlite.cases import CASE, case_of
from data.store.sqlite.times import from_us, to_us
from data.store.sqlite.verdicts import IN_FORCE, VERDICT, SQLiteVerdicts, verdict_of

FLAG = "id, use_case, asset, reading, release, person, kind, reason, snapshot, comment, raised_us, withdrawn_us, case_id"
_FLAGS, _CASES, _VERDICTS = (len(columns.split(",")) for columns in (FLAG, CASE, VERDICT))


def _of(table: str, columns: str) -> str:
    return ", ".join(f"{table}.{column.strip()}" for column in columns.split(","))


class SQLiteFates(SQLiteVerdicts):
    """The loop seen from the flag."""

    def fates(self, person: str, limit: int = 100) -> list[Fate]:
        rows = self._c.rows(
            f"""SELECT {_of("f", FLAG)}, {_of("c", CASE)}, {_of("v", VERDICT)}, k.id, l.number, h.since_us, a.score
                FROM (SELECT * FROM flag WHERE person = ? AND kind <> 'agree' ORDER BY id DESC LIMIT ?) f
                JOIN cases c ON c.id = f.case_id
                LEFT JOIN verdict v ON v.id = {IN_FORCE}
                LEFT JOIN correction k ON k.case_id = c.id AND k.in_force = 1
                LEFT JOIN champion h ON h.id = (SELECT min(o.id) FROM release_correction rc
                     JOIN champion o ON o.use_case = rc.use_case AND o.number = rc.number WHERE rc.correction = k.id)
                LEFT JOIN release l ON l.use_case = f.use_case AND l.number = coalesce(h.number,
                     (SELECT min(number) FROM release_correction WHERE correction = k.id))
                LEFT JOIN answer a ON a.use_case = f.use_case AND a.number = l.number AND a.reading = f.reading
                ORDER BY f.id DESC""",
            (person, limit),
        )
        return [_fate(row) for row in rows]

    def flag_counts(self, use_case: str, since: datetime) -> dict[str, int]:
        asked = (use_case, to_us(since))
        kinds = dict(
            self._c.rows(
                "SELECT kind, count(*) FROM flag WHERE use_case = ? AND raised_us >= ? AND withdrawn_us IS NULL GROUP BY kind",
                asked,
            )
        )
        decided = self._c.one(
            """SELECT count(DISTINCT v.case_id) FROM verdict v JOIN cases c ON c.id = v.case_id
               WHERE c.use_case = ? AND v.decided_us >= ? AND v.settled""",
            asked,
        )
        corrected = self._c.one("SELECT count(*) FROM correction WHERE use_case = ? AND in_force = 1 AND decided_us >= ?", asked)
        return {str(kind): kinds.get(str(kind), 0) for kind in FlagKind} | {"decided": decided[0], "corrections": corrected[0]}

    def times_to_fix(self, use_case: str, since: datetime) -> list[float]:
        rows = self._c.rows(
            """SELECT f.raised_us, min(h.since_us) FROM flag f JOIN correction c ON c.case_id = f.case_id AND c.in_force = 1
               JOIN release_correction rc ON rc.correction = c.id
               JOIN champion h ON h.use_case = rc.use_case AND h.number = rc.number AND h.since_us >= f.raised_us
               WHERE f.use_case = ? AND f.raised_us >= ? AND f.withdrawn_us IS NULL GROUP BY f.id""",
            (use_case, to_us(since)),
        )
        return [(fixed - raised) / 3.6e9 for raised, fixed in rows]


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

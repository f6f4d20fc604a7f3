"""The thread of a case: what reviewers write to each other, and the files that they hang in. See ``contract.Feedback``."""

from data.records import CaseMessage
from data.store.contract import NotFound
from data.store.sqlite.audit import note
from data.store.sqlite.connection import Connections
from data.store.sqlite.times import from_us, now_us

MOST_BYTES = 10_000_000
_MESSAGE = "id, case_id, person, at_us, text, file, type, size"


class SQLiteThread:
    """Messages of cases, append-only."""

    _c: Connections

    def say(
        self, case: int, person: str, text: str, file: str | None = None, type: str | None = None, content: bytes = b""
    ) -> CaseMessage:
        if not text.strip() and file is None:
            raise ValueError("There is nothing to add: write something, or choose a file.")
        if len(content) > MOST_BYTES:
            raise ValueError(
                f"{file} has {len(content) / 1e6:.0f} MB; at most {MOST_BYTES / 1e6:.0f} MB can be kept with a case."
            )
        with self._c.write() as db:
            found = db.execute("SELECT use_case FROM cases WHERE id = ?", (case,)).fetchone()
            if found is None:
                raise NotFound(f"There is no case {case}.")
            row = db.execute(
                f"""INSERT INTO case_message (case_id, person, at_us, text, file, type, size, content)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING {_MESSAGE}""",
                (case, person, now_us(), text.strip(), file, type, len(content), content if file else None),
            ).fetchone()
            note(db, person, "say", f"case:{case}", found[0], message=row[0], text=text.strip(), file=file)
        return _message(row)

    def thread(self, case: int) -> list[CaseMessage]:
        return [
            _message(row) for row in self._c.rows(f"SELECT {_MESSAGE} FROM case_message WHERE case_id = ? ORDER BY id", (case,))
        ]

    def attachment(self, message: int) -> bytes:
        row = self._c.one("SELECT content FROM case_message WHERE id = ? AND file IS NOT NULL", (message,))
        if row is None:
            raise NotFound(f"Message {message} has no file.")
        return bytes(row[0])


def _message(row: tuple) -> CaseMessage:
    return CaseMessage(*row[:3], from_us(row[3]), *row[4:])

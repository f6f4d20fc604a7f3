"""The thread of a case: what reviewers write to each other, and the files that they hang in. See ``contract.Feedback``."""

from data.attachments import Attachment
from data.records import CaseMessage
from data.store.contract import NotFound, TooMuch
from data.store.sqlite.audit import note
from data.store.sqlite.connection import Connections, sqlite3
from data.store.sqlite.feedback.cases import said
from data.store.sqlite.plant.times import from_us, now_us

MOST_BYTES = 10_000_000
MOST_TEXT = 20_000
MOST_FILES, MOST_OF_A_CASE, MOST_OF_A_DAY = 100, 200_000_000, 300_000_000
DAY_US = 86_400_000_000
_MESSAGE = "id, case_id, person, at_us, text, file, type, size, looked"


class SQLiteThread:
    """Messages of cases, append-only."""

    _c: Connections

    def say(self, case: int, person: str, text: str, file: Attachment | None = None) -> CaseMessage:
        if not text.strip() and file is None:
            raise TooMuch("There is nothing to add: write something, or choose a file.")
        if len(text) > MOST_TEXT:
            raise TooMuch("A note has at most {MOST_TEXT} letters: hang in a file instead.", MOST_TEXT=MOST_TEXT)
        if file is not None and len(file.content) > MOST_BYTES:
            raise TooMuch(
                "{name} has {content} MB; at most {MOST_BYTES} MB can be kept with a case.",
                name=file.name,
                content=f"{len(file.content) / 1000000.0:.0f}",
                MOST_BYTES=f"{MOST_BYTES / 1000000.0:.0f}",
            )
        with self._c.write() as db:
            found = db.execute("SELECT use_case FROM cases WHERE id = ?", (case,)).fetchone()
            if found is None:
                raise NotFound("There is no case {case}.", case=case)
            if file is not None:
                _has_room(db, case, person, file)
            row = db.execute(
                f"""INSERT INTO case_message (case_id, person, at_us, text, file, type, size, content, thumbnail, looked)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1) RETURNING {_MESSAGE}""",
                (
                    case, person, now_us(), text.strip(), *((file.name, file.type, len(file.content), file.content, file.thumbnail) if file
                    else (None, None, 0, None, None)),
                ),
            ).fetchone()  # fmt: skip
            said(db, case)
            note(db, person, "say", f"case:{case}", found[0], message=row[0], text=text.strip(), file=file.name if file else None)
        return _message(row)

    def thread(self, case: int) -> list[CaseMessage]:
        return [
            _message(row) for row in self._c.rows(f"SELECT {_MESSAGE} FROM case_message WHERE case_id = ? ORDER BY id", (case,))
        ]

    def attachment(self, message: int) -> bytes:
        content = self._file(message, "content")
        assert content is not None
        return bytes(content)

    def thumbnail(self, message: int) -> bytes | None:
        return self._file(message, "thumbnail")

    def look_at(self, message: int, thumbnail: bytes | None) -> None:
        with self._c.write() as db:
            db.execute(
                "UPDATE case_message SET thumbnail = ?, looked = 1 WHERE id = ? AND file IS NOT NULL AND looked = 0",
                (thumbnail, message),
            )

    def _file(self, message: int, column: str) -> bytes | None:
        row = self._c.one(f"SELECT {column} FROM case_message WHERE id = ? AND file IS NOT NULL", (message,))
        if row is None:
            raise NotFound("Message {message} has no file.", message=message)
        return row[0]


def _has_room(db: sqlite3.Connection, case: int, person: str, file: Attachment) -> None:
    files, size = db.execute(
        "SELECT count(*), coalesce(sum(size), 0) FROM case_message WHERE case_id = ? AND file IS NOT NULL", (case,)
    ).fetchone()
    if files >= MOST_FILES or size + len(file.content) > MOST_OF_A_CASE:
        raise TooMuch(
            "{name} was not added: case {case} has {files} files of {size} MB, and at most {MOST_FILES} files of "
            "{MOST_OF_A_CASE} MB can be kept with a case. Write where the file lies instead.",
            name=file.name,
            case=case,
            files=files,
            size=f"{size / 1000000.0:.0f}",
            MOST_FILES=MOST_FILES,
            MOST_OF_A_CASE=f"{MOST_OF_A_CASE / 1000000.0:.0f}",
        )
    (today,) = db.execute(
        "SELECT coalesce(sum(size), 0) FROM case_message WHERE person = ? AND at_us > ? AND file IS NOT NULL",
        (person, now_us() - DAY_US),
    ).fetchone()
    if today + len(file.content) > MOST_OF_A_DAY:
        raise TooMuch(
            "{name} was not added: you have added {today} MB within a day, and at most {MOST_OF_A_DAY} MB are kept. Go on "
            "tomorrow, or write where the file lies.",
            name=file.name,
            today=f"{today / 1000000.0:.0f}",
            MOST_OF_A_DAY=f"{MOST_OF_A_DAY / 1000000.0:.0f}",
        )


def _message(row: tuple) -> CaseMessage:
    number, case, person, at, *told, looked = row
    return CaseMessage(number, case, person, from_us(at), *told, looked=bool(looked))

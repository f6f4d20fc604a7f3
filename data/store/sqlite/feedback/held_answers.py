"""What people say of held-out rows of the history. See ``contract.HeldAnswers``."""

from collections.abc import Callable, Sequence

from data.records import HeldAnswer
from data.store.contract import Conflict
from data.store.contract.said import require_answer
from data.store.sqlite.audit import note
from data.store.sqlite.connection import Connections
from data.store.sqlite.layout import Layout
from data.store.sqlite.plant.times import from_us, now_us, to_us


class SQLiteHeldAnswers:
    """Rows that are only ever added to."""

    def __init__(self, connections: Connections, layout_of: Callable[[str], Layout]) -> None:
        self._c = connections
        self._layout = layout_of

    def say(self, answers: Sequence[HeldAnswer]) -> None:
        now = now_us()
        for one in answers:
            require_answer(self._layout(one.use_case).use_case, one.asset, one.outcome, one.cause)
        with self._c.write() as db:
            for one in answers:
                key = (one.use_case, one.asset, to_us(one.time), one.person)
                if db.execute(
                    "SELECT 1 FROM held_answer WHERE use_case = ? AND asset = ? AND time_us = ? AND person = ?", key
                ).fetchone():
                    raise Conflict("You have said before what {asset} was then: somebody else looks at it now.", asset=one.asset)
                db.execute(
                    "INSERT INTO held_answer VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*key, one.was, one.outcome, one.cause, now)
                )
                note(
                    db, one.person, "say_of_held_out", f"held_out:{one.asset}/{key[2]}", one.use_case,
                    was=one.was, outcome=one.outcome, cause=one.cause,
                )  # fmt: skip

    def all(self, use_case: str) -> list[HeldAnswer]:
        rows = self._c.rows(
            """SELECT use_case, asset, time_us, was, outcome, cause, person, at_us FROM held_answer
               WHERE use_case = ? ORDER BY at_us, asset, time_us, person""",
            (use_case,),
        )
        return [HeldAnswer(name, asset, from_us(time), *said, at=from_us(at)) for name, asset, time, *said, at in rows]

"""What is said of a table's times that cannot be read, row by row; and what every table is refused with that does not fit its use case."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.errors import PullcordError
from data.sentence import Sentence
from data.tables.times import Times, Way, order_of_days


class MappingError(PullcordError, ValueError):
    """A table that does not fit the use case; the message names the column, what the table has, and the row if it is one."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A time that is not written like the others of its column. It is no text, so that nobody reads it in another way."""

    text: str
    why: str

    def __str__(self) -> str:
        return self.text


def unread_of(times: Times, column: pd.Series, header: str, what: str) -> np.ndarray | None:
    """(n,) object, a word for each row whose time could not be read.

    Raises:
        MappingError: there is none that could.
    """
    if not times.odd.any():
        return None
    rows = np.flatnonzero(times.odd)
    words = []
    for row in rows:
        value = column.iloc[row]
        text = "" if value is None or value != value else str(value)
        words.append(Unread(text[:200], _no_time(what, int(row), header, text, times.way, bool(times.left_out[row]))))
    if len(rows) == len(column):
        raise MappingError("{why}", why=words[0].why)
    told = np.full(len(column), None, object)
    for row, word in zip(rows, words, strict=True):
        told[row] = word
    return told


def _no_time(what: str, row: int, header: str, text: str, way: Way, left_out: bool) -> Sentence:
    if not text:
        return Sentence(
            "{what}, row {row}: {header} is empty: write the time of the reading.", what=what, row=row + 1, header=header
        )
    told = {"what": what, "row": row + 1, "header": header, "text": repr(text[:60])}
    if left_out:
        return Sentence(
            "{what}, row {row}: {header} is {text}, an hour that the clock of {zone} leaves out: is timezone right?",
            zone=way.zone,
            **told,
        )
    return Sentence(
        "{what}, row {row}: {header} is {text}, which is no time as the others are written ({order}): write it like them, or all of them in "
        "ISO 8601, e.g. 2026-03-01T14:31:07Z.",
        order=order_of_days(way),
        **told,
    )

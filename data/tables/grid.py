"""Where a table begins in a grid of cells: titles above it, a header of one or two lines, a line of units, or no header at all."""

import itertools
import re
from collections import Counter
from dataclasses import dataclass

from data.tables.manner import MISSING

_NUMBER = re.compile(r"\s*+[-+\u2212]?(\d++\.?\d*+|\.\d++)([eE][-+]?\d++)?\s*%?\s*$")
_GROUPED = re.compile(r"\s*[-+\u2212]?(\d{1,3}([.,'\u2019 \u00a0\u202f]\d{3})+|\d+)([.,]\d*)?\s*$")
_DATE = re.compile(
    r"\s*\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([ T]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*([AaPp][Mm])?\s*(Z|[-+]\d{2}:?\d{2})?)?\s*$|\s*\d{1,2}:\d{2}(:\d{2})?\s*$"
)
_UNIT_LIKE = re.compile(r"[\[(].*[\])]$|.{1,12}$")


@dataclass(frozen=True, slots=True)
class Head:
    """``at``: the row of the names, counted from 0, or -1; ``body``: the row at which values begin; ``names``: one a column."""

    at: int
    body: int
    names: tuple[str, ...]
    units: bool = False
    merged: bool = False


def is_value(cell: str) -> bool:
    """Whether a cell holds a number or a date in any writing."""
    return bool(_NUMBER.match(cell) or _GROUPED.match(cell) or _DATE.match(cell))


def head_of(rows: list[list[str]], header_row: int | None = None) -> Head:
    """Find the header of a table in its first rows.

    Args:
        rows: texts, an empty one where there is nothing; rows may differ in length.
        header_row: the row of the names, from 0 on, where somebody said it.
    """
    width = _width(rows)
    at = header_row if header_row is not None else _first_full(rows, width)
    top = rows[at]
    if header_row is None and _only_values(top) and len(rows) > at + 1:
        return Head(-1, at, tuple(f"c{n + 1}" for n in range(max(len(top), width))))
    body, names, merged = at + 1, [_name(cell) for cell in top], False
    if header_row is None and at > 0 and _spans(rows[at - 1], top, rows[at + 1 :]):
        names, merged = _joined(rows[at - 1], names), True
    elif _spans(top, rows[at + 1] if len(rows) > at + 1 else [], rows[at + 2 :]):
        names, merged, body = _joined(top, [_name(cell) for cell in rows[at + 1]]), True, at + 2
    units = _is_units(rows[body:])
    if units:
        told = rows[body] + [""] * len(names)
        names = [
            f"{name} [{unit.strip().strip('[]()')}]" if unit.strip(" -[]()") else name
            for name, unit in zip(names, told, strict=False)
        ]
        body += 1
    return Head(at, body, tuple(_fitted(names, rows[body:], width)), units, merged)


def said_of(head: Head, cells: list[list[str]], there: list[int], word: str) -> list[str]:
    """What is said of the head of a table. ``there``: places of the rows that hold anything among ``cells``; ``word``: what a row is called, line or row."""
    notes = []
    if head.at < 0:
        notes.append(f"There is no header {word}: the columns are called {head.names[0]} to {head.names[-1]}.")
    if head.at - head.merged > 0:
        first = " ".join(cell.strip() for cell in cells[there[0]] if cell.strip())[:60]
        notes.append(
            f"The names of the columns stand in {word} {there[head.at] + 1}: the {word}s above ({first!r} …) are no part of the table. "
            "Write --header-row if that is wrong."
        )
    if head.merged:
        notes.append(f"Two {word}s hold the names: columns of one name are told apart by what stands above them.")
    if head.units:
        notes.append(f"The {word} below the names holds units.")
    return notes


def _name(cell: str) -> str:
    return " ".join(cell.strip().strip("\ufeff").split())


def _filled(row: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _width(rows: list[list[str]]) -> int:
    """How many columns most rows have, the first ones apart."""
    later = rows[len(rows) // 3 :] or rows
    return Counter(len(row) for row in later if _filled(row)).most_common(1)[0][0]


def _first_full(rows: list[list[str]], width: int) -> int:
    """The first row with (nearly) as many filled cells as the rows below have."""
    later = sorted(_filled(row) for row in rows[len(rows) // 3 :] if _filled(row))
    usual = later[len(later) // 2] if later else 1
    need = max(min(2, width), 0.6 * usual)
    return next((at for at, row in enumerate(rows) if _filled(row) >= need), 0)


def _only_values(row: list[str]) -> bool:
    there = [cell for cell in row if cell.strip()]
    return bool(there) and all(is_value(cell) or cell.strip() in MISSING for cell in there)


def _spans(groups: list[str], names: list[str], below: list[list[str]]) -> bool:
    """Whether a row holds names of groups, each over several columns (merged cells), above the row of the columns' names."""
    filled = [at for at, cell in enumerate(groups) if cell.strip()]
    if len(filled) < 2 or len(names) < 3 or any(is_value(groups[at]) for at in filled):
        return False
    gaps = any(later - before > 1 for before, later in itertools.pairwise(filled))
    words = [cell.strip() for cell in names if cell.strip()]
    if not gaps or len(words) < 0.6 * len(names) or any(is_value(word) for word in words):
        return False
    over = [row[at] for row in below[:20] for at in range(min(len(row), len(names))) if row[at].strip()]
    return bool(over) and sum(map(is_value, over)) > 0.3 * len(over)


def _joined(groups: list[str], names: list[str]) -> list[str]:
    """Each name with the group that it stands under; a name that is there once needs none."""
    told, last = [], ""
    often = Counter(name for name in names if name)
    for at, name in enumerate(names):
        last = _name(groups[at]) if at < len(groups) and groups[at].strip() else last
        told.append(f"{last} {name}".strip() if not name or often[name] > 1 else name)
    return told


def _fitted(names: list[str], body: list[list[str]], width: int) -> list[str]:
    """As many names as the rows have values: row names without a header stand first, an empty last value has none."""
    if not body or width <= len(names):
        return names
    rows = [row for row in body if len(row) == width]
    if width == len(names) + 1 and all(row[0].strip() for row in rows) and any(row[-1].strip() for row in rows):
        return ["row", *names]
    empty = all(not cell.strip() for row in rows for cell in row[len(names) :])
    return [*names, *[""] * (width - len(names))] if empty else names


def _is_units(below: list[list[str]]) -> bool:
    """Whether the first of these rows holds units: short words over columns of numbers."""
    if len(below) < 3:
        return False
    over = [(cell, [row[at] for row in below[1:] if at < len(row)]) for at, cell in enumerate(below[0])]
    numbers = [
        (cell, column)
        for cell, column in over
        if column and all(is_value(one) or one.strip() in MISSING for one in column) and any(map(is_value, column))
    ]
    words = [cell.strip() for cell, _ in numbers if cell.strip() and cell.strip() not in MISSING]
    return len(words) > 0.3 * len(numbers) and all(not is_value(word) and _UNIT_LIKE.match(word) for word in words)

"""How a table is written: what somebody said of it, or what an earlier file of the same kind has shown. It is handed on to every later file, so that
no two files of a plant are read in different ways."""

import json
from dataclasses import asdict, dataclass
from typing import Literal

MISSING = ("", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "#N/A", "<NA>", "#VALUE!", "#DIV/0!", "#REF!", "?", "-", "--")
"""Words that stand for nothing, as they are written."""
MOSTLY = 0.95
"""Share of a column's texts that have to be numbers (or times) for it to be a column of them with some bad ones in it."""
Decimal = Literal[".", ","]


@dataclass(frozen=True, slots=True)
class Manner:
    """``sheet``: of an Excel file. ``header_row``: the line of the column names, from 1 on. ``decimal``: what a person says it is, for columns that
    could be read in two ways. ``comma``: headers of the columns with a decimal comma, all others have a point; ``None``: each file's columns say
    it. ``text``: headers whose values stay texts, whatever they look like."""

    sheet: str | None = None
    header_row: int | None = None
    decimal: Decimal | None = None
    comma: tuple[str, ...] | None = None
    text: tuple[str, ...] = ()

    def dumped(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def loaded(cls, told: str) -> "Manner":
        """From JSON."""
        found = json.loads(told)
        comma = found.pop("comma")
        return cls(**found | {"text": tuple(found["text"]), "comma": None if comma is None else tuple(comma)})


FOUND = Manner()
"""Nothing is known beforehand."""

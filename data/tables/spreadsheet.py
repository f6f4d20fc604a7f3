"""Tables that people open in a spreadsheet: texts that one would run as a formula are made harmless on the way out, and as they were on the way in.

A text is guarded by an apostrophe, which spreadsheets take for "this is a text", wherever a cell may begin: at its own beginning, and after whatever
another country's spreadsheet takes for the end of a cell (``;``, tab, a new line). Numbers are none of it: −3 stays −3.
"""

import re
from collections.abc import Callable

import pandas as pd

from data.tables.columns import put

_SKIPPED = r"[ '\"\u00a0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]*"
_FORMULA = r"[=+\-@\uff1d\uff0b\uff0d\uff20]"
_END = r"[;,\t\r\n|]"
_NUMBER = rf"{_SKIPPED}[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[ ]*(?:{_END}|\Z)"
_RUN = rf"(?={_SKIPPED}{_FORMULA})(?!{_NUMBER})"
"""What follows where a cell begins and would be run; a text that begins with a tab or a new line is guarded too."""
_BEGINS = re.compile(rf"\A(?={_SKIPPED}[\t\r\n])|(?:\A|(?<={_END})){_RUN}")
_GUARDED = re.compile(rf"\A'(?={_SKIPPED}[\t\r\n])|(?:\A|(?<={_END}))'{_RUN}")


def guard(text: str) -> str:
    """``text`` as a spreadsheet takes it for a text."""
    return _BEGINS.sub("'", text)


def unguard(text: str) -> str:
    """What :func:`guard` was given."""
    return _GUARDED.sub("", text)


def csv_text(table: pd.DataFrame, index: bool = False) -> str:
    """A table as CSV, every text in it (cells, headers, index) guarded. The one way in which Pullcord writes one for people."""
    return _texts(table, guard).to_csv(index=index)


def unguarded(table: pd.DataFrame) -> pd.DataFrame:
    """A table that was read from such a CSV, as it was."""
    return _texts(table, unguard)


def _texts(table: pd.DataFrame, change: Callable[[str], str]) -> pd.DataFrame:
    """The table with every text changed: each different one once."""

    def changed(values: pd.Series) -> pd.Series:
        if pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_datetime64_any_dtype(values.dtype):
            return values
        known = {one: change(one) for one in values.dropna().unique() if isinstance(one, str)} if _hashable(values) else None
        if known is not None and all(one == was for was, one in known.items()):
            return values
        look = change if known is None else known.__getitem__
        told = [look(one) if isinstance(one, str) else one for one in values]
        return pd.Series(told, index=values.index, dtype=values.dtype if values.dtype != "category" else object, name=values.name)

    made = table.copy(deep=False)
    for at in range(made.shape[1]):
        held = made.iloc[:, at]
        if (told := changed(held)) is not held:
            put(made, at, told)
    made.columns = [change(name) if isinstance(name, str) else name for name in made.columns]
    if not isinstance(made.index, pd.RangeIndex | pd.MultiIndex):
        made.index = pd.Index(changed(made.index.to_series()).to_numpy(), name=made.index.name)
    if isinstance(made.index.name, str):
        made.index.name = change(made.index.name)
    return made


def _hashable(values: pd.Series) -> bool:
    try:
        values.dropna().unique()
    except TypeError:  # lists or dictionaries
        return False
    return True

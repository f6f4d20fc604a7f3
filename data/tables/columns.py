"""What the cells of a table are: numbers in the writing of their column, or texts that stay as they were written.

A column has one decimal sign. It is told by values that can only be read in one way; a point or comma before groups of three digits is taken for thousands where
the column or the rest of the table says so. Codes (01, 17 digits, 1.1 beside 1.10) are texts: as numbers they would be other ones.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from data.tables.manner import MISSING, MOSTLY, Manner

FEW = 50
"""Different texts up to which two writings of one number make a column one of codes."""
MOST_NAMED = 8
_S, _E = r"[-+\u2212]?", r"(?:[eE][-+]?\d+)?"
_SPACED = r"'\u2019\u00a0\u202f "
PATTERNS = {
    "comma": rf"{_S}(?:\d*|[1-9]\d{{0,2}}(?:[.{_SPACED}]\d{{3}})+),\d*{_E}",
    "point": rf"{_S}(?:\d*|[1-9]\d{{0,2}}(?:[,{_SPACED}]\d{{3}})+)\.\d*{_E}",
    "comma_group": rf"{_S}[1-9]\d{{0,2}},\d{{3}}",
    "point_group": rf"{_S}[1-9]\d{{0,2}}\.\d{{3}}",
    "comma_groups": rf"{_S}[1-9]\d{{0,2}}(?:,\d{{3}}){{2,}}",
    "point_groups": rf"{_S}[1-9]\d{{0,2}}(?:\.\d{{3}}){{2,}}",
    "other_groups": rf"{_S}[1-9]\d{{0,2}}(?:[{_SPACED}]\d{{3}})+",
    "whole": rf"{_S}\d+{_E}",
    "long": rf"{_S}\d{{4,}}",
}
_CODE = re.compile(r"[-+]?0\d+$|\d{16,}$")


@dataclass(frozen=True, slots=True)
class Typed:
    """``comma``: headers of the columns with a decimal comma. ``notes``: what was decided; ``look``: what was guessed, or is wrong with the data."""

    frame: pd.DataFrame
    comma: tuple[str, ...]
    notes: tuple[str, ...]
    look: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """How often each writing of a number occurs among the ``n`` texts of a column."""

    n: int
    count: dict[str, int]

    @property
    def comma(self) -> int:
        """Values that can only have a decimal comma."""
        return self.count["comma"] - self.count["comma_group"]

    @property
    def point(self) -> int:
        """Values that can only have a decimal point."""
        return self.count["point"] - self.count["point_group"]

    @property
    def sign(self) -> str | None:
        """The decimal sign that the column itself tells: 1,5 has a comma; 1.234.567 has none but a comma; 1.234 beside 1234 has a point."""
        of = self.count
        if self.comma or self.point:
            return "," if self.comma > self.point else "."
        if of["comma_groups"] or of["point_groups"]:
            return "." if of["comma_groups"] > of["point_groups"] else ","
        if of["long"] and (of["comma_group"] or of["point_group"]):
            return "," if of["comma_group"] else "."
        return None

    @property
    def open(self) -> bool:
        """Whether it has values that could be read in two ways."""
        return self.sign is None and bool(self.count["comma_group"] or self.count["point_group"])

    @property
    def grouped(self) -> bool:
        """Whether something in it is written otherwise with a decimal comma than with a point."""
        of = self.count
        return bool(of["comma"] or of["point_group"] or of["point_groups"])

    @property
    def numbers(self) -> float:
        """Share of its texts that are numbers in some writing."""
        kinds = ("comma", "point", "comma_groups", "point_groups", "other_groups", "whole")
        return sum(self.count[kind] for kind in kinds) / max(self.n, 1)


def typed(frame: pd.DataFrame, manner: Manner, separator_is_comma: bool = False) -> Typed:
    """Decide, on all rows, what each column of texts is; columns that are no texts stay as they are."""
    notes, look, words = [], [], Counter()
    columns, plain, open_ = [frame.iloc[:, at] for at in range(frame.shape[1])], {}, {}
    for at, header in enumerate(frame.columns):
        if not _is_text(columns[at]):
            continue
        raw, known = columns[at], manner.comma is not None and header in manner.comma
        number = None if known or header in manner.text else _plain(raw)
        if number is None:
            columns[at] = text = _trimmed(raw, words)
            if header in manner.text or not text.notna().any():
                continue
            number = None if known else _plain(text)
        else:
            text = raw
        if number is not None:
            plain[at] = text
            columns[at] = text if is_codes(text, number) else number
        elif known or ((seen := _seen(text)).numbers >= MOSTLY and not is_codes(text)):
            seen = _seen(text) if known else seen
            open_[at] = (text, seen)
    signs = {at: seen.sign for at, (_, seen) in open_.items()}
    if manner.comma is None and manner.decimal != ".":
        _look_again(columns, plain, open_, signs, manner)
    usual, comma, guessed = _usual(signs, manner, separator_is_comma), [], []
    for at, (text, seen) in open_.items():
        header = str(frame.columns[at])
        sign = signs[at] or usual
        if manner.comma is not None:
            sign = "," if header in manner.comma else "."
        elif seen.open and not manner.decimal and usual not in signs.values():
            guessed.append((header, sign, text))
        if sign == "," and seen.grouped:
            comma.append(header)
        columns[at] = number if (number := _plain(changed := _as_point(text, sign))) is not None else changed
        odd = seen.point if sign == "," else seen.comma
        if odd:
            look.append(
                f"{header!r} has a decimal {'comma' if sign == ',' else 'point'}, but {odd:,} values have the other sign: they are no numbers."
            )
    look += [_guess(*one) for one in guessed]
    if comma:
        notes.append(f"Numbers have a decimal comma: {_named(comma)}.")
    if told := {word: often for word, often in words.items() if word}:
        notes.append(
            "Counted as missing: " + ", ".join(f"{word!r} ({often:,} times)" for word, often in sorted(told.items())) + "."
        )
    made = pd.DataFrame(dict(enumerate(columns)), index=frame.index)
    made.columns = frame.columns
    return Typed(made, tuple(comma) if manner.comma is None else manner.comma, tuple(notes), tuple(look))


def is_codes(text: pd.Series, number: pd.Series | None = None) -> bool:
    """Whether texts that look like numbers are names: 01, more digits than a number keeps, or 1.1 beside 1.10. ``number``: them as numbers."""
    if number is not None and not _may_be_codes(text, number):
        return False
    there = text.dropna()
    if not len(there):
        return False
    if there.head(5_000).nunique() > FEW:
        return bool(there.str.fullmatch(_CODE.pattern).any()) and not bool(there.str.contains(".", regex=False).any())
    each = [one for one in there.unique() if _is_number(one)]
    if any(_CODE.match(one) for one in each) and not any("." in one for one in each):
        return True
    pointed = [one for one in each if re.fullmatch(r"[-+]?\d+\.\d+", one)]
    ends = [one.rpartition(".")[2] for one in pointed]
    mixed = len({len(end) for end in ends}) > 1 and any(not end.endswith("0") or end == "0" for end in ends)
    return len(each) <= FEW and mixed and len({float(one) for one in pointed}) < len(set(pointed))


def _may_be_codes(text: pd.Series, number: pd.Series) -> bool:
    """Asked of what is a number in every row, and soon answered: whole ones of many digits or with a zero before them, and few different others."""
    import pyarrow as pa
    import pyarrow.compute

    pc: Any = pyarrow.compute  # its functions are made when it is imported: no checker sees them
    values = number.to_numpy()
    if values.dtype.kind == "f" and len(first := values[:5_000]) and (first % 1 != 0).any():
        return len(np.unique(first[np.isfinite(first)])) <= FEW
    if np.abs(values.astype(float)).max(initial=0, where=np.isfinite(values)) >= 1e15:
        return True
    told = pa.array(text, from_pandas=True)
    zero = any(pc.any(pc.starts_with(told, begins)).as_py() for begins in ("0", "-0", "+0"))
    return zero and bool(text.dropna().str.contains(r"^[-+]?0\d", regex=True).any())


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is_text(column: pd.Series) -> bool:
    return isinstance(column.dtype, pd.StringDtype) or (
        column.dtype == object and pd.api.types.infer_dtype(column, skipna=True) == "string"
    )


def _trimmed(column: pd.Series, words: Counter) -> pd.Series:
    """Without spaces around, and nothing where a word says that there is none."""
    text = column.astype("str").str.strip(" \t\u00a0\ufeff")
    nothing = text.isin(MISSING)
    if nothing.any():
        words.update(text[nothing].tolist())
        text = text.mask(nothing)
    return text


def _plain(text: pd.Series) -> pd.Series | None:
    """The column as whole numbers or float64, if every text is a number with a decimal point (or none)."""
    import pyarrow as pa
    import pyarrow.compute

    pc: Any = pyarrow.compute  # its functions are made when it is imported: no checker sees them
    values = pa.array(text, from_pandas=True)
    for kind in (pa.int64(), pa.float64()):
        try:
            found = pc.cast(values, kind)
        except pa.ArrowInvalid:
            continue
        if found.null_count:
            found = pc.cast(found, pa.float64(), safe=False)
        return pd.Series(
            found.to_numpy(zero_copy_only=False) if isinstance(found, pa.Array) else found.to_numpy(), index=text.index
        )
    return None


def _seen(text: pd.Series) -> _Seen:
    there = text.dropna()
    thin = there.iloc[np.unique(np.linspace(0, len(there) - 1, min(len(there), 1_000)).astype(int))]
    if thin.str.contains(r"^[^a-zA-Z]*\d[^a-zA-Z]*$|[eE]", regex=True).mean() < 0.5:  # words: nobody has to count them
        return _Seen(len(there), dict.fromkeys(PATTERNS, 0))
    return _Seen(len(there), {name: int(there.str.fullmatch(pattern).sum()) for name, pattern in PATTERNS.items()})


def _look_again(columns: list, plain: dict, open_: dict, signs: dict, manner: Manner) -> None:
    """Beside decimal commas 1.234 is one thousand, where all of a column can be read like that."""
    if "," not in signs.values() and manner.decimal != ",":
        return
    for at, text in plain.items():
        if columns[at].dtype.kind != "f" or not (seen := _seen(text)).count["point_group"]:
            continue
        if seen.sign is None:
            open_[at], signs[at] = (text, seen), None


def _usual(signs: dict, manner: Manner, separator_is_comma: bool) -> str:
    """The decimal sign of columns that do not tell their own."""
    known = Counter(sign for sign in signs.values() if sign)
    if manner.decimal:
        return manner.decimal
    if known:
        return known.most_common(1)[0][0]
    return "." if separator_is_comma else ","


def _as_point(text: pd.Series, sign: str) -> pd.Series:
    """Texts that are numbers in this writing, with a decimal point and without groups; all others as they are."""
    groups = {",": ".", ".": ","}[sign] + _SPACED
    pattern = rf"{_S}(?:\d*|[1-9]\d{{0,2}}(?:[{groups}]\d{{3}})+)(?:\{sign}\d*)?{_E}"
    fits = text.str.fullmatch(pattern).fillna(False).to_numpy(bool)
    told = (
        text.str.replace(rf"[{groups}]", "", regex=True)
        .str.replace("\u2212", "-", regex=False)
        .str.replace(r"^\+", "", regex=True)
    )
    if sign == ",":
        told = told.str.replace(",", ".", regex=False)
    return told.where(fits, text)


def _guess(header: str, sign: str, text: pd.Series) -> str:
    example = text[text.str.contains(r"\d[.,]\d{3}", regex=True).fillna(False)].iloc[0]
    read = _as_point(pd.Series([example], dtype="str"), sign).iloc[0]
    other = "." if sign == "," else ","
    return f"{header!r}: {example} is read as {read}, which is a guess (a {'point' if other == '.' else 'comma'} before three digits). Write --decimal {other} if that is wrong."


def _named(headers: list[str]) -> str:
    more = len(headers) - MOST_NAMED
    return ", ".join(map(repr, headers[:MOST_NAMED])) + (f" and {more} more" if more > 0 else "")


def put(frame: pd.DataFrame, at: int, column: pd.Series) -> None:
    """Put a column in the place of the one at ``at``, whatever that is called, with its own type."""
    frame.isetitem(at, column)  # pyright: ignore[reportArgumentType]  # the stubs know arrays only, which may change their type there

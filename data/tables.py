"""Reading anybody's table: CSV in any dialect, Parquet, Excel. What had to be guessed is said; what cannot be read is told with its line."""

import csv
import io
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pandas as pd

SNIFFED_BYTES = 262_144
SNIFFED_LINES = 200
GROWS = 3.0
"""How much larger a text file becomes in memory, about."""
MISSING = ("", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "#N/A", "?", "-", "--")
_NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$")
_COMMA_NUMBER = re.compile(r"\s*[-+]?(\d{1,3}(\.\d{3})+|\d+),\d+\s*$")
_DATE = re.compile(r"\s*\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([ T]\d{1,2}:\d{2}.*)?\s*$")


class TableError(ValueError):
    """A file that cannot be read as a table; the message names it, the line where there is one, and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """``frame`` with unique, stripped column names; ``notes``: what was found or decided, a plain sentence each."""

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Dialect:
    encoding: str
    separator: str
    header: bool
    units: bool
    comma: bool
    names: tuple[str, ...]


def read_table(file: Path, *, rows: int | None = None) -> Table:
    """The table in ``file``.

    Args:
        rows: at most so many rows from its beginning (a preview).

    Raises:
        TableError: missing, empty, no table, one column only, or larger than the memory.
    """
    file = Path(file)
    if not file.is_file():
        raise TableError(f"There is no file {file}.")
    size = file.stat().st_size
    if size == 0:
        raise TableError(f"{file} is empty: export it again, with a header line and at least one row.")
    with file.open("rb") as opened:
        start = opened.read(SNIFFED_BYTES)
    if start[:4] == b"PAR1":
        _fits(file, size, GROWS)
        frame, notes = _parquet(file, rows), []
    elif start[:4] == b"PK\x03\x04" and file.suffix.lower() in (".xlsx", ".xlsm"):
        _fits(file, size, 10 * GROWS)
        frame, notes = _excel(file, rows)
    else:
        if rows is None:
            _fits(file, size, GROWS)
        frame, notes = _text(file, start, rows)
    names, renamed = _unique([str(name) for name in frame.columns])
    frame.columns = names
    if frame.empty:
        raise TableError(f"{file} has no rows below its header.")
    if len(frame.columns) < 2:
        raise TableError(
            f"{file} has one column only ({names[0]!r}): a model needs a target and at least one signal. Is the separator right?"
        )
    return Table(frame, (*notes, *renamed))


def _parquet(file: Path, rows: int | None) -> pd.DataFrame:
    try:
        found = pd.read_parquet(file)
    except (OSError, ValueError) as error:
        raise TableError(f"{file} is a damaged Parquet file ({str(error).splitlines()[0]}): export it again.") from None
    return found if rows is None else found.head(rows)


def _excel(file: Path, rows: int | None) -> tuple[pd.DataFrame, list[str]]:
    try:
        with pd.ExcelFile(file, engine="openpyxl") as book:
            frame = book.parse(book.sheet_names[0], nrows=rows)  # formulas come as the values that were last computed
            others = book.sheet_names[1:]
    except Exception as error:  # openpyxl fails in many ways on a damaged file
        raise TableError(
            f"{file} cannot be read as an Excel file ({str(error).splitlines()[0] if str(error) else type(error).__name__})."
        ) from None
    return frame, [f"Its other sheets are left out: {', '.join(others)}."] if others else []


def _text(file: Path, start: bytes, rows: int | None) -> tuple[pd.DataFrame, list[str]]:
    encoding = _encoding(file, start)
    dialect, notes = _dialect(file, start.decode(encoding, errors="replace"), encoding)
    told = {
        "sep": dialect.separator, "encoding": dialect.encoding, "names": list(range(len(dialect.names))), "header": None,
        "skiprows": int(dialect.header) + int(dialect.units), "na_values": list(MISSING), "keep_default_na": False, "nrows": rows,
        "skip_blank_lines": True, "low_memory": False,
    }  # fmt: skip
    if dialect.comma:
        told |= {"decimal": ",", "thousands": "."}
    try:
        frame = _parsed(file, told, dialect)
    except UnicodeDecodeError:
        line = _bad_line(file)
        frame = _parsed(file, told | {"encoding": "cp1252", "encoding_errors": "replace"}, dialect)
        notes.append(f"Mixed encodings: not UTF-8 from line {line} on, read as Windows-1252. Check names and words with accents.")
    except pd.errors.EmptyDataError:
        frame = pd.DataFrame(columns=range(len(dialect.names)))
    except pd.errors.ParserError as error:
        said = re.sub(r"^Error tokenizing data\. C error: ", "", str(error).strip().splitlines()[0])
        raise TableError(
            f"{file}: {said}. Put quotes around texts that hold the separator {dialect.separator!r}, or remove that line."
        ) from None
    frame.columns = list(dialect.names)
    return frame, notes


def _parsed(file: Path, told: dict, dialect: _Dialect) -> pd.DataFrame:
    large = (
        file.stat().st_size > 50_000_000 and told["nrows"] is None and dialect.encoding.startswith("utf-8") and not dialect.comma
    )
    if large:
        try:
            fast = {name: value for name, value in told.items() if name not in ("low_memory", "nrows", "skip_blank_lines")}
            return pd.read_csv(file, engine="pyarrow", **fast)
        except (ValueError, pd.errors.ParserError, UnicodeDecodeError):
            pass  # the slower reader says what is wrong
    return pd.read_csv(file, **told)


def _encoding(file: Path, start: bytes) -> str:
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if b"\x00" in start:
        raise TableError(f"{file} is no table: it holds binary data. Pullcord reads CSV, TSV, Excel (.xlsx) and Parquet.")
    return "utf-8-sig" if start[:3] == b"\xef\xbb\xbf" else "utf-8"


def _dialect(file: Path, text: str, encoding: str) -> tuple[_Dialect, list[str]]:
    lines = [line for line in text.splitlines()[:SNIFFED_LINES] if line.strip()]
    if not lines:
        raise TableError(f"{file} is empty: export it again, with a header line and at least one row.")
    separator = _separator(lines)
    cells = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=separator))
    if len(cells) > 2 and len(text) >= SNIFFED_BYTES // 4:
        cells = cells[:-1]  # the last line may be cut
    notes = [] if separator == "," else [f"Columns are separated by {'a tab' if separator == chr(9) else separator!r}."]
    first, below = cells[0], cells[1:]
    header = not (below and all(_value(cell) for cell in first if cell.strip()) and any(cell.strip() for cell in first))
    names = tuple(name.strip().strip("\ufeff") for name in first) if header else tuple(f"c{at + 1}" for at in range(len(first)))
    if not header:
        notes.append(f"There is no header line: the columns are called {names[0]} to {names[-1]}.")
    units = header and _is_units(below)
    if units:
        names = tuple(
            f"{name} [{unit.strip().strip('[]()')}]" if unit.strip(" -[]()") else name
            for name, unit in zip(names, below[0], strict=False)
        )
        notes.append("The second line holds units.")
    plain, comma = (
        sum(bool(kind.match(cell)) for row in below for cell in row)
        for kind in (re.compile(r"\s*[-+]?\d+\.\d+\s*$"), _COMMA_NUMBER)
    )
    decimal_comma = separator != "," and comma > plain
    if decimal_comma:
        notes.append("Numbers have a decimal comma.")
    return _Dialect(encoding, separator, header, units, decimal_comma, names), notes


def _separator(lines: list[str]) -> str:
    """The one that gives the most lines the same number of columns, and the most columns."""

    def held(separator: str) -> tuple[float, int]:
        widths = [len(row) for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=separator)]
        columns, often = Counter(widths).most_common(1)[0]
        # the header has to be as wide as what is below it: decimal commas alone are regular too
        return (often / len(lines) if columns > 1 and widths[0] == columns else 0.0), columns

    found = {separator: held(separator) for separator in (";", "\t", ",", "|")}
    return max(found, key=lambda one: (round(found[one][0], 1), found[one][1]))


def _value(cell: str) -> bool:
    return bool(_NUMBER.match(cell) or _COMMA_NUMBER.match(cell) or _DATE.match(cell))


def _is_units(below: list[list[str]]) -> bool:
    """Whether the line under the header holds units: words over columns of numbers."""
    if len(below) < 3:
        return False
    over = [(cell, [row[at] for row in below[1:] if at < len(row)]) for at, cell in enumerate(below[0])]
    numbers = [
        (cell, column)
        for cell, column in over
        if column and all(_value(one) or not one.strip() for one in column) and any(map(_value, column))
    ]
    words = sum(bool(cell.strip()) and not _value(cell) and cell.strip() not in MISSING for cell, _ in numbers)
    return len(numbers) > 0 and words > len(numbers) / 2


def free_name(base: str, taken: Collection[str]) -> str:
    """``base``, or ``base_2``, ``base_3`` … where it is taken."""
    tried = (base if n == 1 else f"{base}_{n}" for n in count(1))
    return next(name for name in tried if name not in taken)


def _unique(names: list[str]) -> tuple[list[str], list[str]]:
    found: list[str] = []
    notes = []
    for at, given in enumerate(names):
        base = given.strip() or f"c{at + 1}"
        name = free_name(base, found)
        if name != base:
            notes.append(f"Two columns are called {base!r}: the later one is {name!r} here.")
        elif not given.strip():
            notes.append(f"Column {at + 1} has no name: it is {name!r} here.")
        found.append(name)
    return found, notes


def _bad_line(file: Path) -> int:
    with file.open("rb") as opened:
        for number, line in enumerate(opened, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 1


def _fits(file: Path, size: int, grows: float) -> None:
    """Refuse a file that would not fit into the memory that is free now."""
    free = _free_memory()
    if free is not None and size * grows > 0.8 * free:
        raise TableError(
            f"{file} has {size / 1e9:.1f} GB and would need about {size * grows / 1e9:.1f} GB of memory; {free / 1e9:.1f} GB are free. "
            "Export fewer columns or every tenth row, or cut it by time, or use a machine with more memory."
        )


def _free_memory() -> int | None:
    """Bytes, where the system tells them."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None

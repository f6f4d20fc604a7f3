"""Tables in text files: which encoding, what stands between the columns, where the table begins. All cells come as texts, as they were written."""

import codecs
import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data.tables.columns import put
from data.tables.grid import Head, head_of, is_value, said_of
from data.tables.limits import TableError, columns_fit
from data.tables.manner import Manner

SNIFFED_BYTES = 262_144
SNIFFED_LINES = 200
LARGE = 50_000_000
"""Bytes from which on the faster reader is tried first."""
_SOUND, _OTHER_SCRIPT = 0.2, 0.08
"""Share of the lines with signs beyond ASCII that are sound UTF-8, from which on only some of them are something else; share of bytes beyond ASCII from which
on another script is looked for."""
_SPACES = {r"\s+": "spaces", r"\s{2,}": "two or more spaces"}
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}$")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?$")
_OTHERS = re.compile(r"[;\t|]|,(?! )")


@dataclass(frozen=True, slots=True)
class Dialect:
    """``skip``: lines above the values, ``records`` of cells in them: a name may go on over lines. ``clock``: the place of a date whose time of day stands in a column of its own without a name."""

    encoding: str
    separator: str
    skip: int
    records: int
    head: Head
    clock: int | None = None


def read_text(file: Path, start: bytes, rows: int | None, manner: Manner) -> tuple[pd.DataFrame, list[str], int | None, str]:
    """(cells as texts, what was found, the line of the names). Raises TableError, or csv.Error."""
    encoding, notes = encoding_of(file, start)
    text = start.decode(encoding, errors="replace")
    dialect, said = _dialect(file, text, encoding, manner.header_row, len(start) == SNIFFED_BYTES)
    try:
        frame = _parsed(file, dialect, rows)
    except UnicodeDecodeError:
        line = _bad_line(file)
        frame = _parsed(file, dialect, rows, errors="replace")
        notes.append(f"Mixed encodings: not UTF-8 from line {line} on, read as Windows-1252. Check names and words with accents.")
    except pd.errors.EmptyDataError:
        frame = pd.DataFrame(columns=range(len(dialect.head.names)))
    except pd.errors.ParserError as error:
        said = re.sub(r"^Error tokenizing data\. C error: ", "", str(error).strip().splitlines()[0])
        raise TableError(
            "{file}: {said}. Put quotes around texts that hold the separator {separator}, or remove that line.",
            file=file,
            said=said,
            separator=repr(dialect.separator),
        ) from None
    if dialect.clock is not None:
        frame = _with_clock(frame, dialect.clock)
    frame.columns = list(dialect.head.names)
    return frame, notes + said, None if dialect.head.at < 0 else dialect.head.at + 1, dialect.separator


def _parsed(file: Path, dialect: Dialect, rows: int | None, errors: str = "strict") -> pd.DataFrame:
    names = list(range(len(dialect.head.names) + (dialect.clock is not None)))
    encoding = dialect.encoding if errors == "strict" else "cp1252"
    if file.stat().st_size > LARGE and rows is None and encoding.startswith("utf-8") and len(dialect.separator) == 1:
        fast = _parsed_fast(file, dialect, names)
        if fast is not None:
            return fast
    return pd.read_csv(
        file, sep=dialect.separator, encoding=encoding, encoding_errors=errors, names=names, header=None, skiprows=dialect.records, dtype="str",
        na_values=[""], keep_default_na=False, nrows=rows, skip_blank_lines=True, low_memory=False, compression=None, index_col=False,
        engine="python" if dialect.separator == r"\s{2,}" else "c",
    )  # fmt: skip


def _parsed_fast(file: Path, dialect: Dialect, names: list[int]) -> pd.DataFrame | None:
    """Of a large file, where it is as regular as this reader wants it."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    told = [str(name) for name in names]
    try:
        table = arrow.read_csv(
            file,
            read_options=arrow.ReadOptions(skip_rows=dialect.skip, column_names=told),
            parse_options=arrow.ParseOptions(delimiter=dialect.separator),
            convert_options=arrow.ConvertOptions(
                column_types={name: pa.large_string() for name in told},
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowException:
        return None  # the slower reader says what is wrong
    found = table.to_pandas(
        split_blocks=True, self_destruct=True, types_mapper=lambda _: pd.StringDtype("pyarrow", na_value=float("nan"))
    )
    found.columns = names
    return found


def encoding_of(file: Path, start: bytes) -> tuple[str, list[str]]:
    """By its first bytes, and what is said of it. Raises TableError: it is no text."""
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16", []
    if b"\x00" in start:
        even, odd = start[::2].count(0), start[1::2].count(0)
        if max(even, odd) > 0.35 * len(start) and min(even, odd) < 0.02 * len(start):
            return ("utf-16-be" if even > odd else "utf-16-le"), []
        raise TableError(
            "{file} is no table: it holds binary data. Pullcord reads CSV, TSV, Excel (.xlsx) and Parquet.", file=file
        )
    if start[:3] == b"\xef\xbb\xbf":
        return "utf-8-sig", []
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start, final=len(start) < SNIFFED_BYTES)  # the cut may lie within a letter
    except UnicodeDecodeError:
        return _old_encoding(start)
    return "utf-8", []


def _old_encoding(start: bytes) -> tuple[str, list[str]]:
    """Of bytes that are no UTF-8. Where many are no ASCII, another script than the Latin one may be meant; of a few accents nobody can tell more than that
    they are Windows-1252, as nearly always."""
    lines = [line for line in start.split(b"\n")[:-1] or [start] if not line.isascii()]
    if sum(_is_utf8(line) for line in lines) > _SOUND * len(lines):
        return "utf-8", []  # both: told with its line by whoever reads it
    found = "cp1252"
    if sum(one >= 0x80 for one in start) > _OTHER_SCRIPT * len(start):
        from charset_normalizer import from_bytes

        best = from_bytes(start).best()
        kana = sum("\u3040" <= sign <= "\u30ff" for sign in start.decode("cp932", errors="ignore"))
        found = "cp932" if kana > _SOUND * len(lines) else best.encoding if best else found
    name = "Windows-1252 (Latin)" if found == "cp1252" else found
    return found, [f"It is not UTF-8: read as {name}. Check names and words with accents."]


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _dialect(file: Path, text: str, encoding: str, header_row: int | None, cut: bool) -> tuple[Dialect, list[str]]:
    if len(text) >= SNIFFED_BYTES // 4 and not re.search(r"[\r\n]", text):
        raise TableError(
            "{file} has a first line of more than {text} letters: it is no table. Does it have a header line?",
            file=file,
            text=f"{len(text):,}",
        )
    lines = re.split(r"\r\n|\n|\r", text)[: SNIFFED_LINES + (header_row or 0)]
    if cut and len(lines) > 2:
        lines = lines[:-1]  # the last line may be cut
    if not any(line.strip() for line in lines):
        raise TableError("{file} is empty: export it again, with a header line and at least one row.", file=file)
    separator = _separator(lines)
    cells, ends = _cells(lines, separator)
    there = [at for at, row in enumerate(cells) if any(cell.strip() for cell in row)]
    asked = None
    if header_row is not None:
        asked = next((place for place, at in enumerate(there) if ends[at] == header_row), None)
        if asked is None:
            raise TableError(
                "{file} has nothing in line {header_row}: say in which line the names of the columns stand.",
                file=file,
                header_row=header_row,
            )
    head = head_of([cells[at] for at in there], asked)
    columns_fit(file, cells[there[max(head.at, 0)]])
    head, clock = _clock_apart(head, [cells[at] for at in there[head.body :]], separator)
    records = there[head.body - 1] + 1 if head.body else 0
    skip = ends[records - 1] if records else 0
    notes = _said(separator, head, cells, there)
    line = -1 if head.at < 0 else ends[there[head.at]] - 1
    return Dialect(encoding, separator, skip, records, Head(line, skip, head.names, head.units, head.merged), clock), notes


def _said(separator: str, head: Head, cells: list[list[str]], there: list[int]) -> list[str]:
    notes = []
    if separator != ",":
        notes.append(
            f"Columns are separated by {_SPACES.get(separator) or ('a tab' if separator == chr(9) else repr(separator))}."
        )
    return notes + said_of(head, cells, there, "line")


def _cells(lines: list[str], separator: str) -> tuple[list[list[str]], list[int]]:
    """The cells of each row, and the number of the line at which it ends."""
    if len(separator) > 1:
        return [re.split(separator, line.strip()) if line.strip() else [] for line in lines], list(range(1, len(lines) + 1))
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=separator)
    cells, ends = [], []
    for row in reader:
        cells.append(row)
        ends.append(reader.line_num)
    return cells, ends


def _separator(lines: list[str]) -> str:
    """The one that gives the most lines the same number of columns, of cells that look like cells, and the most columns."""

    def held(separator: str) -> tuple[float, bool, int]:
        rows = [row for row in _cells(lines, separator)[0] if any(cell.strip() for cell in row)]
        columns, often = Counter(len(row) for row in rows).most_common(1)[0]
        usual = [row for row in rows if len(row) == columns]
        cells = [cell for row in usual[:50] for cell in row if cell.strip()]
        clean = sum(is_value(cell) or not _OTHERS.search(cell) for cell in cells) / max(len(cells), 1)
        words = not all(is_value(cell) or not cell.strip() for cell in usual[0])  # decimal commas alone are regular too
        return (round(often / len(rows) * clean, 1) if columns > 1 else 0.0), words, columns

    plain = {separator: held(separator) for separator in (";", "\t", ",", "|")}
    best = max(plain, key=lambda one: plain[one])
    if plain[best][0] >= 0.7:
        return best
    spaced = {separator: held(separator) for separator in _SPACES}
    regular = [one for one in spaced if spaced[one][0] >= 0.9]
    if regular:
        return max(regular, key=lambda one: (spaced[one][1], spaced[one][2]))
    wide = spaced[r"\s+"]
    return r"\s+" if wide[0] >= 0.8 and wide[0] > plain[best][0] else best


def _clock_apart(head: Head, body: list[list[str]], separator: str) -> tuple[Head, int | None]:
    """Between spaces a time is two cells under one name: the place of its date."""
    if len(separator) == 1 or not body:
        return head, None
    wide = Counter(map(len, body)).most_common(1)[0][0]
    names = head.names[1:] if head.names[:1] == ("row",) else head.names
    if wide != len(names) + 1:
        return head, None
    for at in range(wide - 1):
        if all(len(row) == wide and _DATE.match(row[at]) and _CLOCK.match(row[at + 1]) for row in body[:50]):
            return Head(head.at, head.body, tuple(names), head.units, head.merged), at
    return head, None


def _with_clock(frame: pd.DataFrame, at: int) -> pd.DataFrame:
    frame = frame.copy(deep=False)
    put(frame, at, frame.iloc[:, at] + " " + frame.iloc[:, at + 1])
    return frame.drop(columns=frame.columns[at + 1])


def _bad_line(file: Path) -> int:
    with file.open("rb") as opened:
        for number, line in enumerate(opened, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 1

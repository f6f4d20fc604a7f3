"""placeholder until the onboarding branch lands"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd


class TableError(ValueError):
    pass


@dataclass(frozen=True)
class Table:
    frame: pd.DataFrame
    notes: tuple[str, ...] = ()


def read_table(file: Path, *, rows: int | None = None) -> Table:
    try:
        table = pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file, encoding="utf-8-sig", low_memory=False)
    except FileNotFoundError:
        raise TableError(f"There is no file {file}.") from None
    except (OSError, ValueError, UnicodeError) as error:
        raise TableError(f"{file} cannot be read as a table: {error}. Save it as CSV in UTF-8, with a header line.") from None
    if table.empty:
        raise TableError(f"{file} has no rows.")
    return Table(table)

"""Reads a stranger's table in a process of its own: ``python -m data.tables.child FILE ROWS OUT MANNER``, within the limits of :mod:`data.bounded`.

The table comes back as an Arrow file, what was found as one JSON object: ``{"notes": […], …}``, or ``{"refused": why}``.
"""

import json
import sys
from pathlib import Path

import pandas as pd

from data.sentence import kept
from data.tables.columns import put
from data.tables.here import table_here
from data.tables.limits import TableError
from data.tables.manner import Manner


def storable(frame: pd.DataFrame) -> pd.DataFrame:
    """With columns of mixed types as text, since an Arrow file has one type a column."""
    import pyarrow as pa

    frame = frame.reset_index(drop=True)
    for at in range(frame.shape[1]):
        column = frame.iloc[:, at]
        if isinstance(column.dtype, pd.CategoricalDtype):  # how it was packed, not what it holds
            column = column.astype(column.cat.categories.dtype if column.notna().all() else object)
            put(frame, at, column)
        try:
            pa.Array.from_pandas(column)
        except (pa.ArrowException, ValueError, TypeError, OverflowError):
            told = [None if one is None or one != one else str(one).encode("utf-8", "replace").decode("utf-8") for one in column]
            put(frame, at, pd.Series(told, dtype=object))
    return frame


def main() -> int:
    """Exit code 0 also when it is refused: what it cannot survive is told by any other one."""
    file, rows, out, manner = sys.argv[1:]
    try:
        table = table_here(Path(file), int(rows) or None, Manner.loaded(manner))
        storable(table.frame).to_feather(out, compression="uncompressed")
    except TableError as error:
        print(json.dumps({"refused": kept(error.sentence)}))
        return 0
    told = {
        "notes": table.notes,
        "look": table.look,
        "manner": table.manner.dumped(),
        "sheets": table.sheets,
        "row": table.header_row,
    }
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())

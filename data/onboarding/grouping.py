"""What is independent in a table: runs, batches, engines, files, samples. Rows of one of them are alike, so that only whole ones tell anything new.

Named by somebody, or found: a column that numbers them (contiguous, or called so), one file each, a counter that restarts, a machine that begins
anew, a measured value that stands for a stretch of rows, a class that stays for a stretch. The idea is that of scikit-learn's ``GroupKFold``:
what the rows of a group share must not stand on both sides of a split (Roberts et al. 2017, https://doi.org/10.1111/ecog.02881).
"""

import math
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.onboarding.columns import Column, numbers
from data.onboarding.order import Order
from data.tables.mapped import as_text
from data.tables.read import free_name

FEWEST, FEWEST_SETTLED = 5, 3
"""Groups from which on a column, or files, are taken for them; and from which on one is that follows the table's order and within which the target
stays: of so few nothing can be judged, which has to be said."""
MADE = "group of rows"
"""What the column is called that is written beside the table's own where no column says it."""
FULL = 0.95
_NAMED = ("run", "batch", "experiment")
"""What is one after the other in the table and is called so is that, however few there are."""
_KINDS = {
    "run": r"runs?|recordings?|session|campaign|series|sequence|segment|trajectory|trial|no|nr|messung|lauf|fahrt",
    "batch": r"batch|lot|charge|heat|melt|cast|coil|los|ansatz",
    "experiment": r"experiment|exp|versuch|simulation|scenario",
    "file": r"file|filename|file name|datei|source file",
    "product": r"product|part|piece|work ?piece|serial|wafer|specimen|item|component|bearing|tool|teil|bauteil|probe|sample",
}
_CLOCKS = re.compile(
    r"year|month|week|day|hour|minute|second|time|date|cycle|step|age|wear|count|jahr|monat|tag|stunde|zyklus", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, eq=False)
class GroupFound:
    """``header``: the column that says which group a row is of; ``names``: what it holds where it is not the table's own, (n,) texts. ``codes``:
    (n,) the group of each row; ``each``: (n,) what it is of within that, where several count as one. ``note``: for a reader."""

    header: str
    kind: str
    codes: np.ndarray
    note: str
    names: np.ndarray | None = None
    each: np.ndarray | None = None

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self.codes.max()) + 1 if len(self.codes) else 0


def group_of(
    frame: pd.DataFrame, columns: tuple[Column, ...], target: str, task: str, order: Order, time_us: np.ndarray | None,
    files: np.ndarray | None = None, named: str | None = None,
) -> GroupFound | None:  # fmt: skip
    """The groups of a table, or ``None`` where its rows (or stretches of time) stand for themselves.

    Args:
        columns: all but the target; ``files``: (n,) from which file a row is, where there are several; ``named``: a header somebody named.
    """
    y = _target(frame[target], task)
    if named:
        codes, texts = pd.factorize(as_text(frame[named]))
        whole = _of_nothing(codes)
        return GroupFound(
            named, _kind(named) or "run", whole, f"{len(texts):,} groups of {named!r} are held out whole, as asked."
        )
    column = _numbered(frame, columns, y, task, order, files)
    return (
        column
        or _of_files(frame, files, y)
        or _engines(frame, columns, order, time_us)
        or _restarts(frame, columns, order, time_us)
        or _stays(frame, columns, y, target, task, order, time_us)
    )


def constant_within(frame: pd.DataFrame, columns: tuple[Column, ...], group: GroupFound) -> tuple[str, ...]:
    """Headers of the numbers and categories that hardly change within a group, while they do between groups."""
    found = []
    for column in columns:
        if column.kind not in ("number", "category") or column.header == group.header:
            continue
        codes = pd.factorize(frame[column.header])[0]
        if codes.max() > 0 and _share_constant(codes, group.codes if group.each is None else group.each) >= FULL:
            found.append(column.header)
    return tuple(found)


def _target(column: pd.Series, task: str) -> np.ndarray:
    """(n,) a code for each different value of the target, -1 for none."""
    if task == "regression":
        return pd.factorize(numbers(column))[0]
    return pd.factorize(as_text(column))[0]


def _of_nothing(codes: np.ndarray) -> np.ndarray:
    """Codes whose rows without a group are each one of their own."""
    codes = codes.copy()
    lost = np.flatnonzero(codes < 0)
    codes[lost] = codes.max(initial=-1) + 1 + np.arange(len(lost))
    return codes


def _share_constant(values: np.ndarray, groups: np.ndarray) -> float:
    """Share of the groups of two rows and more within which (n,) values stay the same; values below 0 do not count."""
    there = values >= 0
    of = pd.Series(values[there]).groupby(groups[there])
    size, distinct = of.size(), of.nunique()
    return float((distinct[size > 1] <= 1).mean()) if (size > 1).any() else 0.0


def _kind(header: str) -> str:
    """What a column is called that names such groups, or nothing."""
    plain = re.sub(r"[\s_\-.]+", " ", header.strip().lower())
    plain = re.sub(r"\b(id|no|nr|number|name|num|code|index|idx)\b$", "", plain).strip() or plain
    return next((kind for kind, words in _KINDS.items() if re.fullmatch(words, plain)), "")


def _numbered(
    frame: pd.DataFrame, columns: tuple[Column, ...], y: np.ndarray, task: str, order: Order, files: np.ndarray | None
) -> GroupFound | None:
    """A column that numbers or names runs; the coarsest of several. A number that begins anew in each file is told apart by it."""
    found = []
    for column in columns:
        if column.header in (order.time, order.asset) or column.kind not in ("number", "category", "text"):
            continue
        if column.kind == "number" and (numbers(frame[column.header]).dropna() % 1 != 0).any():
            continue
        codes, texts = pd.factorize(frame[column.header])
        if (codes < 0).any() or not FEWEST_SETTLED <= len(texts) <= len(frame) / 3:
            continue
        names = None
        if files is not None:
            codes, pairs = pd.factorize(pd.Series(files).astype(str) + "/" + pd.Series(codes).astype(str))
            names = None if len(pairs) == len(texts) else np.array([str(pair) for pair in pairs], object)[codes]
        if _is_group(column, codes, frame[column.header], y, task):
            found.append((int(codes.max()) + 1, column, codes, names))
    if not found:
        return None
    count, column, codes, names = min(found, key=lambda one: one[0])
    kind = _kind(column.header) or "run"
    note = f"{column.header!r} says which {kind} a row is of: each of the {count:,} is held out whole or not at all, and it is no signal."
    return GroupFound(column.header if names is None else MADE, kind, codes, note, names)


def _is_group(column: Column, codes: np.ndarray, value: pd.Series, y: np.ndarray, task: str) -> bool:
    count, n = int(codes.max()) + 1, len(codes)
    if count < 2 or count > n / 3:
        return False
    kind, contiguous = _kind(column.header), int((np.diff(codes) != 0).sum()) + 1 == count
    first = numbers(value.iloc[np.unique(codes, return_index=True)[1]]).to_numpy() if column.kind == "number" else None
    numbered = first is not None and len(first) > 1 and float((np.diff(first) == 1).mean()) >= FULL
    classes = len(np.unique(y[y >= 0]))
    settled = _share_constant(y, codes) >= FULL and (count > classes or task == "regression")
    if (
        contiguous and kind in _NAMED and n / count >= 20
    ):  # of so few nothing can be judged, which has to be said: as a signal it would be learned
        return True
    if count < FEWEST_SETTLED:
        return False
    if contiguous and settled:
        return bool(kind) or numbered or (column.kind != "number" and count >= FEWEST)
    if count < FEWEST:
        return False
    if contiguous and numbered and not _CLOCKS.search(column.header):
        return n / count >= 5
    if kind == "product":  # a kind of product is a signal; many pieces are not
        return settled or (contiguous and count >= 20)
    return bool(kind) and (settled or count >= 8)


def _of_files(frame: pd.DataFrame, files: np.ndarray | None, y: np.ndarray) -> GroupFound | None:
    """One run a file, where there are enough of them, or where the target does not change within any."""
    if files is None:
        return None
    codes, names = pd.factorize(files)
    if len(names) < FEWEST and _share_constant(y, codes) < 1:
        return None
    header = free_name("file", set(map(str, frame.columns)))
    note = f"Each of the {len(names):,} files is taken for one run: it is held out whole or not at all."
    return GroupFound(header, "file", codes, note, np.asarray(files, object))


def _engines(frame: pd.DataFrame, columns: tuple[Column, ...], order: Order, time_us: np.ndarray | None) -> GroupFound | None:
    """Machines that each begin anew: one after the other in the table, with a counter of their own."""
    if order.asset is None or len(order.assets) < FEWEST:
        return None
    codes = _of_nothing(pd.factorize(as_text(frame[order.asset]))[0])
    contiguous = int((np.diff(codes) != 0).sum()) + 1 == int(codes.max()) + 1
    if time_us is not None:
        spans = pd.Series(time_us).groupby(codes).agg(["min", "max"]).sort_values("min")
        apart = contiguous and bool((spans["min"].to_numpy()[1:] > spans["max"].to_numpy()[:-1]).all())
    else:
        apart = contiguous and any(_counts(numbers(frame[c.header]).to_numpy(), codes) for c in columns if c.kind == "number")
    if not apart:
        return None
    note = (
        f"Each {order.asset!r} begins anew: the {len(order.assets):,} are held out whole, for new ones are what is asked about."
    )
    return GroupFound(order.asset, "engine", codes, note)


def _counts(value: np.ndarray, codes: np.ndarray) -> bool:
    """Whether a number goes up by one step after the other within each group and begins at the same value in all."""
    begins = np.flatnonzero(np.concatenate([[True], np.diff(codes) != 0]))
    step = np.diff(value)[np.diff(codes) == 0]
    if not len(step) or not np.isfinite(value).all():
        return False
    return bool(np.mean(step == np.median(step)) >= FULL and np.median(step) > 0 and len(np.unique(value[begins])) == 1)


def _restarts(frame: pd.DataFrame, columns: tuple[Column, ...], order: Order, time_us: np.ndarray | None) -> GroupFound | None:
    """A counter that restarts: equal steps up, and back to where it began."""
    if order.asset is not None:
        return None
    for column in columns:
        if column.kind != "number" or column.header == order.time:
            continue
        value = numbers(frame[column.header]).to_numpy()
        if not np.isfinite(value).all():
            continue
        step = np.diff(value)
        back = step < 0
        codes = np.concatenate([[0], np.cumsum(back)])
        if not FEWEST <= codes[-1] + 1 <= len(value) / 5 or not _counts(value, codes):
            continue
        if time_us is not None:  # an hour of the day restarts, and nothing with it: a new run comes after a pause
            gap = np.diff(time_us)
            if np.mean((gap[back] > 3 * np.median(gap)) | (gap[back] < 0)) < 0.8:
                continue
        note = f"{column.header!r} begins anew {codes[-1]:,} times: the {codes[-1] + 1:,} runs between are held out whole."
        return GroupFound(MADE, "run", codes, note, _texts("run", codes))
    return None


def _resembling(values: np.ndarray) -> int:
    """How many measured values after each other resemble one another: twice the rows for which their correlation lasts (1/e), while 20 are left."""
    before, after = values[:-1], values[1:]
    told = np.isfinite(before) & np.isfinite(after)
    if told.sum() < 20 or before[told].std() == 0 or after[told].std() == 0:
        return 1
    r = float(np.corrcoef(before[told], after[told])[0, 1])
    return 1 if r < 0.5 else max(1, min(math.ceil(-2 / math.log(min(r, 0.999))), len(values) // 20))


def _stays(
    frame: pd.DataFrame,
    columns: tuple[Column, ...],
    y: np.ndarray,
    target: str,
    task: str,
    order: Order,
    time_us: np.ndarray | None,
) -> GroupFound | None:
    """A target that stays for a stretch of rows while the signals move: one laboratory value repeated, or a class that was set for a run."""
    asset = pd.factorize(as_text(frame[order.asset]))[0] if order.asset else np.zeros(len(y), int)
    ordered = np.lexsort((np.arange(len(y)) if time_us is None else time_us, asset))
    turns = (np.diff(y[ordered]) != 0) | (np.diff(asset[ordered]) != 0)
    if time_us is not None and 3 * len(np.unique(time_us)) <= len(
        y
    ):  # the same time for all rows of one value: equal neighbours are two values
        turns |= np.diff(time_us[ordered]) != 0
    codes = np.empty(len(y), int)
    codes[ordered] = np.concatenate([[0], np.cumsum(turns)])
    size = np.bincount(codes)
    count, classes = len(size), len(np.unique(y[y >= 0]))
    if count <= (FEWEST if task == "regression" else classes) or count > len(y) / 3:
        return None
    number = [c for c in columns if c.kind == "number"]
    moving = [c for c in number if _share_constant(pd.factorize(numbers(frame[c.header]))[0], codes) < 0.5]
    if not moving:
        return None
    if task == "regression":
        if classes < 12 or np.median(size) < 3 or size[size >= 3].sum() < 0.9 * len(y):
            return None
        note = (
            f"The target stays the same for about {np.median(size):.0f} rows at a time while signals move: {count:,} measured values, each counted "
            "once, and its rows are held out together."
        )
        if (alike := _resembling(numbers(frame[target]).to_numpy()[ordered][np.concatenate([[True], turns])])) > 1:
            note += f" One resembles the next: {alike} after each other count as one."
        return GroupFound(MADE, "sample", codes // alike, note, _texts("sample", codes // alike), codes)
    short, long = np.quantile(size, [0.1, 0.9])
    if np.median(size) < 10 or long > 6 * short:  # a failure now and then is no run
        return None
    note = f"The class stays for about {np.median(size):.0f} rows at a time: the {count:,} stretches are taken for runs and held out whole."
    return GroupFound(MADE, "run", codes, note, _texts("run", codes))


def _texts(word: str, codes: np.ndarray) -> np.ndarray:
    return np.array([f"{word} {code + 1}" for code in range(int(codes.max()) + 1)], object)[codes]

"""Numbers that are none: values that stand for nothing (−999, 3.4e38, 65535), and ones whose decimal sign was lost on the way."""

import re

import numpy as np
import pandas as pd

from data.onboarding.columns import Column, numbers
from data.tables.mapped import without

_NINES = re.compile(r"-?9{2,}(\.9+)?$")
_FULL = {32767.0, -32768.0, 65535.0, 2147483647.0, -2147483648.0, 4294967295.0}
HUGE = 1e20
"""From which on a value is no measurement."""
APART, APART_ALONE = 0.9, 3.0
"""How far a value that stands for nothing lies beyond the others, in spans of theirs: one that comes again, and one that is there once."""
LOST_TIMES = 5.0
"""How much larger than the others numbers without their decimal sign are, at least."""
FEWEST = 3


def standing_for_nothing(frame: pd.DataFrame, columns: tuple[Column, ...]) -> dict[str, tuple[float, ...]]:
    """Of each column of numbers the values that stand for a missing one."""
    found = {}
    for column in columns:
        if column.kind not in ("number", "duplicate"):
            continue
        values = numbers(frame[column.header]).to_numpy()
        endless = tuple(one for one in (-np.inf, np.inf) if (values == one).any())
        told, often = np.unique(values[np.isfinite(values)], return_counts=True)
        odd = [at for at, one in enumerate(told) if _may_be_none(one)] if _has_odd(told) else []
        rest, gone = np.delete(told, odd), ()
        if odd and len(rest) > 1:
            span = rest[-1] - rest[0]
            far = {at: max(told[at] - rest[-1], rest[0] - told[at]) / span for at in odd}
            gone = tuple(float(told[at]) for at in odd if far[at] >= (APART if often[at] > 1 else APART_ALONE))
        if gone or endless:
            found[column.header] = (*gone, *endless)
    return found


def cleaned(frame: pd.DataFrame, nothing: dict[str, tuple[float, ...]]) -> pd.DataFrame:
    """The table without the values that stand for nothing."""
    if not nothing:
        return frame
    return frame.assign(**{header: without(frame[header], gone) for header, gone in nothing.items()})


def told(frame: pd.DataFrame, columns: tuple[Column, ...], nothing: dict[str, tuple[float, ...]]) -> list[str]:
    """What a person has to look at: which values are left out, and which columns have lost their decimal signs."""
    said = []
    for header, gone in nothing.items():
        values = numbers(frame[header]).to_numpy()
        often = int(sum(np.isclose(values, one, rtol=1e-6, atol=0).sum() for one in gone))
        said.append(
            f"{header!r}: {', '.join(f'{one:.7g}' for one in gone)} stands for a missing value ({often:,} rows): it counts as missing, in later files too."
        )
    for column in columns:
        if (
            column.kind == "number"
            and column.header not in nothing
            and (lost := _lost(numbers(frame[column.header]).to_numpy())) is not None
        ):
            said.append(lost.replace("COLUMN", repr(column.header)))
    return said


def _has_odd(told: np.ndarray) -> bool:
    """Whether one of the ends of a column may stand for nothing: most have none, and are not gone through."""
    return bool(len(told)) and any(_may_be_none(one) for one in (*told[:3], *told[-3:]))


def _may_be_none(one: float) -> bool:
    return abs(one) >= HUGE or one in _FULL or bool(_NINES.match(f"{one:.10g}"))


def _lost(values: np.ndarray) -> str | None:
    """Whole numbers, many times as large as the others of their column, that would be ones of them with a decimal sign."""
    values = np.where(np.isfinite(values), values, 0.0)
    size = np.abs(values)
    broken = (size % 1 != 0) & (size < HUGE)
    if broken.sum() < FEWEST:
        return None
    usual = np.sort(size[broken])
    low, middle, high = usual[0], usual[len(usual) // 2], usual[-1]
    large = (size > LOST_TIMES * high) & ~broken
    if large.sum() < FEWEST or middle == 0:
        return None
    power = 10.0 ** np.round(np.log10(size[large] / middle))
    fits = (size[large] / power >= 0.5 * low) & (size[large] / power <= 2 * high)
    if fits.mean() < 0.9:
        return None
    row, beside = int(np.flatnonzero(large)[0]), int(np.flatnonzero(broken)[0])
    return (
        f"COLUMN: {int(large.sum()):,} values have lost their decimal sign, first in row {row + 1}: {values[row]:.12g} beside {values[beside]:.12g} in row "
        f"{beside + 1}. Export the table anew with its decimals; what is learned from this column is wrong."
    )

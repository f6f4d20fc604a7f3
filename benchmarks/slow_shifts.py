"""Slow shifts inside the range: how often one is told of a line that is as it was, and after how many hours what drifts is told.

``python -m benchmarks.slow_shifts --json``; ``--seed N`` for other lines. Each day is one look at the milling line of another seed, at the end of it. The
flaws begin at a stretch's begin, and the line is looked at after each further one.
"""

import sys

import numpy as np
import pandas as pd

from benchmarks.convention import Figure, figure, main, say
from data.readings.moments import utc
from data.usecase.file import load
from data.usecase.use_case import UseCase
from data.usecases.milling.flaws import Flaw
from data.usecases.milling.line import NUMBERS, MillingLine
from data.usecases.milling.rules import TYPES
from models.watching.slow_shift import LATELY, moved_in, spans_of, stretch_of

DAY_S, FIRST_DAY = 86_400, 20_500
FLAWS = (("sensor_drift", "M-14", (0.5, 1.0, 2.0, 4.0), "Nm/h"), ("leak", "M-07", (0.125, 0.25, 0.5, 1.0), "K/h"))


def record_of(use_case: UseCase, seed: int, end_s: int, *flaws: Flaw) -> tuple[pd.DataFrame, int]:
    """The readings of the line that are asked for up to a moment, and the end of the last whole stretch."""
    line = MillingLine(use_case, seed, flaws)
    spans, parts = spans_of(end_s * 1_000_000, stretch_of(use_case), len(line.assets)), []
    second = np.array([first // 1_000_000 for first, _ in spans])
    for machine, asset in enumerate(line.assets):
        seen = line.moments(machine, second)
        numbers = dict(zip(NUMBERS, seen.numbers.T, strict=True))
        kinds = np.array(list(TYPES))[seen.kind]
        parts.append(pd.DataFrame({"asset": asset, "time": utc(second * 1_000_000), "product_type": kinds, **numbers}))
    return pd.concat(parts, ignore_index=True), spans[-1][1]


def measure(quick: bool, seed: int) -> list[Figure]:
    """Days without a flaw, then each flaw at its sizes."""
    use_case, told = load("milling"), []
    stretch, days = stretch_of(use_case), 2 if quick else 60
    for day in range(days):
        table, end = record_of(use_case, seed + day, (FIRST_DAY + 3 * day) * DAY_S)
        told.append(len(moved_in(use_case, table, stretch, end).moved))
        if day % 10 == 9:
            say(f"{day + 1} of {days} days: {sum(told)} told")
    note = f"{sum(told)} told in {days} days of 24 machines; promised: one in {use_case.new_days} days of the line"
    figures = [figure("shift_false_per_30_days", 30 * sum(told) / days, "", None, note)]
    for name, asset, sizes, unit in FLAWS:
        seen = {
            size: _seen(use_case, seed + 1000, Flaw(name, (asset,), size, start_s=FIRST_DAY * DAY_S))
            for size in sizes[2 if quick else 0 :]
        }
        note = ", ".join(f"{size} {unit}: {f'{after:.0f} h' if after else 'not within a day'}" for size, after in seen.items())
        say(f"{name}: {note}")
        figures.append(figure(f"shift_seen_{name}", seen[sizes[2]], "h", None, f"of {sizes[2]} {unit}; {note}"))
    return figures


def _seen(use_case: UseCase, seed: int, flaw: Flaw) -> float | None:
    """After how many hours the flaw's own machine is told; ``None``: not within a day."""
    stretch = stretch_of(use_case)
    for at in range(1, LATELY + 1):
        hours = at * stretch.total_seconds() / 3600
        table, end = record_of(use_case, seed, int(flaw.start_s + hours * 3600), flaw)
        if any(flaw.hits(one.asset) for one in moved_in(use_case, table, stretch, end).moved if one.asset):
            return hours
    return None


if __name__ == "__main__":
    sys.exit(main("slow_shifts", measure, seeded=True))

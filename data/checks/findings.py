"""What is wrong with the rows of a delivery: collected a column at a time, told only for the rows that need it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from data.readings.batch import RawBatch, Rejects

LONGEST = 1000
"""Characters of a field that are read as a number, and of a rejected field that are kept."""


class Findings:
    """The first thing wrong with each row: code, signal, and a text that is made only for the rows that need one."""

    def __init__(self, n: int) -> None:
        self.bad = np.zeros(n, bool)
        self.said: list[tuple[np.ndarray, str, str | None, Callable[[int], str]]] = []

    def add(self, wrong: np.ndarray, code: str, signal: str | None, say: Callable[[int], str]) -> None:
        new = wrong & ~self.bad
        if new.any():
            self.bad |= new
            self.said.append((np.flatnonzero(new), code, signal, say))

    def rejects(self, raw: RawBatch) -> Rejects:
        """The rows for quarantine, by position. Only they are gone through one by one, and they are few."""
        rows = sorted((int(i), code, signal, say) for where, code, signal, say in self.said for i in where)
        names = raw.columns.get("asset")
        return Rejects(
            positions=raw.positions[np.array([i for i, *_ in rows], dtype=np.int64)],
            asset=[None if names is None else str(names[i])[:100] for i, *_ in rows],
            signal=[signal for _, _, signal, _ in rows],
            code=[code for _, code, _, _ in rows],
            reason=[say(i) for i, _, _, say in rows],
            raw=[
                json.dumps({name: plain(column[i]) for name, column in raw.columns.items()}, ensure_ascii=False) for i, *_ in rows
            ],
        )


def plain(value: object) -> object:
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, bool | int | None) or (isinstance(value, float) and np.isfinite(value)):
        return value if not isinstance(value, int) or abs(value) < 2**63 else str(value)[:LONGEST]
    text = str(value).encode("utf-8", "replace").decode()
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} characters)"


def short(value: object) -> str:
    text = repr(value.item() if isinstance(value, np.generic) else value).encode("utf-8", "replace").decode()
    return text if len(text) <= 60 else f"{text[:57]}…"


def clock(time_us: int) -> str:
    try:
        return datetime.fromtimestamp(int(time_us) / 1e6, UTC).isoformat(timespec="milliseconds")
    except (OverflowError, ValueError, OSError):
        return f"{int(time_us)} µs after 1970"

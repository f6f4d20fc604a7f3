"""How every benchmark is run and what it prints: progress on stderr, and last on stdout one JSON object.

``{"name", "machine": {"cores", "python", "versions"}, "figures": [{"id", "value", "unit", "bar", "holds", "note"}]}``.
``--quick`` ends within 50 s with smaller sizes and the same ids. A figure that could not be measured is ``null``, with the
reason in its note.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from data.commands import command

_PACKAGES = (
    "numpy",
    "pandas",
    "xgboost",
    "xgboost-cpu",
    "shap",
    "lime",
    "scikit-learn",
    "sqlite-utils",
    "pysqlite3",
    "streamlit",
)
_SIGNS: dict[str, Callable[[float, float], bool]] = {
    "≤": lambda value, bar: value <= bar,
    "≥": lambda value, bar: value >= bar,
    "=": lambda value, bar: value == bar,
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. ``bar``: what it must reach, e.g. ``≤ 20``. ``holds``: ``None`` where nothing was asked or measured."""

    id: str
    value: float | int | None
    unit: str
    bar: str | None
    holds: bool | None
    note: str


def figure(id: str, value: float | int | None, unit: str, bar: str | None = None, note: str = "") -> Figure:
    """A figure held against its bar.

    Raises:
        ValueError: a bar that is not a sign (≤ ≥ =) and a number, or a missing value without a note that says why.
    """
    holds = None
    if bar is not None:
        sign, _, limit = bar.partition(" ")
        if sign not in _SIGNS or not limit:
            raise ValueError(f"The bar of {id} is {bar!r}; write a sign and a number, e.g. '≤ 20'.")
        holds = None if value is None else bool(_SIGNS[sign](value, float(limit)))
    if value is None and not note:
        raise ValueError(f"{id} was not measured: say why in its note.")
    return Figure(id, value if value is None else _short(value), unit, bar, holds, note)


def machine() -> dict:
    """What it was measured on."""
    versions = {}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {"cores": cores, "python": platform.python_version(), "versions": versions}


def say(text: str) -> None:
    """Progress, on stderr."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def timed(seconds: list[float]):
    """Append the seconds that the block takes."""
    begun = time.perf_counter()
    yield
    seconds.append(time.perf_counter() - begun)


def milliseconds(seconds: Sequence[float], quantile: float) -> float:
    """A quantile of measured seconds, in ms."""
    return float(np.quantile(np.asarray(seconds), quantile)) * 1e3


@command
def main(name: str, measure: Callable[..., list[Figure]], arguments: list[str] | None = None, seeded: bool = False) -> int:
    """Run ``measure(quick)`` and print its figures. Returns 0; whether a bar holds is said by the figures. ``seeded``: what is measured is drawn by
    a seed, which may be given: ``measure(quick, seed)``."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}")
    parser.add_argument("--json", action="store_true", help="one JSON object, last on stdout, instead of a table")
    parser.add_argument("--quick", action="store_true", help="smaller sizes, at most 50 s")
    if seeded:
        parser.add_argument("--seed", type=int, default=0, help="of what is drawn: others than ours are worth trying")
    given = parser.parse_args(arguments)
    begun = time.perf_counter()
    figures = measure(given.quick, given.seed) if seeded else measure(given.quick)
    say(f"{name}: {time.perf_counter() - begun:.0f} s")
    if given.json:
        print(json.dumps({"name": name, "machine": machine(), "figures": [asdict(f) for f in figures]}, ensure_ascii=False))
    else:
        for f in figures:
            held = {True: "holds", False: "FAILS", None: ""}[f.holds]
            print(f"{f.id:24} {'-' if f.value is None else f.value:>14} {f.unit:8} {f.bar or '':10} {held:6} {f.note}")
    return 0


def _short(value: float | int) -> float | int:
    """Four significant digits of a float: more is noise."""
    return value if isinstance(value, int) else float(f"{float(value):.4g}")

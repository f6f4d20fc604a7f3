"""Overview and My flags of a plant with a million readings and ten thousand flags of one person: how long a screen waits to be drawn.

``python -m benchmarks.value --json`` fills a home in a temporary folder through the store's own verbs, then runs the screens as Streamlit does, without
a browser. *Cold* is the first look (nothing is kept yet), *warm* the next one within ten seconds.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import streamlit as st
from streamlit.testing.v1 import AppTest

from benchmarks.convention import Figure, figure, main, milliseconds, say, timed
from benchmarks.store import BEGIN, filled
from data.people import DEMO_PEOPLE
from data.records import Answer, Flag, FlagKind, FlagReason, ReleaseRecord, Verdict, VerdictKind
from data.store import Store, open_store
from data.usecase import UseCase
from data.usecase_file import load

CALLS = 15


def overview() -> None:
    """The page, as its address opens it."""
    from pages.overview import render

    render()


def my_flags() -> None:
    """The page, as its address opens it."""
    from pages.my_flags import render

    render()


def handover() -> None:
    """The page, as its address opens it."""
    from pages.handover import render

    render()


def flagged(store: Store, use_case: UseCase, rows: int, flags: int) -> None:
    """One person pulls the cord ``flags`` times; a third is answered, a tenth corrected and learned from by a release."""
    rng, corrections = np.random.default_rng(1), []
    for number, reading in enumerate(rng.choice(rows, flags, replace=False) + 1):
        asset = use_case.assets[(int(reading) - 1) % 24]
        told = {
            "score": 0.9,
            "reasons": [{"text": "Torque is 66 Nm; normally 30–50 Nm on this machine.", "group": "strain", "points": ""}],
        }
        words = "It runs cool and quiet, the sensor cannot be right. " * 9 if number % 5 == 0 else ""
        flag = Flag(use_case.name, asset, int(reading), 1, "olga", FlagKind.WRONG, FlagReason.FALSE_ALARM, told, words)
        raised = store.feedback.raise_flag(flag, float(rng.random() * 3))
        if number % 3 == 0:
            kind = VerdictKind.MODEL_WRONG if number % 10 == 0 else VerdictKind.MODEL_RIGHT
            store.feedback.claim(raised.case, "erik")
            _, correction = store.feedback.decide(
                Verdict(raised.case, "erik", kind, "Seen to.", 0.0 if number % 10 == 0 else None)
            )
            corrections += [correction] if correction else []
        if number % 2000 == 1999:
            say(f"flagged {number + 1:,} of {flags:,}")
    for number, learned in ((1, ()), (2, tuple(one.id for one in corrections))):
        made = ReleaseRecord(use_case.name, number, f"r{number}", "-", BEGIN, "dana", number - 1 or None, {}, learned)
        store.releases.add(made, [Answer(use_case.name, number, one.reading, 0.1) for one in corrections] if number == 2 else [])
        store.releases.set_champion(use_case.name, number, "dana", "measured")


def drawn(page: Callable[[], None], who: str, cold: bool, **address: str) -> list[float]:
    """Seconds of each look at ``page``."""
    seconds: list[float] = []
    for _ in range(CALLS + 1):
        if cold:
            st.cache_resource.clear()
        app = AppTest.from_function(page, default_timeout=60)
        for name, value in (address | {"who": who}).items():
            app.query_params[name] = value
        with timed(seconds):
            app.run()
        if app.exception:
            raise RuntimeError(f"{page.__name__}: {app.exception[0].message}")
    return seconds[1:]


def measure(quick: bool) -> list[Figure]:
    """Fill the home, look at each page."""
    rows, flags = (100_000, 1_000) if quick else (1_000_000, 10_000)
    use_case = load("milling")
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"PULLCORD_HOME": folder, "PULLCORD_EMBEDDED_WORKER": "false"}
        store = open_store(Path(folder) / "pullcord.db")
        store.readings.prepare(use_case)
        for person in DEMO_PEOPLE:
            store.people.save(person, "benchmark")
        filled(store, use_case, rows)
        flagged(store, use_case, rows, flags)
        whole = {"from": "2026-03-01", "to": "2026-12-31"}
        looks = (
            ("overview", overview, "maria", whole, 1000),
            ("my_flags", my_flags, "olga", {}, 1000),
            ("handover", handover, "olga", {}, 1000),
        )
        figures = []
        for name, page, who, address, bar in looks:
            for cold in (True, False):
                seconds = drawn(page, who, cold, **address)
                note = f"p50 {milliseconds(seconds, 0.5):.0f} ms of {CALLS} looks; {rows:,} readings, {flags:,} flags"
                told = figure(f"{name}_{'cold' if cold else 'warm'}_p95_ms", milliseconds(seconds, 0.95), "ms", f"≤ {bar}", note)
                figures.append(told)
                say(f"{told.id}: {told.value} ms, {note}")
        store.close()
    return figures


if __name__ == "__main__":
    raise SystemExit(main("value", measure))

"""Overview and My flags of a plant with a million readings and ten thousand flags of one person: how long a person waits for them.

``python -m benchmarks.value --json`` fills a home in a temporary folder through the store's own verbs, then opens each page in a real browser: in a new
session until its first figures are there, and from the menu until its last part is.
"""

import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser

from benchmarks.convention import Figure, figure, main, milliseconds, say, timed
from benchmarks.store import BEGIN, filled
from data.people import DEMO_PEOPLE
from data.records import Answer, Flag, FlagKind, FlagReason, ReleaseRecord, Verdict, VerdictKind
from data.store import Store, open_store
from data.usecase.file import load
from data.usecase.use_case import UseCase
from tests.e2e.plant import Plant, browser, page_of, plant

CALLS = 15
WHOLE = "value?from=2026-03-01&to=2026-12-31&"
"""The address of the overview of all that there is."""
LOOKS = (
    ("overview", "maria", WHOLE, "Overview", "[role=group]", "[data-testid=stDataFrame]"),
    ("my_flags", "olga", "flags?", "My flags", "[class*=st-key-flag_]", ".st-key-older_flags"),
    ("handover", "olga", "shift?", "Handover", ".st-key-big_sign_out", "[class*=st-key-remarks_]"),
)
"""Of each page: who looks, its address and name in the menu, its first figures and its last part."""


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


def looked(opened: Browser, there: Plant, path: str, first: str) -> list[float]:
    """Seconds from the tap on an address to the first figures of its page, each time in a session and a browser that know nothing yet."""
    seconds: list[float] = []
    for _ in range(CALLS + 1):
        page = page_of(opened, 1280, 800, alone=True)
        with timed(seconds):
            page.goto(f"{there.url}/{path}", wait_until="commit")
            page.locator(first).first.wait_for()
        page.context.close()
    return seconds[1:]


def switched(opened: Browser, there: Plant, who: str, name: str, last: str) -> list[float]:
    """Seconds from the tap on the menu to the last part of the page, in a session that goes to and fro."""
    page, seconds = page_of(opened, 1280, 800, alone=True), []
    page.goto(f"{there.url}/machine?who={who}")
    menu = page.get_by_test_id("stTopNavLink")
    for _ in range(CALLS + 1):
        menu.filter(has_text="Machine").first.wait_for()
        page.wait_for_timeout(500)
        with timed(seconds):
            menu.filter(has_text=name).first.click()
            page.locator(last).first.wait_for(state="attached")
        menu.filter(has_text="Machine").first.click()
        page.locator(last).first.wait_for(state="detached")
    page.context.close()
    return seconds[1:]


def downloaded(opened: Browser, there: Plant, path: str) -> list[float]:
    """Seconds from the tap on the report to its PDF."""
    page = page_of(opened, 1280, 800, alone=True)
    page.goto(f"{there.url}/{path}")
    button, seconds = page.get_by_role("button", name="Report (PDF)"), []
    button.wait_for()
    page.wait_for_timeout(2000)
    for _ in range(CALLS):
        with timed(seconds), page.expect_download():
            button.click()
        page.wait_for_timeout(300)
    page.context.close()
    return seconds


def measure(quick: bool) -> list[Figure]:
    """Fill the home, look at each page."""
    rows, flags = (100_000, 1_000) if quick else (1_000_000, 10_000)
    use_case, figures = load("milling"), []
    with tempfile.TemporaryDirectory(prefix="pullcord-") as folder:
        store = open_store(Path(folder) / "pullcord.db")
        store.readings.prepare(use_case)
        for person in DEMO_PEOPLE:
            store.people.save(person, "benchmark")
        filled(store, use_case, rows)
        flagged(store, use_case, rows, flags)
        store.close()
        with plant(Path(folder)) as there, browser() as opened:
            there.start_screens()
            measured = []
            for id, who, path, name, first, last in LOOKS:
                measured.append((f"{id}_first_paint_p95_ms", looked(opened, there, f"{path}who={who}", first), 2000))
                measured.append((f"{id}_switch_p95_ms", switched(opened, there, who, name, last), 1000))
            measured.append(("report_pdf_p95_ms", downloaded(opened, there, f"{WHOLE}who=maria"), 1000))
        for id, seconds, bar in measured:
            note = f"p50 {milliseconds(seconds, 0.5):.0f} ms of {len(seconds)}; {rows:,} readings, {flags:,} flags"
            figures.append(figure(id, milliseconds(seconds, 0.95), "ms", f"≤ {bar}", note))
            say(f"{id}: {figures[-1].value} ms, {note}")
    return figures


if __name__ == "__main__":
    raise SystemExit(main("value", measure))

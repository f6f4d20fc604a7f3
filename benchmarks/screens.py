"""How fast the screens are to the eye: twenty people look at a live line in real browsers, and one of them works.

``python -m benchmarks.screens --json``. A real release, a worker at the line's own pace, the dashboard, and a session of its own for each of twenty people.
The one who works has a Chromium for herself; the nineteen others share one with the lowest priority, as theirs would run on nineteen other machines (they
still take what the two cores have left). Priority is that of the whole session of processes (Linux' autogroup): Chromium sets its own, and one that root starts
takes back what ``nice`` gave it. Each time is from the tap to what the person waits for, seen in the browser. Memory and processor of the
dashboard are read all the while; ``SOAK_MINUTES=60`` looks on for an hour, ``MACHINES=1000`` at a line of that size.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page

from benchmarks.convention import Figure, figure, main, milliseconds, say, timed
from benchmarks.large_lines import enlarge
from benchmarks.processes import Watched
from tests.e2e.browser import ARGUMENTS, ensure
from tests.e2e.plant import Plant, browser, page_of, plant, wait_for

SESSIONS = 20
LOOKED_AT = ("", "", "", "machine?asset={first}", "", "", "flags", "cases", "", "value")
"""What the others look at, again and again: most of them the board."""
PEOPLE = ("olga", "omar", "erik", "dana", "maria", "adam")
ADVISED_S = 240
SOAK_MINUTES = float(os.environ.get("SOAK_MINUTES", "4"))
MACHINES = int(os.environ.get("MACHINES", "24"))
ASSET = ".tile, .cell, .card"
"""What stands for an asset, or for an area of them, by how many there are."""

_FIRST_ASSET = """const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (given) {
  const root = attach.call(this, given);
  const seen = new MutationObserver(() => {
    if (!root.querySelector('ASSET')) return;
    seen.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => { window.painted ??= performance.now(); }));
  });
  seen.observe(root, {childList: true, subtree: true});
  return root;
};""".replace("ASSET", ASSET)
"""Notes when one has been painted, since the address was asked for: looking for it from outside comes up to half a second late."""


def measure(quick: bool) -> list[Figure]:
    """Start a plant, open the sessions, work in one of them, then look on."""
    sessions = 4 if quick else SESSIONS
    with tempfile.TemporaryDirectory(prefix="pullcord-") as folder:
        home = Path(folder) / "home"
        say("training a release …")
        _train(home)
        if MACHINES != 24:
            enlarge(home, MACHINES, max(1, MACHINES // 40))
        with (
            plant(home, speed=1, backlog_s=min(3600, 86_400 // MACHINES)) as there,
            browser() as opened,
            _elsewhere(opened, Path(folder)) as far,
        ):
            there.start_worker()
            there.start_screens()
            readings = wait_for(lambda: _advised(there), ADVISED_S, "advice to flag")
            first = f"M-{1:0{max(2, len(str(MACHINES)))}}"
            _look(opened, there, "", "olga").close()  # the first one loads what the process keeps
            others = [
                _look(far, there, LOOKED_AT[at % len(LOOKED_AT)].format(first=first), PEOPLE[at % len(PEOPLE)])
                for at in range(sessions - 1)
            ]
            say(f"{len(others)} sessions are open; the {sessions}th works")
            watched = Watched(there.screens.pid)
            watched.start()
            found = [
                *_told(_paint(opened, there, 4 if quick else 24)),
                *_told(_switch(opened, there, 8 if quick else 40)),
                *_told(_flag(opened, there, readings[: 3 if quick else 20])),
                *_told(_what_if(opened, there, readings[-1], 10 if quick else 40)),
            ]
            for end in range(0, int((0.1 if quick else SOAK_MINUTES) * 6)):
                say(f"looking on: {end * 10} s, {watched.rss_mb():.0f} MB")
                time.sleep(10)
            held = sum(page.get_by_role("heading").first.is_visible() for page in others) + 1
            return [*found, figure("sessions", held, "", f"= {sessions}", "still open and drawn at the end"), *watched.figures()]


def _told(figures: list[Figure]) -> list[Figure]:
    for one in figures:
        say(f"{one.id}: {one.value} {one.unit} ({one.note})")
    return figures


@contextmanager
def _elsewhere(opened: Browser, folder: Path) -> Iterator[Browser]:
    """A second browser, which leaves the processor to everything else."""
    humble = folder / "chromium"
    humble.write_text(
        f'#!/bin/sh\n{{ echo 19 > /proc/self/autogroup; }} 2>/dev/null\nexec nice -n 19 "{ensure()}" "$@"\n', encoding="utf-8"
    )
    humble.chmod(0o755)
    far = opened.browser_type.launch(executable_path=humble, args=ARGUMENTS)
    try:
        yield far
    finally:
        far.close()


def _train(home: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
    train = [sys.executable, "-m", "models.training", "--use-case", "milling", "--home", str(home)]
    done = subprocess.run(train, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"The release was not trained: {done.stderr[-2000:]}")


def _advised(there: Plant) -> list[int]:
    """Readings with advice, each of another moment: what there is to flag."""
    store = there.store()
    try:
        champion = store.releases.champion("milling")
        table, _, score = store.readings.contributions("milling", champion.number, 10**6)
    finally:
        store.close()
    ids = table["id"].to_numpy()[score >= 0.7]
    return np.random.default_rng(0).permutation(ids)[:60].tolist() if len(ids) >= 60 else []


def _look(opened: Browser, there: Plant, path: str, who: str) -> Page:
    page = page_of(opened, 1280, 800, alone=True)
    page.goto(_address(there, path, who))
    page.get_by_role("heading").first.wait_for()
    return page


def _address(there: Plant, path: str, who: str) -> str:
    return f"{there.url}/{path}{'&' if '?' in path else '?'}who={who}"


def _paint(opened: Browser, there: Plant, times: int) -> list[Figure]:
    """From the address to the first tile of the board, in a session that knows nothing yet."""
    seconds: list[float] = []
    for _ in range(times):
        page = page_of(opened, alone=True)
        page.add_init_script(_FIRST_ASSET)
        page.goto(_address(there, "", "olga"), wait_until="commit")
        page.wait_for_function("window.painted")
        seconds.append(page.evaluate("window.painted") / 1000)
        page.context.close()
    note = f"p95 of {times}; median {np.median(seconds):.2f} s; by the browser's own clock; nothing is in its cache"
    return [figure("first_paint_s", float(np.quantile(seconds, 0.95)), "s", "≤ 2", note)]


def _switch(opened: Browser, there: Plant, times: int) -> list[Figure]:
    """From the tap on the menu to what the page is about."""
    page = _look(opened, there, "", "dana")
    pages = {"My flags": "My flags", "Releases": "Releases", "Overview": "Overview", "Review": "Review", "Board": None}
    seconds: list[float] = []
    for at in range(times):
        name, heading = list(pages.items())[at % len(pages)]
        with timed(seconds):
            page.get_by_test_id("stTopNavLink").filter(has_text=re.compile(f"{name}$")).first.click()
            target = page.locator(ASSET).first if heading is None else page.get_by_role("heading", name=heading, exact=True).first
            target.wait_for()
    page.context.close()
    return [
        figure(
            "switch_p95_s", float(np.quantile(seconds, 0.95)), "s", "≤ 1", f"median {np.median(seconds):.2f} s, {times} switches"
        )
    ]


def _flag(opened: Browser, there: Plant, readings: list[int]) -> list[Figure]:
    """From the second tap, the reason, to the receipt, which is drawn from the store."""
    page = _look(opened, there, "", "omar")
    seconds: list[float] = []
    for reading in readings:
        page.goto(_address(there, f"why?reading={reading}", "omar"))
        page.get_by_role("button", name="Wrong").click()
        reason = page.get_by_role("button", name=re.compile("^(False alarm|Missed problem)"))
        reason.wait_for()
        page.wait_for_timeout(700)  # nobody has chosen a reason sooner
        with timed(seconds):
            reason.click()
            page.get_by_text(re.compile("is recorded")).first.wait_for()
    page.context.close()
    note = f"median {milliseconds(seconds, 0.5):.0f} ms, {len(seconds)} flags, each durable when its receipt is there"
    return [figure("flag_receipt_p95_ms", milliseconds(seconds, 0.95), "ms", "≤ 300", note)]


def _what_if(opened: Browser, there: Plant, reading: int, times: int) -> list[Figure]:
    """From a key on a slider to another answer beside it."""
    page = _look(opened, there, f"why?reading={reading}", "dana")
    page.locator(".st-key-expert label").first.click()
    thumb = page.get_by_role("slider").first
    thumb.wait_for(timeout=60_000)
    thumb.scroll_into_view_if_needed()
    page.wait_for_timeout(3000)
    seconds: list[float] = []
    answer = page.locator("[data-testid=stColumn]").filter(
        has=page.get_by_role("heading", name=re.compile("^Risk |not in the training data"))
    )
    for at in range(times):
        before = answer.last.inner_html()
        thumb.focus()
        begun = time.perf_counter()
        thumb.press("ArrowRight" if at % 4 < 2 else "ArrowLeft")
        while time.perf_counter() - begun < 3:
            if answer.last.inner_html() != before:
                seconds.append(time.perf_counter() - begun)
                break
        page.wait_for_timeout(150)
    page.context.close()
    if not seconds:
        return [figure("whatif_p95_ms", None, "ms", "≤ 300", "no setting changed the answer")]
    note = f"median {milliseconds(seconds, 0.5):.0f} ms, {len(seconds)} of {times} settings changed the answer"
    return [figure("whatif_p95_ms", milliseconds(seconds, 0.95), "ms", "≤ 300", note)]


if __name__ == "__main__":
    sys.exit(main("screens", measure))

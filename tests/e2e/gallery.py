"""The pictures of docs/screens, taken of a real plant: ``make screens``.

A line whose torque sensor on M-14 drifts, the flag, the verdict, the challenger and its release, all through the screens themselves; then every
screen in the sizes and themes in which people look at it, two other languages, and the board as eyes see it that lack a colour.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from data.settings import PROJECT
from tests.e2e.plant import Plant, browser, page_of, plant, settled, wait_for
from tests.e2e.test_the_loop import go, release_it

SCREENS = PROJECT / "docs" / "screens"
DESK, TABLET, WALL = (1920, 1080), (1024, 768), (3840, 2160)
EYES = ("achromatopsia", "deuteranopia", "protanopia")
FLAWED = "M-14"


def main() -> None:
    """Take them all; the folder then holds these pictures and no others."""
    with tempfile.TemporaryDirectory(prefix="pullcord-") as folder:
        home = Path(folder) / "home"
        train = [sys.executable, "-m", "models.training", "--use-case", "milling", "--home", str(home)]
        subprocess.run(train, cwd=PROJECT, check=True, capture_output=True)
        shutil.rmtree(SCREENS, ignore_errors=True)
        SCREENS.mkdir()
        with plant(home, speed=4, flaws=f"sensor_drift:{FLAWED}:25", backlog_s=3600) as there, browser() as opened:
            there.start_worker()
            there.start_screens()
            reading = _flagged(there, opened)
            _before(there, opened, reading)
            _learned(there, opened)
            _after(there, opened)
    for file in sorted(SCREENS.glob("*.png")):
        print(f"{file.relative_to(PROJECT)}  {file.stat().st_size / 1000:.0f} kB")


def take(there: Plant, opened: Browser, name: str, path: str, who: str, size=DESK, scheme: str = "light", ready=None) -> None:
    """One picture, once all of the screen is drawn (and what ``ready`` does has been done)."""
    page = page_of(opened, *size, color_scheme=scheme, locale="en-GB")
    go(page, there, path, who)
    page.locator(".tile, .cell, h2, h1").first.wait_for(timeout=60_000)
    if ready is not None:
        ready(page)
    page.wait_for_timeout(2000)
    settled(page)
    page.screenshot(path=SCREENS / f"{name}.png")
    page.close()


def _flagged(there: Plant, opened: Browser) -> int:
    """Olga meets the wrong advice and pulls the cord. Gives the reading."""
    page = page_of(opened)
    go(page, there, "", "olga")
    abnormal = page.get_by_role("button", name=re.compile(f"^Open {FLAWED}: (likely|possible)")).first
    expect(abnormal).to_be_visible(timeout=240_000)
    take(there, opened, "board", "", "olga")
    take(there, opened, "board-dark", "", "olga", scheme="dark")
    take(there, opened, "board-tablet", "", "olga", TABLET)
    take(there, opened, "board-japanese", "?lang=ja", "olga")
    take(there, opened, "wall", "?wall=1", "", WALL, "dark")
    for eye in EYES:
        take(there, opened, f"board-{eye}", "", "olga", ready=lambda seen, eye=eye: _with(seen, eye))
    abnormal.click(timeout=240_000)  # it may be fine meanwhile: the drift shows in heavy products
    expect(page.get_by_role("heading", name=re.compile("failure.*, risk"))).to_be_visible()
    reading = int(re.search(r"reading=(\d+)", page.url)[1])
    take(there, opened, "prediction", f"why?reading={reading}", "olga")
    take(there, opened, "prediction-tablet", f"why?reading={reading}", "olga", TABLET)
    take(there, opened, "prediction-german", f"why?reading={reading}&lang=de", "olga")
    page.get_by_role("button", name="Wrong").click()
    page.get_by_role("button", name="False alarm: the machine is fine").click()
    expect(page.get_by_text(re.compile("is recorded: wrong"))).to_be_visible()
    page.close()
    return reading


def _with(page: Page, eye: str) -> None:
    """The page as an eye sees it that lacks a colour."""
    page.context.new_cdp_session(page).send("Emulation.setEmulatedVisionDeficiency", {"type": eye})


def _before(there: Plant, opened: Browser, reading: int) -> None:
    store = there.store()
    case = store.feedback.fates("olga")[0].flag.case
    store.close()
    take(there, opened, "machine", f"machine?asset={FLAWED}", "olga")
    take(there, opened, "machine-dark-tablet", f"machine?asset={FLAWED}", "olga", TABLET, "dark")
    take(there, opened, "review", f"cases?case={case}", "erik")
    take(there, opened, "expert", f"why?reading={reading}", "dana", (1920, 2600), ready=_expert)
    page = page_of(opened)
    go(page, there, f"cases?case={case}", "erik")
    page.get_by_role("button", name="Claim this case").click()
    page.get_by_role("button", name=re.compile("The model was wrong")).click()
    page.get_by_label("Answer to the operator").fill(f"Right: the torque sensor of {FLAWED} reads too high.")
    page.get_by_label("Answer to the operator").blur()
    page.get_by_role("button", name="Decide").click()
    store = there.store()
    wait_for(lambda: store.feedback.corrections("milling"), 30, "the correction")
    store.close()
    page.close()


def _expert(page: Page) -> None:
    page.locator(".st-key-expert label").first.click()
    page.get_by_text("What if").first.wait_for(timeout=60_000)
    page.wait_for_timeout(4000)


def _learned(there: Plant, opened: Browser) -> None:
    """Dana trains and releases."""
    store, page = there.store(), page_of(opened)
    go(page, there, "versions", "dana")
    page.get_by_role("button", name="Train a challenger").click()
    wait_for(lambda: len(store.releases.all("milling")) == 2, 240, "the challenger")
    take(there, opened, "releases", "versions?release=2", "dana", (1920, 1900))
    go(page, there, "versions?release=2", "dana")
    release_it(page)
    wait_for(lambda: any(beat.release == 2 for beat in store.workers.all()), 30, "the worker taking it up")
    store.close()
    page.close()


def _after(there: Plant, opened: Browser) -> None:
    take(there, opened, "my-flags", "flags", "olga")
    take(there, opened, "handover", "shift", "olga")
    take(there, opened, "model", "general-reasons", "dana", ready=lambda page: page.wait_for_timeout(6000))
    take(there, opened, "overview", "value?period=1d", "maria", (1920, 1700))
    take(there, opened, "new-line", "add-line", "erik")
    take(there, opened, "more-contrast", "?contrast=high", "olga")


if __name__ == "__main__":
    main()

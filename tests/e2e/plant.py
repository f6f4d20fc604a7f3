"""A whole Pullcord for a browser test: home, worker and dashboard as real processes, and a real browser before it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from data.settings import PROJECT
from data.store import Store, open_store
from start import CALM, screens_command
from tests.e2e.browser import ARGUMENTS, ensure


@dataclass
class Plant:
    """The processes of one installation, and where they are."""

    home: Path
    port: int
    environment: dict[str, str]
    worker: subprocess.Popen | None = None
    screens: subprocess.Popen | None = None
    logs: list = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the dashboard is."""
        return f"http://localhost:{self.port}"

    def store(self) -> Store:
        """The plant's own store, for what a test must see behind the screens."""
        return open_store(self.home / "pullcord.db")

    def start_worker(self, *words: str) -> None:
        """Start the live loop."""
        self.worker = self._start("worker", [sys.executable, "worker.py", *words])

    def stop_worker(self) -> None:
        """Stop the live loop, cleanly."""
        self.worker.terminate()
        self.worker.wait(20)

    def start_screens(self) -> None:
        """Start the dashboard and wait until it answers."""
        self.screens = self._start("screens", screens_command(sys.executable, str(self.port)), CALM)
        wait_for(lambda: _healthy(self.port), 120, "the dashboard")

    def stop(self) -> None:
        """Stop everything."""
        for process in (self.screens, self.worker):
            if process and process.poll() is None:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()

    def _start(self, name: str, command: list[str], more: dict[str, str] | None = None) -> subprocess.Popen:
        log = (self.home / f"{name}.log").open("ab")
        self.logs.append(log)
        return subprocess.Popen(command, cwd=PROJECT, env=self.environment | (more or {}), stdout=log, stderr=log)


@contextmanager
def plant(home: Path, **settings):
    """A plant in ``home`` with these settings (``speed=5`` becomes ``PULLCORD_SPEED``); stopped at the end."""
    port = _free_port()
    told = {f"PULLCORD_{name.upper()}": str(value) for name, value in settings.items()}
    environment = os.environ | {"PULLCORD_HOME": str(home), "PULLCORD_EMBEDDED_WORKER": "false"} | told
    there = Plant(home, port, environment)
    try:
        yield there
    finally:
        there.stop()


@contextmanager
def browser():
    """A headless browser."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=ensure(), args=ARGUMENTS)
        opened.new_context()  # the one that its pages share
        try:
            yield opened
        finally:
            opened.close()


def page_of(
    opened: Browser, width: int = 1920, height: int = 1080, *, color_scheme: str = "light", alone: bool = False, **more
) -> Page:
    """A new page in a plant's screen size; a wait fails after a minute.

    The pages of a browser share one context, as a person's tabs do, and read 3 MB of scripts once. One with options of a computer of its own, or ``alone``,
    shares nothing: no cache, and nothing that was stored.
    """
    expect.set_options(timeout=60_000)
    page = (opened.new_context(**more) if alone or more else opened.contexts[0]).new_page()
    page.set_default_timeout(60_000)
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=color_scheme)
    return page


def show(page: Page, there: Plant, path: str, **asked) -> None:
    """Open an address with what is asked for in it (``who``, ``lang`` …), and wait until all of the screen is drawn."""
    words = "&".join(f"{name}={value}" for name, value in asked.items())
    page.goto(f"{there.url}/{path}{'&' if '?' in path else '?'}{words}")
    expect(page.get_by_role("heading").first).to_be_visible()
    settled(page)


_QUIET = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  const busy = app?.dataset.testScriptState !== 'notRunning' || document.fonts.status !== 'loaded'
    || document.querySelector('[data-stale=true], [data-testid=stSkeleton], [data-testid=stSpinner], .trend-pad:not([aria-valuetext])')
    || document.getAnimations().some((one) => one.playState === 'running' && one.effect?.getComputedTiming().endTime !== Infinity);
  const count = (root) => { let found = 0; for (const e of root.querySelectorAll('*')) found += 1 + (e.shadowRoot ? count(e.shadowRoot) : 0); return found; };
  const now = busy ? -1 : count(document);
  if (now < 0 || now !== window.settled?.count) window.settled = { count: now, since: performance.now() };
  return now > 0 && performance.now() - window.settled.since >= 300;
}"""


def settled(page: Page) -> None:
    """Wait until all of a screen is drawn: nothing runs, is loaded or moves any more, and for three tenths of a second nothing has come or gone."""
    page.evaluate("() => { delete window.settled; }")
    page.wait_for_function(_QUIET, polling=100, timeout=120_000)


def coloured(page: Page, scheme: str) -> None:
    """Let the computer turn ``light`` or ``dark`` by itself, and wait until all of the screen is drawn so."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function("(scheme) => getComputedStyle(document.documentElement).colorScheme === scheme", arg=scheme)
    settled(page)


def wait_for(met, seconds: float, what: str):
    """The first true answer of ``met()``.

    Raises:
        AssertionError: when there is none in time, naming ``what`` was waited for.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = met()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what}: not there after {seconds} s")


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("localhost", 0))
        return trial.getsockname()[1]


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=0.5) as answer:
            return answer.status == 200
    except OSError:
        return False

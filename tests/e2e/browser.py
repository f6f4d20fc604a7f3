"""Finding a Chromium to test with: on the PATH, from Debian's packages, Playwright's own, or an installed Chrome.

``python -m tests.e2e.browser`` sees to it that there is one, and fails with a message when there cannot be.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_SHELL = "chromium-headless-shell"
"""The same Chromium without the windows of a desktop: a page costs it a tenth of a second of processor, the whole one a second, for bars that nobody sees."""
_NAMES = (_SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


class NoBrowser(RuntimeError):
    """There is no browser and none could be installed; the message says what to do."""


def installed() -> str | None:
    """The path of a browser that is there already."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found or _MAC.exists():
        return found or str(_MAC)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:  # not yet installed itself
        return None
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if own and Path(own).exists() else None


def ensure(best: bool = False) -> str:
    """The path of a browser, installed if need be. With ``best`` the quick one is fetched also where another is there.

    Raises:
        NoBrowser: saying what was tried and what to do.
    """
    found, tried = installed(), []
    if found and (not best or shutil.which(_SHELL)):
        return found
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.call(["apt-get", "update", "-qq"], **quiet)
        for package in (_SHELL, *(() if found else ("chromium",))):
            tried.append(f"apt-get install {package}")
            if not subprocess.call(["apt-get", "install", "-y", "-qq", package], **quiet):
                break
    if not installed():
        tried.append("playwright install chromium")  # which says so itself where there is no playwright yet
        subprocess.call([sys.executable, "-m", "playwright", "install", "chromium"], stdout=subprocess.DEVNULL)
    found = installed()
    if not found:
        raise NoBrowser(
            f"The browser tests need a Chromium or Chrome and there is none (tried: {', '.join(tried)}). "
            "Install one (Debian: sudo apt install chromium) and run the same command again."
        )
    return found


if __name__ == "__main__":
    try:
        print(f"Browser for the tests: {ensure(best=True)}")
    except NoBrowser as error:
        sys.exit(str(error))

"""Fetching the Tennessee Eastman tables, once: python -m data.usecases.tennessee_eastman.fetch

They lie in the wheel of a package (bibmon, Apache-2.0), of which nothing else is taken or run. It comes through pip, so that a plant's own
package index is used; its hash is pinned here.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from data.commands import command
from data.errors import PullcordError
from data.settings import load_settings, prepared_home
from data.usecases.tennessee_eastman.process import FILES, FOLDER, tables_in

PACKAGE = "bibmon==1.2.0"
SHA256 = "a74717f9157c6e414f5d225c850bf68df2b3edc1ee7833cc0e99f2164066f397"
INSIDE = "bibmon/tennessee_eastman/"
_BAR = 40


class FetchError(PullcordError, RuntimeError):
    """The tables cannot be had; the message says why and how to bring them otherwise."""


def fetch(
    home: Path, tell: Callable[[float, str], object] = lambda *_: None, download: Callable[[Path], None] | None = None
) -> Path:
    """Put the tables into the home, whole or not at all. Returns their folder.

    Args:
        download: puts the wheel into a folder; by default pip does.

    Raises:
        FetchError: no network, another file than the pinned one, or no room.
    """
    place = home / FOLDER
    if tables_in(home):
        tell(1.0, f"The tables are there: {place}")
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".fetching-", dir=place.parent))
    try:
        tell(0.0, f"Downloading {PACKAGE} (5 MB)")
        (download or _pip)(work)
        wheel = next(work.glob("*.whl"), None)
        if wheel is None or hashlib.sha256(wheel.read_bytes()).hexdigest() != SHA256:
            raise FetchError(
                "What came as {PACKAGE} is not the file that is known (SHA-256 {SHA256}…): nothing of it was used.",
                PACKAGE=PACKAGE,
                SHA256=SHA256[:12],
            )
        out = work / "tables"
        out.mkdir()
        with zipfile.ZipFile(wheel) as packed:
            for at, name in enumerate(FILES, start=1):
                (out / name).write_bytes(packed.read(INSIDE + name))
                tell(0.5 + 0.5 * at / len(FILES), f"Unpacking {name}")
        shutil.rmtree(place, ignore_errors=True)
        out.rename(place)
    except OSError as error:
        raise FetchError("The tables cannot be written to {place} ({strerror}).", place=place, strerror=error.strerror) from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return place


def _pip(folder: Path) -> None:
    words = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        "--dest",
        str(folder),
        PACKAGE,
    ]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        why = next((line for line in reversed(done.stderr.strip().splitlines()) if "ERROR" in line), "no answer")
        raise FetchError(
            "{PACKAGE} cannot be downloaded: {ERROR} Pullcord runs without it. On a machine with a network run pip download "
            "--no-deps {PACKAGE2}, copy the file here, and give it with --wheel FILE.",
            PACKAGE=PACKAGE,
            ERROR=why.removeprefix("ERROR: "),
            PACKAGE2=PACKAGE,
        )


@command
def main(arguments: list[str] | None = None) -> int:
    """Run from the command line, with a bar of progress. Exit code 1 with the reason when it cannot be."""
    parser = argparse.ArgumentParser(
        prog="python -m data.usecases.tennessee_eastman.fetch", description="Fetch the Tennessee Eastman tables, once."
    )
    parser.add_argument("--home", type=Path, help="folder of everything that is kept (default: the settings')")
    parser.add_argument("--wheel", type=Path, help=f"the file of {PACKAGE}, where this machine has no network")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)

    def tell(fraction: float, message: str) -> None:
        done = round(_BAR * fraction)
        print(f"\r[{'█' * done}{'·' * (_BAR - done)}] {fraction:4.0%}  {message:50}", end="", file=sys.stderr, flush=True)

    home = prepared_home(load_settings(**({"home": given.home} if given.home else {})))
    if given.wheel and not given.wheel.is_file():
        raise FetchError(
            "--wheel: there is no file {wheel}. Give the file that pip download --no-deps {PACKAGE} made.",
            wheel=given.wheel,
            PACKAGE=PACKAGE,
        )
    copy = (lambda folder: shutil.copy(given.wheel, folder / "given.whl")) if given.wheel else None
    try:
        place = fetch(home, tell, copy)
    finally:
        print(file=sys.stderr)  # below the bar
    print(
        json.dumps({"folder": str(place), "files": len(FILES)})
        if given.json
        else f"{len(FILES)} tables are in {place}. Now: python worker.py --use-case tennessee_eastman --speed 600"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

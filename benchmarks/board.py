"""What the board costs a second for 24, 200 and 1,000 assets: server time of a tick and bytes sent to each session.

``python -m benchmarks.board --json``. A release is trained, and two minutes of a line of each size are recorded. Once for each version of the record, whoever
looks: read and draw (``first``). For each further session: look up and add what is its own (``further``). Bytes are the view's JSON. And how long it takes
from a recorded reading to the text of its tile, in a real browser.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.convention import Figure, figure, main, milliseconds, say
from benchmarks.large_lines import enlarge
from data.records import State
from data.settings import PROJECT
from tests.e2e.hand import WATCH_TILE, Hand
from tests.e2e.plant import browser, page_of, plant

SIZES = {24: 4, 200: 10, 1000: 25}
TICKS = 20
MEASURED = "from benchmarks.board import measured; measured()"


def measure(quick: bool) -> list[Figure]:
    """Each size in a home and a process of its own, as the dashboard has it."""
    found = []
    with tempfile.TemporaryDirectory(prefix="pullcord-") as folder:
        base = Path(folder) / "base"
        say("training a release …")
        _run(base, "-m", "models.training", "--use-case", "milling", "--home", str(base))
        for machines, areas in SIZES.items():
            home = Path(folder) / str(machines)
            shutil.copytree(base, home)
            enlarge(home, machines, areas)
            _run(home, "worker.py", "--readings", str(machines * (30 if quick else 120)))
            told = json.loads(_run(home, "-c", MEASURED).splitlines()[-1])
            say(f"{machines}: {told}")
            found += [
                figure(f"first_ms_{machines}", told["first"], "ms", "≤ 100", f"once a version of the record; {told['mode']}"),
                figure(f"further_ms_{machines}", told["further"], "ms", "≤ 5", "each further session"),
                figure(f"bytes_{machines}", told["bytes"], "bytes", "≤ 20000", "each session, each second"),
            ]
        found.append(_seen(base, 6 if quick else 40))
    return found


def _seen(home: Path, times: int) -> Figure:
    """From the moment a reading is recorded until the browser shows its state, by the machine's one clock."""
    late = []
    with plant(home) as there, browser() as opened:
        hand = Hand(there)
        there.start_screens()
        try:
            page = page_of(opened, alone=True)
            page.goto(f"{there.url}/?who=olga")
            page.locator(".tile").last.wait_for()
            page.evaluate(WATCH_TILE, "M-24")
            for at in range(times):
                time.sleep(0.37)
                known = page.evaluate("window.changes.length")
                recorded = hand.tell(M_24=(State.LIKELY, State.NORMAL)[at % 2])
                page.wait_for_function(f"window.changes.length > {known}")
                late.append(page.evaluate("window.changes.at(-1)[0]") / 1000 - recorded)
        finally:
            hand.stop()
    note = f"the longest of {times}; median {np.median(late):.2f} s; the board asks once a second"
    return figure("record_to_screen_s", max(late), "s", "≤ 2", note)


def measured() -> None:
    """Print times in ms (medians) and bytes of the home in ``PULLCORD_HOME``."""
    from pages.board import _status
    from pages.parts.board import board_reading
    from pages.parts.board.asset_board.words import sentences
    from pages.parts.shell import session
    from pages.parts.shell.freshness import freshness

    use_case = session.use_case()
    newest = session.store().readings.newest_us(use_case.name) / 1e6
    at = datetime.fromtimestamp(newest, UTC) + timedelta(milliseconds=500)
    first, further, size, mode = [], [], 0, ""

    def one_session() -> None:
        nonlocal size, mode
        seen = board_reading.read_board(use_case)
        fresh = freshness(use_case, seen.states, seen.heartbeats, at, 5)
        view = board_reading.view_of(use_case, seen, at, None, ()) | {
            "fresh": [], "status": _status(use_case, seen, fresh), "notices": [], "said": sentences(False), "wall": False, "acts": True,
        }  # fmt: skip
        size, mode = len(json.dumps(view)), view["mode"]

    for _ in range(TICKS):
        for kept in (board_reading._recorded, board_reading._trends, board_reading._reasons, board_reading._drawn):
            kept.clear()
        for spent in (first, further):
            start = time.perf_counter()
            one_session()
            spent.append(time.perf_counter() - start)
    print(json.dumps({"first": milliseconds(first, 0.5), "further": milliseconds(further, 0.5), "bytes": size, "mode": mode}))


def _run(home: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=PROJECT,
        env=os.environ | {"PULLCORD_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout


if __name__ == "__main__":
    raise SystemExit(main("board", measure))

"""What a board costs a second, for 24, 200 and 1,000 assets: server time of a tick, by part, and bytes sent: ``python -m benchmarks.board --json``.

Of a live record: readings of every asset arrive, the board is drawn by many sessions. What is worked out once for all sessions (``first``) and
what each further one costs (``further``) are told apart. Bytes are the JSON of a view as the page hands it to its component.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.large_lines import enlarge
from data.settings import PROJECT

SIZES = {24: 4, 200: 10, 1000: 25}
TICKS = 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--home", type=Path, help="a home with a trained release (it is copied); without it one is trained")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measured(given.one)))
        return
    with tempfile.TemporaryDirectory() as folder:
        base = given.home or Path(folder) / "base"
        if not given.home:
            _run("-m", "models.training", "--use-case", "milling", "--home", str(base))
        found = [_of_size(base, Path(folder), machines, areas) for machines, areas in SIZES.items()]
    if given.json:
        print(json.dumps(found))
        return
    for one in found:
        print(one)


def _of_size(base: Path, folder: Path, machines: int, areas: int) -> dict:
    home = folder / str(machines)
    shutil.copytree(base, home)
    enlarge(home, machines, areas)
    _run("worker.py", "--readings", str(machines * 120), PULLCORD_HOME=str(home))
    return json.loads(_run("-m", "benchmarks.board", "--one", str(home), PULLCORD_HOME=str(home)).splitlines()[-1])


def _run(*words: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *words], cwd=PROJECT, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return done.stdout


def measured(home: Path) -> dict:
    """Times in ms and sizes in bytes of one home."""
    from pages.board import _status
    from pages.parts import board_reading, session
    from pages.parts.asset_board.words import sentences
    from pages.parts.freshness import freshness

    use_case, store = session.use_case(), session.store()
    newest = store.readings.newest_us(use_case.name) / 1e6
    at = datetime.fromtimestamp(newest, UTC) + timedelta(milliseconds=500)
    parts: dict[str, list[float]] = {name: [] for name in ("read", "first", "further", "encode")}
    size = 0
    for _ in range(TICKS):
        (
            board_reading._recorded.clear(),
            board_reading._trends.clear(),
            board_reading._reasons.clear(),
            board_reading._drawn.clear(),
        )
        start = time.perf_counter()
        seen = board_reading.read_board(use_case)
        parts["read"].append(time.perf_counter() - start)
        view = board_reading.view_of(use_case, seen, at, None, ())
        parts["first"].append(time.perf_counter() - start)
        start = time.perf_counter()
        seen = board_reading.read_board(use_case)
        fresh = freshness(use_case, seen.states, seen.heartbeats, at, 5)
        view = board_reading.view_of(use_case, seen, at, None, ()) | {
            "fresh": [], "status": _status(use_case, seen, fresh), "notices": [], "said": sentences(False), "wall": False, "acts": True,
        }  # fmt: skip
        parts["further"].append(time.perf_counter() - start)
        start = time.perf_counter()
        size = len(json.dumps(view))
        parts["encode"].append(time.perf_counter() - start)
    return {
        "assets": len(seen.states), "mode": view["mode"], "bytes_a_tick": size, "rows": len(view["rows"]),
        **{f"{name}_ms": round(1000 * statistics.median(spent), 2) for name, spent in parts.items()},
    }  # fmt: skip


if __name__ == "__main__":
    main()

"""Starting a worker for a use case that was just made: it trains the first release, then replays a file live."""

import os
import subprocess
import sys
from pathlib import Path

from data.settings import PROJECT


def start_replay(home: Path, use_case: str, file: Path, speed: float) -> int:
    """Start it beside this process, with which it ends; its heartbeat tells how far it is. Returns its process id.

    Args:
        speed: seconds of plant time that pass in one second.
    """
    words = [
        sys.executable,
        "worker.py",
        "--use-case",
        use_case,
        "--replay",
        str(file),
        "--speed",
        f"{speed:g}",
        "--parent",
        str(os.getpid()),
    ]
    log = (home / f"worker-{use_case}.log").open("ab")
    with log:
        return subprocess.Popen(words, cwd=PROJECT, env=os.environ | {"PULLCORD_HOME": str(home)}, stdout=log, stderr=log).pid

"""What a process takes while something else is measured: memory and processor, read once a second from the system."""

import os
import threading
import time
from pathlib import Path

import numpy as np

from benchmarks.convention import Figure, figure

WARM = 0.3
"""The first part of the time in which caches fill, left out of what is taken for growth."""


class Watched(threading.Thread):
    """Looks at one process until the figures are asked for."""

    def __init__(self, pid: int, every_s: float = 1.0):
        super().__init__(daemon=True, name="watched")
        self.pid, self.every_s = pid, every_s
        self.seen: list[tuple[float, float, float]] = []  # seconds, MB, seconds of processor
        self._done = threading.Event()

    def run(self) -> None:
        """Look once a second."""
        while not self._done.wait(self.every_s):
            try:
                self.seen.append((time.monotonic(), self.rss_mb(), self._cpu_s()))
            except (OSError, ValueError):  # it has ended, or this system has no /proc
                return

    def rss_mb(self) -> float:
        """What of it lies in memory now, in MB; 0 where the system does not tell."""
        status = Path(f"/proc/{self.pid}/status")
        if not status.is_file():
            return 0.0
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1000

    def figures(self) -> list[Figure]:
        """Growth of memory (a line through all but the first part), its size, and the share of one core."""
        self._done.set()
        self.join()
        if len(self.seen) < 10:
            why = "this system has no /proc, or it was too short"
            return [
                figure(name, None, unit, None, why)
                for name, unit in (
                    ("rss_growth_mb_per_h", "MB/h"),
                    ("rss_mb", "MB"),
                    ("cpu_cores", "cores"),
                    ("cpu_growth_cores", "cores"),
                )
            ]
        at, mb, cpu = np.array(self.seen).T
        late = at > at[0] + WARM * (at[-1] - at[0])
        growth = np.polyfit((at[late] - at[0]) / 3600, mb[late], 1)[0]
        minutes = (at[-1] - at[0]) / 60
        return [
            figure(
                "rss_growth_mb_per_h", float(growth), "MB/h", None, f"a line through the last {(1 - WARM) * minutes:.1f} minutes"
            ),
            figure("rss_mb", float(mb[-1]), "MB", None, f"{mb[0]:.0f} MB at the start"),
            figure(
                "cpu_cores",
                float((cpu[-1] - cpu[0]) / (at[-1] - at[0])),
                "cores",
                None,
                f"of the dashboard, over {minutes:.1f} minutes",
            ),
            figure(
                "cpu_growth_cores",
                _rate(at, cpu, 0.75, 1.0) - _rate(at, cpu, 0.25, 0.5),
                "cores",
                None,
                "last quarter less second quarter",
            ),
        ]

    def _cpu_s(self) -> float:
        after = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(after[11]) + int(after[12])) / os.sysconf("SC_CLK_TCK")


def _rate(at: np.ndarray, spent: np.ndarray, begin: float, end: float) -> float:
    """Seconds of processor a second, between two shares of the time."""
    first, last = np.searchsorted(at, at[0] + np.array([begin, end]) * (at[-1] - at[0]))
    last = min(last, len(at) - 1)
    return float((spent[last] - spent[first]) / (at[last] - at[first]))

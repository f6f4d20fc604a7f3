"""A process of its own for what a stranger gave: bounded in memory, processor time, wall time and what it writes. If something grows, hangs or crashes,
it is that process and nothing else.

The limits are set in the child, after it has begun, by this same file (``python -m data.bounded …``): the process that asks may have many threads, in
which nothing of it may run between fork and exec.
"""

import contextlib
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from data.errors import PullcordError

PROJECT = Path(__file__).resolve().parents[1]
LOOK_S = 0.05
"""How often it is asked whether the process has ended, seconds."""
_SAID_BYTES = 4_000_000
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "NUMBA_CACHE_DIR")
_FEW = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", "ARROW_DEFAULT_MEMORY_POOL": "system"}
_OUT_OF_MEMORY = 86
"""The exit code of a process that came to the end of its memory."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the process may take: seconds on the clock and of the processor, bytes of memory, bytes of any file that it writes."""

    wall_s: float
    memory: int
    cpu_s: int | None = None
    written: int = 2_000_000_000


class Ended(PullcordError):
    """The process gave no answer. ``why``: it took too long, needed more memory than it may, or crashed; ``said``: its last line."""

    def __init__(self, why: Literal["time", "memory", "crash"], said: str = "") -> None:
        super().__init__("{why}: {said}", why=why, said=said)
        self.why, self.said = why, said


def run_bounded(module: str, *words: str, limits: Limits, waiting: Callable[[float], object] = lambda _: None) -> dict:
    """Run ``python -m module words…`` within ``limits``; gives the JSON object that it prints last.

    Args:
        waiting: called with the seconds gone, again and again. What it raises ends the process and goes on to the caller.

    Raises:
        Ended: there is no answer.
    """
    command = [
        sys.executable, "-m", "data.bounded", str(limits.memory), str(limits.cpu_s or int(limits.wall_s) + 1), str(limits.written), module, *words
    ]  # fmt: skip
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | _FEW
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        begun = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=complained,
            start_new_session=True,
        )
        try:
            code = _waited(process, begun, limits.wall_s, waiting)
        finally:
            _killed(process)
        last = _last_line(complained)
        if code == _OUT_OF_MEMORY or (code and "bad_alloc" in last):
            raise Ended("memory", last)
        if code and code in (-getattr(signal, "SIGXCPU", 24), -getattr(signal, "SIGKILL", 9)):
            raise Ended("time" if code == -getattr(signal, "SIGXCPU", 24) else "memory", last)
        try:
            if code:
                raise ValueError
            return json.loads(_last_line(said))
        except ValueError:
            raise Ended("crash", last) from None


def _waited(process: subprocess.Popen, begun: float, wall_s: float, waiting: Callable[[float], object]) -> int:
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(LOOK_S)
        gone = time.monotonic() - begun
        if gone > wall_s:
            raise Ended("time", f"{gone:.0f} s")
        waiting(gone)


def _killed(process: subprocess.Popen) -> None:
    """End it and whatever it has started, and wait until it is gone."""
    if process.poll() is None:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
    process.wait()


def _last_line(file: IO[bytes]) -> str:
    """The last line that says something, of a stream that may be endless."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _SAID_BYTES))
    lines = file.read().decode("utf-8", errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else ""


def main() -> int:
    """The child: takes its limits upon itself, then is the module that was asked for."""
    memory, cpu_s, written, module, *words = sys.argv[1:]
    if sys.platform != "win32":
        import resource

        for what, most, more in (
            (resource.RLIMIT_CPU, int(cpu_s), 5),  # first a signal that tells why, then the end
            (resource.RLIMIT_FSIZE, int(written), 0),
            (resource.RLIMIT_CORE, 0, 0),
            (resource.RLIMIT_DATA, int(memory), 0),
        ):
            with contextlib.suppress(ValueError, OSError):  # a system may allow less already
                resource.setrlimit(what, (most, most + more))
        os.nice(10)
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000")  # if memory runs out all the same, it goes first
    sys.argv = [module, *words]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except MemoryError:
        return _OUT_OF_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Processes that end when they are told to, and with them whatever they have started. Standard library only.

What a child is to be given (a lower priority, less memory) it takes itself once it runs: code between fork and exec can hang a process
that has threads.
"""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from typing import Any

ASKED_S = 10.0
"""Seconds that a process has to end in order, before it is made to."""
APART: dict = {"start_new_session": True} if os.name == "posix" else {}
"""For ``Popen``: a group of its own, so that :func:`end` reaches what it starts too, and Ctrl-C in the terminal does not."""


def end(process: subprocess.Popen, patience_s: float = ASKED_S) -> None:
    """End a process that was started ``APART``: asked first, made to after ``patience_s``; what it had started and left behind is made to too.
    When this returns it is gone."""
    if process.poll() is None:
        _signal(process, signal.SIGTERM, group=False)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience_s)
    _kill(process)


def run(words: Sequence[str], seconds: float, **more: Any) -> subprocess.CompletedProcess:
    """As ``subprocess.run`` with text and captured output; what takes longer than ``seconds`` is killed with all that it has started.

    Raises:
        subprocess.TimeoutExpired: it took longer.
    """
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **APART, **more) as process:
        try:
            out, err = process.communicate(timeout=seconds)
        finally:
            _kill(process)
    return subprocess.CompletedProcess(words, process.returncode, out, err)


def end_with(parent: int) -> None:
    """From now on this process is ended within a second when ``parent`` is gone: nobody is left who would end it."""

    def watch() -> None:
        over = threading.Event()
        while os.getppid() == parent:
            over.wait(1.0)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _kill(process: subprocess.Popen) -> None:
    """Kill what is left of its group, and take its end in. A group keeps its number as long as one of it lives, so no other's is hit."""
    _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM), group=True)
    process.wait(ASKED_S)


def _signal(process: subprocess.Popen, what: int, group: bool) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody is left there
        if group and os.name == "posix":
            os.killpg(process.pid, what)
        elif process.poll() is None:
            process.send_signal(what)

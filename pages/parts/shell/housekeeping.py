"""What the process of the screens does beside them: loads ahead what the first prediction needs, and clears away what drawing leaves behind."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import threading
import time

import streamlit as st

from data.usecase.file import load
from pages.parts.shell import session

TIDY_S = 5.0
"""Between two garbage collections. One holds all sessions up, for some 10 ms with twenty of them open."""
RETURN_S = 60.0
"""Between two times that free memory is given back to the system."""


@st.cache_resource(show_spinner=False)
def housekeeping() -> threading.Thread:
    """Start it, once a process.

    Streamlit would collect after each drawing, every tick of every live part included: with twenty sessions open that was more than half of what
    the process did. The setting ``runner.postScriptGC`` switches that off, and what drawing leaves behind is collected here, for all of them at once.
    """
    thread = threading.Thread(target=keep_house, args=(threading.Event(),), name="housekeeping", daemon=True)
    thread.start()
    return thread


def keep_house(over: threading.Event) -> None:
    """What the thread does, until it is told that it is ``over``."""
    _load_ahead()
    gc.collect()
    gc.freeze()  # what stands by now stays, and need not be looked through again: with shap in it that took 150 ms
    returned = time.monotonic()
    while not over.wait(TIDY_S):
        gc.collect()
        if time.monotonic() - returned > RETURN_S:
            returned = time.monotonic()
            _give_back()


def _give_back() -> None:
    """Give memory that is free back to the system: glibc keeps what lies between two pieces in use, some 60 MB in an hour with twenty sessions."""
    with contextlib.suppress(OSError, TypeError, AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def _load_ahead() -> None:
    """What opening a prediction needs, while the first board is being looked at."""
    for name in session.settings().use_cases:
        with contextlib.suppress(Exception):  # whatever is wrong is told by the page that needs it
            found = session.champion_release(load(name, session.settings().home))
            if found is not None:
                found.interventional()
                found.coarse()
                found.local_surrogate()
                _ = (found.known, found.calibration, found.quality, found.cases, found.thresholds)  # read once

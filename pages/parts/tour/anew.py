"""After a reset readings, flags and releases have the numbers of the showing before: what was remembered by number is forgotten."""

import threading

import streamlit as st

from pages.parts.remembered.kept import forget_worked_out
from pages.parts.remembered.visit import OfTheRecord, visit

_KNOWN: dict[str, int] = {}
_lock = threading.Lock()
_BY_NUMBER = ("typed_", "files_", "remarks_", "proposal_")
"""How the keys of the widgets begin in which something is typed and chosen of cases and shifts."""


def anew(run: int) -> None:
    """Forget what belongs to another showing than ``run``: once a process, and once a session."""
    with _lock:
        if _KNOWN.get("run") != run:
            _KNOWN["run"] = run
            forget_worked_out()
    held = visit()
    if held.tour.run != run:
        known, held.tour.run = held.tour.run, run
        if known is not None:
            held.record = OfTheRecord()
            for key in [key for key in st.session_state if str(key).startswith(_BY_NUMBER)]:
                st.session_state.pop(key, None)

"""After a reset readings, flags and releases have the numbers of the showing before: what was remembered by number is forgotten."""

import threading

import streamlit as st

from pages.parts.board import board_reading, changed_notice
from pages.parts.machine import asset_trend, what_changed
from pages.parts.overview import period_reading
from pages.parts.reasons import explained
from pages.parts.shell import session

_REMEMBER = (explained, board_reading, changed_notice, asset_trend, what_changed, period_reading)
_KNOWN: dict[str, int] = {}
_lock = threading.Lock()
_OF_SESSION = (
    "asked",
    "choosing",
    "tapped",
    "flags_fresh",
    "looked_milling",
    "left_milling",
    "conflicts",
    "added",
    "not_decided",
    "just_decided",
    "files_added",
    "handover_facts",
)
_BY_NUMBER = ("found_", "typed_", "read_", "ticked_", "files_", "remarks_", "rests_on_", "seen_remarks_", "proposal_")
"""How the keys begin of what was typed, chosen and read of cases and shifts."""


def anew(run: int) -> None:
    """Forget what belongs to another showing than ``run``: once a process, and once a session."""
    with _lock:
        if _KNOWN.get("run") != run:
            _KNOWN["run"] = run
            st.cache_data.clear()
            for module in _REMEMBER:
                for found in vars(module).values():
                    if hasattr(found, "clear") and hasattr(found, "__wrapped__"):
                        found.clear()
            session.forget_releases()
    if st.session_state.get("tour_run") != run:
        known = st.session_state.get("tour_run")
        st.session_state["tour_run"] = run
        for key in [*_OF_SESSION, *(key for key in st.session_state if str(key).startswith(_BY_NUMBER))]:
            if known is not None:
                st.session_state.pop(key, None)

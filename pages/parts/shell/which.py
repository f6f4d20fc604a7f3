"""Which use case a screen is about, where there are several: kept in the session and in the address."""

import streamlit as st

from data.usecase.use_case import UseCase
from pages.parts.remembered.visit import visit
from pages.parts.shell import session
from pages.parts.words.language import t

KEY = "use_case"


def several() -> bool:
    """Whether there is anything to choose."""
    return len(session.use_cases()) > 1


def which(chosen: UseCase) -> None:
    """The chooser in the header."""
    known = session.use_cases()
    names = list(known)
    at = names.index(chosen.name) if chosen.name in names else 0
    st.selectbox(
        t("Use case"), names, index=at, format_func=lambda name: known[name].title, key=f"which_{chosen.name}", label_visibility="collapsed",
        width=220, on_change=_choose, args=(f"which_{chosen.name}",),
    )  # fmt: skip


def remember() -> None:
    """Carry the use case from the address into the session: moving to another page empties the address."""
    if wanted := st.query_params.get(KEY):
        visit().use_case = wanted


def _choose(key: str) -> None:
    """Another use case: what the address says of an asset or a reading belongs to the one before."""
    name: str = st.session_state[key]
    for given in ("asset", "reading", "case", "release"):
        st.query_params.pop(given, None)
    visit().asset = None
    visit().use_case = st.query_params[KEY] = name

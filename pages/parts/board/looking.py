"""When the person looking last looked at a board: on whatever screen where somebody is signed in, in this browser's session otherwise."""

from datetime import timedelta

import streamlit as st

from data.records import Look
from data.usecase.use_case import UseCase
from pages.parts.shell import session
from pages.parts.shell.identity import who

AWAY = timedelta(minutes=2)
"""A shorter break belongs to the same look: somebody has opened a prediction and comes back."""
_NOTE = timedelta(seconds=15)  # how often it is noted that somebody still looks


def look_at(use_case: UseCase) -> Look:
    """Note that somebody looks at the board of a use case, and give the look that this belongs to."""
    now, person = session.now(), who()
    key = f"look_{use_case.name}_{person.id if person else ''}"
    noted, look = st.session_state.get(key, (None, None))
    if look is not None and now - noted < _NOTE:
        return look
    if person is not None:
        look = session.store().attention.look(person.id, f"board:{use_case.name}", AWAY.total_seconds())
    elif look is None:
        look = Look(now, None)
    elif now - noted > AWAY:
        look = Look(now, noted)
    st.session_state[key] = (now, look)
    return look

"""Reading the table of a new line, in a process of its own: how long it takes so far is told, and it can be given up."""

from collections import OrderedDict

import streamlit as st

from data.onboarding.uploads import Given
from data.tables.manner import Manner
from data.tables.read import Table, TableError, read_table
from pages.parts.remembered.visit import visit
from pages.parts.shell.frame import empty
from pages.parts.words.language import number, t

KEPT = 2
"""Tables that are kept for all sessions: each may take as much memory as one may have."""
Key = tuple[str, int, str]


def key_of(given: Given, manner: Manner) -> Key:
    """By what a content, read in one manner, is known again."""
    return str(given.file), given.file.stat().st_mtime_ns if given.file.parent.name == "tables" else 0, manner.dumped()


def table_of(given: Given, manner: Manner) -> Table | None:
    """The table, read once for everybody; ``None`` while it was given up, which is then said.

    Raises:
        TableError: it cannot be read.
    """
    key, held = key_of(given, manner), _held()
    if visit().new_stopped == key:
        empty(t("Reading was stopped."), t("A smaller table, or one saved as CSV, is read faster."))
        st.button(t("Read it again"), key="new_read_again", icon=":material/replay:", on_click=_stopped, args=(None,))
        return None
    if key not in held:
        held[key] = _read(given, manner, key)
        while len(held) > KEPT:
            held.popitem(last=False)
    found = held.get(key)
    if isinstance(found, TableError):
        raise found
    return found


def _read(given: Given, manner: Manner, key: Key) -> Table | TableError:
    place, drawn = st.empty(), []

    def waiting(gone: float) -> None:
        if gone < 0.5:  # most are read at once
            return
        if not drawn:
            with place.container(border=True):
                drawn.append(st.empty())
                st.button(t("Stop reading"), key="new_stop", icon=":material/stop_circle:", on_click=_stopped, args=(key,))
        if len(drawn) == 1 or int(2 * gone) > drawn[1]:  # drawing is also what lets a tap in
            drawn[1:] = [int(2 * gone)]
            drawn[0].markdown(t("Reading the table, {n} s so far …", n=number(int(gone), 0)))

    try:
        return read_table(given.file, called=given.name, manner=manner, waiting=waiting)
    except TableError as error:
        return error  # kept too: what cannot be read is not tried at every tap
    finally:
        place.empty()


def _stopped(key: Key | None) -> None:
    visit().new_stopped = key


@st.cache_resource(show_spinner=False)
def _held() -> OrderedDict:
    return OrderedDict()

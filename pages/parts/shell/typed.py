"""What somebody types is kept for them as soon as they leave the field: through another page, a lost case, another person at the same screen and a
closed browser, until it is sent. Nobody else is shown it: each field belongs to who is looking."""

import streamlit as st

from data.records import Person
from pages.parts.shell.identity import who
from pages.parts.shell.session import store


def typed_area(
    use_case: str, what: str, label: str, start: str = "", *, max_chars: int | None = None, height: int | None = None, placeholder: str | None = None
) -> str:  # fmt: skip
    """A text area for ``what`` of a use case, with what the person looking had begun there, else ``start``. Gives what it holds."""
    key = typed_key(use_case, what)
    if key not in st.session_state:
        begun = draft(use_case, what)
        st.session_state[key] = begun if begun is not None else start
    given = st.text_area(
        label, key=key, on_change=_keep, args=(use_case, what, key, who()), max_chars=max_chars, height=height, placeholder=placeholder
    )  # fmt: skip
    assert given is not None
    return given


def typed_key(use_case: str, what: str) -> str:
    """The key of that field: another one for each person."""
    person = who()
    return f"typed_{person.id if person else ''}_{use_case}_{what}"


def draft(use_case: str, what: str) -> str | None:
    """What the person looking had begun there, if anything."""
    person = who()
    begun = store().drafts.get(person.id, use_case, what) if person else None
    return begun.text if begun else None


def put(use_case: str, what: str, text: str) -> None:
    """Put other words into the field, for a callback: a proposal was tapped."""
    key = typed_key(use_case, what)
    st.session_state[key] = text
    _keep(use_case, what, key, who())


def sent(use_case: str, what: str) -> None:
    """It was sent, or thrown away: nothing waits there any more."""
    if person := who():
        store().drafts.drop(person.id, use_case, what)
    st.session_state.pop(typed_key(use_case, what), None)


def _keep(use_case: str, what: str, key: str, person: Person | None) -> None:
    """For who was looking when the field was drawn: somebody else may have taken their place in the same moment. A field that was sent meanwhile is
    told of once more by the browser that leaves it: nothing of it waits."""
    if person and key in st.session_state:
        store().drafts.keep(person.id, use_case, what, st.session_state[key])

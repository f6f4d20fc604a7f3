"""Doing something as the person looking: a verb of floor 3 checks the role, and what keeps it from being done is told here."""

from collections.abc import Callable

import streamlit as st

from data.people import NotAllowed
from data.records import Person
from data.store import StoreError
from pages.parts.remembered.visit import visit
from pages.parts.shell.frame import trouble
from pages.parts.shell.identity import who
from pages.parts.shell.session import store
from pages.parts.words.language import t
from pages.parts.words.verbatim import verbatim

_PAGE = "the page"


def as_person(act: Callable[[Person | None], object], refused: str = "", also: tuple[type[Exception], ...] = ()) -> None:
    """Let the person looking do it. What is refused (a role, a conflict, one of ``also``) is told under ``refused``, and nothing after it runs."""
    try:
        act(who())
    except (NotAllowed, StoreError, *also) as error:
        trouble(refused or t("That was not done."), error)
        st.stop()


def noted(
    act: Callable[[Person | None], object],
    person: Person | None = None,
    at: str = _PAGE,
    also: tuple[type[Exception], ...] = (),
) -> bool:
    """As :func:`as_person`, for a callback, before anything is drawn: whether it was done. What is refused waits for :func:`refusal`. ``person``: who was
    looking when it was drawn, where that counts: somebody else may have taken their place in the same moment. ``at``: where it is told; ``also``: what else may
    be refused."""
    try:
        act(store().people.get(person.id) if person else who())
    except (NotAllowed, StoreError, *also) as error:
        visit().refused = (at, error)
        return False
    return True


def refusal(at: str = _PAGE) -> None:
    """Tell what the callback before this drawing was refused; nothing where it was done, or is told elsewhere."""
    held = visit()
    if held.refused is not None and held.refused[0] == at:
        error, held.refused = held.refused[1], None
        trouble(t("That was not done."), error)


def with_reason(
    title: str, told: str, button: str, key: str, act: Callable[[Person | None, str], object], also: tuple[type[Exception], ...] = ()
) -> None:  # fmt: skip
    """A dialog that asks for the reason, which the audit trail keeps, and a second tap; then the page is drawn anew."""

    def ask() -> None:
        st.markdown(verbatim(told))
        reason = st.text_input(t("Reason, for the audit trail"), key=f"why_{key}", max_chars=500)
        if st.button(button, key=f"confirm_{key}", type="primary", width="stretch"):
            if not reason.strip():
                st.warning(t("Write a reason: it stays in the audit trail."))
                return
            as_person(lambda person: act(person, reason.strip()), t("Nothing was changed."), also)
            st.rerun()

    st.dialog(verbatim(title))(ask)()

"""Switching the AI's advice off and on: two taps for those who may; every screen then says so, and the plant's rules stand in."""

from datetime import datetime

import streamlit as st

from data.people import Action, NotAllowed, may
from data.records import Switch
from data.store import StoreError
from data.usecase.use_case import UseCase
from models.state import verbs
from pages.parts.shell import session
from pages.parts.shell.frame import trouble
from pages.parts.shell.identity import who
from pages.parts.words.language import t, when
from pages.parts.words.verbatim import verbatim


def ai_off(use_case: UseCase) -> bool:
    """Whether the AI is switched off."""
    switch = session.store().releases.switch(use_case.name)
    return switch is not None and not switch.on


def times_off(use_case: UseCase, start: datetime, end: datetime) -> list[tuple[datetime, datetime | None]]:
    """When the AI was off between ``start`` and ``end``: since when, and until when (``None``: it still is), the earliest first."""
    found, until = [], None
    for switch in session.store().releases.switches(use_case.name):  # newest first
        if not switch.on and switch.since <= end and (until is None or until > start):
            found.append((switch.since, until))
        until = switch.since
    return found[::-1]


def off_notice(use_case: UseCase, so: str = "") -> None:
    """On screens of predictions: that the AI is off, since when and why; and what that means there (``so``), else that what is shown is no advice."""
    switch = session.store().releases.switch(use_case.name)
    if switch is None or switch.on:
        return
    person = session.store().people.get(switch.by)
    st.warning(
        t(
            "The AI is off since {since} ({person}): {reason} {so}",
            since=when(switch.since, use_case.timezone),
            person=verbatim(person.name if person else switch.by),
            reason=verbatim(switch.reason),
            so=so or t("What is shown here is recorded, but is no advice."),
        ),
        icon=":material/power_settings_new:",
    )


def switch_button(use_case: UseCase) -> None:
    """The button, for those who may."""
    if not may(who(), Action.SWITCH_AI):
        return
    switch = session.store().releases.switch(use_case.name)
    off = switch is not None and not switch.on
    said = t("Switch the AI on") if off else t("Switch the AI off")
    if st.button(said, key="ai_switch", icon=":material/power_settings_new:"):
        _confirm(use_case, off, switch)


def set_ai(use_case: UseCase, on: bool, reason: str, seen: Switch | None = None) -> None:
    """Switch it, as the person looking.

    Raises:
        NotAllowed: not with their role.
        StoreError: it is so already, it was switched since it was ``seen``, or the store cannot be written.
    """
    verbs.switch_ai(who(), session.store(), use_case, on, reason, seen)


def _confirm(use_case: UseCase, on: bool, seen: Switch | None) -> None:
    title = (
        t("Switch the AI of {title} on", title=use_case.title) if on else t("Switch the AI of {title} off", title=use_case.title)
    )

    def ask() -> None:
        told = (
            t("Its advice is shown again at once, on every screen.")
            if on
            else t("No risk is shown any more; what breaks the plant’s own rules is. Predictions go on being recorded.")
        )
        st.markdown(told)
        reason = st.text_input(t("Reason (optional), for everybody and the audit trail"), key="why_switch", max_chars=200)
        if st.button(t("Switch on") if on else t("Switch off"), key="switch", type="primary", width="stretch"):
            try:
                set_ai(use_case, on, reason.strip(), seen)
            except (NotAllowed, StoreError) as error:
                trouble(t("Nothing was changed."), error)
                return
            st.rerun()

    st.dialog(verbatim(title))(ask)()

"""The handover from one shift to the next: a drafted summary, free remarks, signed by who goes and by who comes, then kept as it was."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import streamlit as st

from data.people import Action, require
from data.records import Handover, Person
from data.shifts import Shift, shift_at, shift_before
from data.store import StoreError
from data.usecase import UseCase
from models.document import Document
from models.handover import document, plain, restored
from models.shift import Facts, facts
from pages.parts import session
from pages.parts.acting import as_person
from pages.parts.frame import page_header, trouble
from pages.parts.freshness import patience
from pages.parts.handover_view import BIG, SHIFT, past_handovers, print_button, sections, shift_name, signatures
from pages.parts.identity import names, who
from pages.parts.language import t, words
from pages.parts.retold import retold
from pages.parts.wording import verbatim

LONGEST = 4000
"""Characters of remarks."""
QUIET_S = 60.0
"""Seconds of silence from which on a machine is named: a moment's is no news to the next shift."""


def render() -> None:
    person, use_case = require(who(), Action.HAND_OVER), session.use_case()
    now = session.now()
    shift = _chosen(use_case, now)
    st.html(BIG)
    page_header(t("Handover"), use_case)
    _shifts(use_case, shift, now)
    kept = session.store().handovers.get(use_case.name, shift.start)
    if kept is not None and kept.signed:
        told = restored(kept.told)
        _signed(use_case, kept, told, person)
    else:
        _draft(use_case, shift, kept or Handover(use_case.name, shift.start, shift.end), now, person)
    st.divider()
    past_handovers(use_case)


def _chosen(use_case: UseCase, now: datetime) -> Shift:
    """The shift in the address (any moment of it), else the one that runs; one that has not begun is no answer."""
    try:
        asked = datetime.fromisoformat(st.query_params.get(SHIFT, ""))
        asked = asked.replace(tzinfo=asked.tzinfo or UTC).astimezone(UTC)
        return shift_at(use_case, asked if datetime(1971, 1, 1, tzinfo=UTC) < asked <= now else now)
    except (ValueError, OverflowError):
        return shift_at(use_case, now)


def _shifts(use_case: UseCase, shown: Shift, now: datetime) -> None:
    """This shift and the one before it: one that was not handed over in time is still handed over."""
    running = shift_at(use_case, now)
    known = [running, shift_before(use_case, running)]
    if shown not in known:
        known.append(shown)
    titles = {running: t("This shift"), known[1]: t("Last shift")}
    with st.container(horizontal=True, gap="small"):
        for one in known:
            name = shift_name(use_case, one.start, one.end)
            label = f"{titles[one]}  \n{name}" if one in titles else name
            kind = "primary" if one == shown else "secondary"
            if st.button(label, key=f"big_shift_{one.start:%Y%m%d%H%M}", type=kind) and one != shown:
                st.query_params[SHIFT] = f"{one.start:%Y-%m-%dT%H:%M}"
                st.rerun()


def _gathered(use_case: UseCase, shift: Shift, now: datetime) -> Facts:
    behind = now - session.plant_now(use_case)
    patience_s = max(QUIET_S, patience(use_case, session.settings().stale_s))
    return facts(
        use_case,
        session.store(),
        shift,
        now,
        behind=behind if behind > timedelta(minutes=1) else timedelta(0),
        patience_s=patience_s,
    )


def _draft(use_case: UseCase, shift: Shift, kept: Handover, now: datetime, person: Person) -> None:
    found = _gathered(use_case, shift, now)
    told = document(use_case, shift, found, names(), words(use_case.timezone))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.subheader(told.lead, anchor=False)
        sections(told)
        st.caption(verbatim(told.foot))
    with right:
        st.subheader(t("Remarks of the outgoing shift"), anchor=False)
        key = f"remarks_{use_case.name}_{shift.start:%Y%m%d%H%M}"
        remarks = st.text_area(
            t("Remarks"), kept.remarks, key=key, max_chars=LONGEST, height=220, label_visibility="collapsed",
            placeholder=t("What the next shift should know: what you tried, what waits, what to keep an eye on."),
        )  # fmt: skip
        if remarks != kept.remarks:
            _keep(use_case, shift, remarks)
        st.caption(t("What you write is kept as a draft when you leave the field, also when the browser is closed."))
        label = t("Sign and hand over as {name}", name=verbatim(person.name))
        if st.button(label, key="big_sign_out", type="primary", icon=":material/draw:", width="stretch"):
            signed = replace(kept, remarks=remarks, facts=found.plain(), told=plain(told), language=told.language)
            as_person(Action.HAND_OVER, lambda one: session.store().handovers.sign_out(signed, one.id), t("It was not signed."))
            st.rerun()


def _keep(use_case: UseCase, shift: Shift, remarks: str) -> None:
    try:
        session.store().handovers.keep(use_case.name, shift.start, shift.end, require(who(), Action.HAND_OVER).id, remarks)
    except StoreError as error:
        trouble(t("Your remarks were not kept."), retold(error))


def _signed(use_case: UseCase, kept: Handover, told: Document, person: Person) -> None:
    """What was signed, as it was shown then; the incoming person's turn, or nobody's any more."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.subheader(told.lead, anchor=False)
        if kept.remarks:
            st.markdown(f"**{t('Remarks of the outgoing shift')}**")
            st.markdown(verbatim(kept.remarks))
        sections(told)
        st.caption(verbatim(told.foot))
    with right:
        signatures(use_case, kept)
        if not kept.frozen:
            _take_over(use_case, kept, person)
        print_button(use_case, kept)


def _take_over(use_case: UseCase, kept: Handover, person: Person) -> None:
    handovers = session.store().handovers
    if person.id == kept.outgoing:
        st.info(
            t("Now the incoming person: say who you are at the top right, read it, and take over."),
            icon=":material/arrow_forward:",
        )
        if st.button(t("Take my signature back"), key="big_take_back", icon=":material/undo:", width="stretch"):
            as_person(
                Action.HAND_OVER,
                lambda one: handovers.take_back(use_case.name, kept.start, one.id),
                t("The signature was not taken back."),
            )
            st.rerun()
        return
    reply = st.text_area(t("Remarks of the incoming shift"), key="reply", max_chars=LONGEST, height=120)
    label = t("Read and taken over, {name}", name=verbatim(person.name))
    if st.button(label, key="big_sign_in", type="primary", icon=":material/draw:", width="stretch"):
        as_person(
            Action.HAND_OVER,
            lambda one: handovers.sign_in(use_case.name, kept.start, one.id, reply.strip()),
            t("It was not signed."),
        )
        st.rerun()

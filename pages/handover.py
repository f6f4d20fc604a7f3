"""The handover from one shift to the next: a drafted summary, free remarks, signed by who goes and by who comes, then kept as it was."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import perf_counter

import streamlit as st

from data.people import Action, require
from data.records import Handover, Person
from data.shifts import Shift, shift_at, shift_before
from data.usecase.use_case import UseCase
from models.documents import verbs
from models.documents.document import Document
from models.documents.handover import document, plain, restored
from models.documents.shift import Facts, facts
from pages.parts.board.board_reading import wait_s
from pages.parts.own.handover_view import BIG, SHIFT, past_handovers, print_button, sections, shift_name, signatures
from pages.parts.own.remarks import LONGEST, close, not_kept, remarks, typed, unsent, writing
from pages.parts.remembered.visit import visit
from pages.parts.shell import session
from pages.parts.shell.acting import as_person, noted, refusal
from pages.parts.shell.beats import patience
from pages.parts.shell.frame import page_header
from pages.parts.shell.identity import names, who
from pages.parts.shell.typed import sent, typed_area, typed_key
from pages.parts.words.language import t, told_in, words
from pages.parts.words.verbatim import verbatim

LIVE_S = 5.0
"""Seconds after which a draft is drawn anew."""
LONG_S = 0.5
"""Seconds from which on gathering the facts is long."""
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
    if kept is not None and kept.signed and not writing(kept, person):
        _signed(use_case, kept, restored(kept.told), person)
    else:
        _draft(use_case, shift)
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
    """The facts; those of a moment ago where they took long, so that a page that stands open is no load: a twentieth of the time at most."""
    of = (use_case.name, shift.start)
    last = visit().record.handover_facts
    if last is not None and last[0] == of and now < last[2]:
        return last[1]
    begun = perf_counter()
    found, took = _anew(use_case, shift, now), perf_counter() - begun
    visit().record.handover_facts = (of, found, now + timedelta(seconds=20 * took if took > LONG_S else 0))
    return found


def _anew(use_case: UseCase, shift: Shift, now: datetime) -> Facts:
    behind = now - session.plant_now(use_case)
    patience_s = max(QUIET_S, patience(use_case, session.settings().stale_s))
    return facts(
        use_case,
        session.store(),
        shift,
        now,
        behind=behind if behind > timedelta(minutes=1) else timedelta(0),
        patience_s=patience_s,
        wait_s=wait_s(use_case, session.store().workers.all()),
    )


@st.fragment(run_every=LIVE_S)
def _draft(use_case: UseCase, shift: Shift) -> None:
    """The draft, drawn anew every few seconds: what is signed is what is on the screen, so that has to be true."""
    person = require(who(), Action.HAND_OVER)
    kept = session.store().handovers.get(use_case.name, shift.start) or Handover(use_case.name, shift.start, shift.end)
    if kept.signed and not writing(kept, person):
        st.rerun()  # somebody has signed it meanwhile
    now = session.now()
    found = _gathered(use_case, shift, now)
    told = document(use_case, shift, found, names(), words(use_case.timezone))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.subheader(verbatim(told.lead), anchor=False)
        sections(told)
        st.caption(verbatim(told.foot))
    with right:
        refusal()
        st.subheader(t("Remarks of the outgoing shift"), anchor=False)
        if kept.signed:
            name = verbatim(names().get(kept.outgoing or "", kept.outgoing or ""))
            st.warning(t("{name} has signed this handover. What you write now is kept for you, but is no part of it.", name=name))
            st.button(
                t("Show what was signed"),
                key="big_show",
                icon=":material/article:",
                width="stretch",
                on_click=_show,
                args=(kept, person),
            )
        can = remarks(kept, person, use_case.timezone) and not kept.signed
        read = replace(kept, facts=found.plain(), told=plain(told), language=told.language)
        st.button(
            t("Sign and hand over as {name}", name=verbatim(person.name)), key="big_sign_out", type="primary" if can else "secondary", icon=":material/draw:",
            width="stretch", disabled=not can, on_click=_sign_out, args=(read, person),
        )  # fmt: skip


def _sign_out(read: Handover, person: Person) -> None:
    """Sign what was on the screen, with the words that its reader has just left the field with; nothing, where those could not be kept."""
    now = typed(read, person)
    if now is not None:
        signed = replace(read, remarks=now.remarks, version=now.version)
        if noted(lambda one: verbs.sign_out(one, session.store(), signed), person):
            close(read, person)


def _show(kept: Handover, person: Person) -> None:
    typed(kept, person)
    close(kept, person)


def _signed(use_case: UseCase, kept: Handover, told: Document, person: Person) -> None:
    """What was signed, as it was shown then; the incoming person's turn, or nobody's any more."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.subheader(verbatim(told.lead), anchor=False)
        if other := told_in(told.language):
            st.caption(other)
        if kept.remarks:
            st.markdown(f"**{t('Remarks of the outgoing shift')}**")
            st.markdown(verbatim(kept.remarks))
        sections(told)
        st.caption(verbatim(told.foot))
    with right:
        refusal()
        _still_so(kept)
        own = unsent(kept, person)
        if own is not None:
            not_kept(kept, own)
        signatures(use_case, kept)
        if not kept.frozen:
            _take_over(use_case, kept, person)
        print_button(use_case, kept)


def _take_over(use_case: UseCase, kept: Handover, person: Person) -> None:
    if person.id == kept.outgoing:
        st.info(
            t("Now the incoming person: say who you are at the top right, read it, and take over."),
            icon=":material/arrow_forward:",
        )
        if st.button(t("Take my signature back"), key="big_take_back", icon=":material/undo:", width="stretch"):
            as_person(
                lambda one: verbs.take_back(one, session.store(), use_case.name, kept.start),
                t("The signature was not taken back."),
            )
            st.rerun()
        return
    what = f"reply/{kept.start:%Y-%m-%dT%H:%MZ}"
    typed_area(use_case.name, what, t("Remarks of the incoming shift"), max_chars=LONGEST, height=120)
    label = t("Read and taken over, {name}", name=verbatim(person.name))
    st.button(
        label, key="big_sign_in", type="primary", icon=":material/draw:", width="stretch", on_click=_sign_in, args=(kept, what, person)
    )  # fmt: skip


def _sign_in(read: Handover, what: str, person: Person) -> None:
    """Sign what was on the screen."""
    reply = st.session_state[typed_key(read.use_case, what)].strip()
    if noted(lambda one: verbs.sign_in(one, session.store(), read, reply), person):
        sent(read.use_case, what)


@st.fragment(run_every=LIVE_S)
def _still_so(read: Handover) -> None:
    """Tell whoever still has what was signed on the screen that it is no longer so."""
    now = session.store().handovers.get(read.use_case, read.start)
    if now is not None and (now.signed, now.accepted, now.version) != (read.signed, read.accepted, read.version):
        st.warning(t("This handover has changed since you opened it."))
        if st.button(t("Show it as it is now"), key="big_anew", icon=":material/refresh:", width="stretch"):
            st.rerun()

"""The remarks of a shift, which two people may have open at once: read by all, and kept by version, so that only what somebody typed is ever written.

Whoever has not asked to write has no field that could grow old: they read what is kept, drawn anew every few seconds. A field rests on the version
that was read when it was opened. When others were kept meanwhile, both texts are shown, and the writer says what becomes of them.
"""

from datetime import datetime

import streamlit as st

from data.records import Draft, Handover, Person
from data.store import Stale
from models.documents import verbs
from pages.parts.remembered.visit import visit
from pages.parts.shell import session
from pages.parts.shell.acting import noted
from pages.parts.shell.identity import names
from pages.parts.words.language import clock, isolated, t
from pages.parts.words.verbatim import verbatim

LONGEST = 4000
"""Characters of remarks that may be typed; two texts that are kept together may be more."""


def place(start: datetime) -> str:
    """What the remarks of a shift are called among somebody's drafts."""
    return f"remarks/{start:%Y-%m-%dT%H:%MZ}"


def unsent(kept: Handover, person: Person) -> Draft | None:
    """What the person has written of this shift and what could not be kept."""
    return session.store().drafts.get(person.id, kept.use_case, place(kept.start))


def remarks(kept: Handover, person: Person, zone: str) -> bool:
    """Draw them. Whether they can be signed as they are: not while two texts wait for somebody to say what becomes of them."""
    own = unsent(kept, person)
    if own is not None and not kept.signed:
        _two_texts(kept, own, zone)
        return False
    if kept.version == 0 and _seen(kept, person):
        _begin(kept, person)  # nothing to read yet: the field is there at once
    base = _open(kept, person)
    if base is None:
        _read(kept, zone)
        label = t("Change the remarks") if kept.remarks else t("Write remarks")
        st.button(label, key="big_write", icon=":material/edit_note:", width="stretch", on_click=_begin, args=(kept, person))
        return True
    if base.version != kept.version and base.remarks != kept.remarks:
        with st.container(border=True):
            _read(kept, zone)
            st.caption(t("This was written since you opened the field below. What you write does not replace it: you are asked."))
            st.button(t("Close my field"), key="big_close", icon=":material/close:", on_click=close, args=(kept, person))
    key = _key(kept, person)
    st.session_state.setdefault(key, base.remarks)
    st.text_area(
        t("Remarks"), key=key, max_chars=max(LONGEST, len(base.remarks) + LONGEST // 2), height=220, label_visibility="collapsed",
        placeholder=t("What the next shift should know: what you tried, what waits, what to keep an eye on."), on_change=_left, args=(kept, person),
    )  # fmt: skip
    st.caption(t("What you write is kept as a draft when you leave the field, also when the browser is closed."))
    return True


def _left(kept: Handover, person: Person) -> None:
    """The field was left."""
    typed(kept, person)


def typed(kept: Handover, person: Person) -> Handover | None:
    """Keep what stands in the person's open field, if it is other than when it was opened. Gives the remarks as they are then kept; ``None``: they
    could not be, and wait among the person's drafts."""
    base, text = _open(kept, person), st.session_state.get(_key(kept, person))
    if base is None or text is None or text == base.remarks:
        return (
            base if base is not None and base.version > kept.version else kept
        )  # their own words of a moment ago, or what they read
    return _write(kept, person, text, base.version)


def not_kept(kept: Handover, own: Draft) -> None:
    """What somebody wrote of a shift that was signed without it: theirs to read, to copy and to throw away."""
    with st.container(border=True):
        st.markdown(t("**What you wrote is not part of this handover**"))
        st.markdown(_lines(own.text))
        st.caption(t("It was signed before you left the field. You can copy it into the remarks of the incoming shift."))
        st.button(t("Throw it away"), key="throw_away", icon=":material/delete:", on_click=_drop, args=(kept, own.person))


def writing(kept: Handover, person: Person) -> bool:
    """Whether the person has a field open: what is typed in it must not be taken away."""
    return _open(kept, person) is not None


def _read(kept: Handover, zone: str) -> None:
    if kept.edited_by and kept.edited:
        name = isolated(verbatim(names().get(kept.edited_by, kept.edited_by)))
        st.caption(t("Written by {name}, {at}", name=name, at=clock(kept.edited, zone, seconds=False)))
    st.markdown(_lines(kept.remarks) if kept.remarks else t("Nobody has written anything yet."))


def _two_texts(kept: Handover, own: Draft, zone: str) -> None:
    """Both of them, one below the other (beside each other they are too narrow on a tablet), and three ways on. Nothing is lost by any: what was kept
    stays in the audit trail."""
    name = isolated(verbatim(names().get(kept.edited_by or "", kept.edited_by or "")))
    st.warning(t("{name} has written here too, meanwhile. Both texts are below: say what becomes of them.", name=name))
    with st.container(border=True):
        st.markdown(t("**What is kept now**"))
        _read(kept, zone)
    with st.container(border=True):
        st.markdown(t("**What you wrote**"))
        st.markdown(_lines(own.text))
    both = f"{kept.remarks}\n\n{own.text}" if kept.remarks.strip() else own.text
    for key, text, icon, said in (
        ("both", both, ":material/join:", t("Keep both, one after the other")),
        ("mine", own.text, ":material/person:", t("Keep mine in its place")),
        ("theirs", None, ":material/group:", t("Leave what is kept, drop mine")),
    ):
        st.button(said, key=f"big_{key}", icon=icon, width="stretch", on_click=_settle, args=(kept, own.person, text))


def _settle(kept: Handover, writer: str, text: str | None) -> None:
    """``text`` in place of what was on the screen; of ``None`` that stays. When it is another one by now both are shown again."""

    def settle(person: Person | None) -> None:
        if person is not None and person.id == writer and (text is None or _write(kept, person, text, kept.version) is not None):
            _drop(kept, writer)
            close(kept, person)  # read as a whole, before anybody goes on

    noted(settle)


def _write(kept: Handover, person: Person, text: str, version: int) -> Handover | None:
    """Keep ``text``; where that cannot be done it waits among the drafts, whatever happens to this page."""
    store, done = session.store(), []

    store.drafts.keep(person.id, kept.use_case, place(kept.start), text, version)  # whatever comes of it

    def write(one: Person | None) -> None:
        try:
            done.append(verbs.keep_remarks(one, store, kept, text, version))
        except Stale:
            close(kept, person)  # both texts are shown in its place
            return
        store.drafts.drop(person.id, kept.use_case, place(kept.start))
        visit().record.remarks_open[_key(kept, person)] = done[0]

    if not noted(write, person):
        close(kept, person)
    return done[0] if done else None


def _open(kept: Handover, person: Person) -> Handover | None:
    """What the person's field rests on; ``None``: they have none open. One that was left with its page is opened anew, on what is kept now."""
    fields, key = visit().record.remarks_open, _key(kept, person)
    base = fields.get(key)
    if base is not None and key not in st.session_state:
        base = fields[key] = kept
    return base


def _seen(kept: Handover, person: Person) -> bool:
    """Whether this is the first time that the person's screen shows the remarks of this shift."""
    seen, key = visit().record.remarks_seen, _key(kept, person)
    first = key not in seen
    seen.add(key)
    return first


def _begin(kept: Handover, person: Person) -> None:
    visit().record.remarks_open[_key(kept, person)] = kept
    st.session_state[_key(kept, person)] = kept.remarks


def close(kept: Handover, person: Person) -> None:
    """Close the person's field; what it held was kept when they left it."""
    visit().record.remarks_open.pop(_key(kept, person), None)
    st.session_state.pop(_key(kept, person), None)


def _drop(kept: Handover, person: str) -> None:
    session.store().drafts.drop(person, kept.use_case, place(kept.start))


def _lines(text: str) -> str:
    return verbatim(text).replace("\n", "  \n")


def _key(kept: Handover, person: Person) -> str:
    return f"remarks_{person.id}_{kept.use_case}_{kept.start:%Y%m%d%H%M}"

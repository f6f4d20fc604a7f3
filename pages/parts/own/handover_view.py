"""How a handover is shown: its sections, who signed, on paper, and the list of those that are past."""

from datetime import datetime

import streamlit as st

from data.records import Handover
from data.usecase.use_case import UseCase
from models.documents.document import Document, Items, Table
from models.documents.handover import restored, with_signatures
from pages.parts.documents.card_page import card_page
from pages.parts.remembered.visit import visit
from pages.parts.shell import session
from pages.parts.shell.frame import empty
from pages.parts.shell.identity import names
from pages.parts.words.language import clock, dated, day_of, isolated, t, words
from pages.parts.words.verbatim import verbatim

SHIFT = "shift"
"""What the address says of the shift: a moment within it."""
PAGE = 10
BIG = "<style>[class*='st-key-big_'] button {min-height: 60px; font-weight: 600}</style>"
"""Targets for a gloved finger."""


def shift_name(use_case: UseCase, start: datetime, end: datetime) -> str:
    """``28 Nov · 06:00–14:00``, by the plant's clock."""
    zone = use_case.timezone
    return f"{day_of(start, zone)} · {clock(start, zone, seconds=False)}–{clock(end, zone, seconds=False)}"


def sections(told: Document) -> None:
    """The sections of the summary, each a title and short lines."""
    for section in told.sections:
        with st.container(gap=None):
            st.markdown(f"**{verbatim(section.title)}**")
            for block in section.blocks:
                assert not isinstance(block, Table)
                listed = [f"- {verbatim(item)}" for item in block.items] if isinstance(block, Items) else [verbatim(block.text)]
                st.markdown("\n".join(listed))


def signatures(use_case: UseCase, kept: Handover) -> None:
    """Who signed when; what is still missing is said too."""
    people, zone = names(), use_case.timezone
    with st.container(border=True):
        st.markdown(f"**{t('Signed')}**")
        if kept.outgoing and kept.signed:
            name = isolated(verbatim(people.get(kept.outgoing, kept.outgoing)))
            st.markdown("● " + t("Handed over by {name}, {at}.", name=name, at=dated(kept.signed, zone)))
        if kept.incoming and kept.accepted:
            name = isolated(verbatim(people.get(kept.incoming, kept.incoming)))
            st.markdown("● " + t("Taken over by {name}, {at}.", name=name, at=dated(kept.accepted, zone)))
        else:
            st.markdown("○ " + t("Nobody has taken over yet."))
        if kept.reply:
            st.markdown(f"**{t('Remarks of the incoming shift')}**")
            st.markdown(verbatim(kept.reply))


def print_button(use_case: UseCase, kept: Handover) -> None:
    """The handover as a page to print: the text that was signed, in the language in which it was shown."""
    told = with_signatures(restored(kept.told), kept, names(), words(use_case.timezone))
    st.download_button(
        t("Download to print (HTML)"), card_page(told), f"{use_case.name}-{kept.start:%Y-%m-%d-%H%M}.html", "text/html", key="big_print_handover",
        icon=":material/print:", width="stretch", on_click="ignore",
    )  # fmt: skip


def past_handovers(use_case: UseCase) -> None:
    """Those that were signed, newest first, ten at a time."""
    st.subheader(t("Past handovers"), anchor=False)
    before = visit().record.handovers_before
    found = session.store().handovers.past(use_case.name, before, limit=PAGE + 1)
    if not found and before is None:
        empty(t("No shift has been handed over yet."), t("Signed handovers are listed here and can be printed."))
        return
    people = names()
    for one in found[:PAGE]:
        with st.container(border=True, horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            assert one.outgoing is not None
            gone = isolated(verbatim(people.get(one.outgoing, one.outgoing)))
            come = isolated(verbatim(people.get(one.incoming, one.incoming))) if one.incoming else t("nobody yet")
            name = shift_name(use_case, one.start, one.end)
            st.markdown(t("**{shift}** · {outgoing} → {incoming}", shift=name, outgoing=gone, incoming=come), width="stretch")
            if st.button(t("Read"), key=f"big_handover_{one.start:%Y%m%d%H%M}", icon=":material/article:"):
                st.query_params[SHIFT] = f"{one.start:%Y-%m-%dT%H:%M}"
                st.rerun()
    with st.container(horizontal=True, gap="small"):
        if before is not None and st.button(t("Newest"), key="big_newest_handovers", icon=":material/first_page:"):
            visit().record.handovers_before = None
            st.rerun()
        if len(found) > PAGE and st.button(t("Older ones"), key="big_older_handovers", icon=":material/chevron_right:"):
            visit().record.handovers_before = found[PAGE - 1].start
            st.rerun()

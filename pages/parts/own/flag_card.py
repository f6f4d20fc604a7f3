"""One flag and what became of it: what it changed first, the answer, then its way step by step. Long words are folded, none is cut off."""

from dataclasses import replace
from html import escape

import streamlit as st

from data.records import CaseState, Fate, VerdictKind
from data.usecase.use_case import UseCase
from pages.parts.shell import session
from pages.parts.shell.frame import go
from pages.parts.words.language import isolated, percent, t, when
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import flag_kind, flag_reason, own_words, verdict_word

LONG = 140
"""Characters from which words are folded: the beginning is read, the rest is one tap away."""


def flag_card(fate: Fate, people: dict[str, str], fresh: bool) -> None:
    """The card. ``people``: names by id; ``fresh``: whether its answer is new to the reader."""
    flag, use_case = fate.flag, session.use_case(fate.flag.use_case)
    with st.container(border=True, key=f"flag_{flag.id}", gap="small"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            title = t("{asset} · flag {number} · {kind}", asset=flag.asset, number=flag.id, kind=flag_kind(flag.kind))
            with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
                st.subheader(verbatim(title), anchor=False, width="content")
                if fresh:
                    st.badge(t("new"), icon=":material/mark_chat_unread:", color="blue")
            if st.button(t("Open the prediction"), key=f"open_{flag.id}", icon=":material/open_in_new:"):
                go("prediction", use_case=flag.use_case, reading=flag.reading)
        if said := _changed(fate, people):
            st.markdown("  \n".join(said))
        _words(fate, use_case)
        st.html(_path(fate, people, use_case.timezone))


def _changed(fate: Fate, people: dict[str, str]) -> list[str]:
    """What came of it, the weightiest first."""
    told = []
    if fate.after is not None and fate.case is not None and fate.case.unknown:
        told.append(
            t(
                "The model did not know this reading; release {number} says **{after}**.",
                number=fate.release,
                after=percent(fate.after),
            )
        )
    elif fate.after is not None and fate.before is not None:
        told.append(
            t(
                "For this very reading the risk was **{before}**; release {number} says **{after}**.",
                before=percent(fate.before),
                number=fate.release,
                after=percent(fate.after),
            )
        )
    if fate.verdict:
        name = isolated(verbatim(people.get(fate.verdict.person, fate.verdict.person)))
        answer = verbatim(fate.verdict.answer) or verdict_word(fate.verdict.kind)
        told.append(t("**{name} answered:** {answer}", name=name, answer=answer))
    return told


def _words(fate: Fate, use_case: UseCase) -> None:
    """Why it was flagged, and what was added in one's own words."""
    flag, long = fate.flag, len(fate.flag.comment) > LONG
    st.markdown(flag_reason(flag.reason))
    if long:
        st.html(folded(flag.comment))
    if words := own_words(use_case, replace(flag, comment="") if long else flag):
        st.caption(words)


def folded(text: str) -> str:
    """Somebody's long words as HTML: read in their own direction, broken anywhere, the rest of them behind a tap."""
    look = 'dir="auto" style="overflow-wrap:anywhere;white-space:pre-line;opacity:0.86;font-size:0.95rem"'
    start = text[:LONG].rsplit(" ", 1)[0] if " " in text[LONG // 2 : LONG] else text[:LONG]
    return (
        f'<details {look}><summary style="cursor:pointer;min-height:44px;white-space:normal">{escape(start)}…</summary>'
        f'<div style="padding:0.2rem 0 0.4rem">{escape(text)}</div></details>'
    )


def _path(fate: Fate, people: dict[str, str], zone: str) -> str:
    """The flag's way as a row of steps: a filled mark where it has come to, an open one where it has not."""
    steps: list[tuple[bool, str, str]] = [(True, t("Raised"), when(fate.flag.raised, zone) if fate.flag.raised else "")]
    claimed = fate.case is not None and fate.case.state is not CaseState.OPEN
    reviewer = fate.verdict.person if fate.verdict else fate.case.claimed_by if fate.case else None
    steps.append((claimed, t("In review"), isolated(escape(people.get(reviewer, reviewer))) if reviewer else ""))
    verdict = fate.verdict
    steps.append((verdict is not None, t("Answered"), when(verdict.decided, zone) if verdict and verdict.decided else ""))
    if verdict is None or verdict.kind is VerdictKind.MODEL_WRONG:
        trained = fate.release is not None
        steps.append((trained, t("Learned"), t("release {number}", number=fate.release) if trained else ""))
        steps.append((fate.released is not None, t("Released"), when(fate.released, zone) if fate.released else ""))
    marks = "".join(
        f'<li style="display:flex;flex-direction:column;min-width:7.5rem;opacity:{1 if done else 0.72}">'
        f'<span style="font-weight:{600 if done else 400}"><span aria-hidden="true">{"●" if done else "○"}</span> {name}</span>'
        f'<span style="font-size:0.9rem">{said or ("" if done else t("not yet"))}</span></li>'
        for done, name, said in steps
    )
    return f'<ol style="list-style:none;display:flex;flex-wrap:wrap;gap:0.4rem 1.4rem;margin:0;padding:0.4rem 0 0">{marks}</ol>'

"""What became of each flag of the person looking: what changed first, then step by step with dates, the answer, and what the flag changed."""

from datetime import datetime, timedelta

import streamlit as st

from data.people import Action, require
from data.records import Person, Standing
from pages.parts.board.board_reading import SEEN
from pages.parts.own.flag_card import flag_card
from pages.parts.remembered.visit import visit
from pages.parts.shell import session
from pages.parts.shell.frame import empty, page_header
from pages.parts.shell.identity import names, who
from pages.parts.words.language import isolated, number, plural, t

DAY = timedelta(days=1)  # what somebody who has never looked before calls new
LINGER = timedelta(minutes=2)  # how long what is new is marked so
PAGE = 15
MOST_NEWS = 30
ALL = "all"


def render() -> None:
    person = require(who(), Action.FLAG)
    feedback = session.store().feedback
    counts = feedback.fate_counts(person.id)
    page_header(t("My flags"), detail=isolated(person.name))
    since = _since(person.id)
    if not counts["flags"]:
        empty(
            t("You have not flagged anything yet."),
            t("Open a prediction from the board and tap Wrong or Unclear: what becomes of it stands here."),
        )
        return
    told = {"answered": number(counts["answered"], 0), "changed": number(counts["fixed"], 0)}
    flags = plural("{n} flag", "{n} flags", counts["flags"])
    st.markdown(t("{flags}, {answered} answered, {changed} led to a new release.", flags=flags, **told))
    standing, text = _asked(counts)
    people = names()
    fresh = feedback.fates(person.id, MOST_NEWS, news=since) if standing is None and not text else []
    if fresh:
        said = plural("{n} new answer since you last looked.", "{n} new answers since you last looked.", len(fresh))
        st.success(said, icon=":material/mark_chat_unread:")
    for fate in fresh:
        flag_card(fate, people, fresh=True)
    _list(person, people, standing, text, {fate.flag.id for fate in fresh})


def _since(person: str) -> datetime:
    """What is newer than this is new: since this person last looked, on whatever screen; marked so for a while."""
    now, known = session.now(), visit().record.flags_fresh
    if known is None or known[0] != person or now - known[1] > LINGER:
        known = (person, now, session.store().people.seen(person, SEEN) or now - DAY)
        visit().record.flags_fresh = known
    session.store().people.mark_seen(person, SEEN)
    return known[2]


def _asked(counts: dict[str, int]) -> tuple[Standing | None, str]:
    """Which flags are listed: how far they have come, and what is searched for."""
    shown = {
        ALL: counts["flags"],
        Standing.OPEN: counts["open"],
        Standing.ANSWERED: counts["answered"],
        Standing.FIXED: counts["fixed"],
    }

    def name(code: str) -> str:
        n = number(shown[code], 0)
        return {
            ALL: t("All {n}", n=n),
            Standing.OPEN: t("Open {n}", n=n),
            Standing.ANSWERED: t("Answered {n}", n=n),
            Standing.FIXED: t("Fixed {n}", n=n),
        }[code]

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        chosen = st.segmented_control(
            t("Which flags"), list(shown), default=ALL, required=True, format_func=name, key="standing", label_visibility="collapsed",
            on_change=_first_page,
        )  # fmt: skip
        text = st.text_input(
            t("Search"), key="flags_text", max_chars=100, label_visibility="collapsed", placeholder=t("Machine, number or words"), width=320,
            on_change=_first_page, icon=":material/search:",
        )  # fmt: skip
    return (None if chosen == ALL else Standing(chosen)), text.strip()


def _list(person: Person, people: dict[str, str], standing: Standing | None, text: str, told: set[int]) -> None:
    """A page of flags, newest first. What was told on top is not told twice."""
    before = visit().record.flags_before
    found = session.store().feedback.fates(person.id, PAGE + 1 + len(told), before=before, standing=standing, text=text)
    alive = [fate for fate in found if fate.flag.withdrawn is None and fate.flag.id not in told]
    if not alive and not told:
        empty(t("No flag fits."), t("Search for something else, or choose all."))
    for fate in alive[:PAGE]:
        flag_card(fate, people, fresh=False)
    last = alive[:PAGE][-1].flag.id if alive else found[-1].flag.id if found else None
    with st.container(horizontal=True, gap="small"):
        if before is not None:
            st.button(t("Newest"), key="newest_flags", icon=":material/first_page:", on_click=_first_page)
        if last is not None and (len(alive) > PAGE or len(found) > PAGE + len(told)):
            st.button(t("Older ones"), key="older_flags", icon=":material/chevron_right:", on_click=_older, args=(last,))


def _first_page() -> None:
    visit().record.flags_before = None


def _older(last: int) -> None:
    visit().record.flags_before = last

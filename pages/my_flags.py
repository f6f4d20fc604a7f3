"""What became of each flag of the person looking: step by step with dates, the answer, and what the flag changed."""

from datetime import timedelta

import streamlit as st

from data.people import Action, require
from data.records import CaseState, Fate, VerdictKind
from pages.parts import session
from pages.parts.board_reading import SEEN
from pages.parts.frame import empty, go, page_header
from pages.parts.identity import who
from pages.parts.language import percent, plural, t, when
from pages.parts.wording import flag_kind, flag_reason, own_words, verbatim, verdict_word

DAY = timedelta(days=1)  # what somebody who has never looked before calls new
LINGER = timedelta(minutes=2)  # how long what is new is marked so


def render() -> None:
    person = require(who(), Action.FLAG)
    fates = session.store().feedback.fates(person.id)
    page_header(t("My flags"), detail=person.name)
    fresh = _fresh(person.id, fates)
    alive = [fate for fate in fates if fate.flag.withdrawn is None]
    if not alive:
        empty(
            t("You have not flagged anything yet."),
            t("Open a prediction from the board and tap Wrong or Unclear: what becomes of it stands here."),
        )
        return
    answered = sum(fate.verdict is not None for fate in alive)
    changed = sum(fate.released is not None for fate in alive)
    st.markdown(
        t(
            "{flags}, {answered} answered, {changed} led to a new release.",
            flags=plural("{n} flag", "{n} flags", len(alive)),
            answered=answered,
            changed=changed,
        )
    )
    if fresh:
        st.success(plural("{n} new answer since you last looked.", "{n} new answers since you last looked.", len(fresh)))
    for fate in sorted(alive, key=lambda one: one.flag.id not in fresh):  # what is new first, else the newest
        _card(fate, fate.flag.id in fresh)


def _fresh(person: str, fates: list[Fate]) -> set[int]:
    """The flags whose answer or release is new since this person last looked, on whatever screen; marked so for a while."""
    now, known = session.now(), st.session_state.get("flags_fresh")
    if known is None or known[0] != person or now - known[1] > LINGER:
        known = (person, now, session.store().people.seen(person, SEEN) or now - DAY)
        st.session_state["flags_fresh"] = known
    session.store().people.mark_seen(person, SEEN)
    found = set()
    for fate in fates:
        at = max((moment for moment in (fate.verdict and fate.verdict.decided, fate.released) if moment), default=None)
        if at is not None and at > known[2] and fate.flag.withdrawn is None:
            found.add(fate.flag.id)
    return found


def _card(fate: Fate, fresh: bool) -> None:
    flag, zone = fate.flag, session.use_case(fate.flag.use_case).timezone
    with st.container(border=True, key=f"flag_{flag.id}"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            title = t("{asset} · flag {number} · {kind}", asset=flag.asset, number=flag.id, kind=flag_kind(flag.kind))
            with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
                st.subheader(title, anchor=False, width="content")
                if fresh:
                    st.badge(t("new"), icon=":material/mark_chat_unread:", color="blue")
            if st.button(t("Open the prediction"), key=f"open_{flag.id}", icon=":material/open_in_new:"):
                go("prediction", use_case=flag.use_case, reading=flag.reading)
        st.markdown(flag_reason(flag.reason))
        if words := own_words(session.use_case(flag.use_case), flag):
            st.caption(words)
        st.html(_path(fate, zone))
        if fate.verdict:
            reviewer = session.store().people.get(fate.verdict.person)
            name = reviewer.name if reviewer else fate.verdict.person
            st.markdown(
                t(
                    "**{name} answered:** {answer}",
                    name=name,
                    answer=verbatim(fate.verdict.answer) or verdict_word(fate.verdict.kind),
                )
            )
        if fate.after is not None and fate.before is not None:
            st.markdown(
                t(
                    "For this very reading the risk was **{before}**; release {number} says **{after}**.",
                    before=percent(fate.before),
                    number=fate.release,
                    after=percent(fate.after),
                )
            )


def _path(fate: Fate, zone: str) -> str:
    """The flag's way as a row of steps: a filled mark where it has come to, an open one where it has not."""
    steps: list[tuple[bool, str, str]] = [(True, t("Raised"), when(fate.flag.raised, zone) if fate.flag.raised else "")]
    claimed = fate.case is not None and fate.case.state is not CaseState.OPEN
    reviewer = fate.verdict.person if fate.verdict else fate.case.claimed_by if fate.case else None
    person = session.store().people.get(reviewer) if reviewer else None
    steps.append((claimed, t("In review"), person.name if person else ""))
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
    return f'<ol style="list-style:none;display:flex;flex-wrap:wrap;gap:0.4rem 1.4rem;margin:0;padding:0.2rem 0">{marks}</ol>'

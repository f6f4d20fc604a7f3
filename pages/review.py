"""The queue of cases, the most instructive first, and one case: what was seen, what is said now, the verdict, the thread."""

import streamlit as st

from data.people import Action, may
from data.records import TO_DO, Case, CaseState
from data.store import NotFound
from models.review.reviewing import clusters
from pages.parts.review.case_queue import ALL, case_queue, decided, filters, next_case, search, show_case, ticked, untick
from pages.parts.review.case_thread import case_thread
from pages.parts.review.case_view import found_afterwards, moment, seen_and_now, signals, what_was_said, why_first
from pages.parts.review.inspection import inspection
from pages.parts.review.reviewers_view import reviewers_view
from pages.parts.review.verdict_form import claim_buttons, told_of_decision, verdict_form
from pages.parts.shell import session
from pages.parts.shell.acting import refusal
from pages.parts.shell.address import asked_number
from pages.parts.shell.downloads import case_downloads
from pages.parts.shell.frame import empty, page_header, trouble
from pages.parts.shell.identity import who
from pages.parts.words.language import t
from pages.parts.words.verbatim import verbatim

STATES = {"open": TO_DO, "waiting": (CaseState.WAITING,), "decided": (CaseState.DECIDED,)}


def _first_of_the_list() -> None:
    """Of the other list that was chosen no case is open."""
    st.query_params.pop("case", None)


def render() -> None:
    with page_header(t("Review")):
        shown = st.segmented_control(
            t("Cases shown"), list(STATES), default="open", required=True, key="shown", label_visibility="collapsed",
            on_change=_first_of_the_list,
            format_func=lambda code: {"open": t("To do"), "waiting": t("Waiting"), "decided": t("Decided")}[code],
        )  # fmt: skip
        case_downloads(session.use_case())
    wanted = asked_number("case")
    left, right = st.columns([2, 3], gap="medium")
    with left:
        text = search()
        done = shown == "decided"
        cases = session.store().feedback.queue(
            states=STATES[shown], text=text, limit=ALL if text or done else 200, by_verdict=done
        )
        listed, found = filters(cases), None
        if done:
            listed, found = decided(listed)
        if wanted is None and listed:
            wanted = listed[0].id
        alike = _alike(listed)
        if text and not cases:
            empty(t("Nothing is found."), t("Another word, or what was decided, may help."))
        else:
            case_queue(listed, cases, wanted, alike, found)
        reviewers_view(session.use_case())
    with right:
        if wanted is None:
            nothing = {
                "open": t("Nothing is waiting for review."),
                "waiting": t("No case waits for an inspection."),
                "decided": t("No case has been decided yet."),
            }[shown]
            empty(nothing, t("What operators flag as wrong or unclear comes in here."))
            return
        try:
            case = session.store().feedback.case(wanted)
        except NotFound:
            asked = st.query_params.get("case", "")[:40]
            trouble(t("There is no case {number}.", number=asked), t("Choose one on the left."))
            return
        st.query_params["case"] = str(case.id)
        same = [one for one in listed if one.id in alike and alike[one.id] == alike.get(case.id) and one.id != case.id]
        done = _case(case, next_case(case, cases) if shown == "open" else None, same, ticked(listed) if shown == "open" else [])
        if done:
            untick(done)
            following = next_case(case, [one for one in cases if one.id not in done]) if shown == "open" else None
            if following:
                show_case(following.id)
            st.rerun()


def _alike(cases: list[Case]) -> dict[int, int]:
    """The cluster of each case; numbers of different use cases never meet."""
    found: dict[int, int] = {}
    for name in dict.fromkeys(case.use_case for case in cases):
        of_one = clusters(session.use_case(name), session.store(), [case for case in cases if case.use_case == name])
        first = max(found.values(), default=-1) + 1
        found |= {case: number + first for case, number in of_one.items()}
    return found


def _case(case: Case, following: Case | None, same: list[Case], chosen: list[Case]) -> list[int]:
    """Draw it. Gives the cases that were decided in this moment."""
    use_case = session.use_case(case.use_case)
    flags = session.store().feedback.case_flags(case.id)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        title = t(
            "Case {number} · {asset} · {area}",
            number=case.id,
            asset=case.asset,
            area=use_case.area_label(use_case.area_of(case.asset)),
        )
        st.subheader(verbatim(title), anchor=False, width="content")
        if following:
            st.button(
                t("Next case"),
                key="next_case",
                icon=":material/skip_next:",
                shortcut="n",
                on_click=show_case,
                args=(following.id,),
            )
    told_of_decision()
    refusal()
    what_was_said(use_case, case, flags)
    found_afterwards(use_case, case)
    why_first(use_case, case)
    if case.state is CaseState.WAITING and may(who(), Action.REVIEW):
        inspection(use_case, case)
    done = []
    mine = claim_buttons(case, use_case.timezone) if may(who(), Action.REVIEW) else False
    if mine:
        with st.container(border=True):
            done = verdict_form(use_case, case, flags, same, chosen)
    if done:
        return done
    seen_and_now(use_case, case, flags)
    moment(use_case, case, flags)
    signals(use_case, case)
    case_thread(use_case, case)
    return []

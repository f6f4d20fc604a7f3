"""The queue of flagged cases, the most instructive first, and one case: what was seen, what is said now, the verdict."""

import streamlit as st

from data.people import Action, may
from data.records import Case, CaseState
from data.store import NotFound
from pages.parts import session
from pages.parts.address import asked_number
from pages.parts.case_queue import case_queue, filters, next_case, show_case
from pages.parts.case_view import moment, seen_and_now, signals, what_was_said, why_first
from pages.parts.frame import empty, page_header, trouble
from pages.parts.identity import who
from pages.parts.language import t
from pages.parts.verdict_form import claim_buttons, verdict_form

STATES = {"open": (CaseState.OPEN, CaseState.CLAIMED), "decided": (CaseState.DECIDED,)}


def render() -> None:
    with page_header(t("Review")):
        shown = st.segmented_control(
            t("Cases shown"), list(STATES), default="open", required=True, key="shown", label_visibility="collapsed",
            format_func=lambda code: {"open": t("To do"), "decided": t("Decided")}[code],
        )  # fmt: skip
    cases, wanted = session.store().feedback.queue(states=STATES[shown]), asked_number("case")
    left, right = st.columns([2, 3], gap="medium")
    with left:
        listed = filters(cases)
        if wanted is None and listed:
            wanted = listed[0].id
        case_queue(listed, cases, wanted)
    with right:
        if wanted is None:
            empty(
                t("Nothing is waiting for review.") if shown == "open" else t("No case has been decided yet."),
                t("What operators flag as wrong or unclear comes in here."),
            )
            return
        try:
            case = session.store().feedback.case(wanted)
        except NotFound:
            asked = st.query_params.get("case", "")[:40]
            trouble(t("There is no case {number}.", number=asked), t("Choose one on the left."))
            return
        st.query_params["case"] = str(case.id)
        _case(case, next_case(case, cases) if shown == "open" else None)


def _case(case: Case, following: Case | None) -> None:
    use_case = session.use_case(case.use_case)
    flags = session.store().feedback.case_flags(case.id)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        title = t("Case {number} · {asset} · {area}", number=case.id, asset=case.asset, area=use_case.area_of(case.asset))
        st.subheader(title, anchor=False, width="content")
        if following:
            st.button(
                t("Next case"),
                key="next_case",
                icon=":material/skip_next:",
                shortcut="n",
                on_click=show_case,
                args=(following.id,),
            )
    what_was_said(use_case, case, flags)
    why_first(use_case, case)
    mine = claim_buttons(case, use_case.timezone) if may(who(), Action.REVIEW) else False
    if mine:
        with st.container(border=True):
            verdict_form(use_case, case)
    seen_and_now(use_case, case, flags)
    moment(use_case, case, flags)
    signals(use_case, case)

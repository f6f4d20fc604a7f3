"""The queue of flagged cases, the most instructive first, and one case: what was seen, what is said now, the verdict."""

import pandas as pd
import streamlit as st

from data.people import Action, may
from data.records import Case, CaseState
from data.store import NotFound
from pages.parts import session
from pages.parts.case_view import seen_and_now, signals, what_was_said
from pages.parts.frame import empty, page_header, trouble
from pages.parts.identity import who
from pages.parts.language import number, percent, plural, t, when
from pages.parts.verdict_form import claim_buttons, verdict_form
from pages.parts.wording import flag_kind, flag_reason


def render() -> None:
    with page_header(t("Review")):
        shown = st.segmented_control(
            t("Cases shown"), ["open", "decided"], default="open", required=True, key="shown", label_visibility="collapsed",
            format_func={"open": t("To do"), "decided": t("Decided")}.get,
        )  # fmt: skip
    states = (CaseState.OPEN, CaseState.CLAIMED) if shown == "open" else (CaseState.DECIDED,)
    cases = session.store().feedback.queue(states=states)
    wanted = _wanted()
    left, right = st.columns([2, 3], gap="medium")
    with left:
        picked = _queue(cases, wanted)
    with right:
        if picked is None and wanted is None:
            empty(
                t("Nothing is waiting for review.") if not cases else t("Choose a case on the left."),
                t("Flags of operators come in here."),
            )
            return
        try:
            case = session.store().feedback.case(picked if picked is not None else wanted)
        except NotFound:
            trouble(t("There is no case {number}.", number=wanted), t("Choose one on the left."))
            return
        st.query_params["case"] = str(case.id)
        _case(case)


def _wanted() -> int | None:
    """The case in the address; -1 for what is no number."""
    text = st.query_params.get("case")
    return None if not text else int(text) if text.isdigit() else -1


def _queue(cases: list[Case], wanted: int | None) -> int | None:
    st.subheader(plural("{n} case", "{n} cases", len(cases)), anchor=False)
    if not cases:
        return None
    people = {person.id: person.name for person in session.store().people.all()}
    table = pd.DataFrame(
        {
            t("Priority"): [case.priority for case in cases],
            t("Asset"): [case.asset for case in cases],
            t("What was said"): [f"{flag_kind(case.kind)}: {flag_reason(case.reason)}" for case in cases],
            t("Risk"): [percent(case.score) for case in cases],
            t("Flags"): [number(case.flags, 0) for case in cases],
            t("Since"): [when(case.opened, session.use_case(case.use_case).timezone) for case in cases],
            t("With"): [people.get(case.claimed_by, "") if case.claimed_by else "" for case in cases],
        }
    )
    most = max(case.priority for case in cases)
    bar = st.column_config.ProgressColumn(t("Priority"), min_value=0, max_value=most, format="%.1f", width="small")
    chosen = st.dataframe(
        table,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="queue",
        row_height=44,
        column_config={t("Priority"): bar},
    )
    rows = chosen.selection.rows
    if rows and rows[0] < len(cases):
        return cases[rows[0]].id
    return None if wanted is not None else cases[0].id


def _case(case: Case) -> None:
    use_case = session.use_case(case.use_case)
    flags = session.store().feedback.case_flags(case.id)
    st.subheader(
        t("Case {number} · {asset} · {area}", number=case.id, asset=case.asset, area=use_case.area_of(case.asset)), anchor=False
    )
    what_was_said(case, flags, use_case.timezone)
    mine = claim_buttons(case, use_case.timezone) if may(who(), Action.REVIEW) else False
    if mine:
        with st.container(border=True):
            verdict_form(use_case, case)
    seen_and_now(use_case, case, flags)
    signals(use_case, case)

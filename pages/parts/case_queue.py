"""The list of cases in review: what is filtered, which one is looked at, and which comes next.

The case looked at is the one in the address. The list only leads to it: a case that comes in meanwhile moves the rows, and
must not put another case under the hands of who is writing a verdict.
"""

import pandas as pd
import streamlit as st

from data.records import Case, CaseState, FlagKind
from pages.parts import session
from pages.parts.frame import empty
from pages.parts.identity import who
from pages.parts.language import number, percent, plural, t, when
from pages.parts.wording import flag_kind, flag_reason


def filters(cases: list[Case]) -> list[Case]:
    """What may be left out, and the cases that remain."""
    if len(cases) < 2:
        return cases
    with st.container(horizontal=True, vertical_alignment="center"):
        kinds = st.pills(
            t("Kind"),
            [FlagKind.WRONG, FlagKind.UNCLEAR],
            format_func=flag_kind,
            selection_mode="multi",
            key="kinds",
            label_visibility="collapsed",
        )
        areas = sorted({_area(case) for case in cases})
        area = st.selectbox(
            t("Area"), areas, index=None, key="case_area", placeholder=t("All areas"), label_visibility="collapsed", width=180
        )
        mine = st.toggle(t("Mine"), key="mine", help=t("Only the cases that I have claimed"))
    person = who()
    return [
        case
        for case in cases
        if (not kinds or case.kind in kinds)
        and (area is None or _area(case) == area)
        and (not mine or (person is not None and case.claimed_by == person.id))
    ]


def case_queue(listed: list[Case], cases: list[Case], shown: int | None) -> None:
    """The table of ``listed`` (of all ``cases``), with the case ``shown`` marked in it."""
    st.subheader(plural("{n} case", "{n} cases", len(listed)), anchor=False)
    if not cases:
        return
    if not listed:
        empty(t("No case is left by what you chose above."), t("{n} are there in all.", n=number(len(cases), 0)))
        return
    people = {person.id: person.name for person in session.store().people.all()}
    columns = {
        t("Priority"): [case.priority for case in listed],
        t("Asset"): [case.asset for case in listed],
        t("What was said"): [f"{flag_kind(case.kind)}: {flag_reason(case.reason)}" for case in listed],
        t("Risk"): [percent(case.score) for case in listed],
        t("Flags"): [number(case.flags, 0) for case in listed],
        t("Since"): [when(case.opened, session.use_case(case.use_case).timezone) for case in listed],
        t("With"): [people.get(case.claimed_by, case.claimed_by) if case.claimed_by else "" for case in listed],
    }
    most = max(case.priority for case in cases)
    bar = st.column_config.ProgressColumn(t("Priority"), min_value=0, max_value=most, format="%.1f", width="small")
    narrow = st.column_config.Column(width="small")
    ids = tuple(case.id for case in listed)
    key = f"queue_{shown}_{hash(ids)}"  # another list, or another case: a new table, with that case marked
    st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        on_select=lambda: _picked(key, ids),
        selection_mode="single-row",
        selection_default={"selection": {"rows": [ids.index(shown)] if shown in ids else []}},
        key=key,
        row_height=44,
        column_config={t("Priority"): bar} | dict.fromkeys([t("Asset"), t("Risk"), t("Flags"), t("Since")], narrow),
    )


def next_case(case: Case, cases: list[Case]) -> Case | None:
    """The first of ``cases`` that is not this one and that nobody else has claimed."""
    person, now = who(), session.now()

    def free(one: Case) -> bool:
        taken = one.state is CaseState.CLAIMED and one.claimed_until is not None and one.claimed_until > now
        return not taken or (person is not None and one.claimed_by == person.id)

    return next((one for one in cases if one.id != case.id and free(one)), None)


def show_case(case: int) -> None:
    """Put a case into the address."""
    st.query_params["case"] = str(case)


def _picked(key: str, ids: tuple[int, ...]) -> None:
    rows = st.session_state[key].selection.rows
    if rows and rows[0] < len(ids):
        show_case(ids[rows[0]])


def _area(case: Case) -> str:
    return session.use_case(case.use_case).area_of(case.asset)

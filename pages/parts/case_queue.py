"""The list of cases in review: what is searched and filtered, which one is looked at, and which comes next.

The case looked at is the one in the address. The list only leads to it: a case that comes in meanwhile moves the rows, and
must not put another case under the hands of who is writing a verdict.
"""

import pandas as pd
import streamlit as st

from data.records import Case, CaseOrigin, CaseState, FlagKind, Verdict
from pages.parts import session
from pages.parts.frame import empty
from pages.parts.identity import names, who
from pages.parts.language import number, percent, plural, t, when
from pages.parts.wording import case_said, outcome_text, verdict_word

ALL = 1_000


def search() -> str:
    """What is looked for in the queue: kept in the session."""
    return st.text_input(
        t("Search"), key="case_search", placeholder=t("Search: number, machine, person, words"), label_visibility="collapsed",
        icon=":material/search:", max_chars=80,
    ).strip()  # fmt: skip


def filters(cases: list[Case]) -> list[Case]:
    """What may be left out, and the cases that remain."""
    if len(cases) < 2:
        return cases
    with st.container(horizontal=True, vertical_alignment="center"):
        kinds = st.pills(
            t("Kind"),
            [FlagKind.WRONG, FlagKind.UNCLEAR, CaseOrigin.SAMPLE],
            format_func=lambda kind: {FlagKind.WRONG: t("wrong"), FlagKind.UNCLEAR: t("unclear"), CaseOrigin.SAMPLE: t("drawn at random")}[kind],
            selection_mode="multi",
            key="kinds",
            label_visibility="collapsed",
        )  # fmt: skip
        areas = sorted({_area(case) for case in cases})
        area = st.selectbox(
            t("Area"), areas, index=None, key="case_area", placeholder=t("All areas"), label_visibility="collapsed", width=140
        )
        mine = st.toggle(t("Mine"), key="mine")
        late = st.toggle(t("Overdue"), key="late")
    person, now = who(), session.now()
    return [
        case
        for case in cases
        if (not kinds or (case.kind or CaseOrigin.SAMPLE) in kinds)
        and (area is None or _area(case) == area)
        and (not mine or (person is not None and person.id in (case.claimed_by, case.assigned_to)))
        and (not late or overdue(case, now))
    ]


def decided(cases: list[Case]) -> tuple[list[Case], dict[int, Verdict]]:
    """Cases that were decided, the newest verdict first, and the verdict of each: a decided case always has one."""
    found = session.store().feedback.findings([case.id for case in cases])
    return sorted(cases, key=lambda case: found[case.id].decided, reverse=True), found


def case_queue(
    listed: list[Case], cases: list[Case], shown: int | None, alike: dict[int, int], found: dict[int, Verdict] | None
) -> None:
    """The table of ``listed`` (of all ``cases``), with the case ``shown`` marked in it.

    Args:
        alike: the cluster of each case.
        found: what was found of each, where they are decided; ``None``: they are to be.
    """
    now = session.now()
    late = sum(overdue(case, now) for case in listed)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(plural("{n} case", "{n} cases", len(listed)), anchor=False, width="content")
        if late:
            st.badge(plural("{n} overdue", "{n} overdue", late), icon=":material/schedule:", color="orange")
    if not cases:
        return
    if not listed:
        empty(t("No case is left by what you chose above."), t("{n} are there in all.", n=number(len(cases), 0)))
        return
    ids = tuple(case.id for case in listed)
    key = f"queue_{shown}_{hash(ids)}"  # another list, or another case: a new table, with that case marked
    columns, shapes = _of_open(listed, cases, alike) if found is None else _of_decided(listed, found)
    st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        on_select=lambda: _picked(key, ids),
        selection_mode="single-row",
        selection_default={"selection": {"rows": [ids.index(shown)] if shown in ids else []}},
        key=key,
        row_height=44,
        column_config=shapes,
    )


def _of_open(listed: list[Case], cases: list[Case], alike: dict[int, int]) -> tuple[dict[str, list], dict]:
    """What tells which case comes first, and with whom it is."""
    people = names()
    sizes = pd.Series(alike).value_counts()
    columns = {
        t("Priority"): [case.priority + case.age_points for case in listed],
        t("Asset"): [case.asset for case in listed],
        t("What was said"): [_marked(case) for case in listed],
        t("Alike"): [
            number(sizes[alike[case.id]], 0) if case.id in alike and sizes[alike[case.id]] > 1 else "" for case in listed
        ],
        t("Risk"): [percent(case.score) for case in listed],
        t("Due"): [due_text(case) for case in listed],
        t("With"): [_with(case, people) for case in listed],
    }
    most = max(case.priority + case.age_points for case in cases)
    bar = st.column_config.ProgressColumn(t("Priority"), min_value=0, max_value=most, format="%.1f", width="small")
    narrow = st.column_config.Column(width="small")
    return columns, {t("Priority"): bar} | dict.fromkeys([t("Asset"), t("Alike"), t("Risk"), t("Due")], narrow)


def _of_decided(listed: list[Case], found: dict[int, Verdict]) -> tuple[dict[str, list], dict]:
    """What was found, by whom and when, the newest first."""
    people = names()
    verdicts = [found[case.id] for case in listed]
    columns = {
        t("Asset"): [case.asset for case in listed],
        t("Verdict"): [_verdict_text(case, one) for case, one in zip(listed, verdicts, strict=True)],
        t("What was said"): [case_said(case) for case in listed],
        t("Risk"): [percent(case.score) for case in listed],
        t("By"): [people.get(one.person, one.person) for one in verdicts],
        t("Decided"): [
            when(one.decided, session.use_case(case.use_case).timezone) for case, one in zip(listed, verdicts, strict=True)
        ],
    }
    return columns, dict.fromkeys([t("Asset"), t("Risk")], st.column_config.Column(width="small"))


def _verdict_text(case: Case, verdict: Verdict) -> str:
    said = verdict_word(verdict.kind)
    return f"{said}: {outcome_text(session.use_case(case.use_case), verdict.outcome)}" if verdict.outcome is not None else said


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


def overdue(case: Case, now) -> bool:
    """Whether it should have been answered by ``now``."""
    return case.due is not None and case.due < now and case.state not in (CaseState.DECIDED, CaseState.WITHDRAWN)


def due_text(case: Case) -> str:
    """How long there is until it should be answered, or how long that is past."""
    if case.due is None or case.state in (CaseState.DECIDED, CaseState.WITHDRAWN):
        return ""
    hours = (case.due - session.now()).total_seconds() / 3600
    if hours < 0:
        return t("! {n} h late", n=number(-hours, 0)) if hours <= -1 else t("! now")
    return t("in {n} h", n=number(hours, 0)) if hours >= 1 else t("in {n} min", n=number(60 * hours, 0))


def _marked(case: Case) -> str:
    """What was said, with what makes the case another one than the others."""
    mark = {CaseState.SECOND: t("second opinion"), CaseState.DISPUTED: t("two differ")}.get(case.state)
    return f"{mark} · {case_said(case)}" if mark else case_said(case)


def _with(case: Case, people: dict[str, str]) -> str:
    if case.claimed_by:
        return people.get(case.claimed_by, case.claimed_by)
    return t("for {name}", name=people.get(case.assigned_to, case.assigned_to)) if case.assigned_to else ""


def _picked(key: str, ids: tuple[int, ...]) -> None:
    rows = st.session_state[key].selection.rows
    if rows and rows[0] < len(ids):
        show_case(ids[rows[0]])


def _area(case: Case) -> str:
    return session.use_case(case.use_case).area_of(case.asset)

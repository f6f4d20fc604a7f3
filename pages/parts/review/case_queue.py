"""The list of cases in review: what is searched and filtered, which one is looked at, and which comes next.

The case looked at is the one in the address. The list only leads to it: a case that comes in meanwhile moves the rows, and
must not put another case under the hands of who is writing a verdict.
"""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from data.records import Case, CaseOrigin, CaseState, FlagKind, Verdict
from pages.parts.remembered.visit import visit
from pages.parts.shell import session
from pages.parts.shell.frame import empty
from pages.parts.shell.identity import names, who
from pages.parts.words.called import risk_text
from pages.parts.words.language import duration, number, plural, t, when
from pages.parts.words.wording import case_said, outcome_text, verdict_word

ALL = 1_000
ROW, MOST_PX = 44, 640
"""Height of a row, for a finger, and of the table at most."""


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
    return sorted(cases, key=lambda case: decided_at(found[case.id]), reverse=True), found


def decided_at(verdict: Verdict) -> datetime:
    """When a verdict that is on record was given."""
    assert verdict.decided is not None
    return verdict.decided


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
    with st.container(horizontal=True, vertical_alignment="center"):  # the right end belongs to the table's own tools
        st.subheader(plural("{n} case", "{n} cases", len(listed)), anchor=False, width="content")
        if late:
            st.badge(plural("{n} overdue", "{n} overdue", late), icon=":material/schedule:", color="orange")
    if not cases:
        return
    if not listed:
        empty(t("No case is left by what you chose above."), t("{n} are there in all.", n=number(len(cases), 0)))
        return
    ids = tuple(case.id for case in listed)
    chosen = tuple(one for one in ids if one in _ticks()) if found is None else ()
    # another list, another case or other ticks: a new table, with that case marked and those ticked; rows move, cases do not
    key = f"queue_{shown}_{hash((ids, chosen))}"
    columns, shapes = _of_open(listed, cases, alike) if found is None else _of_decided(listed, found)
    marked = [(ids.index(shown), t("Case"))] if shown in ids else []
    st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        on_select=lambda: _picked(key, ids),
        selection_mode=["multi-row", "single-cell"] if found is None else ["single-cell"],
        selection_default={"selection": {"rows": [ids.index(one) for one in chosen], "cells": marked}},
        key=key,
        row_height=ROW,
        height=min(ROW * len(listed) + 46, MOST_PX),
        column_config=shapes,
    )
    if found is None:
        _told_of_ticks(chosen)


def ticked(listed: list[Case]) -> list[Case]:
    """The cases of the list that are ticked, to be decided together."""
    return [case for case in listed if case.id in _ticks()]


def untick(cases: Sequence[int] | None = None) -> None:
    """Take the ticks of ``cases`` away; of ``None`` all."""
    _ticks().difference_update(set(_ticks()) if cases is None else cases)


def _ticks() -> set[int]:
    """Kept as numbers of cases, not as rows: a case that comes in meanwhile moves the rows. Each person ticks their own."""
    person = who()
    return visit().record.ticked.setdefault(person.id if person else "", set())


def _told_of_ticks(chosen: tuple[int, ...]) -> None:
    if not chosen:
        st.caption(t("Tap a case to open it. Tick several at the left to decide them together."))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        said = plural(
            "{n} ticked: it is decided with the case at the right.",
            "{n} ticked: they are decided with the case at the right.",
            len(chosen),
        )
        st.markdown(said, width="content")
        st.button(t("Untick"), key="untick", icon=":material/deselect:", on_click=untick)


def _of_open(listed: list[Case], cases: list[Case], alike: dict[int, int]) -> tuple[dict[str, list], dict]:
    """What tells which case comes first, and with whom it is."""
    people = names()
    sizes = pd.Series(alike).value_counts()
    now = session.now()
    columns = {
        t("Case"): [case.id for case in listed],
        t("Asset"): [case.asset for case in listed],
        t("Due"): [due_text(case) for case in listed],
        t("Age"): [duration((now - case.opened).total_seconds()) for case in listed],
        t("With"): [_with(case, people) for case in listed],
        t("Alike"): [
            number(sizes[alike[case.id]], 0) if case.id in alike and sizes[alike[case.id]] > 1 else "" for case in listed
        ],
        t("What was said"): [_marked(case) for case in listed],
        t("Risk"): [risk_text(case.score, case.unknown) for case in listed],
        t("Priority"): [case.priority + case.age_points for case in listed],
    }
    most = max(case.priority + case.age_points for case in cases)
    bar = st.column_config.ProgressColumn(t("Priority"), min_value=0, max_value=most, format="%.1f", width=90)
    widths = {
        t("Case"): 56,
        t("Asset"): 74,
        t("Due"): 104,
        t("Age"): 62,
        t("With"): 104,
        t("What was said"): 200,
        t("Alike"): 48,
        t("Risk"): 56,
    }
    return columns, {t("Priority"): bar} | {name: st.column_config.Column(width=width) for name, width in widths.items()}


def _of_decided(listed: list[Case], found: dict[int, Verdict]) -> tuple[dict[str, list], dict]:
    """What was found, by whom and when, the newest first."""
    people = names()
    verdicts = [found[case.id] for case in listed]
    columns = {
        t("Case"): [case.id for case in listed],
        t("Asset"): [case.asset for case in listed],
        t("Verdict"): [_verdict_text(case, one) for case, one in zip(listed, verdicts, strict=True)],
        t("What was said"): [case_said(case) for case in listed],
        t("Risk"): [risk_text(case.score, case.unknown) for case in listed],
        t("By"): [people.get(one.person, one.person) for one in verdicts],
        t("Decided"): [
            when(decided_at(one), session.use_case(case.use_case).timezone) for case, one in zip(listed, verdicts, strict=True)
        ],
    }
    return columns, {t("Case"): st.column_config.Column(width=56)} | dict.fromkeys(
        [t("Asset"), t("Risk")], st.column_config.Column(width="small")
    )


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


def overdue(case: Case, now: datetime) -> bool:
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
    """A tap on a row opens its case; a tick is remembered and opens nothing."""
    made = st.session_state[key].selection
    _ticks().difference_update(ids)
    _ticks().update(ids[row] for row in made.rows if row < len(ids))
    if made.cells and made.cells[0][0] < len(ids):
        show_case(ids[made.cells[0][0]])


def _area(case: Case) -> str:
    use_case = session.use_case(case.use_case)
    return use_case.area_label(use_case.area_of(case.asset))

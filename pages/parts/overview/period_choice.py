"""Which period a screen tells of: a preset that ends now, or whole days of the plant's calendar. It stands in the address."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from data.readings.moments import ROWS_FROM
from data.shifts import day_begins
from data.usecase.use_case import UseCase
from models.documents.period import Period, begins
from pages.parts.shell import session
from pages.parts.words.language import clock, day_of, t

PRESETS: dict[str, timedelta] = {"1d": timedelta(days=1), "7d": timedelta(days=7), "30d": timedelta(days=30)}
DAYS = "days"
USUAL = "7d"
LONGEST = 3 * 366
"""Days that can be told at once."""


def period_choice(use_case: UseCase) -> Period:
    """The chooser, and what is chosen. The address says it too: ``?period=30d`` or ``?from=2026-11-01&to=2026-11-07`` (both included)."""
    asked = _asked()
    if "period" not in st.session_state:
        st.session_state["period"] = DAYS if asked else st.query_params.get("period", usual(use_case))
    if st.session_state["period"] not in (*PRESETS, DAYS):
        st.session_state["period"] = usual(use_case)
    chosen = st.segmented_control(
        t("Period"), [*PRESETS, DAYS], required=True, format_func=_name, key="period", label_visibility="collapsed"
    )  # fmt: skip
    assert chosen is not None
    if chosen != DAYS:
        for name in ("from", "to"):
            st.query_params.pop(name, None)
        if st.query_params.get("period") != chosen:
            st.query_params["period"] = chosen
        return preset(use_case, PRESETS[chosen])
    today = session.plant_now(use_case).astimezone(ZoneInfo(use_case.timezone)).date()
    first, last = asked or (today - timedelta(days=6), today)
    given = st.date_input(
        t("From and to"), (first, last), key="days", max_value=max(today, last), format="YYYY-MM-DD", label_visibility="collapsed", width=260
    )  # fmt: skip
    if isinstance(given, tuple) and len(given) == 2:  # one day is tapped so far: the other one is still to come
        first, last = given
    last = min(last, first + timedelta(days=LONGEST))
    st.query_params.pop("period", None)
    if (st.query_params.get("from"), st.query_params.get("to")) != (first.isoformat(), last.isoformat()):
        st.query_params.update({"from": first.isoformat(), "to": last.isoformat()})
    return Period(day_begins(use_case.timezone, first), day_begins(use_case.timezone, last + timedelta(days=1)))


def usual(use_case: UseCase) -> str:
    """The preset that is shown when none is asked for: the shortest that holds all there is, else a week."""
    plant, now = session.plant_now(use_case), session.now()
    begin = begins(use_case, session.store(), now - plant if now - plant > timedelta(minutes=1) else timedelta(0))
    return USUAL if begin is None else next((name for name, length in PRESETS.items() if plant - begin <= length), USUAL)


def preset(use_case: UseCase, length: timedelta) -> Period:
    """The period of that length that ends with this minute."""
    plant, now = session.plant_now(use_case), session.now()
    end = plant.replace(second=0, microsecond=0) + timedelta(minutes=1)  # the same for a whole minute: it is gathered once
    behind = now - plant if now - plant > timedelta(minutes=1) else timedelta(0)
    return Period(end - length, end, behind)


def part_names(use_case: UseCase, period: Period, edges: list) -> list[str]:
    """How the hours, days or weeks of a period are called. Of a table without times nothing was before its first row."""
    if getattr(use_case.timezone, "row_s", None) and any(edge < ROWS_FROM for edge in edges):
        return ["" if edge < ROWS_FROM else day_of(edge, use_case.timezone) for edge in edges]
    if period.step == "hour":
        return [clock(edge, use_case.timezone, seconds=False) for edge in edges]
    return [day_of(edge, use_case.timezone) for edge in edges]


def _name(code: str) -> str:
    return {"1d": t("24 hours"), "7d": t("7 days"), "30d": t("30 days"), DAYS: t("Dates")}[code]


def _asked() -> tuple[date, date] | None:
    """The days in the address, if they are such."""
    try:
        first, last = (date.fromisoformat(st.query_params.get(name, "")) for name in ("from", "to"))
    except ValueError:
        return None
    return (first, last) if date(1971, 1, 1) <= first <= last <= date(9000, 1, 1) else None

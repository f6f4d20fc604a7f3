"""For managers and visitors: how often it is right, whether people trust it, what a pulled cord changed, who is in control."""

from datetime import datetime, timedelta
from statistics import median

import pandas as pd
import streamlit as st

from data.records import ReleaseRecord
from data.usecase import UseCase
from pages.parts import session
from pages.parts.changed_notice import changed_text, how_it_stands
from pages.parts.frame import empty, page_header
from pages.parts.language import number, percent, plural, t, when
from pages.parts.predicted import bad_word

PERIODS: dict[str, timedelta] = {"1d": timedelta(days=1), "7d": timedelta(days=7), "30d": timedelta(days=30)}


def render() -> None:
    use_case = session.use_case()
    with page_header(t("Overview"), use_case):
        period = st.segmented_control(
            t("Period"),
            list(PERIODS),
            default="7d",
            required=True,
            format_func=lambda code: {"1d": t("24 hours"), "7d": t("7 days"), "30d": t("30 days")}[code],
            key="period",
            label_visibility="collapsed",
        )
    if text := changed_text(use_case, how_it_stands(use_case)):
        st.warning(text, icon=":material/change_circle:")
    since = session.plant_now(use_case) - PERIODS[period]
    _rightness(use_case, since)
    _trust(use_case, since)
    _releases(use_case)


def _rightness(use_case: UseCase, since: datetime) -> None:
    """Caught, missed, false alarms, against what was confirmed afterwards, and what that is worth by the plant's figures."""
    found = session.store().readings.performance(use_case.name, since, use_case.advice.possible.enter)
    st.subheader(t("How often is it right?"), anchor=False)
    if not found["confirmed"]:
        empty(t("No outcome has been confirmed in this period yet."), t("Outcomes arrive some time after the readings."))
        return
    real, advised = found["caught"] + found["missed"], found["caught"] + found["false_alarms"]
    target = bad_word(use_case)
    columns = st.columns(4)
    columns[0].metric(
        t("Caught"),
        t("{caught} of {real}", caught=number(found["caught"], 0), real=number(real, 0)),
        border=True,
        help=t("Confirmed outcomes of {target} that were advised in time.", target=target),
    )
    columns[1].metric(t("Missed"), number(found["missed"], 0), border=True, help=t("Confirmed, but there was no advice."))
    columns[2].metric(
        t("False alarms"),
        t("{false} of {advised}", false=number(found["false_alarms"], 0), advised=number(advised, 0)),
        border=True,
        help=t("Advice where nothing was found."),
    )
    worth = found["caught"] * use_case.costs.miss - found["false_alarms"] * use_case.costs.false_alarm
    columns[3].metric(
        t("Worth"),
        f"{number(worth, 0)} {use_case.costs.currency}",
        border=True,
        help=t(
            "Caught × {miss} − false alarms × {alarm} {currency}: the figures of the use case, if every advice was followed.",
            miss=number(use_case.costs.miss, 0),
            alarm=number(use_case.costs.false_alarm, 0),
            currency=use_case.costs.currency,
        ),
    )
    share = percent(found["right"] / found["confirmed"], 1)
    st.caption(t("{share} of {n} confirmed outcomes were predicted rightly.", share=share, n=number(found["confirmed"], 0)))


def _trust(use_case: UseCase, since: datetime) -> None:
    """What people said of the predictions (never who said how much), and how fast a flag led to a mended release."""
    store = session.store()
    counts, hours = store.feedback.flag_counts(use_case.name, since), store.feedback.times_to_fix(use_case.name, since)
    st.subheader(t("Do people trust it, and what did a pulled cord change?"), anchor=False)
    columns = st.columns(4)
    columns[0].metric(t("Agreed"), number(counts["agree"], 0), border=True)
    flags = t("{wrong} wrong, {unclear} unclear", wrong=number(counts["wrong"], 0), unclear=number(counts["unclear"], 0))
    columns[1].metric(t("Flagged"), number(counts["wrong"] + counts["unclear"], 0), border=True, help=flags)
    columns[2].metric(
        t("Answered"),
        number(counts["decided"], 0),
        border=True,
        help=plural(
            "{n} of them corrected the training data.", "{n} of them corrected the training data.", counts["corrections"]
        ),
    )
    fixed = t("{hours} h", hours=number(median(hours), 1)) if hours else "–"
    columns[3].metric(
        t("Flag to fix, median"),
        fixed,
        border=True,
        help=plural("From {n} flag that reached a release.", "From {n} flags that reached a release.", len(hours)),
    )


def _releases(use_case: UseCase) -> None:
    """Who released what, when, and how many corrections of people went into it: the people are in control."""
    store = session.store()
    records = {record.number: record for record in store.releases.all(use_case.name)}
    champions = store.releases.champions(use_case.name)
    names = {person.id: person.name for person in store.people.all()}
    st.subheader(t("Who is in control?"), anchor=False)
    if not champions:
        empty(t("Nothing has been released yet."))
        return
    st.caption(t("Every release, who released it, and how many corrections by people went into it. The newest one predicts."))
    rows = [
        {
            t("Release"): champion.number,
            t("Since"): when(champion.since, use_case.timezone),
            t("Released by"): names.get(champion.by, champion.by),
            t("Corrections in it"): len(records[champion.number].corrections) if champion.number in records else 0,
            t("Note"): _note(records.get(champion.number)),
        }
        for champion in champions
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="releases_list", alt=t("Releases, newest first"))


def _note(record: ReleaseRecord | None) -> str:
    return record.note if record else ""

"""For managers and visitors: what it was worth, whether people trust it, what a pulled cord changed, who is in control; for any period."""

import streamlit as st

from data.usecase.use_case import UseCase
from models.documents.period import Told
from models.documents.report import learned_text
from pages.parts.board.changed_notice import changed_text, how_it_stands, watched_text
from pages.parts.overview.period_choice import period_choice
from pages.parts.overview.period_reading import read_period
from pages.parts.overview.report_view import report_buttons
from pages.parts.overview.slow_shift_notice import slow_shift_notice
from pages.parts.overview.trust_view import trust_view
from pages.parts.overview.value_view import value_view
from pages.parts.shell import session
from pages.parts.shell.beginning import beginning
from pages.parts.shell.frame import empty, page_header
from pages.parts.shell.identity import by_whom
from pages.parts.words.language import dated, number, percent, t, words
from pages.parts.words.verbatim import verbatim


def render() -> None:
    use_case = session.use_case()
    page_header(t("Overview"), use_case)
    if session.store().releases.champion(use_case.name) is None and beginning(use_case) is not None:
        empty(
            t("There is nothing to tell yet."),
            t("What the advice could have saved stands here once outcomes have been confirmed."),
        )
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
            period = period_choice(use_case)
        found = read_period(use_case, period)
        with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
            report_buttons(use_case, found)
    ends = {"start": dated(found.period.start, use_case.timezone), "end": dated(found.period.end, use_case.timezone)}
    said = [
        t("From {start} to {end}, by the plant's clock.", **ends),
        *([t("Before that there was nothing to go by.")] if found.cut else []),
    ]
    st.caption(" ".join(said))
    stands = how_it_stands(use_case)
    if text := changed_text(use_case, stands):
        st.warning(verbatim(text), icon=":material/change_circle:")
    elif text := watched_text(use_case, stands):
        st.caption(verbatim(text))
    slow_shift_notice(use_case)
    if text := learned_text(found, words()):
        st.warning(verbatim(text), icon=":material/history:")
    value_view(use_case, found)
    trust_view(use_case, found)
    _releases(use_case, found)


def _releases(use_case: UseCase, found: Told) -> None:
    """Who released what, when, and how many corrections of people went into it: the people are in control."""
    st.subheader(t("Who is in control, and what did each release change?"), anchor=False)
    champion = session.store().releases.champion(use_case.name)
    if champion is None:
        empty(t("Nothing has been released yet."))
        return
    if not found.changes:
        since, by = dated(champion.since, use_case.timezone), by_whom(champion.by)
        told = t("Release {n} predicts. It was released on {since} by {name}.", n=champion.number, since=since, name=verbatim(by))
        empty(t("No release went live in this period."), told)
        return
    rows = [
        {
            t("Release"): change.number,
            t("Live since"): dated(change.since, use_case.timezone),
            t("Released by"): by_whom(change.by),
            t("How"): t("rolled back to") if change.again else t("released"),
            t("Corrections new in it"): number(change.learned, 0),
            t("Failures found"): _moved(change.against.get("recall")),
            t("Right when it warns"): _moved(change.against.get("precision")),
            t("Note"): change.note,
        }
        for change in reversed(found.changes)
    ]
    st.dataframe(rows, hide_index=True, key="releases_list", row_height=44, alt=t("Releases, newest first"))
    st.caption(t("Figures on held-out readings, against the champion of when it was made."))


def _moved(compared: tuple[float, float, str] | None) -> str:
    if compared is None or None in compared[:2]:
        return "–"
    return t("{before} → {after}", before=percent(compared[0], 1), after=percent(compared[1], 1))

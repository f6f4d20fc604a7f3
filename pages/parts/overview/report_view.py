"""The one-page report of the period on the screen: gathered in the reader's words, made when somebody asks for it."""

import streamlit as st

from data.usecase.use_case import UseCase
from models.documents.period import Told
from models.documents.report import Report, report
from pages.parts.documents.report_files import pdf_source, report_page, report_pdf
from pages.parts.overview.period_choice import part_names
from pages.parts.overview.period_reading import release_marks
from pages.parts.shell import session
from pages.parts.shell.identity import doers
from pages.parts.words.language import dated, duration, t, words


def report_of(use_case: UseCase, found: Told) -> Report:
    """The report of what the screen tells."""
    return report(
        use_case,
        found,
        words(use_case.timezone),
        ticks=part_names(use_case, found.period, list(found.parts["start"])),
        marks=[(mark.at, mark.name) for mark in release_marks(found)],
        people=doers(),
        span=duration,
        made=dated(session.now(), use_case.timezone),
    )


def report_buttons(use_case: UseCase, found: Told) -> None:
    """The two ways to take it along."""
    made = report_of(use_case, found)
    source, page = pdf_source(made), report_page(made)
    name = f"{use_case.name}-{found.period.start:%Y-%m-%d}-{found.period.end:%Y-%m-%d}"
    st.download_button(
        t("Report (PDF)"), lambda: report_pdf(source), f"{name}.pdf", "application/pdf", key="report_pdf", icon=":material/picture_as_pdf:", on_click="ignore"
    )  # fmt: skip
    st.download_button(
        t("Report (HTML)"), page, f"{name}.html", "text/html", key="report_html", icon=":material/print:", on_click="ignore"
    )

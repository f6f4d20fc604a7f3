"""The gate of a release: each line with a tick or a cross, its number and its bar."""

import streamlit as st

from data.records import ReleaseRecord
from data.usecase import UseCase
from models.gate import Line, gate
from models.words import bar, measured, question
from pages.parts.language import number, plural, t, words


def gate_view(use_case: UseCase, record: ReleaseRecord) -> None:
    """Draw every line, the failing ones first."""
    lines = sorted(gate(use_case, record.figures), key=lambda line: line.passes)
    failed = [line for line in lines if not line.passes]
    if failed:
        st.subheader(plural("Gate: {n} line fails", "Gate: {n} lines fail", len(failed)), anchor=False)
    else:
        st.subheader(t("Gate: every line is met"), anchor=False)
    yes, no = t("yes"), t("no")
    rows = [
        {
            t("Met"): f"✓ {yes}" if line.passes else f"✗ {no}",
            t("Question"): question(words(), line),
            t("Measured"): measured(words(), line),
            t("Bar"): bar(words(), line),
        }
        for line in lines
    ]
    with st.expander(t("All {n} lines", n=number(len(rows), 0)), expanded=bool(failed)):
        st.dataframe(rows, hide_index=True, key=f"gate_{record.number}", row_height=40, height="content")
    if not record.figures.get("against"):
        st.caption(t("There was no champion to compare it with when it was made: only what it must meet by itself is asked."))


def line_text(use_case: UseCase, line: Line) -> str:
    """One line in a sentence's length: the question, what was measured and the bar."""
    return t(
        "{question} {measured}, asked {bar}",
        question=question(words(), line),
        measured=measured(words(), line),
        bar=bar(words(), line),
    )

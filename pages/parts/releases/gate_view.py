"""The gate of a release: each line with a tick or a cross, its figure with the interval, and its bar."""

from html import escape

import streamlit as st

from data.records import ReleaseRecord
from data.usecase.use_case import UseCase
from models.documents.words import bar, measured, question
from models.judging.gate import Line, gate
from models.lifecycle.registry import beside
from pages.parts.shell import session
from pages.parts.words.language import number, plural, t, words
from pages.parts.words.theme import palette


def gate_view(use_case: UseCase, record: ReleaseRecord) -> None:
    """Draw every line, the failing ones first; of one that has never been the champion also whether it was held against the present one."""
    store = session.store()
    been = record.number in {one.number for one in store.releases.champions(use_case.name)}
    lines = gate(use_case, record.figures, None if been else beside(store, use_case, record.number))
    lines = sorted(lines, key=lambda line: line.passes)
    failed = [line for line in lines if not line.passes]
    if failed:
        st.subheader(plural("Gate: {n} line fails", "Gate: {n} lines fail", len(failed)), anchor=False)
    else:
        st.subheader(t("Gate: every line is met"), anchor=False)
    with st.expander(t("All {n} lines", n=number(len(lines), 0)), expanded=bool(failed)):
        st.html(_table(lines))
    if not record.figures.get("against"):
        st.caption(t("There was no champion to compare it with when it was made: only what it must meet by itself is asked."))


def _table(lines: list[Line]) -> str:
    """The lines as a table whose cells wrap: the bar is read on a tablet too, in any language."""
    colours, yes, no = palette(), t("yes"), t("no")
    cell = f'style="text-align:start;vertical-align:top;padding:0.45rem 0.8rem 0.45rem 0;border-top:1px solid {colours.grid}"'
    head = "".join(
        f'<th scope="col" {cell}><span style="color:{colours.muted};font-weight:400">{escape(name)}</span></th>'
        for name in (t("Met"), t("Figure"), t("Measured"), t("Asked for"))
    )
    rows = []
    for line in lines:
        met = "–" if not line.asked else f"✓\u00a0{yes}" if line.passes else f"✗\u00a0{no}"
        told = (met, question(words(), line), measured(words(), line), bar(words(), line))
        weight = "" if line.passes else ' style="font-weight:600"'
        rows.append(f"<tr{weight}>" + "".join(f"<td {cell}>{escape(one)}</td>" for one in told) + "</tr>")
    look = "width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums"
    return f'<table style="{look}"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def line_text(use_case: UseCase, line: Line) -> str:
    """One line in a sentence's length: the figure, what was measured and the bar."""
    return t(
        "{question}: {measured}, asked for {bar}",
        question=question(words(), line),
        measured=measured(words(), line),
        bar=bar(words(), line),
    )

"""How the table of a new line is read, for a person to say otherwise: sheet, line of the names, decimal sign, order of day and month, time zone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import available_timezones

import streamlit as st

from data.onboarding.uploads import Given
from data.tables.manner import FOUND, Manner
from data.tables.read import Table
from pages.parts.words.language import t
from pages.parts.words.verbatim import verbatim

OPTIONS = {
    "sheet": "Sheet", "header-row": "Row of the column names", "decimal": "Decimal sign", "day-first": "Dates", "no-day-first": "Dates",
    "time-format": "Dates", "timezone": "Time zone", "words-apart": "Outcomes",
}  # fmt: skip
"""The words of the command line, and the box in which the same is said here."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person said of how a table is read."""

    manner: Manner = FOUND
    day_first: bool | None = None
    zone: str = "UTC"
    words_apart: bool = False


def asked_reading(given: Given) -> Asked:
    """What was said so far of this file: the boxes stand below its table."""
    said = {name: st.session_state.get(_key(given, name)) for name in ("sheet", "header", "decimal", "days", "zone", "apart")}
    manner = Manner(sheet=said["sheet"], header_row=said["header"], decimal=said["decimal"])
    return Asked(manner, said["days"], said["zone"] or "UTC", bool(said["apart"]))


def reading_view(given: Given, table: Table | None) -> None:
    """The boxes; open where something was guessed, or nothing could be read."""
    sheets = table.sheets if table else ()
    with st.expander(t("How it is read"), expanded=table is None or bool(table.look) or len(sheets) > 1, icon=":material/tune:"):
        left, middle, right = st.columns(3)
        if len(sheets) > 1 or st.session_state.get(_key(given, "sheet")):
            left.selectbox(
                t("Sheet"), sheets or [st.session_state[_key(given, "sheet")]], index=None, key=_key(given, "sheet"), format_func=verbatim,
                placeholder=t("the largest table"),
            )  # fmt: skip
        left.number_input(
            t("Row of the column names"),
            min_value=1,
            value=None,
            step=1,
            key=_key(given, "header"),
            placeholder=t("found by itself"),
        )
        signs = {None: t("as it looks"), ",": t("comma: 1,5"), ".": t("point: 1.5")}
        middle.selectbox(t("Decimal sign"), list(signs), format_func=signs.__getitem__, key=_key(given, "decimal"))
        days = {None: t("as it looks"), True: t("day before month: 31.12."), False: t("month before day: 12/31")}
        middle.selectbox(t("Dates"), list(days), format_func=days.__getitem__, key=_key(given, "days"))
        right.selectbox(t("Time zone"), _zones(), key=_key(given, "zone"), help=t("Of times that name none."))
        right.toggle(t("Outcomes that differ in capitals or spaces are different ones"), key=_key(given, "apart"))


def as_boxes(sentences: Sequence[str]) -> list[str]:
    """Sentences that tell what to write on the command line, with the box of this page instead."""
    return [
        re.sub(r"[Ww]rite (?:the )?--([a-z-]+)( [.,](?= ))?", lambda found: _box(found[1], found[0][0]), sentence)
        for sentence in sentences
    ]


def _box(option: str, first: str) -> str:
    if option not in OPTIONS:
        return f"{first}rite --{option}"
    labels = {
        "Sheet": t("Sheet"), "Row of the column names": t("Row of the column names"), "Decimal sign": t("Decimal sign"), "Dates": t("Dates"),
        "Time zone": t("Time zone"), "Outcomes": t("Outcomes that differ in capitals or spaces are different ones"),
    }  # fmt: skip
    return f"{'C' if first == 'W' else 'c'}hoose “{labels[OPTIONS[option]]}” under “{t('How it is read')}”"


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    """All there are; the system's folder of them is gone through once."""
    return ("UTC", *sorted(available_timezones() - {"UTC"}))


def _key(given: Given, name: str) -> str:
    return f"new_read_{name}_{given.file.name}"

"""Over the trend of a machine: how it stands in shape, word and number, for how long, how old that is, and what can be done about it."""

from datetime import datetime

import streamlit as st

from data.records import AssetState, FlagReason
from data.usecase.use_case import UseCase
from models.state.telling import Called, Told
from pages.parts.board.asset_board.view import rule_line
from pages.parts.shell.frame import go
from pages.parts.words.called import colour, said_of_machine, sign, word
from pages.parts.words.language import duration, percent, t
from pages.parts.words.predicted import told_as
from pages.parts.words.verbatim import verbatim


def asset_headline(use_case: UseCase, newest: AssetState, told: Told, at: datetime, key: str = "") -> None:
    """Draw it.

    Args:
        newest: the asset's newest reading.
        told: what is told of the asset (:meth:`pages.parts.board.board_reading.BoardReading.told`).
        at: the plant's clock.
        key: tells its buttons from those of another machine, where several are drawn.
    """
    age = duration((at - newest.prediction.time).total_seconds())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        said = f"{sign(told)} {said_of_machine(use_case, told, at)}"
        st.subheader(f":{colour(told)}[{said}]" if colour(told) != "gray" else said, anchor=False, width="content")
        if beside := _beside(use_case, newest, told, at, age):
            st.markdown(beside, width="content")
        if not told.by_rule:
            _ways_on(use_case, told, key)


def _beside(use_case: UseCase, newest: AssetState, told: Told, at: datetime, age: str) -> str:
    """For how long it has been so, how old that is, and whose word it is."""
    seen = newest.prediction
    if told.called is Called.SILENT:
        return t("Before that: {word}.", word=word(told.was)) if told.was not in (None, Called.NORMAL) else ""
    if told.by_rule:
        parts = (verbatim(rule_line(use_case, seen)), t("by rule, no AI"), t("live, {age} ago", age=age))
    elif told.called is Called.RETURNED:
        now = t("risk now {percent}", percent=percent(seen.score))
        parts = (now, t("live, {age} ago · release {number}", age=age, number=seen.release))
    else:
        lasts = duration((at - (told.since or newest.since)).total_seconds())
        live = t("for {lasts} · live, {age} ago · release {number}", lasts=lasts, age=age, number=seen.release)
        advised = told.called in (Called.LIKELY, Called.POSSIBLE)
        parts = (told_as(use_case, seen, advised) if told.called is not Called.UNKNOWN else "", live)
    return " · ".join(part for part in parts if part)


def _ways_on(use_case: UseCase, told: Told, key: str) -> None:
    """To the reasons, and to a flag."""
    if st.button(t("Why?"), key=f"why{key}", icon=":material/help:"):
        go("prediction", use_case=use_case.name, reading=told.reading)
    # without advice, a flag can only say that it is missing
    if told.called in (Called.NORMAL, Called.UNKNOWN) and st.button(
        t("Flag: missed problem"), key=f"missed{key}", icon=":material/flag:"
    ):
        go("prediction", use_case=use_case.name, reading=told.reading, flag=FlagReason.MISSED_PROBLEM)

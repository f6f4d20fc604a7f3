"""Over the trend of a machine: how it stands in shape, word and number, for how long, how old that is, and what can be done about it."""

from datetime import datetime

import streamlit as st

from data.records import AssetState, FlagReason, State
from data.usecase import UseCase
from pages.parts.asset_board.view import by_rules, rule_line
from pages.parts.frame import go
from pages.parts.language import duration, percent, t
from pages.parts.predicted import bad_word, predicted_text
from pages.parts.theme import NEW, NO_DATA, shape, state_word
from pages.parts.wording import headline, outlasts, verbatim

_COLOURS = {State.LIKELY: "red", State.POSSIBLE: "orange", State.NORMAL: "gray"}


def asset_headline(use_case: UseCase, newest: AssetState, at: datetime, off: bool, quiet: bool) -> None:
    """Draw it.

    Args:
        newest: the asset's newest reading.
        at: the plant's clock.
        off: the AI is switched off: what the plant's own rules say is shown, and nothing of a risk.
        quiet: nothing of it may be taken for the present any more.
    """
    age = duration((at - newest.prediction.time).total_seconds())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if quiet:
            st.subheader(f"{NO_DATA} " + t("no data for {age}", age=age), anchor=False, width="content")
        elif off:
            _by_rules(use_case, newest, age)
        else:
            _as_predicted(use_case, newest, at, age)
        if not off:
            _ways_on(use_case, newest, quiet)


def _by_rules(use_case: UseCase, newest: AssetState, age: str) -> None:
    shown = State(by_rules(use_case, newest).prediction.state)
    word = t("normal") if shown is State.NORMAL else t("outside")
    st.subheader(f":{_COLOURS[shown]}[{shape(shown)}] {word}", anchor=False, width="content")
    said = (verbatim(rule_line(use_case, newest.prediction)), t("by rule, no AI"), t("live, {age} ago", age=age))
    st.markdown(" · ".join(part for part in said if part), width="content")


def _as_predicted(use_case: UseCase, newest: AssetState, at: datetime, age: str) -> None:
    seen = newest.prediction
    shown = f"{NEW} " + t("unknown to the model: not in the training data")
    if not newest.unknown:
        risk, target = percent(seen.score), bad_word(use_case)
        said = t("{word}, risk of {target} {percent}", word=state_word(seen.state), target=target, percent=risk)
        if outlasts(use_case, seen):
            said = headline(use_case, seen.state, risk, over=True)
        shown = f":{_COLOURS[State(seen.state)]}[{shape(seen.state)}] {said}"
    st.subheader(shown, anchor=False, width="content")
    lasts = duration((at - newest.since).total_seconds())
    said = (
        predicted_text(use_case, seen),
        t("for {lasts} · live, {age} ago · release {number}", lasts=lasts, age=age, number=seen.release),
    )
    st.markdown(" · ".join(part for part in said if part), width="content")


def _ways_on(use_case: UseCase, newest: AssetState, quiet: bool) -> None:
    """To the reasons, and to a flag."""
    seen = newest.prediction
    if st.button(t("Why?"), key="why", icon=":material/help:"):
        go("prediction", use_case=use_case.name, reading=newest.told.id)
    missed = State(seen.state) is State.NORMAL and not quiet  # without advice, a flag can only say that it is missing
    if missed and st.button(t("Flag: missed problem"), key="missed", icon=":material/flag:"):
        go("prediction", use_case=use_case.name, reading=seen.id, flag=FlagReason.MISSED_PROBLEM)

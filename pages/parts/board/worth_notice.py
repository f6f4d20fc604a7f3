"""Saying aloud that a champion knows no better than a simple rule, or that nothing of it could be judged."""

from pathlib import Path

import streamlit as st

from data.store import StoreError
from data.usecase.use_case import UseCase
from models.documents.card_judged import knows_no_better, rule_text
from pages.parts.shell import session
from pages.parts.words.language import language, t, words


def worth_text(use_case: UseCase, number: int | None) -> str:
    """``This model knows no better than what is usual.``, or nothing where the champion is shown to know better."""
    return _told(session.settings().store_path, use_case.name, number, language(), use_case) if number else ""


@st.cache_data(show_spinner=False, max_entries=50)
def _told(path: Path, name: str, number: int, tongue: str, _use_case: UseCase) -> str:
    try:
        figures = session.store().releases.get(name, number).figures
    except StoreError:
        return ""
    if figures.get("judged_on", {}).get("why_not"):
        return t("Nobody knows how good this model is: there are too few independent groups to judge it on.")
    if knows_no_better(figures):
        return t("This model knows no better than {rule}.", rule=rule_text(_use_case, figures["floor"], words()))
    return ""

"""The colours of the viewer's theme, and the name of each level of advice. What a machine is called, in sign and word: :mod:`pages.parts.words.called`."""

from dataclasses import replace

import streamlit as st

from data.records import State
from pages.figures.palette import DARK, HIGH_DARK, HIGH_LIGHT, LIGHT, Palette
from pages.locale.pseudo import CODE as PSEUDO
from pages.parts.words.language import language, separators, t
from pages.parts.words.viewing import high_contrast


def palette() -> Palette:
    """The colours of the theme that the viewer's browser shows, and numbers as the viewer's language writes them."""
    dark, high = st.context.theme.type == "dark", high_contrast()
    colours = (HIGH_DARK if high else DARK) if dark else (HIGH_LIGHT if high else LIGHT)
    return replace(colours, separators=separators(), day=_DAYS.get(language(), "%-d/%-m"))


_DAYS = {"en": "%-d %b", "de": "%-d.%-m.", "nl": "%-d-%-m", "ja": "%-m/%-d", PSEUDO: "%-d %b"}
"""A day on a time axis. In digits: a chart knows the names of months in English only."""


def state_word(state: State) -> str:
    """The state in one word, as advice: ``likely``, ``possible``, ``normal``."""
    return {State.NORMAL: t("normal"), State.POSSIBLE: t("possible"), State.LIKELY: t("likely")}[State(state)]

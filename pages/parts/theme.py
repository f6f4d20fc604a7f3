"""The sign of each state: a shape, a word and a colour, in this order of weight. Colour is never the only sign."""

import streamlit as st

from data.records import State
from pages.figures.palette import DARK, LIGHT, Palette
from pages.parts.language import t

SHAPES: dict[State, str] = {State.NORMAL: "■", State.POSSIBLE: "◆", State.LIKELY: "▲"}
NO_DATA = "?"
NEW = "○"
"""A reading that is not in the training data: its prediction would be a guess, and is not shown as one."""


def palette() -> Palette:
    """The colours of the theme that the viewer's browser shows."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def shape(state: State) -> str:
    """The shape of a state: readable without colour."""
    return SHAPES[State(state)]


def state_word(state: State) -> str:
    """The state in one word, as advice: ``likely``, ``possible``, ``normal``."""
    return {State.NORMAL: t("normal"), State.POSSIBLE: t("possible"), State.LIKELY: t("likely")}[State(state)]

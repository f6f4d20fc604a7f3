"""Figures to be read from afar: name, value, and a line that says what it is made of. They wrap on a tablet; nothing is cut off."""

from dataclasses import dataclass
from html import escape

import streamlit as st

_GRID = "display:grid;grid-template-columns:repeat(auto-fit,minmax(min(11.5rem,100%),1fr));gap:0.8rem"
_TILE = "border:1px solid color-mix(in srgb,currentColor 28%,transparent);border-radius:4px;padding:0.7rem 0.9rem;min-width:0"
_SMALL = "font-size:0.9rem;line-height:1.35;opacity:0.86;overflow-wrap:anywhere"
_VALUE = "font-size:clamp(1.25rem,1.9vw,1.75rem);line-height:1.25;font-weight:600;font-variant-numeric:tabular-nums;overflow-wrap:anywhere;padding:0.1rem 0"


@dataclass(frozen=True, slots=True)
class Figure:
    """``note`` says what the value is made of; it is always there to be read, on a screen without a mouse too."""

    name: str
    value: str
    note: str = ""


def figure_tiles(figures: list[Figure]) -> None:
    """They stand beside each other as the screen has room."""
    tiles = "".join(
        f'<div role="group" style="{_TILE}"><div style="{_SMALL}">{escape(one.name)}</div><div style="{_VALUE}">{escape(one.value)}</div>'
        f'<div style="{_SMALL}">{escape(one.note)}</div></div>'
        for one in figures
    )
    st.html(f'<div style="{_GRID}">{tiles}</div>')

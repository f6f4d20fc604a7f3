"""The live board as one component: native Streamlit parts cannot hold two dozen rich tiles still while they change.

``board.html``, ``board.css`` and ``board.js`` lie beside this file. All text goes in as text, never as HTML.
"""

from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "pullcord_asset_board",
    html=(_HERE / "board.html").read_text(encoding="utf-8"),
    css=(_HERE / "board.css").read_text(encoding="utf-8"),
    js=(_HERE / "board.js").read_text(encoding="utf-8"),
)


def asset_board(view: dict, key: str) -> dict | None:
    """Draw ``view`` (see :func:`pages.parts.asset_board.view.board_view`).

    Returns:
        Where a pressed row, tile or notice leads (its ``go``: page and parameters), else ``None``.
    """
    return _component(data=view, key=key, on_pressed_change=_nothing).pressed


def _nothing() -> None:
    """The answer is taken from the return value: a page cannot be switched from within a callback."""

"""The live board in two pieces: native Streamlit parts cannot hold two dozen rich tiles still while they change.

The *frame* is drawn once and holds everything that draws: a component sends its script and its style with every change, 30 kB of them.
The *tick* stands in the part that is drawn every second, draws nothing and hands what it is sent to the frame. All text goes in as text,
never as HTML. ``*.js`` and ``*.css`` lie beside this file, one subject a file.
"""

from pathlib import Path

from streamlit.components.v2 import component

_HERE = Path(__file__).parent
_SCRIPTS = ("keeping.js", "drawing.js", "beginning.js", "watch.js", "sound.js", "keys.js", "board.js")
_STYLES = ("board.css", "beginning.css", "cells.css", "wall.css")


def _read(*names: str) -> str:
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


_frame = component("pullcord_board", html=_read("board.html"), css=_read(*_STYLES), js=_read(*_SCRIPTS))
_tick = component("pullcord_tick", js=_read("tick.js"))


def board_frame(key: str) -> None:
    """Where the board is drawn: once a page, outside what is drawn every second."""
    _frame(key=key)


def asset_board(view: dict, key: str) -> dict | None:
    """Draw ``view`` (see :func:`pages.parts.board.asset_board.view.board_view`) in the frame of this page.

    Returns:
        What was pressed: where it leads (``page`` and its parameters) or what is wanted (see ``pages/board.py``), else ``None``.
    """
    return _tick(data=view, key=key, on_pressed_change=_nothing).pressed


def _nothing() -> None:
    """The answer is taken from the return value: a page cannot be switched from within a callback."""

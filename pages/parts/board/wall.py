"""The board on a wall: ``?wall=1``. Nothing around it, larger type, to be read and not touched."""

from pathlib import Path

import streamlit as st

from pages.parts.board.asset_board.lane import MOST_ROWS
from pages.parts.board.asset_board.view import MOST_WALL_ROWS, more_of

__all__ = ["MOST_WALL_ROWS", "leave_room", "on_wall", "wall_rows"]
_STYLE = Path(__file__).parent / "asset_board" / "wall_page.css"


def on_wall() -> bool:
    """Whether the address asks for it."""
    return st.query_params.get("wall") == "1"


def leave_room() -> None:
    """Take away what stands around the content of a page: menu, tools, margins."""
    st.html(_STYLE)


def wall_rows(view: dict) -> dict:
    """The view with a lane that fits on a wall: of several lines all together, none of whose rows is opened."""
    told = MOST_WALL_ROWS // 2 if any(area["mode"] in ("cells", "cards") for area in view["areas"]) else MOST_WALL_ROWS
    rows = [row for row in view["rows"] if not row.get("member")][:told]
    left = view["left"] + sum(
        row.get("holds", 1) for row in view["rows"][:MOST_ROWS] if row not in rows and not row.get("member")
    )
    return view | {"rows": rows, "left": left, "more": more_of(left)}

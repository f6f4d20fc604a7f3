"""The trend as one component: a native chart is another one after each live redraw, and loses zoom, cursor and what is touched.

``trend.html``, ``trend.css`` and ``trend.js`` lie beside this file. All text goes in as text, never as HTML. plotly.js comes from the
installed ``plotly`` package, served by Streamlit's own route for components: no network beyond the plant's, nothing copied.
"""

from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import streamlit as st
import streamlit.components.v1 as components
from streamlit.components.v2 import component

_HERE = Path(__file__).parent
_component = component(
    "pullcord_trend",
    html=(_HERE / "trend.html").read_text(encoding="utf-8"),
    css=(_HERE / "trend.css").read_text(encoding="utf-8"),
    js=(_HERE / "trend.js").read_text(encoding="utf-8"),
    isolate_styles=False,  # Plotly writes its own rules into the page
)


def _package() -> Path:
    """Where plotly lies; it is not loaded for that."""
    found = find_spec("plotly")
    assert found is not None and found.origin is not None
    return Path(found.origin).parent


_served = components.declare_component("plotly", path=_package() / "package_data")


def library() -> str:
    """Where the screens' server has plotly.js; the version in it makes a browser ask again after an update."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{'/' if base else ''}{base}/component/{_served.name}/plotly.min.js?v={version('plotly')}"


def held(key: str, of: str) -> tuple[float, float] | None:
    """The stretch that is zoomed into on the trend ``key`` while it shows ``of`` (the view's own key), in the milliseconds of
    :func:`pages.figures.trend.milliseconds`."""
    found = (st.session_state.get(key) or {}).get("range")
    return (float(found["ends"][0]), float(found["ends"][1])) if found and found["of"] == of else None


def trend_chart(view: dict, key: str) -> int | None:
    """Draw ``view`` (see :func:`pages.parts.machine.asset_trend.asset_trend`).

    Returns:
        The id of the reading whose place on the risk was tapped, else ``None``.
    """
    shown = view | {"library": library(), "held": held(key, view["key"])}
    opened = _component(data=shown, key=key, default={"range": None}, on_opened_change=_nothing, on_range_change=_nothing).opened
    return None if opened is None else int(opened)


def _nothing() -> None:
    """The answer is taken from the return value: a page cannot be switched from within a callback."""

"""The dashboard as a server: app.py, behind a memory of what every browser loads first and what stands there until it is loaded, with every line running
from the start. ``start.py`` starts it.

``streamlit run app.py`` goes without: its lines begin when somebody opens the first page.
"""

import contextlib
from collections.abc import AsyncIterator

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

from data.settings import SettingsError, load_settings, prepared_home
from models.live.keeping import keep_lines, stop_lines
from pages.parts.serving.from_memory import FromMemory
from pages.parts.serving.mishap import told
from pages.parts.serving.opening import Opening
from pages.parts.serving.own_host import OwnHost


@contextlib.asynccontextmanager
async def lines(_app: object) -> AsyncIterator[None]:
    """The lines run from the start, whoever looks, and end with the server. Settings that are wrong are told by the screens."""
    with contextlib.suppress(SettingsError):
        settings = load_settings()
        prepared_home(settings)
        keep_lines(settings)
    try:
        yield
    finally:
        stop_lines()


# Streamlit would take the folder pages/ for its older kind of app until somebody has opened the first page, and greet whoever opens another address
# first with "page not found".
PagesManager.uses_pages_directory = False
app = st.App(
    "app.py", lifespan=lines, middleware=[Middleware(OwnHost), Middleware(Opening), Middleware(FromMemory)], on_script_error=told
)

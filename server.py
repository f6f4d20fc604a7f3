"""The dashboard as a server: app.py, behind a memory of what every browser loads first. ``start.py`` starts it; ``streamlit run app.py`` goes without."""

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

from pages.parts.from_memory import FromMemory
from pages.parts.mishap import told

# Streamlit would take the folder pages/ for its older kind of app until somebody has opened the first page, and greet whoever opens another address
# first with "page not found".
PagesManager.uses_pages_directory = False
app = st.App("app.py", middleware=[Middleware(FromMemory)], on_script_error=told)

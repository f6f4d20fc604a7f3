"""The dashboard as a server: app.py, behind a memory of what every browser loads first. ``start.py`` starts it; ``streamlit run app.py`` goes without."""

import streamlit as st
from starlette.middleware import Middleware

from pages.parts.from_memory import FromMemory
from pages.parts.mishap import told

app = st.App("app.py", middleware=[Middleware(FromMemory)], on_script_error=told)

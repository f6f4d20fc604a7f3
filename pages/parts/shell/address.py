"""What the address of a screen asks for: anybody may write one, so nothing in it is believed before it is read here."""

import re

import streamlit as st


def asked_number(name: str) -> int | None:
    """The id in the address under ``name``: ``None`` when it is not there, -1 (which nothing has) when it is no id."""
    text = st.query_params.get(name, "")
    if not text:
        return None
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else -1  # what a store's 64 bits hold

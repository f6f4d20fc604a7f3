"""An address that has no page: told in the reader's language above the board, in place of Streamlit's own English dialog over it."""

import streamlit as st
from streamlit.commands import navigation

from pages.parts.remembered.visit import visit
from pages.parts.words.language import t


def _note(_context: object) -> None:
    visit().unknown_address = True


def tell_it_here() -> None:
    """From now on Streamlit notes such an address instead of opening its dialog (it has no setting for either)."""
    navigation.send_page_not_found = _note


def unknown_address() -> None:
    """The notice, once, above whatever page is shown in its place."""
    held = visit()
    if held.unknown_address:
        held.unknown_address = False
        st.info(t("There is no page at this address. This is the board."), icon=":material/wrong_location:")

"""An address that has no page: told in the reader's language above the board, in place of Streamlit's own English dialog over it."""

import streamlit as st
from streamlit.commands import navigation

from pages.parts.words.language import t

_KEY = "unknown_address"


def tell_it_here() -> None:
    """From now on Streamlit notes such an address instead of opening its dialog (it has no setting for either)."""
    navigation.send_page_not_found = lambda _context: st.session_state.update({_KEY: True})


def unknown_address() -> None:
    """The notice, once, above whatever page is shown in its place."""
    if st.session_state.pop(_KEY, False):
        st.info(t("There is no page at this address. This is the board."), icon=":material/wrong_location:")

"""How the viewer wants to see the screens: the language and the contrast, kept in the session and in the address."""

from pathlib import Path

import streamlit as st

from pages.parts.words.language import ASKED, KEY, language, languages, own_name, t

CONTRAST = "contrast"
"""In the session and in the address: ``?contrast=high``."""
HIGH = "high"
_SHEET = Path(__file__).parent / "contrast.css"


def high_contrast() -> bool:
    """Whether the viewer asked for more contrast."""
    return (st.session_state.get(CONTRAST) or st.query_params.get(CONTRAST)) == HIGH


def remember() -> None:
    """Carry both from the address into the session and back: moving to another page empties the address."""
    for key, asked in ((KEY, ASKED), (CONTRAST, CONTRAST)):
        if key not in st.session_state and asked in st.query_params:
            st.session_state[key] = st.query_params[asked]
        elif key in st.session_state and st.query_params.get(asked) != st.session_state[key]:
            st.query_params[asked] = st.session_state[key]


def kept() -> dict[str, str]:
    """What of it goes along in the address to another page."""
    return {asked: st.session_state[key] for key, asked in ((KEY, ASKED), (CONTRAST, CONTRAST)) if key in st.session_state}


def sheet() -> None:
    """More contrast than the themes have, where it is asked for."""
    if high_contrast():
        st.html(_SHEET)


def viewing() -> None:
    """The popover beside who is looking: languages by their own names, and the contrast."""
    now = language()
    with st.popover(now.upper(), icon=":material/language:", key="viewing_popover", help=t("Language and contrast")):
        for code in languages():
            st.button(
                own_name(code), key=f"language_{code}", width="stretch", type="primary" if code == now else "secondary",
                on_click=_choose, args=(KEY, ASKED, code),
            )  # fmt: skip
        on = high_contrast()
        given = (CONTRAST, CONTRAST, "normal" if on else HIGH)
        st.toggle(t("More contrast"), value=on, key="contrast_high", width="stretch", on_change=_choose, args=given)


def _choose(key: str, asked: str, value: str) -> None:
    st.session_state[key] = st.query_params[asked] = value

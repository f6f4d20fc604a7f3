"""How the viewer wants to see the screens: the language and the contrast, kept in the session and in the address."""

from pathlib import Path

import streamlit as st

from pages.parts.remembered.visit import visit
from pages.parts.words.language import ASKED, language, languages, own_name, t

CONTRAST = "contrast"
"""In the address: ``?contrast=high``."""
HIGH = "high"
_SHEET = Path(__file__).parent / "contrast.css"


def high_contrast() -> bool:
    """Whether the viewer asked for more contrast."""
    return (visit().contrast or st.query_params.get(CONTRAST)) == HIGH


def remember() -> None:
    """Carry both from the address into the session and back: moving to another page empties the address."""
    held = visit()
    held.language, held.contrast = _carried(ASKED, held.language), _carried(CONTRAST, held.contrast)


def _carried(asked: str, chosen: str | None) -> str | None:
    if chosen is None:
        return st.query_params.get(asked)
    if st.query_params.get(asked) != chosen:
        st.query_params[asked] = chosen
    return chosen


def kept() -> dict[str, str]:
    """What of it goes along in the address to another page."""
    held = visit()
    return {asked: chosen for asked, chosen in ((ASKED, held.language), (CONTRAST, held.contrast)) if chosen is not None}


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
                on_click=_speak, args=(code,),
            )  # fmt: skip
        on = high_contrast()
        st.toggle(
            t("More contrast"),
            value=on,
            key="contrast_high",
            width="stretch",
            on_change=_contrast,
            args=("normal" if on else HIGH,),
        )


def _speak(code: str) -> None:
    visit().language = st.query_params[ASKED] = code


def _contrast(wanted: str) -> None:
    visit().contrast = st.query_params[CONTRAST] = wanted

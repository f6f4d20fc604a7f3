"""A page says within five seconds of when it is, when its server is slow or gone; it can be read all along, takes no tap that would be lost, and comes back
by itself: see ``connection.js``."""

from html import escape
from pathlib import Path

import streamlit as st

from data.usecase.file import UseCaseError
from pages.parts.shell.session import now, use_case
from pages.parts.words.language import clock, t

_STYLE = Path(__file__).parent / "connection.css"
_SCRIPT = (Path(__file__).parent / "connection.js").read_text(encoding="utf-8")


def watched() -> None:
    """Watch the connection of this page: on every screen, in a place that is not seen."""
    zone = _zone()
    said = {
        "lost": f"{t('No connection since {time}. What stands here is old.', time='{time}')} {t('Nothing can be recorded until it is back.')}",
        "doubt": t("The connection was lost just when you tapped. Look whether it was recorded; if not, tap again."),
        "slow": t("The server is slow to answer. What stands here is of {time}, {age} s ago.", time="{time}", age="{age}"),
        "sent": t("Your tap is on its way: it counts once it shows here."),
        "held": t("That was not sent: there is no connection."),
        "ok": t("Understood"),
        "zone": zone,
        "drawn": clock(now(), zone),  # until the server has been asked for the first time
    }
    told = " ".join(f'data-{name}="{escape(value)}"' for name, value in said.items())
    st.html(f'<div id="pullcord_said" hidden {told}></div><script>{_SCRIPT}</script>', unsafe_allow_javascript=True)
    st.html(_STYLE)


def _zone() -> str:
    try:
        return use_case().timezone
    except UseCaseError:  # told by the page itself
        return "UTC"

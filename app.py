"""The screens: settings, who is looking, which pages they get. server.py serves them.

Every page is a callable with an address that differs from its file's name: Streamlit would otherwise run the files of
``pages/`` by themselves, past this one. A page that a role may not see stays in the list, hidden, and says so when its
address is opened; each action on a page checks the role again.
"""

from pathlib import Path

import streamlit as st

from data.people import Action, may
from data.settings import SettingsError, prepared_home
from data.store import StoreError
from data.usecase_file import UseCaseError
from pages.parts import session, viewing, which
from pages.parts.frame import guarded, trouble
from pages.parts.housekeeping import housekeeping
from pages.parts.identity import remember, who
from pages.parts.language import t
from pages.parts.tour import tour


def board() -> None:
    from pages.board import render

    render()


def asset() -> None:
    from pages.asset import render

    render()


def prediction() -> None:
    from pages.prediction import render

    render()


def my_flags() -> None:
    from pages.my_flags import render

    render()


def handover() -> None:
    from pages.handover import render

    render()


def review() -> None:
    from pages.review import render

    render()


def model() -> None:
    from pages.model import render

    render()


def releases() -> None:
    from pages.releases import render

    render()


def overview() -> None:
    from pages.overview import render

    render()


def new_line() -> None:
    from pages.new_line import render

    render()


def page_list() -> dict[str, st.Page]:
    """The pages by name, in the order of the menu, each shown to those who may see it."""
    listed = (
        (board, t("Board"), "", ":material/grid_view:", None),
        (asset, t("Machine"), "machine", ":material/precision_manufacturing:", None),
        (prediction, t("Prediction"), "why", ":material/help:", None),
        (my_flags, t("My flags"), "flags", ":material/flag:", Action.FLAG),
        (handover, t("Handover"), "shift", ":material/swap_horiz:", Action.HAND_OVER),
        (review, t("Review"), "cases", ":material/fact_check:", Action.SEE_REVIEW),
        (model, t("Model"), "general-reasons", ":material/insights:", Action.SEE_MODEL),
        (releases, t("Releases"), "versions", ":material/deployed_code_history:", Action.SEE_RELEASES),
        (overview, t("Overview"), "value", ":material/monitoring:", Action.SEE_OVERVIEW),
        (new_line, t("New line"), "add-line", ":material/add_chart:", Action.ADD_USE_CASE),
    )
    found = {}
    for draw, title, path, icon, action in listed:
        open_to = action is None or may(who(), action)
        shown = "visible" if open_to and draw is not prediction else "hidden"  # a prediction is reached from its machine
        found[draw.__name__] = st.Page(
            guarded(draw, title, action), title=title, icon=icon, url_path=path, default=not path, visibility=shown
        )
    return found


@st.cache_resource(show_spinner=False)
def start_worker() -> None:
    """See to it that a live loop is alive, once a process (see :func:`worker.ensure_running`)."""
    from worker import ensure_running

    prepared_home(session.settings())
    ensure_running(session.settings())


st.set_page_config(page_title="Pullcord", page_icon=str(Path(__file__).parent / "static" / "pullcord.svg"), layout="wide")
try:
    start_worker()
    remember()
    viewing.remember()
    which.remember()
    st.session_state["pages"] = page_list()
    page = st.navigation(list(st.session_state["pages"].values()), position="top")
    asked = next((name for name, one in st.session_state["pages"].items() if one.url_path == page.url_path), "board")
    if not session.settings().demo or tour(asked):
        page.run()
    if session.store().releases.champion(session.use_case().name):
        housekeeping()
except (SettingsError, StoreError, UseCaseError) as error:
    st.header("Pullcord", anchor=False)
    trouble(t("Pullcord cannot go on."), error)

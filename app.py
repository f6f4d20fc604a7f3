"""The screens: settings, who is looking, which pages they get. server.py serves them.

Every page is a callable with an address that differs from its file's name: Streamlit would otherwise run the files of
``pages/`` by themselves, past this one. A page that a role may not see stays in the list, hidden, and says so when its
address is opened; each action on a page checks the role again.
"""

import sys
from pathlib import Path

import streamlit as st

from data.people import Action, may
from data.settings import SettingsError, prepared_home
from data.store import StoreError
from data.usecase.file import UseCaseError
from pages.parts.board.wall import on_wall
from pages.parts.remembered.visit import visit
from pages.parts.shell import session, which
from pages.parts.shell.backup_notice import backup_notice
from pages.parts.shell.clock_notice import clock_notice
from pages.parts.shell.frame import guarded, trouble
from pages.parts.shell.housekeeping import housekeeping
from pages.parts.shell.identity import remember, who
from pages.parts.shell.unknown_address import tell_it_here, unknown_address
from pages.parts.tour import tour
from pages.parts.words import viewing
from pages.parts.words.language import t
from pages.parts.words.retold import retold


def board() -> None:
    from pages.board import render

    render()


def machines() -> None:
    from pages.machines import render

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
        (machines, t("Machines"), "all-machines", ":material/precision_manufacturing:", None),
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
        shown = "visible" if open_to and draw not in (asset, prediction) else "hidden"  # these are reached from the one before
        found[draw.__name__] = st.Page(
            guarded(draw, title, action), title=title, icon=icon, url_path=path, default=not path, visibility=shown
        )
    return found


@st.cache_resource(show_spinner=False)
def start_worker() -> None:
    """See to it that the lines run, once a process. server.py has begun that before anybody looked (see :func:`models.live.keeping.keep_lines`)."""
    from models.live.keeping import keep_lines, keeps_lines

    prepared_home(session.settings())
    if session.settings().embedded_worker and not keeps_lines(session.settings()):
        print(
            "The lines begin now that a page was opened. Start server.py instead, and they run from the start.", file=sys.stderr
        )
    keep_lines(session.settings())


st.set_page_config(page_title="Pullcord", page_icon=str(Path(__file__).parent / "static" / "pullcord.svg"), layout="wide")
tell_it_here()
try:
    start_worker()
    remember()
    viewing.remember()
    which.remember()
    pages = visit().pages = page_list()
    page = st.navigation(list(pages.values()), position="top")
    unknown_address()
    asked = next((name for name, one in pages.items() if one.url_path == page.url_path), "board")
    backup_notice()
    if not session.settings().demo or tour(asked):
        if not on_wall():
            clock_notice(session.use_case())
        page.run()
    if session.store().releases.champion(session.use_case().name):
        housekeeping()
except (SettingsError, StoreError, UseCaseError) as error:
    st.header("Pullcord", anchor=False)
    trouble(
        t("Pullcord cannot go on."), retold(error)
    )  # nobody can say who they are then: whoever stands there is told all of it

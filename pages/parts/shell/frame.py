"""What frames every screen: its header with who is looking, and how emptiness and trouble are told."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.people import Action, NotAllowed, require
from data.usecase.use_case import UseCase
from pages.parts.remembered.visit import visit
from pages.parts.shell.beginning import beginning_strip
from pages.parts.shell.connection import watched
from pages.parts.shell.identity import chooser, who
from pages.parts.shell.session import settings
from pages.parts.shell.technical import for_reader
from pages.parts.shell.which import several, which
from pages.parts.words.language import t
from pages.parts.words.retold import retold
from pages.parts.words.verbatim import verbatim
from pages.parts.words.viewing import kept, sheet, viewing

_TOUCH = (Path(__file__).parent / "touch.css").read_text(encoding="utf-8")
_NEVER_BLANK = Path(__file__).parent / "never_blank.html"
_COLOURS = Path(__file__).parent / "colours.html"


def foundation() -> None:
    """What every screen stands on, with a header or without: targets for a finger, more contrast if asked for, never a blank page, the colours
    of now, and a lost connection told."""
    # Streamlit tells the page's own part whether it is dark, but not what opens over it: dialogs, popovers, lists
    st.html(f"<style>:root {{ color-scheme: {st.context.theme.type or 'light dark'} }}\n{_TOUCH}</style>")
    with st.container(key="never_blank"):
        st.html(_NEVER_BLANK, unsafe_allow_javascript=True)
        st.html(_COLOURS, unsafe_allow_javascript=True)
        watched()
    sheet()


def page_header(title: str, use_case: UseCase | None = None, detail: str = "", back: bool = True) -> DeltaGenerator:
    """The first line of a screen. Gives the row it stands in, for what else belongs there: ``with page_header(…): …``.

    Args:
        title: what the screen is about, e.g. ``M-14``.
        use_case: named after the title where given; where there are several, to be chosen at the right.
        detail: the rest of the line, in the muted colour: the screen is about one thing of the use case, and no other is chosen.
        back: whether a button leads back to the board (every screen but the board itself).
    """
    foundation()
    line = st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="top", wrap=False, key="page_header"
    )
    row = line.container(horizontal=True, vertical_alignment="center", gap="small", width="stretch")
    with row:
        if back and st.button(t("Board"), icon=":material/arrow_back:", key="to_board"):
            go("board")
        st.header(verbatim(title), anchor=False, width="content")
        choosing = use_case if back and use_case is not None and not detail and several() else None
        said = " · ".join(part for part in (use_case.title if use_case and not choosing else "", detail) if part)
        if said:
            st.markdown(verbatim(said), width="content")
    with line.container(width="content", horizontal=True, vertical_alignment="center", gap="small"):
        if choosing:
            which(choosing)
        viewing()
        chooser()
    if back and use_case is not None:
        beginning_strip(use_case)
    return row


def empty(message: str, hint: str = "") -> None:
    """There is nothing to show, and that is no fault: what would appear here and what makes it appear."""
    with st.container(border=True, horizontal_alignment="center", gap="xsmall"):
        st.markdown(f"**{verbatim(message)}**", text_alignment="center")
        if hint:
            st.markdown(verbatim(hint), text_alignment="center")


def trouble(message: str, hint: str | Exception = "") -> None:
    """Something is wrong: what, where, and the way on; an error in the reader's language, without what only an engineer can use for others."""
    said = for_reader(retold(hint)) if isinstance(hint, Exception) else hint
    st.error(f"**{verbatim(message)}**" + (f"\n\n{verbatim(said)}" if said else ""), icon=":material/error:")


def go(page: str, **params: object) -> None:
    """Go to a page by its name (``board``, ``asset``, ``prediction``, ``my_flags``, ``review`` …) with its parameters.

    Nothing after this call runs. The pages of this run stand in the session (see app.py): which there are goes by role.
    """
    target = visit().pages.get(page)
    if target is None:
        trouble(t("This page is not open to you."), t("Say who you are at the top right: some pages go by role."))
        return
    given = {name: str(value) for name, value in params.items() if value is not None}
    who = visit().who
    st.switch_page(target, query_params=given | kept() | ({"who": who} if who else {}))


def guarded(draw: Callable[[], None], title: str, action: Action | None) -> Callable[[], None]:
    """``draw`` for those who may take ``action``, and a plain answer for those who may not.

    Without an action a page is open to everyone, unless the setting ``open_wall`` says that people sign in first.
    """

    def run() -> None:
        try:
            if action is not None:
                require(who(), action)
            elif not settings().open_wall and who() is None:
                raise NotAllowed("Nobody has said who they are, and this plant shows its boards only to people it knows.")
        except NotAllowed as error:
            page_header(title)
            trouble(retold(error), t("Say who you are at the top right."))
            return
        draw()

    run.__name__ = draw.__name__
    return run

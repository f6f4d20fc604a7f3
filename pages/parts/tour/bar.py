"""The tour's bar at the bottom of every page: that this is a demo, where the story is, and the buttons that drive it."""

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from models.demo import showing, staging, story
from models.demo.showing import Stage
from models.demo.story import STEPS, Facts
from pages.parts.board.wall import on_wall
from pages.parts.remembered.visit import visit
from pages.parts.shell import session
from pages.parts.tour.anew import anew
from pages.parts.tour.ending import ending
from pages.parts.tour.following import begun, card, drawn, follow, prepared
from pages.parts.tour.playing import look, onwards, turn
from pages.parts.tour.spotlight import spotlight
from pages.parts.tour.standing import progress, status
from pages.parts.tour.words import by_hand, title, told, waiting
from pages.parts.words.language import number, t

EVERY_S = 1.0
_STYLE = Path(__file__).parent / "bar.css"
_HEIGHT = """(() => { const bar = document.querySelector("[data-testid='stBottom']"); if (!bar) return; window.tourBar?.disconnect();
window.tourBar = new ResizeObserver(() => document.documentElement.style.setProperty("--tour-bar", `${bar.offsetHeight}px`));
window.tourBar.observe(bar); })();"""
"""How high the bar is, for what else stands at the bottom of the screen."""


def tour(page: str) -> bool:
    """Draw the bar, go where the story is, and point at what it is about. Call it for every page, before the page itself.

    Args:
        page: the page that is asked for, by its name.

    Returns:
        Whether the page is to be drawn; otherwise the next step's title stands in its place for a moment.
    """
    stage, seen = look()
    anew(stage.run)
    st.html(_STYLE)
    unseen = st.container(key="tour_unseen")
    unseen.html(f"<script>/* {page} */ {_HEIGHT}</script>", unsafe_allow_javascript=True)
    visit().tour.whole = True
    if on_wall():
        visit().tour.left = True  # a board on a wall stays one, whatever the story tells
    with st.bottom:
        st.fragment(_bar, run_every=EVERY_S)()
    top = st.container(key="tour_top")  # there in every step: what is below it keeps its place
    if visit().tour.left:
        return True
    drawn(stage, seen, page)
    if card(stage):
        step = story.step_of(stage)
        _in_place_of_the_page(top, title("" if step is None else step.name))
        return False
    if page == "board" and not begun(stage, seen):
        _in_place_of_the_page(top, waiting("ready", seen))
        return False
    prepared(stage, seen)
    with unseen:
        spotlight(stage)
    if stage.step == len(STEPS) and seen.flagged is not None and seen.normal:
        with top:
            ending(seen.flagged, seen.risk)
    return True


def _in_place_of_the_page(top: DeltaGenerator, said: str) -> None:
    with top.container(height=400, border=False, horizontal_alignment="center", vertical_alignment="center"):
        st.header(said, anchor=False, width="content")


def _bar() -> None:
    held = visit().tour
    left, whole, redraw = held.left, held.whole, held.redraw
    held.whole = held.redraw = False
    if redraw and not whole:
        st.rerun()  # the tour's marks go from the page too
    stage, seen = look() if left or whole else turn()
    if (
        not left and not whole
    ):  # a whole page is never broken off: another live part of it could then be drawn where nothing is yet
        follow(stage, seen)
    step = story.step_of(stage)
    name = "" if step is None else step.name
    with st.container(key="tour_bar", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(key="tour_words", gap=None):
            with st.container(key="tour_head", horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(t("**DEMO** · machines and people are made up"), width="content")
                if not left and step is not None:
                    n = {"n": number(stage.step, 0), "of": number(len(STEPS), 0)}
                    st.markdown(t("{n} of {of} · **{title}**", title=title(name), **n), width="content")
                elif not left:
                    st.markdown(f"**{title(name)}**", width="content")
                if not left:
                    status(stage, seen)
            if not left:
                st.markdown(told(name))
        with st.container(key="tour_buttons", horizontal=True, width="content", gap="xsmall", vertical_alignment="center"):
            _buttons_of_who_left() if left else _buttons(stage, seen)
    if not left:
        progress(stage, seen)


def _buttons(stage: Stage, seen: Facts) -> None:
    beat, over = story.missing(stage, seen), stage.step == len(STEPS)
    if stage.step == 0:
        st.button(
            t("Start the story"),
            key="tour_start",
            icon=":material/play_arrow:",
            type="primary" if seen.ready else "secondary",
            on_click=_start,
            disabled=not seen.ready,
        )
        st.button(t("Leave"), key="tour_leave", icon=":material/close:", on_click=_leave, help=t("Look around without the tour"))
        return
    blocked = over or (beat is not None and not beat.act)
    st.button(
        t("Back"), key="tour_back", icon=":material/skip_previous:", disabled=stage.step < 2, on_click=_back, shortcut="Left"
    )
    if over and beat is None:
        st.button(t("Again"), key="tour_play", icon=":material/replay:", on_click=_start_anew, shortcut="Space")
    elif stage.playing:
        st.button(t("Pause"), key="tour_play", icon=":material/pause:", on_click=_pause, shortcut="Space")
    else:
        st.button(t("Play"), key="tour_play", icon=":material/play_arrow:", on_click=_play, type="primary", shortcut="Space")
    st.button(t("Next"), key="tour_next", icon=":material/skip_next:", disabled=blocked, on_click=onwards, shortcut="Right")
    hand = beat is not None and bool(by_hand(beat.fact))
    st.button(
        t("Let the tour do it") if stage.hand else t("Do it by hand"), key="tour_hand", icon=":material/touch_app:", disabled=not hand, on_click=_by_hand,
        type="primary" if stage.hand else "secondary", help=t("Do this step yourself: the tour waits, and goes on when it is done"),
    )  # fmt: skip
    st.button(
        t("Reset"), key="tour_reset", icon=":material/restart_alt:", on_click=_reset, help=t("Put everything back to the start")
    )
    st.button(t("Leave"), key="tour_leave", icon=":material/close:", on_click=_leave, help=t("Look around without the tour"))


def _buttons_of_who_left() -> None:
    st.button(
        t("Reset"), key="tour_reset", icon=":material/restart_alt:", on_click=_reset, help=t("Put everything back to the start")
    )
    st.button(t("Join the tour"), key="tour_join", icon=":material/tour:", on_click=_join)


def _start() -> None:
    """Play in the showing that runs if it is young enough, else in a new one."""
    _, seen = look()
    if seen.ready and seen.age_s <= story.FRESH_S and not seen.drifting and seen.flagged is None:
        showing.change(session.settings().home, lambda one: story.at_step(one, 1, story.stamp(), playing=True))
    else:
        _start_anew()


def _start_anew() -> None:
    staging.play_from_the_start(session.settings().home)


def _reset() -> None:
    staging.begin_again(session.settings().home)
    visit().tour.left = False


def _pause() -> None:
    showing.change(session.settings().home, lambda stage: story.paused(stage, story.stamp()))


def _play() -> None:
    showing.change(session.settings().home, lambda stage: story.resumed(stage, story.stamp()))


def _by_hand() -> None:
    visit().record.choosing = None  # the first tap is theirs too
    showing.change(session.settings().home, lambda stage: story.resumed(stage, story.stamp(), hand=not stage.hand))


def _back() -> None:
    showing.change(session.settings().home, lambda stage: story.at_step(stage, stage.step - 1, story.stamp(), playing=False))


def _leave() -> None:
    visit().tour.left = visit().tour.redraw = True


def _join() -> None:
    visit().tour.left, visit().tour.seen = False, None

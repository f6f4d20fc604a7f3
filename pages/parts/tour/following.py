"""The viewer is taken where the story is: the page of the step, seen as the person whose step it is."""

import streamlit as st

from data.records import FlagKind, VerdictKind
from models.demo import showing, story
from models.demo.showing import Stage
from models.demo.story import Facts
from pages.parts.remembered.visit import visit
from pages.parts.review.verdict_form import filled_in
from pages.parts.shell import session
from pages.parts.shell.frame import go
from pages.parts.shell.identity import look_as
from pages.parts.tour.words import answer_to_olga
from pages.parts.words.spans import SHORT


def follow(stage: Stage, seen: Facts) -> None:
    """Go to the step's page when this session has not been there yet; draw the page anew when something has happened in the step.

    Call it where the bar refreshes itself, not while a whole page is drawn. Another page is reached over a title card, which nothing on it
    refreshes: a live part of the page left behind that asks once more would make Streamlit's browser side draw the new page where the old one was.
    """
    held = visit().tour
    place, known = (stage.run, stage.step, _beats(stage, seen)), held.seen
    if place == known:
        return
    if known is not None and place[:2] == known[:2]:
        held.seen = place
        st.rerun()
    step = story.step_of(stage)
    page = "board" if step is None else step.page
    if page != held.page and held.card != place[:2]:
        held.card = place[:2]
        st.rerun()
    held.seen = place
    if step is None:
        go(page)
        return
    look_as(step.person)
    if step.page == "asset":
        st.session_state["span"] = SHORT  # the drift is a matter of half a minute
    go(page, **_address(page, stage, seen))


def card(stage: Stage) -> bool:
    """Whether the next step's title stands in place of the page: it does until the bar has refreshed itself once."""
    held = visit().tour
    return held.card == (stage.run, stage.step) != (held.seen or ())[:2]


def begun(stage: Stage, seen: Facts) -> bool:
    """Whether the showing's line has been seen to run. Until then, for a few seconds after a reset, no board is drawn: it would tell of a dead line."""
    if seen.ready or stage.step > 1 or seen.age_s > story.FRESH_S:
        visit().tour.begun = stage.run
    return visit().tour.begun == stage.run


def drawn(stage: Stage, seen: Facts, page: str) -> None:
    """Note what the page that is drawn now shows. A session that comes in at the board is taken along; who opened another page by its address
    stays there until the next step."""
    held = visit().tour
    held.page = page
    place, known = (stage.run, stage.step, _beats(stage, seen)), held.seen
    if (known is None and (stage.step == 0 or page != "board")) or (known is not None and known[:2] == place[:2]):
        held.seen = place


def prepared(stage: Stage, seen: Facts) -> None:
    """While the tour flags as Olga, the reasons stand open as after her first tap; while it decides as Erik, his form is filled in for all to see.
    By hand it is left to the hand. Call before the page is drawn."""
    beat = story.missing(stage, seen)
    if _first_tap(stage, seen) and seen.advised is not None:
        visit().record.choosing = (seen.advised, FlagKind.WRONG)
    if beat is None or beat.fact != "decided" or stage.hand or seen.case is None:
        return
    filled_in(showing.USE_CASE, seen.case, VerdictKind.MODEL_WRONG, answer_to_olga())


def _beats(stage: Stage, seen: Facts) -> tuple[int, bool, bool]:
    step = story.step_of(stage)
    return (0 if step is None else story.met(step, seen)), _first_tap(stage, seen), begun(stage, seen)


def _first_tap(stage: Stage, seen: Facts) -> bool:
    return story.first_tap(stage, seen, story.stamp(), session.settings().speed)


def _address(page: str, stage: Stage, seen: Facts) -> dict:
    return {
        "board": {},
        "asset": {"asset": showing.ASSET},
        "prediction": {"use_case": showing.USE_CASE, "reading": seen.flagged.reading if seen.flagged else seen.advised},
        "review": {"case": seen.case},
        "releases": {"release": seen.trained},
    }[page]

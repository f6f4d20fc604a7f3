"""The viewer is taken where the story is: the page of the step, seen as the person whose step it is."""

import streamlit as st

from data import demo
from data.demo import Stage
from data.records import VerdictKind
from models import story
from models.story import Facts
from pages.parts.frame import go
from pages.parts.identity import look_as
from pages.parts.spans import SHORT
from pages.parts.tour.words import answer_to_olga

_SEEN = "tour_seen"


def follow(stage: Stage, seen: Facts, may_move: bool = True) -> None:
    """Go to the step's page when this session has not been there yet; draw the page anew when something has happened in the step.

    Args:
        may_move: not, where a person opened another page by its address: they stay until the next step.
    """
    place, known = (stage.run, stage.step, _beats(stage, seen)), st.session_state.get(_SEEN)
    if place == known:
        return
    st.session_state[_SEEN] = place
    if known is None and (stage.step == 0 or not may_move):
        return
    if known is not None and place[:2] == known[:2]:
        st.rerun()
    step = story.step_of(stage)
    if step is None:
        go("board")
        return
    look_as(step.person)
    if step.page == "asset":
        st.session_state["span"] = SHORT  # the drift is a matter of half a minute
    go(step.page, **_address(step.page, stage, seen))


def prepared(stage: Stage, seen: Facts) -> None:
    """While the tour decides as Erik, his form is filled in for all to see; by hand it is left empty. Call before the page is drawn."""
    beat = story.missing(stage, seen)
    if beat is None or beat.fact != "decided" or stage.hand or seen.case is None:
        return
    st.session_state.setdefault(f"kind_{seen.case}", VerdictKind.MODEL_WRONG)
    st.session_state.setdefault(f"answer_{seen.case}", answer_to_olga())


def _beats(stage: Stage, seen: Facts) -> int:
    step = story.step_of(stage)
    return 0 if step is None else story.met(step, seen)


def _address(page: str, stage: Stage, seen: Facts) -> dict:
    return {
        "board": {},
        "asset": {"asset": demo.ASSET},
        "prediction": {"use_case": demo.USE_CASE, "reading": seen.flagged.reading if seen.flagged else seen.advised},
        "review": {"case": seen.case},
        "releases": {"release": seen.trained},
    }[page]

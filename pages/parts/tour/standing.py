"""Where the story stands, as the bar tells it: what it waits for, and how far it is."""

import streamlit as st

from data.sentence import from_kept
from models.demo import story
from models.demo.showing import Stage
from models.demo.story import STEPS, Facts
from pages.parts.tour.words import by_hand, waiting
from pages.parts.words.language import t
from pages.parts.words.retold import retold
from pages.parts.words.verbatim import verbatim


def status(stage: Stage, seen: Facts) -> None:
    """What it waits for, what a person is to tap, or what went wrong."""
    beat = story.missing(stage, seen)
    if stage.told:
        st.markdown(
            ":red[" + t("The story stands still: {why}", why=verbatim(retold(from_kept(stage.told)))) + "]",
            width="content",
        )
    elif beat is not None and beat.act and stage.hand:
        st.markdown(f":blue[{by_hand(beat.fact)}]", width="content")
    elif stage.step and not stage.playing:
        st.markdown(":gray[" + t("Paused. The line goes on.") + "]", width="content")
    elif stage.step == 0 and not seen.ready:
        st.markdown(f":gray[{waiting('ready', seen)}]", width="content")
    elif beat is not None and (said := waiting(beat.fact, seen)):
        st.markdown(f":gray[{said}]", width="content")


def progress(stage: Stage, seen: Facts) -> None:
    """How much of the story is over, by steps and within the step."""
    step, share = story.step_of(stage), 0.0
    if step is not None:
        share = (stage.step - 1 + story.met(step, seen) / (len(step.beats) + 1)) / len(STEPS)
        if stage.step == len(STEPS) and story.missing(stage, seen) is None:
            share = 1.0
    st.html(
        f'<div class="tour-progress" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow="{100 * share:.0f}" '
        f'aria-label="{t("How far the story is")}"><i style="width:{100 * share:.1f}%"></i></div>'
    )

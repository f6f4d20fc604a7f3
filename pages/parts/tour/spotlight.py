"""What the step is about is outlined on the page, and scrolled into sight once."""

import json

import streamlit as st

from data.demo import Stage
from models import story

_AT = {
    "healthy": (".st-key-asset_board",),
    "drift": ("[class*='st-key-trend_']",),
    "advice": (".st-key-why_box",),
    "flag": ("[class*='st-key-big_wrong_']", "[data-testid='stAlert']"),
    "review": (".st-key-claim", ".st-key-decide", "[class*='st-key-queue_']"),
    "train": (".st-key-train", "[data-testid='stProgress']", ".st-key-gate_box"),
    "gate": (".st-key-gate_box",),
    "release": (".st-key-release_it", ".st-key-roll_back", ".st-key-roll_back"),
    "fixed": (".st-key-asset_board", ".st-key-tour_ending"),
}
"""For each step, by how many of its beats have come (the last one stands for all later ones), what is looked at."""


def spotlight(stage: Stage) -> None:
    """Outline it, by the key of its element."""
    step = story.step_of(stage)
    if step is None:
        return
    among = _AT[step.name]
    place = among[min(max(stage.beat - (step.name in ("healthy", "drift")), 0), len(among) - 1)]
    st.html(
        f"<style>{place} {{ outline: 3px solid light-dark(#5b2a86, #c9a3f5); outline-offset: 5px; border-radius: 4px; }}</style>"
        f"<script>/* {stage.run}.{stage.step}.{stage.beat} */ {_SCROLL % json.dumps(place)}</script>",
        unsafe_allow_javascript=True,
    )


_SCROLL = """(() => { let tries = 0; const seek = () => { const found = document.querySelector(%s);
if (!found) { if (++tries < 30) setTimeout(seek, 150); return; } const box = found.getBoundingClientRect();
if (box.top < 60 || box.top > innerHeight - 260 || box.height > innerHeight) found.scrollIntoView({block: 'center', behavior: 'smooth'}); };
setTimeout(seek, 300); })();"""

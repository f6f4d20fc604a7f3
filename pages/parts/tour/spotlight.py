"""What the step is about is outlined on the page, and scrolled into sight."""

import json

import streamlit as st

from models.demo import story
from models.demo.showing import Stage

_TORQUE = ".trend-name:nth-child(5)"
_ROW = f"""{_TORQUE} {{ overflow: visible; }} {_TORQUE}::after {{ content: ""; position: absolute; z-index: 3; inset-block: -3px; inset-inline-start: -6px;
width: calc(100cqw + 10px); pointer-events: none; }}"""
"""A row of the trend goes on beyond its name: as wide as the whole sheet."""
_AT = {
    "healthy": (".st-key-board_frame",),
    "drift": (_TORQUE,),
    "advice": (".st-key-why_box",),
    "flag": (".st-key-thumb [class*='st-key-big_wrong_'], [class*='st-key-big_false_alarm_']", "[data-testid='stAlert']"),
    "review": (".st-key-claim", ".st-key-decide", "[data-testid='stElementContainer']:has(+ * + * .st-key-claim)"),
    "train": (".st-key-train", "[data-testid='stProgress']", ".st-key-gate_box"),
    "gate": (".st-key-gate_box",),
    "release": (".st-key-release_it", "[class*='st-key-releases_']"),
    "fixed": (".st-key-board_frame", ".st-key-tour_ending"),
}
"""For each step, by how many of its beats have come (the last one stands for all later ones), what is looked at."""


def spotlight(stage: Stage) -> None:
    """Outline it, by the key of its element."""
    step = story.step_of(stage)
    if step is None:
        return
    among = _AT[step.name]
    place = among[min(max(stage.beat - (step.name in ("healthy", "drift")), 0), len(among) - 1)]
    outlined = f"{place}::after" if place == _TORQUE else place
    st.html(
        f"<style>{_ROW if place == _TORQUE else ''} {outlined} {{ outline: 3px solid light-dark(#5b2a86, #c9a3f5); outline-offset: 5px;"
        f" border-radius: 4px; }}</style><script>/* {stage.run}.{stage.step}.{stage.beat} */ {_SCROLL % json.dumps(place)}</script>",
        unsafe_allow_javascript=True,
    )


_SCROLL = """(() => { const mine = window.tourSeeks = {}; let tries = 0, still = 0, calm = 0, before = null, left = false;
for (const kind of ["wheel", "touchmove"]) addEventListener(kind, () => { left = true; }, { once: true, passive: true });
const again = (ms) => { if (++tries < 200) setTimeout(seek, ms); };
const seek = () => { if (left || window.tourSeeks !== mine) return;
let found = document.querySelector(%s);
const at = found && found.getBoundingClientRect().top + (document.querySelector("[data-testid='stMain']")?.scrollTop ?? 0);
still = at !== null && at === before ? still + 1 : 0;
before = at;
if (still < 3) return again(150);
if (getComputedStyle(found.closest(".st-key-thumb, .st-key-thumb_why") ?? found).position === "fixed") found = document.querySelector(".st-key-why_box") ?? found;
const box = found.getBoundingClientRect(), top = 70;
const bar = document.querySelector("[data-testid='stBottom']")?.offsetHeight ?? 0, end = innerHeight - bar - 12, fits = box.height < end - top;
if (box.top >= top && (fits ? box.bottom <= end : box.top < (top + end) / 2)) return ++calm < 20 ? again(150) : undefined;
calm = 0;
found.style.scrollMargin = `${top}px 0 ${bar + 12}px`;
found.scrollIntoView({block: fits ? "center" : "start", behavior: "smooth"});
again(800); };
setTimeout(seek, 300); })();"""
"""Only once what is looked at keeps its place: while a page is drawn, what stands above it comes and goes. It is held in sight for three seconds more, for a
chart may come late; not against somebody who scrolls, and not when the next beat looks elsewhere."""

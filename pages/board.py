"""Level 1: every asset at a glance, what needs a look on top, in place and live."""

from datetime import timedelta

import streamlit as st

from data.usecase import UseCase
from pages.parts import session
from pages.parts.ai_switch import switch_button
from pages.parts.asset_board import asset_board
from pages.parts.asset_board.merged import merged
from pages.parts.asset_board.view import board_view
from pages.parts.board_reading import BoardReading, fates_of, read_board
from pages.parts.changed_notice import changed_text, how_it_stands
from pages.parts.frame import empty, go, page_header
from pages.parts.freshness import freshness
from pages.parts.identity import who
from pages.parts.language import clock, number, plural, t, when

EVERY_S = 1.0
ALL = "*"
NEWS = timedelta(days=1)  # how long a new release is told on the board


def render() -> None:
    known, area = session.use_cases(), None
    with page_header(t("All lines") if len(known) > 1 else session.use_case().title, back=False):
        shown = _chosen(known) if len(known) > 1 else [session.use_case()]
        if len(shown) == 1:
            switch_button(shown[0])
            if len(shown[0].areas) > 1:
                area = st.segmented_control(t("Area"), list(shown[0].areas), key="area", label_visibility="collapsed", help=None)
    for use_case in shown:
        _mark_look(use_case)
    _live(shown, area)


def _chosen(known: dict[str, UseCase]) -> list[UseCase]:
    """One of several use cases, or all of them."""
    titles = {name: use_case.title for name, use_case in known.items()}
    name = st.segmented_control(
        t("Use case"), [ALL, *titles], default=ALL, required=True, format_func=lambda one: titles.get(one) or t("All"), key="lines",
        label_visibility="collapsed",
    )  # fmt: skip
    return [known[name]] if name in known else list(known.values())


@st.fragment(run_every=EVERY_S)
def _live(shown: list[UseCase], area: str | None) -> None:
    views = [(use_case, _view(use_case, area)) for use_case in shown]
    drawn = [(use_case.name, use_case.title, view) for use_case, view in views if view is not None]
    if drawn:
        pressed = asset_board(merged(drawn), key="asset_board")
        if pressed:
            go(**pressed)


def _view(use_case: UseCase, area: str | None) -> dict | None:
    """What the board shows of one use case; nothing before its first reading, which is then said instead."""
    at = session.plant_now(use_case)
    seen = read_board(use_case)
    st.session_state[f"looked_{use_case.name}"] = session.now()
    stale_s = session.settings().stale_s
    fresh = freshness(use_case, seen.states, seen.heartbeats, session.now(), stale_s)
    if not seen.states:
        _nothing_yet(use_case, seen, fresh.text)
        return None
    off = seen.switch is not None and not seen.switch.on
    view = board_view(use_case, seen.states, seen.sparks, seen.reasons, at, stale_s, area, off)
    view["status"] = _status(use_case, seen, fresh)
    view["notices"] = _notices(use_case, seen)
    return view


def _status(use_case: UseCase, seen: BoardReading, fresh) -> list[dict]:
    n = sum(map(len, use_case.areas.values())) or 1
    parts = [
        ("assets", "", plural("{n} machine", "{n} machines", n)),
        ("fresh", "live" if fresh.live else "bad", fresh.text),
    ]
    if seen.switch is not None and not seen.switch.on:
        since = when(seen.switch.since, use_case.timezone)
        parts.append(("ai", "bad", t("AI off since {since}: rules only. {reason}", since=since, reason=seen.switch.reason)))
    if seen.champion:
        since = when(seen.champion.since, use_case.timezone)
        parts.append(("release", "", t("release {number} since {since}", number=seen.champion.number, since=since)))
    else:
        parts.append(("release", "bad", t("no release yet")))
    parts.append(("quarantine", "", t("quarantine {n}", n=number(seen.quarantined, 0))))
    return [{"key": key, "kind": kind, "text": text} for key, kind, text in parts]


def _notices(use_case: UseCase, seen: BoardReading) -> list[dict]:
    """What is new since this session last looked, and answers to the viewer's own flags."""
    notices = []
    off = seen.switch is not None and not seen.switch.on
    left = None if off else st.session_state.get(f"left_{use_case.name}")
    fresh = sorted({asset for asset, start in seen.started if left and start > left})
    if fresh:
        go_to = {"page": "asset", "use_case": use_case.name, "asset": fresh[0]}
        notices.append({"key": "new", "text": t("New since you last looked: {assets}", assets=", ".join(fresh[:6])), "go": go_to})
    if seen.champion and seen.learned and session.now() - seen.champion.since < NEWS:
        said = plural("learned from {n} flag of this line", "learned from {n} flags of this line", seen.learned)
        text = t("Release {number} is new: {said}", number=seen.champion.number, said=said)
        notices.append({"key": f"release{seen.champion.number}", "text": text, "go": {"page": "my_flags"}})
    if not off and (text := changed_text(use_case, how_it_stands(use_case))):
        notices.append({"key": "changed", "text": text, "go": {"page": "overview", "use_case": use_case.name}})
    person = who()
    if person is not None:
        fates, visited = fates_of(person.id)
        for fate in fates:
            decided = fate.verdict.decided if fate.verdict else None
            if decided and (visited is None or decided > visited) and fate.flag.raised:
                at = clock(fate.flag.raised, use_case.timezone, seconds=False)
                text = t("Your flag of {at} on {asset} was answered", at=at, asset=fate.flag.asset)
                notices.append({"key": f"flag{fate.flag.id}", "text": text, "go": {"page": "my_flags"}})
                break
    return notices


def _mark_look(use_case: UseCase) -> None:
    """Coming back to the board after more than a moment elsewhere: what began since then is new to this viewer."""
    looked = st.session_state.get(f"looked_{use_case.name}")
    if looked and (session.now() - looked).total_seconds() > 5 * EVERY_S:
        st.session_state[f"left_{use_case.name}"] = looked


def _nothing_yet(use_case: UseCase, seen: BoardReading, fresh: str) -> None:
    """Before the first reading: what is happening, in the worker's own words."""
    if not seen.heartbeats and session.settings().embedded_worker:
        fresh = t("The worker is being started.")
    if seen.champion is None:
        hint = t("The worker trains a first one; the board fills as soon as it stands.")
        empty(t("There is no release of {title} yet.", title=use_case.title), f"{hint}  \n{fresh}")
    else:
        empty(t("No readings have arrived yet."), fresh)

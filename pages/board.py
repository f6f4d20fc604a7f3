"""Level 1: every asset at a glance, what needs a look on top, in place and live; on a wall without anything around it."""

from datetime import datetime, timedelta

import streamlit as st

from data.people import Action, may
from data.records import Look, State
from data.usecase.use_case import UseCase
from models.documents.intended_use import intended_use
from models.state.telling import Called
from pages.parts.board.ai_switch import switch_button
from pages.parts.board.asset_board import asset_board, board_frame
from pages.parts.board.asset_board.beginning_view import beginning_view
from pages.parts.board.asset_board.marks import is_new
from pages.parts.board.asset_board.merged import merged
from pages.parts.board.asset_board.words import sentences
from pages.parts.board.board_reading import BoardReading, fates_of, read_board, view_of
from pages.parts.board.changed_notice import changed_text, how_it_stands
from pages.parts.board.looking import look_at
from pages.parts.board.seen_and_shelve import acknowledge, ask_to_shelve, shelf
from pages.parts.board.wall import leave_room, on_wall, wall_rows
from pages.parts.board.worth_notice import worth_text
from pages.parts.remembered.visit import visit
from pages.parts.shell import session
from pages.parts.shell.beginning import beginning
from pages.parts.shell.frame import foundation, go, page_header
from pages.parts.shell.freshness import Freshness, freshness, wrong_clock
from pages.parts.shell.identity import who
from pages.parts.words.language import clock, number, plural, t, when, words
from pages.parts.words.verbatim import verbatim

EVERY_S = 1.0
ALL = "*"
NEWS = timedelta(days=1)  # how long a new release is told on the board
MOST_CHIPS = 6  # areas that stand in the header as buttons; more are opened from the board itself


def render() -> None:
    known, area = session.use_cases(), None
    held = visit()
    asked, held.board_asks = held.board_asks or {}, None
    if "area" in asked:
        st.session_state["area"] = asked["area"]
        if len(known) > 1 and asked["use_case"] in known:
            st.session_state["lines"] = asked["use_case"]
    if on_wall():
        foundation()
        leave_room()
        shown = list(known.values())
    else:
        with page_header(_title(known), back=False):
            shown = _chosen(known) if len(known) > 1 else [session.use_case()]
            if len(shown) == 1:
                switch_button(shown[0])
                area = _area(shown[0])
    board_frame(key="board_frame")
    _live(shown, area)
    if "shelve" in asked:
        ask_to_shelve(known[asked["shelve"]["use_case"]], asked["shelve"]["asset"])
    elif "shelf" in asked:
        shelf(shown)


def _title(known: dict[str, UseCase]) -> str:
    """What the board is about: the line that is chosen, the only one, or all of them."""
    if len(known) == 1:
        return session.use_case().title
    chosen = known.get(st.session_state.get("lines", ALL))
    return chosen.title if chosen else t("All lines")


def _chosen(known: dict[str, UseCase]) -> list[UseCase]:
    """One of several use cases, or all of them."""
    titles = {name: use_case.title for name, use_case in known.items()}
    name = st.segmented_control(
        t("Use case"), [ALL, *titles], default=None if "lines" in st.session_state else ALL, required=True,
        format_func=lambda one: verbatim(titles.get(one) or t("All")), key="lines", label_visibility="collapsed",
    )  # fmt: skip
    return [known[name]] if name in known else list(known.values())


def _area(use_case: UseCase) -> str | None:
    """The area chosen, of a use case that has several."""
    areas = list(use_case.areas)
    if len(areas) < 2:
        return None
    if st.session_state.get("area") not in areas:
        st.session_state["area"] = None

    def called(area: str) -> str:
        return verbatim(use_case.area_label(area))

    if len(areas) <= MOST_CHIPS:
        return st.segmented_control(t("Area"), areas, format_func=called, key="area", label_visibility="collapsed", help=None)
    return st.selectbox(
        t("Area"),
        areas,
        index=None,
        format_func=called,
        key="area",
        label_visibility="collapsed",
        placeholder=t("All areas"),
        width=260,
    )


@st.fragment(run_every=EVERY_S)
def _live(shown: list[UseCase], area: str | None) -> None:
    wall = on_wall()
    views = [(use_case, _view(use_case, area, wall)) for use_case in shown]
    view = merged([(use_case.name, use_case.title, view) for use_case, view in views])
    if wall:
        view = wall_rows(view)
    at = clock(session.now(), shown[0].timezone)
    frame = {
        "wall": wall, "acts": not wall and (who() is None or may(who(), Action.ACKNOWLEDGE)), "clock": at, "boot": session.boot(),
        "said": sentences(wall),
    }  # fmt: skip
    pressed = asset_board(view | frame, key="asset_board")
    if pressed:
        _pressed(pressed, shown)


def _pressed(what: dict, shown: list[UseCase]) -> None:
    """Do what was pressed on the board: go somewhere, or one of its own buttons."""
    known = {use_case.name: use_case for use_case in shown}
    if "page" in what:
        go(**what)
    elif "saw" in what and what["saw"]["use_case"] in known:
        saw = what["saw"]
        state = State(saw["state"]) if saw.get("state") in list(State) else None
        told = acknowledge(known[saw["use_case"]], saw["asset"], state)
        if told:
            st.toast(verbatim(told), icon=":material/error:")
        st.rerun(scope="fragment")
    elif "group" in what:
        visit().board_opened ^= {(what["use_case"], what["group"])}
        st.rerun(scope="fragment")
    elif "wall" in what:
        if what["wall"]:
            st.query_params["wall"] = "1"
        else:
            st.query_params.pop("wall", None)
        st.rerun()
    elif "shelve" in what and who() is None:
        st.toast(t("Say who you are at the top right."), icon=":material/person_add:")
    else:  # a dialog is opened outside of what is drawn every second, and so is what stands in the header
        visit().board_asks = what
        st.rerun()


def _view(use_case: UseCase, area: str | None, wall: bool) -> dict:
    """What the board shows of one use case; until it has anything live to show, how its beginning goes."""
    if (begins := beginning(use_case)) is not None:
        return beginning_view(use_case, begins, area, intended_use(words(use_case.timezone)))
    seen, at = read_board(use_case), session.plant_now(use_case)
    fresh = freshness(use_case, seen.states, seen.heartbeats, session.now(), session.settings().stale_s)
    opened = tuple(sorted(name for line, name in visit().board_opened if line == use_case.name))
    view = view_of(use_case, seen, at, area, opened, wall)
    look = look_at(use_case)
    news = _new(use_case, seen, look, at)
    return view | {
        "fresh": [f"{use_case.name}/{asset}" for asset in news],
        "status": _status(use_case, seen, fresh),
        "notices": [] if wall else _around(use_case, seen, area) + _notices(use_case, seen, look, news),
    }


def _status(use_case: UseCase, seen: BoardReading, fresh: Freshness) -> list[dict]:
    n = sum(map(len, use_case.areas.values())) or 1
    parts = [
        ("assets", "", plural("{n} machine", "{n} machines", n)),
        ("fresh", "live" if fresh.live else "bad", fresh.text),
    ]
    if (wrong := wrong_clock()) and wrong != fresh.text:
        parts.append(("clock", "bad", wrong))
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


def _around(use_case: UseCase, seen: BoardReading, area: str | None) -> list[dict]:
    """The way back from one area, and to what is on the shelf."""
    found = []
    if area is not None:
        found.append({"key": "areas", "text": t("All areas"), "go": {"area": None, "use_case": use_case.name}})
    held = 0 if seen.off else len(seen.attended.shelved)
    if held:
        found.append({"key": "shelf", "text": plural("{n} shelved", "{n} shelved", held), "go": {"shelf": True}})
    return found


def _new(use_case: UseCase, seen: BoardReading, look: Look, at: datetime) -> list[str]:
    """Machines whose advice is new to whoever looks: it stands, or came and went unseen. Not what is on the shelf, silent or unknown by now."""
    if seen.off:
        return []
    began = sorted({asset for asset, start, _ in seen.started if is_new(start, look, at)})
    states = {asset: state for asset in began if (state := seen.of(asset)) is not None}
    told = {asset: seen.told(use_case, asset, at) for asset in states}
    wanted = (Called.LIKELY, Called.POSSIBLE, Called.RETURNED)
    return [asset for asset, one in told.items() if one.called in wanted and not seen.attended.is_shelved(states[asset])]


def _notices(use_case: UseCase, seen: BoardReading, look: Look, news: list[str]) -> list[dict]:
    """What is new since this person last looked, and answers to the viewer's own flags."""
    notices = []
    if news and look.before:
        go_to = {"page": "asset", "use_case": use_case.name, "asset": news[0]}
        notices.append({"key": "new", "text": t("New since you last looked: {assets}", assets=", ".join(news[:6])), "go": go_to})
    if seen.champion and seen.learned and abs(session.now() - seen.champion.since) < NEWS:
        said = plural("learned from {n} flag of this line", "learned from {n} flags of this line", seen.learned)
        text = t("Release {number} is new: {said}", number=seen.champion.number, said=said)
        notices.append({"key": f"release{seen.champion.number}", "text": text, "go": {"page": "my_flags"}})
    if not seen.off and (text := changed_text(use_case, how_it_stands(use_case))):
        notices.append({"key": "changed", "text": text, "go": {"page": "overview", "use_case": use_case.name}})
    if not seen.off and seen.champion and (text := worth_text(use_case, seen.champion.number)):
        go_to = {"page": "releases", "use_case": use_case.name}
        notices.append({"key": f"worth{seen.champion.number}", "text": text, "go": go_to})
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

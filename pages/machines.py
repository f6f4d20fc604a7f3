"""Every machine by its name, to be opened: the level between the board and one machine, for whoever knows which one."""

from collections.abc import Sequence

import streamlit as st

from data.usecase.use_case import UseCase
from models.state.telling import Called
from pages.parts.board.board_reading import BoardReading, read_board
from pages.parts.own.handover_view import BIG
from pages.parts.shell import session
from pages.parts.shell.frame import empty, go, page_header
from pages.parts.words.called import short, sign
from pages.parts.words.language import plural, t
from pages.parts.words.verbatim import verbatim

EVERY_S = 2.0
_GRID = """<style>[class*='st-key-machines_of_'] {display: grid !important; grid-template-columns: repeat(auto-fill, minmax(12.5rem, 1fr)); gap: 0.75rem}
[class*='st-key-machines_of_'] > * {width: 100% !important} [class*='st-key-machines_of_'] button {justify-content: flex-start}</style>"""
"""Names stand under each other, as the machines of an area do on the board."""
FEW = 24
"""Machines from which on there is a box to look one up."""
MOST = 200
"""Buttons that are drawn at once; of more, one area at a time is opened."""


def render() -> None:
    use_case = session.use_case()
    st.html(BIG + _GRID)
    with page_header(t("Machines"), use_case):
        wanted = ""
        if len(use_case.assets) > FEW:
            wanted = st.text_input(
                t("Find a machine"), key="find_machine", placeholder=t("Find a machine"), label_visibility="collapsed", width=260
            )
    found = _found(use_case, wanted.strip().casefold())
    if not found:
        empty(t("No machine is called like that."), t("Write a part of its name, or leave the box empty to see all."))
        return
    _live(use_case, _chosen(use_case, found))


def _found(use_case: UseCase, part: str) -> dict[str, list[str]]:
    """By area the machines whose name has that part: those that stand in an area, and whatever else has sent a reading."""
    sent = {state.prediction.asset for state in read_board(use_case).states}
    standing = {asset for assets in use_case.areas.values() for asset in assets}
    found: dict[str, list[str]] = {}
    for asset in use_case.assets:
        if part in asset.casefold() and asset in standing | sent:
            found.setdefault(use_case.area_of(asset), []).append(asset)
    return found


def _chosen(use_case: UseCase, found: dict[str, list[str]]) -> dict[str, list[str]]:
    """What is drawn: all, or of very many machines one area."""
    if sum(map(len, found.values())) <= MOST or len(found) == 1:
        return found
    area = st.selectbox(
        t("Area"), list(found), key="machines_area", width=360,
        format_func=lambda name: f"{use_case.area_label(name)} · " + plural("{n} machine", "{n} machines", len(found[name])),
    )  # fmt: skip
    return {area: found[area]}


@st.fragment(run_every=EVERY_S)
def _live(use_case: UseCase, areas: dict[str, list[str]]) -> None:
    seen = read_board(use_case)
    for place, (area, assets) in enumerate(areas.items()):
        st.subheader(verbatim(use_case.area_label(area)), anchor=False)
        with st.container(key=f"machines_of_{place}"):
            for asset, label in zip(assets, _labels(use_case, seen, assets), strict=True):
                if st.button(label, key=f"big_machine_{asset}", width="stretch"):
                    go("asset", use_case=use_case.name, asset=asset)


def _labels(use_case: UseCase, seen: BoardReading, assets: Sequence[str]) -> list[str]:
    """Sign and name of each, as the board calls it; in words what is not normal."""
    at, said = session.plant_now(use_case), []
    for asset in assets:
        told = seen.told(use_case, asset, at)
        name = f"{sign(told)} {verbatim(asset)}"
        said.append(name if told.called is Called.NORMAL else f"**{name} · {short(use_case, told, at)}**")
    return said

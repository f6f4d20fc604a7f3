"""Level 2: one asset. Its risk and its signals on one time axis, each against its normal band, and what happened when."""

import streamlit as st

from data.records import AssetState
from data.usecase.use_case import UseCase
from models.state.telling import Called
from pages.parts.board.ai_switch import off_notice
from pages.parts.board.board_reading import read_board
from pages.parts.machine.asset_headline import asset_headline
from pages.parts.machine.asset_trend import asset_trend
from pages.parts.machine.trend_chart import held, trend_chart
from pages.parts.machine.what_changed import compared, what_changed
from pages.parts.remembered.visit import visit
from pages.parts.shell import session
from pages.parts.shell.frame import empty, go, page_header, trouble
from pages.parts.words.language import duration, t
from pages.parts.words.spans import USUAL, length_text, ranges
from pages.parts.words.theme import palette

EVERY_S = 1.0
_OLD = "<style>.st-key-past {filter: grayscale(1); opacity: 0.5}</style>"
MOST = 10
"""Signals that are drawn at first: what goes beyond is one tap away."""


def render() -> None:
    use_case = session.use_case()
    asset = st.query_params.get("asset") or visit().asset  # the browser's way back loses the parameter
    known, spans = asset is not None and asset in use_case.assets, ranges(use_case)
    title, area = (asset, use_case.area_label(use_case.area_of(asset))) if asset is not None and known else (t("Machine"), "")
    with page_header(title, use_case, area):
        other = st.selectbox(
            t("Machine"),
            [one for one in use_case.assets if one != asset],
            index=None,
            key=f"machine_{asset}",  # a new address makes a new, empty box
            placeholder=t("Other machine") if known else t("Choose a machine"),
            label_visibility="collapsed",
            width=200,
        )
        st.session_state.setdefault("span", USUAL)
        span = st.segmented_control(
            t("Time shown"),
            list(spans),
            required=True,
            format_func=lambda code: length_text(spans[code].length),
            key="span",
            label_visibility="collapsed",
        )
        if len(use_case.features) > MOST and known:
            st.toggle(t("All {n} signals", n=len(use_case.features)), key="all_signals")
    if other is not None:
        go("asset", use_case=use_case.name, asset=other)
    if asset is None:
        go("machines", use_case=use_case.name)
        return
    if not known:
        message = t("There is no machine {asset} in {title}.", asset=asset, title=use_case.title)
        trouble(message, t("Choose one above, or go back to the board."))
        return
    visit().asset = st.query_params["asset"] = asset
    off_notice(use_case, t("No risk is shown; the plant’s own rules stand in."))
    _present(use_case, asset)
    assert span is not None
    st.fragment(_past, run_every=spans[span].every_s)(use_case, asset, span)


@st.fragment(run_every=EVERY_S)
def _present(use_case: UseCase, asset: str) -> None:
    """How the machine is now. When nothing of it may be taken for the present any more, all that stands below loses its colour too."""
    seen, at = read_board(use_case), session.plant_now(use_case)
    newest = seen.of(asset)
    if newest is None:
        empty(t("{asset} has not sent a reading yet.", asset=asset), t("Its trends appear with the first one."))
        return
    told = seen.told(use_case, asset, at)
    asset_headline(use_case, newest, told, at)
    if told.called is Called.SILENT:
        st.html(_OLD)
    elif not seen.off and told.called.stands:
        _changed(use_case, newest)


def _past(use_case: UseCase, asset: str, span: str) -> None:
    seen, at = read_board(use_case), session.plant_now(use_case)
    newest = seen.of(asset)
    if newest is None:
        return
    key = f"trend_{asset}"  # one chart for every length of time: it changes what it shows, and is not replaced
    drawn = asset_trend(
        use_case,
        newest,
        seen.told(use_case, asset, at),
        span,
        at,
        _signals(use_case, newest),
        palette(),
        held(key, f"{asset} {span}"),
    )
    if drawn is None:
        empty(
            t("{asset} has sent nothing in this time.", asset=asset),
            t(
                "Its newest reading is {age} old: choose a longer time.",
                age=duration((at - newest.prediction.time).total_seconds()),
            ),
        )
        return
    with st.container(key="past"):
        opened = trend_chart(drawn, key)
    if opened is not None:
        go("prediction", use_case=use_case.name, reading=opened)
    if seen.off:
        st.caption(t("Drag to zoom in. A grey band is the normal range on this machine."))
    else:
        st.caption(t("Tap the risk to open that moment; drag to zoom in. A grey band is the normal range on this machine."))


def _signals(use_case: UseCase, newest: AssetState) -> list[str]:
    """Which signals are drawn: all, or of many those that weighed most when the page was opened. Their places stay while one looks."""
    if len(use_case.features) <= MOST or st.session_state.get("all_signals"):
        return list(use_case.features)
    asset, shares = newest.prediction.asset, newest.prediction.contributions
    kept = visit().weighty
    if kept is None or kept[0] != (use_case.name, asset):
        strongest = set(sorted(use_case.features, key=lambda name: -abs(shares.get(name, 0.0)))[:MOST])
        kept = visit().weighty = ((use_case.name, asset), [name for name in use_case.features if name in strongest])
    return kept[1]


def _changed(use_case: UseCase, newest: AssetState) -> None:
    """Of a machine that needs a look: what is no longer as it was when it needed none."""
    found = compared(use_case, newest.prediction, live=True)
    if found is not None:
        with st.container(border=True, gap="xsmall", key="changed"):
            what_changed(use_case, found, most=3, compact=True)

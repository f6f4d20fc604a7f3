"""Level 2: one asset. Its risk and its signals on one time axis, each against its normal band, and what happened when."""

from datetime import datetime
from functools import partial

import streamlit as st

from data.records import AssetState, FlagReason, State
from data.usecase import UseCase
from pages.figures.template import CONFIG
from pages.parts import session
from pages.parts.ai_switch import off_notice
from pages.parts.asset_trend import asset_trend
from pages.parts.frame import empty, go, page_header, trouble
from pages.parts.freshness import patience, silent
from pages.parts.language import duration, percent, t
from pages.parts.predicted import bad_word, predicted_text
from pages.parts.spans import USUAL, length_text, ranges
from pages.parts.theme import NEW, NO_DATA, palette, shape, state_word


def render() -> None:
    use_case = session.use_case()
    asset = st.query_params.get("asset") or st.session_state.get("asset")  # the browser's way back loses the parameter
    known, spans = asset in use_case.assets, ranges(use_case)
    with page_header(asset if known else t("Machine"), use_case, use_case.area_of(asset) if known else ""):
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
    if other is not None:
        go("asset", use_case=use_case.name, asset=other)
    if asset is None:
        empty(t("Choose a machine above."), t("Or tap one on the board."))
        return
    if not known:
        message = t("There is no machine {asset} in {title}.", asset=asset, title=use_case.title)
        trouble(message, t("Choose one above, or go back to the board."))
        return
    st.session_state["asset"] = st.query_params["asset"] = asset
    off_notice(use_case)
    st.fragment(_live, run_every=spans[span].every_s)(use_case, asset, span)


def _live(use_case: UseCase, asset: str, span: str) -> None:
    tapped = st.session_state.pop("tapped", None)
    if tapped is not None:
        go("prediction", use_case=use_case.name, reading=tapped)
    at = session.plant_now(use_case)
    newest = next((s for s in session.store().readings.board(use_case.name) if s.prediction.asset == asset), None)
    if newest is None:
        empty(t("{asset} has not sent a reading yet.", asset=asset), t("Its trends appear with the first one."))
        return
    _headline(use_case, newest, at)
    drawn = asset_trend(use_case, newest, span, at, palette())
    if drawn is None:
        empty(
            t("{asset} has sent nothing in this time.", asset=asset),
            t(
                "Its newest reading is {age} old: choose a longer time.",
                age=duration((at - newest.prediction.time).total_seconds()),
            ),
        )
        return
    figure, told = drawn
    key = f"trend_{asset}_{span}"
    st.plotly_chart(
        figure, theme=None, key=key, config=CONFIG, on_select=partial(_picked, key), selection_mode="points", alt=told
    )
    st.caption(t("Tap the risk to open that moment. A grey band is the normal range on this machine."))


def _picked(key: str) -> None:
    """Note the tapped reading. The chart is another one on the rerun that follows, and would know nothing of the tap."""
    tapped = [point.get("customdata", -1) for point in st.session_state[key].selection.points]
    tapped = [one[0] if isinstance(one, list) else one for one in tapped]
    st.session_state["tapped"] = next((int(one) for one in tapped if one is not None and int(one) >= 0), None)


def _headline(use_case: UseCase, newest: AssetState, at: datetime) -> None:
    """State in shape, word and number, for how long, how old; and what can be done about it."""
    seen = newest.prediction
    quiet = silent(newest, at, patience(use_case, session.settings().stale_s))
    age = duration((at - seen.time).total_seconds())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if quiet:
            st.subheader(f"{NO_DATA} " + t("no data for {age}", age=age), anchor=False, width="content")
        else:
            colour = {State.LIKELY: "red", State.POSSIBLE: "orange", State.NORMAL: "gray"}[State(seen.state)]
            said = t(
                "{word}, risk of {target} {percent}",
                word=state_word(seen.state),
                target=bad_word(use_case),
                percent=percent(seen.score),
            )
            shown = f":{colour}[{shape(seen.state)}] {said}"
            if seen.is_new:
                shown = f"{NEW} " + t("unknown to the model: not in the training data")
            st.subheader(shown, anchor=False, width="content")
            lasts = duration((at - newest.state_since).total_seconds())
            st.markdown(
                " · ".join(
                    part
                    for part in (
                        predicted_text(use_case, seen),
                        t("for {lasts} · live, {age} ago · release {number}", lasts=lasts, age=age, number=seen.release),
                    )
                    if part
                ),
                width="content",
            )
        if st.button(t("Why?"), key="why", icon=":material/help:"):
            go("prediction", use_case=use_case.name, reading=seen.id)
        missed = State(seen.state) is State.NORMAL and not quiet  # without advice, a flag can only say that it is missing
        if missed and st.button(t("Flag: missed problem"), key="missed", icon=":material/flag:"):
            go("prediction", use_case=use_case.name, reading=seen.id, flag=FlagReason.MISSED_PROBLEM)

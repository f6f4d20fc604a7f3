"""Challenger beside champion: train, compare figures and reasons, release, roll back, and where each release comes from."""

from functools import partial

import streamlit as st

from data.people import Action, may
from data.records import ReleaseRecord
from data.usecase.use_case import UseCase
from pages.parts.releases.champions_view import champions_view
from pages.parts.releases.release_actions import approval, followed, release_button, roll_back_button
from pages.parts.releases.release_view import release_view, summary
from pages.parts.releases.shadow_view import shadow_view
from pages.parts.releases.training_progress import training
from pages.parts.shell import session
from pages.parts.shell.beginning import beginning
from pages.parts.shell.frame import empty, page_header, trouble
from pages.parts.shell.identity import who
from pages.parts.words.language import t


def render() -> None:
    use_case = session.use_case()
    page_header(t("Releases"), use_case)
    records = session.store().releases.all(use_case.name)
    if not records and beginning(use_case) is not None:
        empty(t("There is no release yet."), t("The first one stands here as soon as it is made; later ones are trained here."))
        return
    left, right = st.columns([3, 2], gap="medium")
    with right:
        training(use_case)
    if not records:
        with left:
            empty(t("There is no release yet."), t("The first one is being trained, or train one on the right."))
        return
    with left:
        record = _list(use_case, records)
        st.fragment(followed, run_every=1.0)(use_case)
        champions_view(use_case)
        roll_back_button(use_case)
    if record is None:
        return
    st.divider()
    _head(use_case, record)
    champion = session.store().releases.champion(use_case.name)
    if champion is not None and champion.number != record.number:
        shadow_view(use_case, record.number)
    release_view(use_case, record)


def _list(use_case: UseCase, records: list[ReleaseRecord]) -> ReleaseRecord | None:
    """Every release, newest first; the one chosen, in the address or newest is shown below."""
    champion = session.store().releases.champion(use_case.name)
    running = session.store().shadows.now(use_case.name)

    def role(number: int) -> str:
        if champion and number == champion.number:
            return "★ " + t("champion")
        if running and number == running.number:
            return "◐ " + t("shadow")
        return t("challenger") if champion and number > champion.number else ""

    same = all("gold" in record.figures for record in records)  # held-out readings are others for each release
    rows = [{t("Role"): role(record.number)} | summary(use_case, record, "gold" if same else "held_out") for record in records]
    asked, numbers = st.query_params.get("release", ""), [str(record.number) for record in records]
    shown = numbers.index(asked) if asked in numbers else 0
    key = f"releases_{numbers[0]}_{numbers[shown]}"  # a new address or a new release makes a new table: the right row is chosen
    st.dataframe(
        rows,
        hide_index=True,
        on_select=partial(_picked, key, numbers),
        selection_mode="single-row",
        selection_default={"selection": {"rows": [shown], "columns": [], "cells": []}},
        key=key,
        row_height=44,
        height="content",
    )
    if same:
        st.caption(t("Precision and recall on the gold set, which is the same for every release."))
    elif len(records) > 1:
        st.caption(t("Precision and recall on readings held out from each one: they are others for each release."))
    known = {str(record.number): record for record in records}
    if asked and asked not in known:
        trouble(t("There is no release {n} of {title}.", n=asked[:20], title=use_case.title), t("Choose one from the list."))
        return None
    return known[asked] if asked else records[0]


def _picked(key: str, numbers: list[str]) -> None:
    """Keep the tapped release in the address, which says what is shown."""
    rows = st.session_state[key].selection.rows
    if rows:
        st.query_params["release"] = numbers[rows[0]]


def _head(use_case: UseCase, record: ReleaseRecord) -> None:
    champion = session.store().releases.champion(use_case.name)
    is_champion = champion is not None and champion.number == record.number
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        role = t("champion") if is_champion else t("challenger")
        st.header(t("Release {n} · {role}", n=record.number, role=role), anchor=False, width="content")
        if not is_champion:
            approval(use_case, record.number)
        if may(who(), Action.RELEASE):
            release_button(use_case, record.number)
        else:
            st.caption(t("Data scientists release and roll back."), width="content")

"""A challenger in the shadow: let it run, end it, how far it agrees with the champion, and what the two tell differently."""

from functools import partial

import streamlit as st

from data.people import Action, may
from data.usecase.use_case import UseCase
from models.lifecycle.registry import end_shadow, shadow
from models.release.release import ReleaseError
from pages.figures.shadow import shadow_figure
from pages.figures.template import CONFIG
from pages.parts.shell import session
from pages.parts.shell.acting import as_person, with_reason
from pages.parts.shell.frame import go
from pages.parts.shell.identity import who
from pages.parts.words.language import number, percent, t, when
from pages.parts.words.predicted import bad_word
from pages.parts.words.theme import palette
from pages.parts.words.wording import outcome_text

SHOWN = 200


def shadow_view(use_case: UseCase, release: int) -> None:
    """The section of a release that is not the champion."""
    running = session.store().shadows.now(use_case.name)
    runs = running is not None and running.number == release
    seen = session.store().shadows.counts(use_case.name, release)
    if not runs and not seen.rows and not may(who(), Action.RELEASE):
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.subheader(t("In the shadow"), anchor=False, width="content")
        if may(who(), Action.RELEASE):
            if runs:
                if st.button(t("End the shadow run"), key="end_shadow", icon=":material/stop_circle:"):
                    _end(use_case, release)
            elif st.button(t("Let it run in the shadow …"), key="start_shadow", icon=":material/contrast:"):
                _ask(use_case, release, running.number if running else 0)
    if runs and running is not None:
        st.caption(
            t(
                "Since {since} it predicts every live reading silently; nobody is advised by it.",
                since=when(running.since, use_case.timezone),
            )
        )
    elif not seen.rows:
        st.caption(t("It can predict the live readings silently beside the champion, before anybody is advised by it."))
    if runs or seen.rows:
        st.fragment(_counted, run_every=2.0 if runs else None)(use_case, release)


def _counted(use_case: UseCase, release: int) -> None:
    seen = session.store().shadows.counts(use_case.name, release)
    if not seen.rows or seen.agreement is None:
        st.markdown(t("It waits for the next reading."))
        return
    columns = st.columns(4)
    columns[0].metric(t("Readings"), number(seen.rows, 0))
    columns[1].metric(t("Both say the same"), percent(seen.agreement, 2))
    columns[2].metric(t("Only the champion warns"), number(seen.only_champion, 0))
    columns[3].metric(t("Only the shadow warns"), number(seen.only_shadow, 0))
    found = session.store().shadows.cases(use_case.name, release, SHOWN)
    if found.empty:
        st.caption(t("Nothing has been told differently so far."))
        return
    left, right = st.columns([2, 3], gap="medium")
    words = {
        "x": t("risk of the champion, %"), "y": t("risk of the shadow, %"),
        "failed": bad_word(use_case), "fine": use_case.target.outcomes.get(0) or t("within limits"), "unknown": t("not known yet"),
    }  # fmt: skip
    score, silent, outcome = (found[name].to_numpy(float) for name in ("score", "shadow", "outcome"))
    drawn = shadow_figure(palette(), score, silent, outcome, use_case.advice.possible.enter, words)
    left.plotly_chart(
        drawn, theme=None, config=CONFIG, key=f"shadow_{release}", alt=t("Risk of the champion against that of the shadow")
    )
    rows = [
        {
            t("Asset"): one["asset"],
            t("When"): when(one["time"].to_pydatetime(), use_case.timezone),
            t("Champion"): percent(one["score"]),
            t("Shadow"): percent(one["shadow"]),
            t("Found"): outcome_text(use_case, one["outcome"]) if one["outcome"] == one["outcome"] else "",
        }
        for one in found.to_dict("records")
    ]
    with right:
        chosen = st.dataframe(
            rows, hide_index=True, on_select="rerun", selection_mode="single-row", key=f"shadow_cases_{release}", row_height=36, height=min(330, 40 + 36 * len(rows))
        ).selection.rows  # fmt: skip
        if chosen and chosen[0] < len(found) and st.button(t("Open the prediction"), key="shadow_open", icon=":material/help:"):
            go("prediction", use_case=use_case.name, reading=int(found["id"].iloc[chosen[0]]))


def _ask(use_case: UseCase, release: int, seen: int) -> None:
    with_reason(
        t("Release {n} runs in the shadow", n=release),
        t("The worker asks it about every reading from now on. What operators see stays the champion's."),
        t("Let it run"),
        "shadow",
        lambda person, reason: shadow(session.settings().home, session.store(), use_case, release, person, reason, seen),
        (ReleaseError,),
    )


def _end(use_case: UseCase, release: int) -> None:
    end = partial(end_shadow, session.store(), use_case, reason="ended on the screen", seen=release)
    as_person(lambda person: end(person=person), t("Nothing was changed."))
    st.rerun()

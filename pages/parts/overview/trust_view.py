"""What people said of the predictions (never who said how much), and how long it took from a flag to its answer and to its fix."""

import numpy as np
import streamlit as st

from data.records import FlagKind
from data.usecase.use_case import UseCase
from models.documents.period import FIX_CLASSES_H, Told, fix_classes
from pages.figures.template import CONFIG
from pages.figures.value import Series, classes_figure, counts_figure, fixes_figure
from pages.parts.overview.figure_tiles import Figure, figure_tiles
from pages.parts.overview.period_choice import part_names
from pages.parts.overview.period_reading import places, release_marks
from pages.parts.shell.frame import empty
from pages.parts.words.language import duration, number, percent, plural, t
from pages.parts.words.theme import palette

MOST_DRAWN = 60
"""Flags whose way is drawn one by one."""


def trust_view(use_case: UseCase, found: Told) -> None:
    """Agreements and flags, and what became of them."""
    st.subheader(t("Do people trust it, and what did a pulled cord change?"), anchor=False)
    if not len(found.flags):
        empty(t("Nobody has agreed or flagged in this period."), t("Each prediction can be agreed to or flagged, in two taps."))
        return
    _figures(found)
    ticks = part_names(use_case, found.period, list(found.parts["start"]))
    colours, said = palette(), found.said
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**{t('What people said')}**")
        series = [
            Series(t("agreed"), found.parts["agree"].to_numpy(), colours.muted),
            Series(t("wrong"), found.parts["wrong"].to_numpy(), colours.likely, "/"),
            Series(t("unclear"), found.parts["unclear"].to_numpy(), colours.possible, "x"),
        ]
        told = t("In all {agree} agreed, {wrong} wrong, {unclear} unclear.", **said)
        st.plotly_chart(
            counts_figure(colours, series, ticks, "said", t("Answers of people")), theme=None, config=CONFIG, key="said", alt=told
        )
    with right:
        st.markdown(f"**{t('From flag to fix')}**")
        hours = found.fix_hours
        if len(hours):
            names = [*(t("up to {time}", time=duration(3600 * end)) for end in FIX_CLASSES_H), t("longer")]
            words = {"x": t("Time from the flag to the release that learned from it"), "y": t("Flags")}
            told = plural(
                "{n} fix took {median}.",
                "Half of {n} fixes took {median} at the most.",
                len(hours),
                median=duration(3600 * float(np.median(hours))),
            )
            st.plotly_chart(
                classes_figure(colours, names, fix_classes(hours), "fix_times", words), theme=None, config=CONFIG, key="fix_times", alt=told
            )  # fmt: skip
        else:
            empty(
                t("No flag of this period has reached a release yet."),
                t("It does when its correction was learned from and released."),
            )
    _ways(found, ticks)


def _figures(found: Told) -> None:
    said, pulled = found.said, found.pulled
    flags, people = len(pulled), sum(said.values())
    answered, fixed = int(pulled["answered"].notna().sum()), len(found.fix_hours)
    wait = duration(3600 * float(np.median(found.answer_hours))) if answered else ""
    took = duration(3600 * float(np.median(found.fix_hours))) if fixed else "–"
    kinds = {"wrong": number(said[FlagKind.WRONG], 0), "unclear": number(said[FlagKind.UNCLEAR], 0)}
    figure_tiles(
        [
            Figure(
                t("Agreed"), number(said[FlagKind.AGREE], 0), t("{share} of what people said", share=percent(said[FlagKind.AGREE] / people))
            ),
            Figure(t("Flagged"), number(flags, 0), t("{wrong} wrong, {unclear} unclear", **kinds)),
            Figure(t("Answered"), number(answered, 0), t("half of them within {time}", time=wait) if wait else t("none yet")),
            Figure(
                t("Flag to fix, median"),
                took,
                plural("from {n} flag that reached a release", "from {n} flags that reached a release", fixed),
            ),
        ]
    )  # fmt: skip


def _ways(found: Told, ticks: list[str]) -> None:
    """The newest flags one by one, with the releases between."""
    flags = found.pulled.tail(MOST_DRAWN)
    if not len(flags):
        return
    st.markdown(f"**{t('The way of each flag')}**")
    words = {"axis": t("Flags"), "raised": t("flagged"), "answered": t("answered"), "fixed": t("fixed by a release")}
    raised, answered, fixed = (places(found, flags[name]) for name in ("raised", "answered", "fixed"))
    told = plural("{n} flag from its raising to its fix", "{n} flags from their raising to their fix", len(flags))
    st.plotly_chart(
        fixes_figure(palette(), raised, answered, fixed, ticks, release_marks(found), words), theme=None, config=CONFIG, key="fixes", alt=told
    )  # fmt: skip
    if len(flags) < len(found.pulled):
        st.caption(t("The newest {n} of {all} flags are drawn.", n=number(len(flags), 0), all=number(len(found.pulled), 0)))

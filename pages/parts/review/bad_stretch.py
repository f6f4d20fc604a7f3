"""The stretch of a machine's time that a verdict calls bad data: asked for, and told what it takes away before it is given."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from data.records import About, Case, Prediction
from data.store import NotFound
from data.usecase.use_case import UseCase
from models.corrections.bad_stretches import LONGEST, proposed
from pages.parts.shell import session
from pages.parts.words.language import number, plural, t
from pages.parts.words.wording import label

BAD_MINUTES = 15  # the stretch proposed around a bad reading


def bad_stretch(use_case: UseCase, case: Case) -> About:
    """The bad stretch of the asset, around the reading, in the plant's time."""
    zone = ZoneInfo(use_case.timezone)
    try:
        seen = session.store().readings.prediction(use_case.name, case.reading)
    except NotFound:
        return About()
    at, around = seen.time.astimezone(zone), timedelta(minutes=BAD_MINUTES)
    left, middle, right = st.columns(3)
    start = left.datetime_input(t("Bad from"), value=(at - around).replace(tzinfo=None), key=f"from_{case.id}", step=60)
    end = middle.datetime_input(t("until"), value=(at + around).replace(tzinfo=None), key=f"until_{case.id}", step=60)
    signal = right.selectbox(
        t("Signal"), list(use_case.signals), index=None, placeholder=t("all of them"), format_func=lambda s: label(use_case, s),
        key=f"signal_{case.id}",
    )  # fmt: skip
    about = About(start=_utc(start, zone), end=_utc(end, zone), signal=signal)
    _told(use_case, seen, about)
    return about


def _told(use_case: UseCase, seen: Prediction, about: About) -> None:
    """What the stretch would take away, or that it waits and for whom."""
    if about.start is None or about.end is None or about.end < about.start:
        return
    found = proposed(use_case, session.store(), seen.asset, seen.time, about.start, about.end)
    if why := waits_word(found.held or ""):
        st.warning(
            t("Nothing is left out until a second person confirms it: {why}.", why=why)
            + " "
            + lost(found.outcomes, found.bad)
            + " "
            + t("Failures that were found stay in what releases are judged on.")
        )
    else:
        st.caption(
            t("Nothing of this machine in that time is learned from; the stretch stands with the release that left it out.")
            + " "
            + lost(found.outcomes, found.bad)
        )


def lost(outcomes: int, bad: int) -> str:
    """How many confirmed outcomes lie in a stretch, and how many of them are bad."""
    return plural(
        "{n} confirmed outcome lies in it, bad ones among them: {bad}.",
        "{n} confirmed outcomes lie in it, bad ones among them: {bad}.",
        outcomes,
        bad=number(bad, 0),
    )


def waits_word(why: str) -> str:
    """Why a stretch waits that is too much for one person, or nothing."""
    hours = number(LONGEST.total_seconds() / 3600, 0)
    return {
        "long": t("it reaches over more than {hours} hours", hours=hours),
        "many": t("it takes too many of this machine's confirmed outcomes away"),
    }.get(why, "")


def _utc(given: datetime | None, zone: ZoneInfo) -> datetime | None:
    return given.replace(tzinfo=zone) if given else None

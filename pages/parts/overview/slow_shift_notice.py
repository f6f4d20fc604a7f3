"""Saying that a signal moves slowly inside its range. Working it out takes seconds, so it is done beside the screens, once for each hour of the record."""

import logging
import threading
from pathlib import Path

import streamlit as st

from data.store import Store, StoreError
from data.usecase.use_case import UseCase
from models.watching.slow_shift import Moved, SlowShifts, slow_shifts
from pages.parts.shell import session
from pages.parts.shell.frame import go
from pages.parts.words.language import number, plural, t, when
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import label, value_text

log = logging.getLogger("pullcord.slow_shift")
HOUR_US = 3_600_000_000
MOST = 3
_lock = threading.Lock()
_known: dict[tuple[Path, str], tuple[int, SlowShifts | None]] = {}


def slow_shift_notice(use_case: UseCase) -> None:
    """Draw what has moved and a way to each machine, or that and how it is looked for; nothing before there is enough of a record."""
    found = shifts_now(use_case)
    if found is None:
        return
    for place, moved in enumerate(found.moved[:MOST]):
        with st.container(horizontal=True, vertical_alignment="center", key=f"moved_{place}"):
            st.warning(verbatim(moved_text(use_case, moved)), icon=":material/trending_up:", width="stretch")
            if moved.asset and st.button(
                verbatim(moved.asset), key=f"open_moved_{place}", icon=":material/precision_manufacturing:"
            ):
                go("asset", use_case=use_case.name, asset=moved.asset)
    if len(found.moved) > MOST:
        st.caption(plural("{n} more has moved so.", "{n} more have moved so.", len(found.moved) - MOST))
    if not found.moved:
        st.caption(verbatim(watched_text(use_case, found)))


def moved_text(use_case: UseCase, moved: Moved) -> str:
    """What reads other than it should, by how much and since when."""
    asset, since = moved.asset or t("All machines"), when(moved.since, use_case.timezone)
    name, *others = moved.signals
    if others:
        names = ", ".join(label(use_case, one) for one in moved.signals)
        told = t("{asset}: {signals} no longer go together as they did, since {since}.", asset=asset, signals=names, since=since)
    else:
        by = moved.by[0]
        said = {"asset": asset, "signal": label(use_case, name), "by": value_text(use_case, name, abs(by)), "since": since}
        told = (
            t("{asset}: {signal} reads {by} more than all else says, since {since}.", **said)
            if by > 0
            else t("{asset}: {signal} reads {by} less than all else says, since {since}.", **said)
        )
    return f"{told} {t('It moved slowly inside its range: no single reading shows it.')}"


def watched_text(use_case: UseCase, found: SlowShifts) -> str:
    """That nothing moved, of how many machines, and how often it is said by chance."""
    return plural(
        "No slow shift inside the range: {n} machine is looked at, {hours} h at a time. By chance one is told once in {period}.",
        "No slow shift inside the range: {n} machines are looked at, {hours} h at a time. By chance one is told once in {period}.",
        found.assets,
        hours=number(found.stretch.total_seconds() / 3600, 0),
        period=plural("{n} day", "{n} days", round(use_case.new_days)),
    )


def shifts_now(use_case: UseCase) -> SlowShifts | None:
    """What was found last; it is begun anew when the record is an hour further."""
    store, key = session.store(), (session.settings().store_path, use_case.name)
    newest = store.readings.newest_us(use_case.name)
    hour = -1 if newest is None else newest // HOUR_US
    with _lock:
        known = _known.get(key)
        if newest is not None and (known is None or known[0] != hour):
            _known[key] = (hour, known[1] if known else None)
            threading.Thread(target=_find, args=(key, hour, use_case, store), name="slow-shifts", daemon=True).start()
    return known[1] if known else None


def _find(key: tuple[Path, str], hour: int, use_case: UseCase, store: Store) -> None:
    try:
        found = slow_shifts(use_case, store)
    except StoreError as error:
        log.warning("slow shifts of %s were not looked for: %s", use_case.name, error)
        return
    with _lock:
        _known[key] = (hour, found)

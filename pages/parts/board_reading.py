"""What the board reads from the store, once for each version of the record, whoever and however many look."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import streamlit as st

from data.records import AssetState, Champion, Fate, Heartbeat, Switch
from data.usecase import UseCase
from pages.parts import session
from pages.parts.asset_board.view import last_hour, needs_look, sparks
from pages.parts.language import language
from pages.parts.top_reason import top_reason


@dataclass(frozen=True, slots=True)
class BoardReading:
    """``started``: (asset, since when) of the advice of the last day. ``learned``: flags that the champion was the first to learn from."""

    states: list[AssetState]
    sparks: dict[str, list[int | None]]
    reasons: dict[str, str]
    started: list[tuple[str, datetime]]
    heartbeats: list[Heartbeat]
    champion: Champion | None
    quarantined: int
    switch: Switch | None = None
    learned: int = 0


SEEN = "my_flags"
"""What is noted as seen when somebody looks at what became of their flags."""


def read_board(use_case: UseCase) -> BoardReading:
    """The board as it stands now. Fetched again only when something was recorded; signs of life are always fetched."""
    store = session.store()
    path = session.settings().store_path
    states, trends, reasons, started, quarantined = _recorded(
        path, use_case.name, store.readings.version(use_case.name), language(), use_case
    )
    champion = store.releases.champion(use_case.name)
    switch = store.releases.switch(use_case.name)
    learned = _learned(path, use_case.name, champion.number) if champion else 0
    return BoardReading(states, trends, reasons, started, store.workers.all(), champion, quarantined, switch, learned)


@st.cache_resource(show_spinner=False, max_entries=4)
def _recorded(path: Path, name: str, version: int, language: str, _use_case: UseCase) -> tuple:
    store, at = session.store(), session.plant_now(_use_case)
    states = store.readings.board(name)
    trend = store.readings.trend(name, last_hour(at))
    advice = store.readings.recent_advice(name, at - timedelta(days=1))
    started = list(zip(advice["asset"], (start.to_pydatetime() for start in advice["start"]), strict=True))
    reasons = {s.prediction.asset: top_reason(_use_case, s.prediction) for s in states if needs_look(s)}
    return states, sparks(trend, at), reasons, started, store.readings.counts(name)["quarantined"]


def fates_of(person: str) -> tuple[list[Fate], datetime | None]:
    """What became of a person's newest flags, and when they last looked at that; at most five seconds old."""
    return _fates(session.settings().store_path, person)


@st.cache_resource(show_spinner=False, max_entries=200, ttl=5)
def _fates(path: Path, person: str) -> tuple[list[Fate], datetime | None]:
    return session.store().feedback.fates(person, limit=20), session.store().people.seen(person, SEEN)


@st.cache_resource(show_spinner=False, max_entries=20, ttl=60)
def _learned(path: Path, name: str, number: int) -> int:
    releases = session.store().releases
    record = releases.get(name, number)
    known = set(releases.get(name, record.parent).corrections) if record.parent else set()
    new = set(record.corrections) - known
    return sum(len(one.flags) for one in session.store().feedback.corrections(name) if one.id in new)

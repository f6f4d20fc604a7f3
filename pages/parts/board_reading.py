"""What the board reads from the store, once for each version of the record, whoever and however many look."""

import contextlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import streamlit as st

from data.records import Acknowledgement, AssetState, Champion, Fate, Heartbeat, Prediction, Shelving, Switch
from data.store import NotFound
from data.usecase import UseCase
from pages.parts import session
from pages.parts.asset_board.flood import in_flood
from pages.parts.asset_board.marks import Marks
from pages.parts.asset_board.tiles import RICH
from pages.parts.asset_board.view import board_view, last_hour, needs_look, sparks
from pages.parts.freshness import late, newest_beat
from pages.parts.kept import kept
from pages.parts.language import language, t
from pages.parts.top_reason import top_reason
from pages.parts.wording import outlasts

MOST_SPELLS = 2000
"""Spells of advice of the last day that are looked at, the newest: a flood of a thousand assets fits."""


@dataclass(frozen=True, slots=True)
class BoardReading:
    """``started``: (asset, since when, whether it lasts) of the advice of the last day. ``learned``: flags that the champion was the first to learn
    from. ``version``: of the record."""

    states: list[AssetState]
    started: list[tuple[str, datetime, bool]]
    heartbeats: list[Heartbeat]
    champion: Champion | None
    quarantined: int
    version: int
    switch: Switch | None = None
    learned: int = 0

    @property
    def off(self) -> bool:
        """Whether the AI is switched off."""
        return self.switch is not None and not self.switch.on

    def of(self, asset: str) -> AssetState | None:
        """How one asset is; ``None``: it has not sent a reading yet."""
        return next((state for state in self.states if state.prediction.asset == asset), None)


SEEN = "my_flags"
"""What is noted as seen when somebody looks at what became of their flags."""


def read_board(use_case: UseCase) -> BoardReading:
    """The board as it stands now. Fetched again only when something was recorded; signs of life are always fetched."""
    store = session.store()
    path, version = session.settings().store_path, store.readings.version(use_case.name)
    states, started, quarantined = _recorded(path, use_case.name, version, use_case=use_case)
    champion = store.releases.champion(use_case.name)
    switch = store.releases.switch(use_case.name)
    learned = _learned(path, use_case.name, champion.number) if champion else 0
    return BoardReading(states, started, store.workers.all(), champion, quarantined, version, switch, learned)


def view_of(use_case: UseCase, seen: BoardReading, at: datetime, area: str | None, opened: tuple[str, ...]) -> dict:
    """The lane and the tiles as everybody with this language sees them in this second: made once, and not to be changed.

    Args:
        at: the plant's clock.
        area: only this one, or ``None`` for all.
        opened: areas whose single assets are wanted in the lane too while there is a flood.
    """
    attention = session.store().attention
    overdue = late(newest_beat(use_case.name, seen.heartbeats), session.now(), session.settings().stale_s)
    said = (tuple(attention.acknowledged(use_case.name)), tuple(attention.shelved(use_case.name)))
    return _drawn(
        session.settings().store_path, use_case.name, seen.version, language(), at.replace(microsecond=0), area, opened, seen.off, overdue, said,
        use_case=use_case, seen=seen,
    )  # fmt: skip


@kept(32)
def _drawn(
    path: Path,
    name: str,
    version: int,
    language: str,
    at: datetime,
    area: str | None,
    opened: tuple[str, ...],
    off: bool,
    overdue: bool,
    said: tuple[tuple[Acknowledgement, ...], tuple[Shelving, ...]],
    *,
    use_case: UseCase,
    seen: BoardReading,
) -> dict:
    flood = in_flood((start for _, start, _ in seen.started), at)
    marks = Marks(
        {one.asset: one for one in said[0]}, {one.asset: one for one in said[1]},
        {asset: start for asset, start, lasts in seen.started if lasts}, flood, _names(path),
    )  # fmt: skip
    wanted = None
    if len(use_case.assets) > RICH:  # only those whose trend is shown: of the lane, and of an area that was opened
        inside = use_case.areas.get(area or "", ())
        wanted = tuple(asset for asset in _with_reason(seen.states) if not inside or asset in inside)[:MOST_REASONS]
        wanted += tuple(inside) if len(inside) <= RICH else ()
    trends = _trends(path, name, version, wanted, since=last_hour(at), use_case=use_case)
    reasons = _reasons(path, name, version, language, use_case=use_case, seen=seen)
    stale_s = session.settings().stale_s
    return board_view(use_case, seen.states, trends, reasons, at, stale_s, area, off, marks, opened, overdue)


MOST_REASONS = 200
"""Abnormal assets whose reason is worked out, the worst: the lane has room for far fewer."""


def _with_reason(states: list[AssetState]) -> list[str]:
    """The assets that need a look, the worst first."""
    found = [state for state in states if needs_look(state)]
    found.sort(key=lambda state: (state.unknown, -state.prediction.score))
    return [state.prediction.asset for state in found]


@kept(8)
def _recorded(path: Path, name: str, version: int, *, use_case: UseCase) -> tuple:
    store, at = session.store(), session.plant_now(use_case)
    advice = store.readings.recent_advice(name, at - timedelta(days=1), MOST_SPELLS)
    starts = (start.to_pydatetime() for start in advice["start"])
    started = list(zip(advice["asset"], starts, advice["end"].isna(), strict=True))
    lasting = advice[advice["end"].isna()]
    worst = dict(zip(lasting["asset"], lasting["reading"], strict=True))
    states = [_grounded(use_case, state, worst.get(state.prediction.asset)) for state in store.readings.board(name)]
    return states, started, store.readings.counts(name)["quarantined"]


def _grounded(use_case: UseCase, state: AssetState, worst: int | None) -> AssetState:
    """With the worst reading of its advice, when the newest one's risk alone would give none."""
    if worst is None or state.unknown or not outlasts(use_case, state.prediction):
        return state
    return replace(state, grounds=_worst(session.settings().store_path, use_case.name, int(worst)))


@kept(256)
def _worst(path: Path, name: str, reading: int) -> Prediction | None:
    """A reading; ``None``: older than what is kept. It is asked for as long as the delay lasts, and never changes."""
    with contextlib.suppress(NotFound):
        return session.store().readings.prediction(name, reading)
    return None


@kept(16)
def _trends(path: Path, name: str, version: int, wanted: tuple[str, ...] | None, *, since: datetime, use_case: UseCase) -> dict:
    return sparks(session.store().readings.trend(name, since, wanted), session.plant_now(use_case))


@kept(16)
def _reasons(path: Path, name: str, version: int, language: str, *, use_case: UseCase, seen: BoardReading) -> dict[str, str]:
    wanted = set(_with_reason(seen.states)[:MOST_REASONS])
    return {s.prediction.asset: _reason(use_case, s) for s in seen.states if s.prediction.asset in wanted}


def _reason(use_case: UseCase, state: AssetState) -> str:
    if state.unknown and not state.prediction.is_new:
        return t("Known again; told until it stays so.")
    return top_reason(use_case, state.told)


@st.cache_resource(show_spinner=False, max_entries=4, ttl=30)
def _names(path: Path) -> dict[str, str]:
    return {person.id: person.name for person in session.store().people.all()}


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

"""What the board reads from the store, once for each version of the record, whoever and however many look."""

import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import inf
from pathlib import Path

import streamlit as st

from data.records import AssetState, Champion, Fate, Heartbeat, Prediction, Spell, State, Switch
from data.store import NotFound
from data.usecase.use_case import UseCase
from models.state.attended import Attended, past_unseen
from models.state.telling import Told, outlasts, silent
from pages.parts.board.asset_board.flood import in_flood
from pages.parts.board.asset_board.marks import Marks
from pages.parts.board.asset_board.tiles import RICH
from pages.parts.board.asset_board.view import board_view, sparks, trend_since
from pages.parts.board.going_on import going_on
from pages.parts.reasons.telling import load_ahead
from pages.parts.reasons.top_reason import top_reason
from pages.parts.remembered.kept import kept, worked_out
from pages.parts.shell import session
from pages.parts.shell.beats import late, newest_beat, patience
from pages.parts.shell.line_now import line_now
from pages.parts.words.language import language, t
from pages.parts.words.spans import lately

MOST_SPELLS = 2000
"""Spells of advice of the last day that are looked at, the newest: a flood of a thousand assets fits."""


@dataclass(frozen=True, slots=True)
class BoardReading:
    """``started``: (asset, since when, whether it lasts) of the advice of the last day. ``learned``: flags that the champion was the first to learn
    from. ``version``: of the record. ``attended``: what of it was seen and shelved, and what came and went unseen. ``worst``: of the assets on which
    advice lasts the worst reading of it, whose reasons the worker has counted."""

    states: list[AssetState]
    started: list[tuple[str, datetime, bool]]
    heartbeats: list[Heartbeat]
    champion: Champion | None
    quarantined: int
    version: int
    switch: Switch | None = None
    learned: int = 0
    attended: Attended = field(default_factory=Attended)
    worst: Mapping[str, int] = field(default_factory=dict)

    @property
    def off(self) -> bool:
        """Whether the AI is switched off."""
        return self.switch is not None and not self.switch.on

    def of(self, asset: str) -> AssetState | None:
        """How one asset is; ``None``: it has not sent a reading yet."""
        return next((state for state in self.states if state.prediction.asset == asset), None)

    def told(self, use_case: UseCase, asset: str, at: datetime) -> Told:
        """What is told of one asset at ``at``, the plant's clock: what the board shows of it too."""
        state, attended = self.of(asset), Attended() if self.off else self.attended
        quiet = state is not None and silent(state, at, wait_s(use_case, self.heartbeats))
        return attended.told(use_case, asset, state, quiet=quiet, off=self.off)


def wait_s(use_case: UseCase, heartbeats: Sequence[Heartbeat]) -> float:
    """After how many seconds without a reading an asset counts as silent: at once when its worker gives no sign of life."""
    stale_s = session.settings().stale_s
    overdue = late(newest_beat(use_case.name, heartbeats), session.now(), stale_s)
    return -inf if overdue else patience(use_case, stale_s)


SEEN = "my_flags"
"""What is noted as seen when somebody looks at what became of their flags."""


def read_board(use_case: UseCase) -> BoardReading:
    """The board as it stands now: read once for each second and each change of the store, not to be changed."""
    return _read_board(use_case.name, *session.reading_key(), use_case=use_case)


@kept(8)
def _read_board(name: str, path: Path, changes: int, second: datetime, *, use_case: UseCase) -> BoardReading:
    store, line = session.store(), line_now(use_case)
    store.clock.state()  # another process may have moved its mark on
    version = store.readings.version(name)
    states, started, quarantined, worst = _recorded(path, name, version, use_case=use_case)
    learned = _learned(path, name, line.champion.number) if line.champion else 0
    at = session.plant_now(use_case)
    past = past_unseen(use_case, store, at, max(session.now() - at, timedelta(0)), line.switch)
    if past:  # the reading that says why is the worst of what came and went
        states = [_with_past(use_case, state, past.get(state.prediction.asset)) for state in states]
    attended = Attended(line.seen, line.shelved, {asset: start for asset, start, lasts in started if lasts}, past)
    return BoardReading(
        states, started, list(line.workers), line.champion, quarantined, version, line.switch, learned, attended, worst
    )


def view_of(
    use_case: UseCase, seen: BoardReading, at: datetime, area: str | None, opened: tuple[str, ...], wall: bool = False
) -> dict:
    """The lane and the tiles as everybody with this language sees them in this second: made once, and not to be changed.

    Args:
        at: the plant's clock.
        area: only this one, or ``None`` for all.
        opened: areas whose single assets are wanted in the lane too while there is a flood.
        wall: it is shown on a wall, whose lane has less room.
    """
    overdue = wait_s(use_case, seen.heartbeats) < 0
    said = tuple(tuple(part.values()) for part in (seen.attended.seen, seen.attended.shelved, seen.attended.past))
    going = going_on(use_case, seen.states, seen.attended.past)
    return _drawn(
        session.settings().store_path, use_case.name, seen.version, language(), at.replace(microsecond=0), area, opened, seen.off, overdue, said,
        tuple(sorted(going.items())), wall, use_case=use_case, seen=seen,
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
    said: tuple[tuple, ...],
    going: tuple[tuple[str, tuple[str, str]], ...],
    wall: bool,
    *,
    use_case: UseCase,
    seen: BoardReading,
) -> dict:
    flood = in_flood((start for _, start, _ in seen.started), at)
    known = seen.attended
    marks = Marks(known.seen, known.shelved, known.spells, known.past, flood, _names(path), dict(going))
    wanted = None
    if len(use_case.assets) > RICH:  # only those whose trend is shown: of the lane, and of an area that was opened
        inside = use_case.areas.get(area or "", ())
        wanted = tuple(asset for asset in _with_reason(seen.states) if not inside or asset in inside)[:MOST_REASONS]
        wanted += tuple(inside) if len(inside) <= RICH else ()
    trends = _trends(path, name, version, wanted, since=trend_since(use_case, at), use_case=use_case)
    reasons = _reasons(path, name, version, language, use_case=use_case, seen=seen)
    stale_s = session.settings().stale_s
    return board_view(use_case, seen.states, trends, reasons, at, stale_s, area, off, marks, opened, overdue, wall)


MOST_REASONS = 200
"""Abnormal assets whose reason is worked out, the worst: the lane has room for far fewer."""
REASONS_S = 0.25
"""For how long reasons are put in words for one version of the record, the worst asset's first. What the worker has counted takes half a millisecond,
what it has not is counted here. Without one a row stands as before, and its page tells it."""


def _with_reason(states: list[AssetState]) -> list[str]:
    """The assets that need a look, the worst first."""
    found = [state for state in states if state.unknown or state.prediction.state != State.NORMAL or state.grounds is not None]
    found.sort(key=lambda state: (state.unknown, state.grounds is not None, -state.prediction.score))
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
    return states, started, store.readings.counts(name)["quarantined"], worst


def _grounded(use_case: UseCase, state: AssetState, worst: int | None) -> AssetState:
    """With the worst reading of its advice, when the newest one's risk alone would give none."""
    if worst is None or state.unknown or not outlasts(use_case, state.prediction):
        return state
    return replace(state, grounds=_worst(session.settings().store_path, use_case.name, int(worst)))


def _with_past(use_case: UseCase, state: AssetState, past: Spell | None) -> AssetState:
    """With the worst reading of what came and went unseen, where nothing else is told of the asset."""
    if past is None or state.unknown or (state.prediction.state != State.NORMAL and not outlasts(use_case, state.prediction)):
        return state
    if state.grounds is not None and (state.grounds.state.code, state.grounds.score) >= (State(past.state).code, past.score):
        return state
    return replace(state, grounds=_worst(session.settings().store_path, use_case.name, past.reading))


@kept(256)
def _worst(path: Path, name: str, reading: int) -> Prediction | None:
    """A reading; ``None``: older than what is kept. It is asked for as long as the delay lasts, and never changes."""
    with contextlib.suppress(NotFound):
        return session.store().readings.prediction(name, reading)
    return None


@kept(16)
def _trends(path: Path, name: str, version: int, wanted: tuple[str, ...] | None, *, since: datetime, use_case: UseCase) -> dict:
    return sparks(session.store().readings.trend(name, since, wanted), session.plant_now(use_case), lately(use_case))


@kept(16)
def _reasons(path: Path, name: str, version: int, language: str, *, use_case: UseCase, seen: BoardReading) -> dict[str, str]:
    states, found, begun = {state.prediction.asset: state for state in seen.states}, {}, time.perf_counter()
    said = {
        asset: _says_why(path, name, states[asset], seen.worst.get(asset)) for asset in _with_reason(seen.states)[:MOST_REASONS]
    }
    load_ahead(use_case, [one for one in said.values() if one is not None and not one.is_new])
    for asset, one in said.items():
        found[asset] = t("Known again; told until it stays so.") if one is None else top_reason(use_case, one)
        if time.perf_counter() - begun > REASONS_S:
            break
    return found


def _says_why(path: Path, name: str, state: AssetState, worst: int | None) -> Prediction | None:
    """The reading whose reason stands on the board: of advice that lasts its worst so far, which does not change from second to second and has its
    reasons on record; ``None``: the asset is known again and only told as unknown until it stays so."""
    if state.unknown:
        return state.prediction if state.prediction.is_new else None
    if state.grounds is not None or worst is None:
        return state.told
    return _worst(path, name, int(worst)) or state.prediction


@worked_out
@st.cache_resource(show_spinner=False, max_entries=4, ttl=30)
def _names(path: Path) -> dict[str, str]:
    return {person.id: person.name for person in session.store().people.all()}


def fates_of(person: str) -> tuple[list[Fate], datetime | None]:
    """What became of a person's newest flags, and when they last looked at that; at most five seconds old."""
    return _fates(session.settings().store_path, person)


@worked_out
@st.cache_resource(show_spinner=False, max_entries=200, ttl=5)
def _fates(path: Path, person: str) -> tuple[list[Fate], datetime | None]:
    return session.store().feedback.fates(person, limit=20), session.store().people.seen(person, SEEN)


@worked_out
@st.cache_resource(show_spinner=False, max_entries=20, ttl=60)
def _learned(path: Path, name: str, number: int) -> int:
    releases = session.store().releases
    record = releases.get(name, number)
    known = set(releases.get(name, record.parent).corrections) if record.parent else set()
    new = set(record.corrections) - known
    return sum(len(one.flags) for one in session.store().feedback.corrections(name) if one.id in new)

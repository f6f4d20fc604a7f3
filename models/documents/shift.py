"""What happened in a shift, as data: what the handover is drafted from, and what is kept with it once it is signed."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, cast

import pandas as pd

from data.records import FlagKind, Spell, State
from data.shifts import Shift
from data.store import NotFound, Store
from data.usecase.use_case import UseCase
from models.state.attended import Attended, past_unseen
from models.state.telling import Called, silent, worst_past


@dataclass(frozen=True, slots=True)
class Facts:
    """Moments are ISO texts in UTC, so that all of it is plain JSON.

    ``advice``: spells of the shift (asset, state, start, end or ``None`` while it lasts, score, reading). ``open``: machines that needed a look at its
    end (asset, called, as :class:`models.state.telling.Called`; risk: the highest of it or ``None`` where none may be said; since; aside: on the shelf; of several classes and of values predicted: what its
    worst reading was told as).
    ``unseen``: what came and went without anybody having seen it (asset, state, start, end, score). ``attended``: what people did
    about advice (asset, by: a person's id, at; shelved: until, reason). ``flags``: asset, and how many wrong, unclear, answered. ``answers``: asset, kind, answer. ``releases``:
    number, at. ``silent``: asset and the time of its newest reading (``None``: never). ``refused``: asset, signal, rows. ``ai_off``:
    from, until (``None``: still off), reason.
    """

    upto: str
    advice: tuple[dict, ...] = ()
    attended: tuple[dict, ...] = ()
    flags: tuple[dict, ...] = ()
    answers: tuple[dict, ...] = ()
    releases: tuple[dict, ...] = ()
    silent: tuple[dict, ...] = ()
    refused: tuple[dict, ...] = ()
    ai_off: tuple[dict, ...] = ()
    open: tuple[dict, ...] = ()
    unseen: tuple[dict, ...] = ()

    def plain(self) -> dict:
        """As JSON."""
        return asdict(self)


class _Advice(NamedTuple):
    """A row of :meth:`data.store.contract.Readings.recent_advice`; ``end`` is NaT while it lasts."""

    asset: str
    start: pd.Timestamp
    end: pd.Timestamp
    state: str
    reading: int
    score: float


class _Answer(NamedTuple):
    """What is read of a row of :meth:`data.store.contract.Feedback.answers_between`."""

    asset: str
    kind: str
    answer: str


def facts(
    use_case: UseCase,
    store: Store,
    shift: Shift,
    now: datetime,
    *,
    behind: timedelta = timedelta(0),
    patience_s: float = 5.0,
    wait_s: float | None = None,
) -> Facts:
    """Gather a shift's facts, up to ``now`` where it has not ended. ``behind``: how far a replay's clock is behind the people's;
    ``patience_s``: how long a machine may send nothing before its silence is told to the next shift; ``wait_s``: before nothing it sent stands for
    the present (below 0: its worker gives no sign of life), else the same."""
    start, end = shift.start, min(shift.end, now)
    plant_start, plant_end, name = start - behind, end - behind, use_case.name
    spells = _advice(store, name, plant_start, 500)
    advice = [
        {
            "asset": one.asset,
            "state": str(one.state),
            "start": one.start.isoformat(),
            "end": one.end.isoformat() if one.end == one.end and one.end < plant_end else None,
            "score": float(one.score),
            "reading": int(one.reading),
        }
        for one in spells
        if one.start < plant_end and not (one.end == one.end and one.end < plant_start)
    ]
    advice.sort(key=lambda one: (one["end"] is not None, State(one["state"]) is not State.LIKELY, one["start"]))
    answers = [
        {"asset": one.asset, "kind": one.kind, "answer": one.answer}
        for one in cast("Iterable[_Answer]", store.feedback.answers_between(name, start, end).itertuples())
    ]
    releases = [
        {"number": one.number, "at": one.since.isoformat()}
        for one in reversed(store.releases.champions(name))
        if start <= one.since < end
    ]
    refused = store.readings.refused(name, start, end)
    counted = refused.groupby(["asset", "signal"], dropna=False, sort=False)["rows"].sum().sort_values(ascending=False)
    rejected = [
        {"asset": _text(asset), "signal": _text(signal), "rows": int(rows)}
        for (asset, signal), rows in cast("Iterable[tuple[tuple[object, object], int]]", counted.items())
    ]
    silent = (
        _silent(use_case, store, plant_end, patience_s) if end == now else []
    )  # of a shift that is over nobody knows it any more
    past = past_unseen(use_case, store, plant_end, behind, store.releases.switch(name) if end == now else None)
    if end == now:
        stands, past = _now(use_case, store, plant_end, past, patience_s if wait_s is None else wait_s)
    else:
        stands = _then(use_case, store, plant_end, advice, behind)
    unseen = [_past(one, one.end) for one in past.values() if one.end is not None and plant_start <= one.end <= plant_end]
    parts = (
        advice,
        _attended(store, name, start, end),
        _flags(store, name, start, end),
        answers,
        releases,
        silent,
        rejected,
        _off(store, name, start, end),
        stands,
        sorted(unseen, key=lambda one: one["end"]),
    )
    return Facts(end.isoformat(), *map(tuple, parts))


def _advice(store: Store, name: str, since: datetime, limit: int) -> Iterable[_Advice]:
    return cast("Iterable[_Advice]", store.readings.recent_advice(name, since, limit).itertuples())


def _now(
    use_case: UseCase, store: Store, at: datetime, past: dict[str, Spell], wait_s: float
) -> tuple[list[dict], dict[str, Spell]]:
    """The machines that need a look, as every screen tells them; and what came and went, with what has just gone."""
    name, switch = use_case.name, store.releases.switch(use_case.name)
    off = switch is not None and not switch.on
    lasting = {one.asset: one for one in _advice(store, name, at, 10_000) if one.end != one.end}
    attended = Attended(
        {one.asset: one for one in store.attention.acknowledged(name)},
        {one.asset: one for one in store.attention.shelved(name)},
        {asset: one.start.to_pydatetime() for asset, one in lasting.items()},
    )
    found, gone = [], []
    for state in store.readings.board(name):
        asset = state.prediction.asset
        told = attended.told(use_case, asset, state, quiet=silent(state, at, wait_s), off=off)
        if told.called.stands:
            highest = float(lasting[asset].score) if asset in lasting and told.risk is not None else None
            worst = int(lasting[asset].reading) if highest is not None else None
            found.append(
                _open(asset, told.called, highest, told.since, not off and attended.is_shelved(state))
                | _meant(store, name, worst)
            )
        elif told.called is Called.RETURNED and asset in lasting:
            spell = lasting[asset]
            assert told.since is not None
            gone.append(Spell(asset, told.since, told.until, State(spell.state), float(spell.score), int(spell.reading)))
    return _worst_first(found), worst_past([*past.values(), *gone])


def _then(use_case: UseCase, store: Store, at: datetime, advice: list[dict], behind: timedelta) -> list[dict]:
    """The machines that needed a look at the end of a shift that is over: what lasted then. While the AI was off nothing was advised."""
    if any(one["until"] is None for one in _off(store, use_case.name, at + behind - timedelta(seconds=1), at + behind)):
        return []
    strange = {
        asset: start for asset in use_case.assets for start, _ in store.readings.unknown_times(use_case.name, asset, at, at)
    }
    found = [_open(asset, Called.UNKNOWN, None, start, False) for asset, start in strange.items()]
    for one in advice:
        if one["end"] is None and one["asset"] not in strange:
            open_ = _open(one["asset"], Called(one["state"]), one["score"], datetime.fromisoformat(one["start"]), False)
            found.append(open_ | _meant(store, use_case.name, one["reading"]))
    return _worst_first(found)


def _open(asset: str, called: Called, risk: float | None, since: datetime | None, aside: bool) -> dict:
    return {"asset": asset, "called": str(called), "risk": risk, "since": since.isoformat() if since else None, "aside": aside}


def _meant(store: Store, name: str, reading: int | None) -> dict:
    """Which class or value the worst reading of a spell was told as; nothing of a binary task, or when it is not kept any more."""
    try:
        predicted = None if reading is None else store.readings.prediction(name, reading).predicted
    except NotFound:
        predicted = None
    return {} if predicted is None else {"predicted": predicted}


def _worst_first(found: list[dict]) -> list[dict]:
    return sorted(found, key=lambda one: (Called(one["called"]).rank, one["since"] or "", one["asset"]))


def _past(one: Spell, end: datetime) -> dict:
    return {
        "asset": one.asset,
        "state": str(one.state),
        "start": one.start.isoformat(),
        "end": end.isoformat(),
        "score": one.score,
    }


def _flags(store: Store, name: str, start: datetime, end: datetime) -> list[dict]:
    """How often each machine was flagged, the most flagged one first."""
    flags = store.feedback.flags_between(name, start, end)
    flags = flags[flags["kind"] != str(FlagKind.AGREE)]
    counted = pd.DataFrame(
        {
            "asset": flags["asset"],
            "wrong": flags["kind"] == str(FlagKind.WRONG),
            "unclear": flags["kind"] == str(FlagKind.UNCLEAR),
            "answered": flags["answered"] < end,
        }
    )
    found = (
        counted.groupby("asset")
        .sum()
        .assign(n=lambda one: one["wrong"] + one["unclear"])
        .sort_values("n", ascending=False, kind="stable")
    )
    return [
        {"asset": asset, "wrong": int(one["wrong"]), "unclear": int(one["unclear"]), "answered": int(one["answered"])}
        for asset, one in found.iterrows()
    ]


def _attended(store: Store, name: str, start: datetime, end: datetime) -> list[dict]:
    """What was acknowledged and still lasts, and what was put aside."""
    seen = [{"asset": one.asset, "by": one.person, "at": one.at} for one in store.attention.acknowledged(name)]
    shelved = [
        {"asset": one.asset, "by": one.person, "at": one.at, "until": one.until.isoformat(), "reason": str(one.reason)}
        for one in store.attention.shelvings(name, limit=500)
    ]
    found = sorted((one for one in (*seen, *shelved) if start <= one["at"] < end), key=lambda one: one["at"])
    return [one | {"at": one["at"].isoformat()} for one in found]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _silent(use_case: UseCase, store: Store, at: datetime, patience_s: float) -> list[dict]:
    seen = {one.prediction.asset: one.prediction.time for one in store.readings.board(use_case.name)}
    listed = [asset for assets in use_case.areas.values() for asset in assets]
    late = at - timedelta(seconds=patience_s)
    found = [(asset, seen.get(asset)) for asset in dict.fromkeys((*listed, *seen)) if asset not in seen or seen[asset] < late]
    if not seen:
        return []  # nothing has come yet: that is told of the plant, not of each machine
    return [{"asset": asset, "since": since.isoformat() if since else None} for asset, since in found]


def _off(store: Store, name: str, start: datetime, end: datetime) -> list[dict]:
    """The times within the shift in which the AI was switched off."""
    found, until = [], None
    for switch in store.releases.switches(name):  # newest first
        if not switch.on and switch.since < end and (until is None or until > start):
            ended = until.isoformat() if until is not None and until < end else None
            found.append({"from": max(switch.since, start).isoformat(), "until": ended, "reason": switch.reason})
        until = switch.since
    return found[::-1]

"""What happened in a shift, as data: what the handover is drafted from, and what is kept with it once it is signed."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import pandas as pd

from data.records import FlagKind, State
from data.shifts import Shift
from data.store import Store
from data.usecase import UseCase


@dataclass(frozen=True, slots=True)
class Facts:
    """Moments are ISO texts in UTC, so that all of it is plain JSON.

    ``advice``: spells of the shift (asset, state, start, end or ``None`` while it lasts, score, reading). ``attended``: what people did
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

    @property
    def open_advice(self) -> tuple[dict, ...]:
        """What still lasts at the end."""
        return tuple(one for one in self.advice if one["end"] is None)

    def plain(self) -> dict:
        """As JSON."""
        return asdict(self)


def facts(
    use_case: UseCase,
    store: Store,
    shift: Shift,
    now: datetime,
    *,
    behind: timedelta = timedelta(0),
    patience_s: float = 5.0,
) -> Facts:
    """Gather a shift's facts, up to ``now`` where it has not ended. ``behind``: how far a replay's clock is behind the people's;
    ``patience_s``: how long a machine may send nothing before it counts as silent."""
    start, end = shift.start, min(shift.end, now)
    plant_start, plant_end, name = start - behind, end - behind, use_case.name
    spells = store.readings.recent_advice(name, plant_start, limit=500)
    advice = [
        {
            "asset": one.asset,
            "state": str(one.state),
            "start": one.start.isoformat(),
            "end": one.end.isoformat() if one.end == one.end and one.end < plant_end else None,
            "score": float(one.score),
            "reading": int(one.reading),
        }
        for one in spells.itertuples()
        if one.start < plant_end and not (one.end == one.end and one.end < plant_start)
    ]
    advice.sort(key=lambda one: (one["end"] is not None, State(one["state"]) is not State.LIKELY, one["start"]))
    answers = [
        {"asset": one.asset, "kind": one.kind, "answer": one.answer}
        for one in store.feedback.answers_between(name, start, end).itertuples()
    ]
    releases = [
        {"number": one.number, "at": one.since.isoformat()}
        for one in reversed(store.releases.champions(name))
        if start <= one.since < end
    ]
    refused = store.readings.refused(name, start, end)
    counted = refused.groupby(["asset", "signal"], dropna=False, sort=False)["rows"].sum().sort_values(ascending=False)
    rejected = [{"asset": _text(asset), "signal": _text(signal), "rows": int(rows)} for (asset, signal), rows in counted.items()]
    silent = (
        _silent(use_case, store, plant_end, patience_s) if end == now else []
    )  # of a shift that is over nobody knows it any more
    parts = (
        advice,
        _attended(store, name, start, end),
        _flags(store, name, start, end),
        answers,
        releases,
        silent,
        rejected,
        _off(store, name, start, end),
    )
    return Facts(end.isoformat(), *map(tuple, parts))


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

"""What is told of a machine, and of one of its readings: what it is called, whether a number may be said, since when, and by which reading.

Decided here and nowhere else. Board, wall, machine, prediction, cases, handover and notices ask, and only find the words for the answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from math import isnan

from data.records import AssetState, Prediction, Spell, State
from data.usecase.use_case import UseCase
from models.state.fallback import broken_rules


class Called(StrEnum):
    """What a machine is called, in the order in which they are looked at."""

    LIKELY = "likely"
    POSSIBLE = "possible"
    OUTSIDE = "outside"
    """The AI is off, and a value broke one of the plant's own rules."""
    UNKNOWN = "unknown"
    """Nothing like it is in the training data: the model would only guess."""
    RETURNED = "returned"
    """There was advice and its risk has gone (ISA-18.2: returned to normal, unacknowledged): past, until somebody has seen it."""
    SILENT = "silent"
    """Its newest reading is too old to stand for the present, or there is none."""
    NORMAL = "normal"

    @property
    def stands(self) -> bool:
        """Whether it needs a look now."""
        return self in (Called.LIKELY, Called.POSSIBLE, Called.OUTSIDE, Called.UNKNOWN)

    @property
    def rank(self) -> int:
        """Its place among the others: 0 is looked at first. What a rule says counts like what is possible."""
        return list(Called).index(self)


_BY_STATE = {State.NORMAL: Called.NORMAL, State.POSSIBLE: Called.POSSIBLE, State.LIKELY: Called.LIKELY}


@dataclass(frozen=True, slots=True)
class Told:
    """The answer. What is ``None`` may not be said.

    ``risk``: the number that belongs to ``called``: of now where it stands, the worst of it where it has returned. ``was``: what it was called before
    it went silent or returned. ``since``: since when; ``until``: when what has returned ended, or of when the newest reading of a silent one is.
    ``reading``: the one that says why, and is opened. ``times``: how often advice on it came and went unseen.
    ``by_rule``: the AI is off, and the plant's own rules stand in.
    """

    asset: str
    called: Called
    risk: float | None = None
    was: Called | None = None
    since: datetime | None = None
    until: datetime | None = None
    reading: int | None = None
    times: int = 0
    by_rule: bool = False


def outlasts(use_case: UseCase, seen: Prediction) -> bool:
    """Whether a state outlasts its risk by its delay, so that it does not chatter. Not where there is no score, or only a guess."""
    return State(seen.state) is not State.NORMAL and not seen.is_new and seen.score < use_case.advice.possible.leave


def of_reading(use_case: UseCase, seen: Prediction) -> Told:
    """What is told of one reading, whenever it was."""
    if seen.is_new:
        return Told(seen.asset, Called.UNKNOWN, since=seen.time, reading=seen.id)
    called, risk = _BY_STATE[State(seen.state)], None if isnan(seen.score) else seen.score
    if outlasts(use_case, seen):
        return Told(seen.asset, Called.RETURNED, risk, called, until=seen.time, reading=seen.id)
    return Told(seen.asset, called, risk, since=seen.time, reading=seen.id)


def of_machine(
    use_case: UseCase,
    asset: str,
    state: AssetState | None,
    *,
    quiet: bool = False,
    off: bool = False,
    began: datetime | None = None,
    known: bool = False,
    past: Spell | None = None,
) -> Told:
    """What is told of a machine now. :meth:`models.state.attended.Attended.told` gathers what it takes.

    Args:
        state: its newest reading, ``None`` before the first.
        quiet: that one is too old to stand for the present, or its worker gives no sign of life.
        off: the AI is switched off: the plant's own rules stand in, and nothing of a risk is told.
        began: when the advice on it that lasts began.
        known: somebody has seen that advice, or put it on the shelf.
        past: the worst of what came and went and nobody has seen (:func:`worst_past`).
    """
    if state is None:
        return Told(asset, Called.SILENT)
    seen = state.prediction
    fallen = outlasts(use_case, seen)
    called, risk = _BY_STATE[State.NORMAL if fallen else State(seen.state)], None if isnan(seen.score) else seen.score
    if quiet:
        was = None if off else Called.UNKNOWN if state.unknown else called
        return Told(asset, Called.SILENT, was=was, until=seen.time, reading=state.told.id, by_rule=off)
    if off:
        called = Called.OUTSIDE if broken_rules(use_case, seen.values) else Called.NORMAL
        return Told(asset, called, reading=seen.id, by_rule=True)
    if state.unknown:
        return Told(asset, Called.UNKNOWN, since=state.since, reading=seen.id)
    ended = [] if past is None else [past]
    if fallen and not known:  # its state follows after a delay, so that it does not chatter
        worst, start = state.told, min(began or state.since, state.since)
        highest = -1.0 if worst is seen else worst.score  # of a reading that is not kept any more it is not known
        ended.append(Spell(asset, start, seen.time, max(State(seen.state), State(worst.state), key=_code), highest, worst.id))
    if called is Called.NORMAL and ended:
        return _returned(worst_past(ended)[asset])
    return Told(asset, called, risk, since=state.since, reading=seen.id, times=sum(one.times for one in ended))


def silent(state: AssetState, at: datetime, wait_s: float) -> bool:
    """Whether the newest reading of an asset is too old to stand for the present, or is stamped so far ahead that it cannot be of it."""
    return abs((at - state.prediction.time).total_seconds()) > wait_s


def _code(state: State) -> int:
    return state.code


def _returned(past: Spell) -> Told:
    was = _BY_STATE[State(past.state)]
    return Told(
        past.asset, Called.RETURNED, past.score if past.score >= 0 else None, was, past.start, past.end, past.reading, past.times
    )


def worst_past(spells: Iterable[Spell]) -> dict[str, Spell]:
    """Of what came and went, for each asset the worst: its state, its risk and its reading, from when the first began until when the last ended."""
    found: dict[str, Spell] = {}
    for one in spells:
        known = found.get(one.asset)
        if known is None:
            found[one.asset] = one
            continue
        worse = max(known, one, key=lambda spell: (State(spell.state).code, spell.score))
        ends = max((spell.end for spell in (known, one) if spell.end is not None), default=None)
        found[one.asset] = replace(worse, start=min(known.start, one.start), end=ends, times=known.times + one.times)
    return found

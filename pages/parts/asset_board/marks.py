"""What stands beside the advice of a use case: who has seen it, what is on the shelf, since when it runs, whether there is a flood of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from data.records import Acknowledgement, AssetState, Look, Shelving, State

LINGER = timedelta(minutes=5)
"""How long what is new is called so to somebody who looks."""


@dataclass(frozen=True, slots=True)
class Marks:
    """By asset. ``spells``: since when advice lasts on it; ``names``: of people, by id. What was said of advice holds for no asset that the model
    does not know any more, nor the other way round."""

    seen: Mapping[str, Acknowledgement] = field(default_factory=dict)
    shelved: Mapping[str, Shelving] = field(default_factory=dict)
    spells: Mapping[str, datetime] = field(default_factory=dict)
    flood: bool = False
    names: Mapping[str, str] = field(default_factory=dict)

    def is_shelved(self, state: AssetState) -> bool:
        """Whether what is shown of it is put aside: not once it is worse than what was shelved."""
        return _covers(self.shelved.get(state.prediction.asset), state)

    def is_seen(self, state: AssetState) -> bool:
        """Whether somebody has seen it in a state at least as bad as that of now."""
        return _covers(self.seen.get(state.prediction.asset), state)

    def runs(self, state: AssetState) -> bool:
        """Whether it is advice, or unknown to the model: that can be seen and shelved."""
        if state.unknown:
            return state.unknown_since is not None
        return state.prediction.state != State.NORMAL and state.prediction.asset in self.spells


def _covers(said: Acknowledgement | Shelving | None, state: AssetState) -> bool:
    """Whether what somebody said of an asset holds for what is shown of it now."""
    if said is None or said.unknown != state.unknown:
        return False
    shown = State(state.prediction.state)
    return said.unknown or (shown != State.NORMAL and shown.code <= said.state.code)


def is_new(start: datetime, look: Look, at: datetime) -> bool:
    """Whether advice that began at ``start`` is new to whoever looks: it came after their last look (at the first one: after they came), and they
    have not had it before them for ``LINGER`` yet."""
    return start > (look.before or look.begun) and at - max(start, look.begun) < LINGER


def bells(use_case: str, states: Mapping[str, AssetState], marks: Marks) -> list[str]:
    """What a sound may be made for, once each: likely advice that nobody has seen or shelved, by its episode."""
    return [
        f"{use_case}/{asset}/{int(marks.spells[asset].timestamp())}"
        for asset, state in states.items()
        if state.prediction.state == State.LIKELY
        and not state.unknown
        and asset in marks.spells
        and not marks.is_seen(state)
        and not marks.is_shelved(state)
    ]

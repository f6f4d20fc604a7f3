"""What stands beside the advice of a use case: whether there is a flood of it, who is who, and what goes on about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from data.records import AssetState, Look, State
from models.state.attended import Attended

LINGER = timedelta(minutes=5)
"""How long what is new is called so to somebody who looks."""


@dataclass(frozen=True, slots=True)
class Marks(Attended):
    """``names``: of people, by id; ``going``: what goes on about an asset, in a few words, and how it is marked in short."""

    flood: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    going: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def runs(self, state: AssetState) -> bool:
        """Whether it is advice, or unknown to the model: that can be seen and shelved."""
        if state.unknown:
            return state.unknown_since is not None
        return state.prediction.state != State.NORMAL and state.prediction.asset in self.spells


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

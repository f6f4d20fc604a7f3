"""What people have seen and shelved of advice, and what of it came and went unseen: with the newest readings, all that telling a machine takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from data.records import UNSEEN_FOR, Acknowledgement, AssetState, Shelving, Spell, State, Switch
from data.store import Store
from data.usecase.use_case import UseCase
from models.state.telling import Told, of_machine, worst_past


@dataclass(frozen=True, slots=True)
class Attended:
    """By asset. ``spells``: since when advice lasts on it; ``past``: the worst of what came and went unseen. What was said of advice holds for no
    asset that the model does not know any more, nor the other way round."""

    seen: Mapping[str, Acknowledgement] = field(default_factory=dict)
    shelved: Mapping[str, Shelving] = field(default_factory=dict)
    spells: Mapping[str, datetime] = field(default_factory=dict)
    past: Mapping[str, Spell] = field(default_factory=dict)

    def is_shelved(self, state: AssetState) -> bool:
        """Whether what is shown of it is put aside: not once it is worse than what was shelved."""
        return _covers(self.shelved.get(state.prediction.asset), state)

    def is_seen(self, state: AssetState) -> bool:
        """Whether somebody has seen it in a state at least as bad as that of now."""
        return _covers(self.seen.get(state.prediction.asset), state)

    def told(self, use_case: UseCase, asset: str, state: AssetState | None, *, quiet: bool, off: bool) -> Told:
        """What is told of an asset now. See :func:`models.state.telling.of_machine`."""
        known = state is not None and (self.is_seen(state) or self.is_shelved(state))
        began, past = self.spells.get(asset), self.past.get(asset)
        return of_machine(use_case, asset, state, quiet=quiet, off=off, began=began, known=known, past=past)


def past_unseen(use_case: UseCase, store: Store, at: datetime, behind: timedelta, switch: Switch | None) -> dict[str, Spell]:
    """What came and went lately and nobody has seen, the worst of each asset. Nothing of the time in which the AI was off: it was no advice then.

    Args:
        at: the plant's clock; ``behind``: how far it is behind the people's.
        switch: the newest one, if the AI has ever been switched.
    """
    if switch is not None and not switch.on:
        return {}
    since = at - UNSEEN_FOR if switch is None else max(at - UNSEEN_FOR, switch.since - behind)
    return worst_past(store.attention.unseen(use_case.name, since))


def _covers(said: Acknowledgement | Shelving | None, state: AssetState) -> bool:
    """Whether what somebody said of an asset holds for what is shown of it now."""
    if said is None or said.unknown != state.unknown:
        return False
    shown = State(state.prediction.state)
    return said.unknown or (shown != State.NORMAL and shown.code <= said.state.code)

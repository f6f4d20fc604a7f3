"""What people do with what stands on the board: seen, shelved, the AI off, the clock. Each verb checks the role itself."""

from datetime import datetime

from data.people import Action, verb
from data.records import Person, ShelfReason, Shelving, State, Switch
from data.store import Store
from data.usecase.use_case import UseCase


@verb(Action.ACKNOWLEDGE)
def acknowledge(person: Person, store: Store, use_case: str, asset: str, seen: State | None = None) -> None:
    """Note that the advice on a machine was seen, in the state that was on the screen and nothing worse. Raises NotAllowed, StoreError."""
    store.attention.acknowledge(use_case, asset, person.id, seen)


@verb(Action.SHELVE)
def shelve(
    person: Person,
    store: Store,
    use_case: str,
    asset: str,
    until: datetime,
    reason: ShelfReason,
    seen: list[int] | None = None,
) -> Shelving:
    """Put a machine's advice aside until then. ``seen``: the shelvings that were known. Raises NotAllowed, StoreError."""
    return store.attention.shelve(use_case, asset, person.id, until, reason, seen)


@verb(Action.SHELVE)
def unshelve(person: Person, store: Store, shelving: int) -> None:
    """Bring it back. Raises NotAllowed, StoreError."""
    store.attention.unshelve(shelving, person.id)


@verb(Action.SWITCH_AI)
def switch_ai(person: Person, store: Store, use_case: UseCase, on: bool, reason: str, seen: Switch | None = None) -> None:
    """Switch the AI of a line on or off, as it was ``seen``. Raises NotAllowed, StoreError."""
    store.releases.set_switch(use_case.name, on, person.id, reason, seen)


@verb(Action.SET_CLOCK)
def trust_clock(person: Person, store: Store, reason: str) -> object:
    """Say that this computer's clock is right. Raises NotAllowed, StoreError."""
    return store.clock.trust(person.id, reason)

"""What people do with a shift's handover: write, sign out, sign in, take a signature back. Each verb checks the role itself."""

from datetime import datetime

from data.people import Action, verb
from data.records import Handover, Person
from data.store import Store


@verb(Action.HAND_OVER)
def keep_remarks(person: Person, store: Store, handover: Handover, text: str, version: int) -> Handover:
    """Keep remarks in place of the version that was read. Raises NotAllowed, Stale, StoreError."""
    return store.handovers.keep(handover.use_case, handover.start, handover.end, person.id, text, version)


@verb(Action.HAND_OVER)
def sign_out(person: Person, store: Store, handover: Handover) -> Handover:
    """Sign what was on the screen and hand over. Raises NotAllowed, StoreError."""
    return store.handovers.sign_out(handover, person.id)


@verb(Action.HAND_OVER)
def sign_in(person: Person, store: Store, handover: Handover, reply: str) -> Handover:
    """Sign what was on the screen and take over. Raises NotAllowed, StoreError."""
    return store.handovers.sign_in(handover, person.id, reply)


@verb(Action.HAND_OVER)
def take_back(person: Person, store: Store, use_case: str, start: datetime) -> None:
    """Take one's signature back, before somebody took over. Raises NotAllowed, StoreError."""
    store.handovers.take_back(use_case, start, person.id)

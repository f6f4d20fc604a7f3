"""What every store can do with acknowledgements, shelving, and who looked at what."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from data.records import Acknowledgement, Look, ShelfReason, Shelving, Spell, State


class Attention(Protocol):
    """Acknowledging and shelving advice. Neither changes a prediction, a flag or a case, and flagging changes neither."""

    def acknowledge(self, use_case: str, asset: str, person: str, seen: State | None = None) -> Acknowledgement:
        """Somebody has seen the advice that lasts on an asset, in the state it is in now; or, where the model does not know what it is doing,
        that. Twice is once: the first one stays. What came and went before on that asset and was no worse counts as seen with it; where nothing
        lasts, all of what came and went does. ``seen``: the state that was on their screen.

        Raises:
            NotFound: there is no advice on that asset now, nor any that nobody has seen.
            Conflict: it is worse by now than what was ``seen``.
        """
        ...

    def acknowledged(self, use_case: str) -> list[Acknowledgement]:
        """What has been seen of what the board shows now, at most one of an asset. Left out: what was seen in a milder state than that of now,
        and advice on an asset that the model does not know any more what to say of."""
        ...

    def unseen(self, use_case: str, since: datetime) -> list[Spell]:
        """Advice that ended since then (plant time) without anybody having seen it as bad as it came to be, put it on the shelf or judged it: one for
        each asset, the worst of it, from when the first began until when the last ended, and how many there were."""
        ...

    def shelve(
        self, use_case: str, asset: str, person: str, until: datetime, reason: ShelfReason, seen: Sequence[int] | None = None
    ) -> Shelving:
        """Put the advice on an asset aside, in the state it is in now, until a time. Takes the place of an earlier shelving of that asset; of those
        that were on the screen alone, where ``seen`` names them.

        Raises:
            NotFound: there is no advice on that asset now.
            Conflict: ``until`` is past, or further away than ``LONGEST_SHELF``; somebody has shelved it since.
        """
        ...

    def unshelve(self, shelving: int, person: str) -> Shelving:
        """Take it from the shelf. One that has ended already stays as it is. Raises NotFound."""
        ...

    def shelved(self, use_case: str) -> list[Shelving]:
        """What is on the shelf now, the one that comes back first at the front. One whose time is over is not there, whether or not that has been
        noted; one whose asset got worse was ended in the transaction of the reading that told so."""
        ...

    def shelvings(self, use_case: str, limit: int = 50) -> list[Shelving]:
        """The newest of all that have ever been shelved, newest first."""
        ...

    def look(self, person: str, what: str, away_s: float) -> Look:
        """Somebody looks at ``what`` at this moment, on whatever screen. A break of less than ``away_s`` belongs to the same look."""
        ...

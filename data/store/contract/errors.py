"""What can go wrong with a store."""

from data.errors import PullcordError


class StoreError(PullcordError):
    """The store cannot be used; the message names the file and what to do."""


class NotFound(StoreError, LookupError):
    """No record of that id; the message says which was asked for."""


class Conflict(StoreError):
    """Somebody else was first (a claimed case, a decided case, a running job); the message says who and since when."""


class Stale(Conflict):
    """What was to be written rests on a version that is no longer the one kept. Nothing was written, and nothing is lost: ``given`` is what
    was to be written, ``kept`` the record as it is now."""

    def __init__(self, template: str, /, *, kept: object, given: str, **places: object) -> None:
        super().__init__(template, **places)
        self.kept, self.given = kept, given


class TooMuch(StoreError, ValueError):
    """More than can be kept, or nothing at all; the message says how much may be."""

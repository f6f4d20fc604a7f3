"""What can go wrong with a store."""


class StoreError(Exception):
    """The store cannot be used; the message names the file and what to do."""


class NotFound(StoreError, LookupError):
    """No record of that id; the message says which was asked for."""


class Conflict(StoreError):
    """Somebody else was first (a claimed case, a decided case, a running job); the message says who and since when."""

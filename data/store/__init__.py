"""The record of everything: readings with their predictions, flags, cases, releases, jobs, people, the audit trail.

``Store`` is the contract, in verbs of the domain; ``open_store`` gives the embedded one (SQLite). All of them pass one
contract suite (``tests/data/store/test_store_contract.py``).
"""

from pathlib import Path

from data.store.contract import Conflict, NotFound, Stale, Store, StoreError, TooMuch

__all__ = ["Conflict", "NotFound", "Stale", "Store", "StoreError", "TooMuch", "copy_content", "open_store"]


def open_store(path: Path) -> Store:
    """The store in the file ``path``, made when it is not there, migrated when it is older. A renaming of a use case that was killed is finished
    or undone by it.

    Raises:
        StoreError: a damaged or newer file, or no permission; the message says what to do.
    """
    from data.store.rename import recover
    from data.store.sqlite import SQLiteStore

    store = SQLiteStore(path)
    recover(Path(path).parent, store)
    return store


def copy_content(source: Path, target: Path) -> None:
    """Put the content of the store in the file ``source`` in place of that in ``target``, which may be open elsewhere.

    Raises:
        StoreError: one of the two cannot be read or written.
    """
    from data.store.sqlite.copying import copy_content

    copy_content(source, target)

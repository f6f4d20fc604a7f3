"""Names in a folder: that they are on the disk and not only in the system's memory, and that one process at a time changes them."""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: two at the same moment are told apart by the file system alone
    fcntl = None


def sync_folder(folder: Path) -> None:
    """Write the entries of ``folder`` out: after it, what was made, renamed or removed there stays so when the power fails."""
    if os.name == "nt":  # a folder cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Whoever looks what there is in ``folder`` and then writes does it in here, after another and not beside them. Who is killed holds nobody up."""
    folder.mkdir(parents=True, exist_ok=True)
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a network's file system may know no locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)  # which gives it back

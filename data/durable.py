"""Making sure that a name in a folder is on the disk, not only in the system's memory."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Write the entries of ``folder`` out: after it, what was made, renamed or removed there stays so when the power fails."""
    if os.name == "nt":  # a folder cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

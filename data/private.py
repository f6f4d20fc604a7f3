"""Keeping the home to the user whom Pullcord runs as: what operators said, and of whom, is nobody else's on that computer.

A home that is meant for a group is marked by its set-group-id bit (``chgrp plant HOME; chmod 2770 HOME``): a plain right to write is none, since
many systems give it to every folder. Such a home keeps what its group may do; others still may nothing.
"""

import os
import stat
import tempfile
from pathlib import Path

_OURS = ("releases", "gold", "usecases", "tables", "uploads", "backups", "beginning")
_FILES = ("pullcord.db", "demo.", "worker-")


def private(home: Path) -> None:
    """From now on this process writes files that nobody else may read, and what an earlier version left open in ``home`` is closed.

    Only what is Pullcord's own is touched, never what a link points to: somebody may have named a folder that holds other things too.
    """
    if os.name == "nt":  # who may read a folder there is the system's to say
        return
    mode = home.stat().st_mode if home.is_dir() else 0
    os.umask(0o007 if mode & stat.S_ISGID else 0o077)
    if not mode & 0o077 or mode & (stat.S_ISGID | stat.S_ISVTX):
        return
    for path in home.iterdir():
        if path.name in _OURS and path.is_dir():
            for folder, _, names in os.walk(path):
                for one in (folder, *(os.path.join(folder, name) for name in names)):
                    _close(Path(one))
        elif path.name.startswith(_FILES):
            _close(path)
    if home.resolve() not in {Path.home(), Path("/"), Path(tempfile.gettempdir()).resolve()}:
        _close(home)  # last: when this is cut off, the next start does it again


def _close(path: Path) -> None:
    try:
        if not path.is_symlink() and (mode := stat.S_IMODE(path.stat().st_mode)) & 0o077:
            path.chmod(mode & 0o700)
    except OSError:  # somebody else's file, or gone meanwhile
        return

"""Backups: one archive of everything in a home, made while it runs, and put back whole or not at all. ``python -m data.backup``."""

from data.trouble import Trouble


class BackupError(Trouble):
    """A backup that cannot be made, read or restored; the message names the file and says what to do."""

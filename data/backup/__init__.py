"""Backups: one archive of everything in a home, made while it runs, and put back whole or not at all. ``python -m data.backup``."""

from data.errors import PullcordError


class BackupError(PullcordError):
    """A backup that cannot be made, read or restored; the message names the file and says what to do."""

"""How long work tells how far it is, and how it is told to stop."""

from collections.abc import Callable

Progress = Callable[[float, str], bool]
"""Called with a fraction (0 to 1) and a message; its answer False stops the work."""


class Stopped(Exception):
    """A training was cancelled or taken over; nothing was registered."""

"""The demo's guided tour: a slim bar on every page that tells the story, plays it, and lets anybody do a step by hand."""

from pages.parts.tour.bar import tour

__all__ = ["tour"]

"""Which Pullcord this is: written into every backup, so that a person sees what has made it."""

VERSION = "0.7"
"""Raised with every version that changes the store, a release or the YAML."""

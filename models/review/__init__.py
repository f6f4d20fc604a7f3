"""Flags and cases: how urgent they are, what a verdict does."""

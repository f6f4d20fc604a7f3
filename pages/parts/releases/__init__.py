"""Releases: gate, card, shadow, training, history in doubt, roll back."""

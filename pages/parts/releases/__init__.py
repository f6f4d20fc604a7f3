"""Releases: gate, card, shadow, training, history in doubt, roll back. Imports documents, reasons, shell, words."""

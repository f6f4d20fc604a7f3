"""Releases come and go: written, registered, promoted, rolled back. Imports documents, judging, release, training, corrections, dataset."""

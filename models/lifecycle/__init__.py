"""Releases come and go: written, registered, promoted, rolled back."""

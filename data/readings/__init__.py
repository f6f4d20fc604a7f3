"""Readings in columns: batches, features, windows, expressions, times."""

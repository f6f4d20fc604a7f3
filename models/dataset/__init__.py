"""Rows to learn from and to judge on: history, replayed predictions, how they are split, what a training may choose."""

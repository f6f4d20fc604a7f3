"""Flagged cases: the queue, the case, its thread, the verdict, inspections."""

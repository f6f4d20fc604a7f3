"""Flagged cases: the queue, the case, its thread, the verdict, inspections. Imports machine, reasons, shell, words."""

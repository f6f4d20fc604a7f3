"""Measurements, each run by ``python -m benchmarks.NAME --json``. The convention stands in :mod:`benchmarks.convention`."""

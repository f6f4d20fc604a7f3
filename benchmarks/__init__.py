"""Measurements, each run by ``python -m benchmarks.NAME --json``. The convention stands in :mod:`benchmarks.convention`."""

import data  # noqa: F401 - so that Ctrl-C is told from the first moment on

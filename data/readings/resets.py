"""Signals that start over: where a counter (tool wear, hours since the last cleaning) falls back to its beginning."""

import numpy as np

RISES = 0.9
"""Which share of its changes must go up for a signal to be a counter."""
FALLS = 0.5
"""By which part of its whole range it must fall at once to have started over."""


def resets(values: np.ndarray) -> np.ndarray:
    """Where a signal that otherwise only grows starts over.

    Args:
        values: (n,) float64 in the order of time; NaN where it was not read.

    Returns:
        Rising indices of the first readings after a fall. Empty for a signal that is no counter, or never fell.
    """
    known = np.flatnonzero(np.isfinite(values))
    steps = np.diff(values[known])
    changes = steps[steps != 0]
    if not len(changes) or (changes > 0).mean() < RISES:
        return np.array([], dtype=int)
    span = np.ptp(values[known])
    return known[1:][steps < -FALLS * span]

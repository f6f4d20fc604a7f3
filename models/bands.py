"""With how many decimals a normal band is kept and told: by how wide it is, so that none is read as a point."""

import math

FINER = 3
"""Decimals that a band may have more than its signal."""
STEPS = 2
"""In the last place that is read a band is at least so wide."""


def rounded(decimals: int, low: float, high: float) -> list[float]:
    """A learned band with the signal's own ``decimals``, or as many more as leave it :data:`STEPS` steps wide: one that rounds to a point would
    call every value abnormal."""
    finer = math.ceil(-math.log10((high - low) / STEPS)) if high > low else decimals
    return [round(edge, min(max(decimals, finer), decimals + FINER)) for edge in (low, high)]


def places(decimals: int, band: tuple[float, float] | None) -> int:
    """With how many decimals a value is told beside its band: the signal's own, or as many more as the band has."""
    if band is None:
        return decimals
    finest = decimals + FINER
    return next((n for n in range(decimals, finest) if all(round(edge, n) == round(edge, finest) for edge in band)), finest)

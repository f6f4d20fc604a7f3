"""With how many decimals a normal band is kept and told: by how wide it is, so that none is read as a point."""

import math

from models.numbers.quantities import LARGE, MOST

FINER = 3
"""Decimals that a band may have more than its signal, whatever its width."""
STEPS = 2
"""In the last place that is read a band is at least so wide."""
COARSE = 1000
"""Of a signal of millions, a step is this part of its band."""


def rounded(decimals: int, low: float, high: float) -> list[float]:
    """A learned band with the signal's own ``decimals``, or as many more as leave it :data:`STEPS` steps wide: one that rounds to a point would
    call every value abnormal."""
    return [round(edge, max(decimals, _finer(decimals, low, high))) for edge in (low, high)]


def places(decimals: int, band: tuple[float, float] | None) -> int:
    """With how many decimals a value is told beside its band: the signal's own, or as many more as the band has; of millions as few as its width asks for."""
    if band is None:
        return decimals
    low, high = band
    coarse = math.ceil(-math.log10((high - low) / COARSE)) if high > low and max(abs(low), abs(high)) >= LARGE else decimals
    if coarse < decimals:
        return coarse
    finest = max(decimals + FINER, _finer(decimals, low, high))
    return next((n for n in range(decimals, finest) if all(round(edge, n) == round(edge, finest) for edge in band)), finest)


def _finer(decimals: int, low: float, high: float) -> int:
    return min(math.ceil(-math.log10((high - low) / STEPS)), MOST) if high > low else decimals

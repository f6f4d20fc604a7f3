"""Where an axis has its lines: about four steps of 1, 2 or 5 times a power of ten."""

import math


def steps(low: float, high: float, whole: bool) -> list[float]:
    """The levels from at most ``low`` to at least ``high`` (0 among them where it lies between). ``whole``: counts go by whole numbers."""
    span = max(high - low, 1.0)
    power = 10.0 ** math.floor(math.log10(span / 4))
    step = next(power * times for times in (1, 2, 5, 10, 20) if span / (power * times) <= 4.2)
    step = max(round(step), 1) if whole else step
    first, last = -int(-(low // step)) if low < 0 else 0, int(-(-high // step))
    return [step * at for at in range(min(first, 0), max(last, 1 if low >= 0 else 0) + 1)]

"""How a measured value is written, whatever its size: by the resolution of its signal, and by a power of ten where digits alone could not be read.

``66.0``, ``3.12e+8``, ``1.2e−7``: the same on every screen, in figures (Plotly's ``e``) and in the boxes that a person types into. Decimals below 0 are
a resolution of tens, thousands and so on. What is not zero at its own resolution is never written as zero. Counts and shares are not written by this.
"""

import math
from collections.abc import Callable

MINUS = "−"
LARGE, SMALL = 1e6, 1e-4
"""From this size on, and below this one, a power of ten is written."""
MOST = 15
"""Digits of a number that a computer keeps."""
LONG_ZERO = 4
"""Decimals above which nothing is written as a bare 0."""


def parts(value: float, decimals: int) -> tuple[float, int, int | None]:
    """The number to be written, with how many decimals, and the power of ten beside it (``None``: none)."""
    kept = round(value, decimals)
    if not math.isfinite(value):
        return value, 0, None
    if kept == 0:
        return 0.0, decimals if 0 <= decimals <= LONG_ZERO else 0, None
    if SMALL <= abs(kept) < LARGE:
        return kept, max(decimals, 0), None
    exponent = math.floor(math.log10(abs(kept)))
    digits = min(max(decimals + exponent, 0), MOST)
    mantissa, power = f"{kept:.{digits}e}".split("e")
    return float(mantissa), digits, int(power)


def written(number: Callable[[float, int], str], value: float | None, decimals: int) -> str:
    """``value`` at the resolution of ``decimals``, its digits by ``number``. No number at all: whatever that writes for it."""
    if value is None or value != value:
        return number(math.nan if value is None else value, 0)
    mantissa, digits, power = parts(value, decimals)
    text = number(mantissa, digits)
    return text if power is None else f"{text}e{MINUS if power < 0 else '+'}{abs(power)}"


def change(number: Callable[[float, int], str], value: float, decimals: int) -> str:
    """A change with its sign; what rounds to nothing has both."""
    if round(value, decimals) == 0:
        return f"±{written(number, 0.0, decimals)}"
    return ("+" if value > 0 else MINUS) + written(number, abs(value), decimals)


def places_for(value: float, digits: int = 3) -> int:
    """The decimals with which ``value`` has so many digits that say something."""
    return digits - 1 - math.floor(math.log10(abs(value))) if value and math.isfinite(value) else 0


def places_of(value: float) -> int:
    """The decimals that a stated limit has of itself: ``95`` none, ``0.95`` two, ``305000000`` six below none."""
    mantissa, power = f"{value:.{MOST - 1}e}".split("e")
    return len(mantissa.lstrip("-").replace(".", "").rstrip("0")) - 1 - int(power) if value else 0


def box_format(decimals: int, *values: float | None) -> str:
    """How a box or slider writes numbers of the size of ``values`` (C's ``printf``): in the way of :func:`written`."""
    sizes = [abs(one) for one in values if one is not None and math.isfinite(one) and round(one, decimals)]
    largest = max(sizes, default=0.0)
    if largest and not SMALL <= largest < LARGE:
        return f"%.{min(max(decimals + math.floor(math.log10(largest)), 0), MOST)}e"
    return f"%.{max(decimals, 0)}f"

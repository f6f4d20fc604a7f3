"""A value against its normal band, and the way it took: small inline pictures (SVG) for a line of text."""

from base64 import b64encode
from html import escape

import numpy as np

from pages.figures.palette import Palette

WIDTH, HEIGHT = 320, 56
FAR = 4


def band_bar(palette: Palette, value: float, band: tuple[float, float], low: str, high: str, outside: bool) -> str:
    """An analogue bar: the band in grey, the value as a dot, coloured only outside the band.

    ``low``/``high``: the band's edges in words. A value farther off than ``FAR`` bands is an arrow at the end of the bar: drawn
    to scale it would leave nothing of the band.
    """
    span = (band[1] - band[0]) or abs(band[0]) or 1.0
    far = 1 if value > band[1] + FAR * span else -1 if value < band[0] - FAR * span else 0
    value = min(max(value, band[0] - FAR * span), band[1] + FAR * span)
    first, last = min(band[0] - 0.6 * span, value - 0.1 * span), max(band[1] + 0.6 * span, value + 0.1 * span)

    def x(v: float) -> float:
        return 6 + (WIDTH - 12) * (v - first) / (last - first)

    colour = palette.likely if outside else palette.line
    a, b, dot = x(band[0]), x(band[1]), x(value)
    return _picture(
        f"{low} – {high}",
        f'<line x1="4" y1="20" x2="{WIDTH - 4}" y2="20" stroke="{palette.muted}" stroke-width="1.5"/>'
        f'<rect x="{a:.1f}" y="11" width="{b - a:.1f}" height="18" fill="{palette.muted}" fill-opacity="0.38" rx="2"/>'
        + (f'<path d="M{dot:.1f},12 l{10 * far},8 l{-10 * far},8 z" fill="{colour}"/>' if far else "")
        + f'<circle cx="{dot - 8 * far:.1f}" cy="20" r="8" fill="{colour}" stroke="{palette.panel}" stroke-width="2"/>'
        f'<text x="{a:.1f}" y="50" font-size="15" fill="{palette.muted}" text-anchor="middle">{escape(low)}</text>'
        f'<text x="{b:.1f}" y="50" font-size="15" fill="{palette.muted}" text-anchor="middle">{escape(high)}</text>',
    )


def moved_bar(palette: Palette, before: float, now: float, band: tuple[float, float], low: str, high: str, title: str) -> str:
    """From what a value was (a ring) to what it is (a dot, coloured outside the band), over the normal band; as :func:`band_bar`, a value
    farther off than ``FAR`` bands is drawn there. ``title`` is read out by screen readers."""
    span = (band[1] - band[0]) or abs(band[0]) or 1.0
    before, now_at = (min(max(v, band[0] - FAR * span), band[1] + FAR * span) for v in (before, now))
    first, last = min(band[0], before, now_at) - 0.25 * span, max(band[1], before, now_at) + 0.25 * span

    def x(v: float) -> float:
        return 10 + (WIDTH - 20) * (v - first) / (last - first)

    colour = palette.likely if now < band[0] or now > band[1] else palette.line
    a, b, ring, dot = x(band[0]), x(band[1]), x(before), x(now_at)
    return _picture(
        title,
        f'<line x1="4" y1="20" x2="{WIDTH - 4}" y2="20" stroke="{palette.muted}" stroke-width="1"/>'
        f'<rect x="{a:.1f}" y="9" width="{b - a:.1f}" height="22" fill="{palette.muted}" fill-opacity="0.32" rx="2"/>'
        f'<line x1="{ring:.1f}" y1="20" x2="{dot:.1f}" y2="20" stroke="{colour}" stroke-width="4"/>'
        f'<circle cx="{ring:.1f}" cy="20" r="7" fill="{palette.panel}" stroke="{palette.line}" stroke-width="3"/>'
        f'<circle cx="{dot:.1f}" cy="20" r="9" fill="{colour}"/>'
        f'<text x="{a:.1f}" y="50" font-size="15" fill="{palette.muted}" text-anchor="middle">{escape(low)}</text>'
        f'<text x="{b:.1f}" y="50" font-size="15" fill="{palette.muted}" text-anchor="middle">{escape(high)}</text>',
    )


def risk_bar(palette: Palette, after: float, before: float, threshold: float, title: str) -> str:
    """Two risks (0 to 1) on one scale: the new one as a dot, the old one as a ring, and in grey from where on there is advice."""

    def x(risk: float) -> float:
        return 16 + (WIDTH - 32) * risk

    limit, colour = x(threshold), palette.likely if after >= threshold else palette.accent
    marks = "".join(
        f'<text x="{x(at):.1f}" y="50" font-size="15" fill="{palette.muted}" text-anchor="middle">{round(100 * at)}</text>'
        for at in (0.0, threshold, 1.0)
    )
    return _picture(
        title,
        f'<line x1="{x(0):.1f}" y1="20" x2="{x(1):.1f}" y2="20" stroke="{palette.muted}" stroke-width="1.5"/>'
        f'<rect x="{limit:.1f}" y="11" width="{x(1) - limit:.1f}" height="18" fill="{palette.muted}" fill-opacity="0.38" rx="2"/>'
        f'<line x1="{x(before):.1f}" y1="20" x2="{x(after):.1f}" y2="20" stroke="{colour}" stroke-width="4"/>'
        f'<circle cx="{x(before):.1f}" cy="20" r="7" fill="{palette.panel}" stroke="{palette.muted}" stroke-width="2.5"/>'
        f'<circle cx="{x(after):.1f}" cy="20" r="9" fill="{colour}"/>{marks}',
    )


def small_trend(palette: Palette, values: np.ndarray, band: tuple[float, float] | None, title: str) -> str:
    """The last hour as a line over the normal band; the last value as a dot. ``title`` is read out by screen readers."""
    values = np.asarray(values, float)
    values = values[np.isfinite(values)]
    if len(values) < 2:
        return ""
    step = max(len(values) // 150, 1)
    values = np.r_[values[:-1:step], values[-1]]
    edges = (*band, *values) if band else tuple(values)
    low, high = min(edges), max(edges)
    pad = 0.08 * (high - low) or 1.0
    x = np.linspace(2, WIDTH - 10, len(values))
    y = HEIGHT - 4 - (HEIGHT - 8) * (values - low + pad) / (high - low + 2 * pad)
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    shade = ""
    if band:
        top, bottom = (HEIGHT - 4 - (HEIGHT - 8) * (edge - low + pad) / (high - low + 2 * pad) for edge in (band[1], band[0]))
        shade = f'<rect x="0" y="{top:.1f}" width="{WIDTH}" height="{max(bottom - top, 1):.1f}" fill="{palette.muted}" fill-opacity="0.22"/>'
    return _picture(
        title,
        f"{shade}"
        f'<polyline points="{path}" fill="none" stroke="{palette.line}" stroke-width="2"/>'
        f'<circle cx="{x[-1]:.1f}" cy="{y[-1]:.1f}" r="5" fill="{palette.line}"/>',
    )


def _picture(title: str, drawn: str) -> str:
    """An image with its drawing inside: Streamlit's HTML takes images, and strips SVG that stands in the page itself."""
    font = "font-family='system-ui, sans-serif'"
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" {font}>{drawn}</svg>'
    coded = b64encode(svg.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{coded}" alt="{escape(title)}" style="width:100%;max-width:{WIDTH}px"/>'

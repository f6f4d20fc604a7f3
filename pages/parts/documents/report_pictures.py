"""The pictures of a report as SVG, the same for paper and for the browser: white ground, no script, every text escaped."""

from collections.abc import Callable
from xml.sax.saxutils import escape

from models.documents.report import Picture, Row
from pages.figures.palette import LIGHT
from pages.figures.steps import steps

WIDTH, HEIGHT = 360, 226
FACES = "Report Sans, Report Sans JP, IBM Plex Sans, system-ui, Segoe UI, Roboto, sans-serif"
_TOP, _BOTTOM, _RIGHT, _MOST_TICKS = 26, 22, 8, 6
_COLOURS = {"plain": "#8a949d", "accent": LIGHT.accent, "bad": LIGHT.likely, "doubtful": LIGHT.possible, "dotted": LIGHT.muted}


def svg(picture: Picture, number: Callable[[float, int], str]) -> str:
    """The picture. ``number``: writes a number and its decimals in the reader's way."""
    columns = [sum(max(v, 0) for v in values) for values in zip(*(row.values for row in picture.rows), strict=True)]
    values = [v for row in picture.rows for v in row.values] if picture.curve else columns
    levels = steps(min([0.0, *values]), max([0.0, *values]), whole=not picture.curve)
    low, high = levels[0], levels[-1]
    named = [number(level, 0) for level in levels]
    left = 10 + max(6.2 * len(name) for name in named)
    across = WIDTH - _RIGHT - left

    def y(value: float) -> float:
        return round(HEIGHT - _BOTTOM - (HEIGHT - _BOTTOM - _TOP) * (value - low) / (high - low), 2)

    parts: list[str] = []
    for level, name in zip(levels, named, strict=True):
        weight = (LIGHT.muted, 1) if level == 0 else (LIGHT.grid, 0.8)
        parts.append(
            f'<path d="M{left} {y(level)}H{WIDTH - _RIGHT}" stroke="{weight[0]}" stroke-width="{weight[1]}" fill="none"/>'
        )
        parts.append(_text(left - 5, y(level) + 3.5, name, "end"))
    n = len(picture.ticks)
    wide = across / max(n, 1)
    every = max(1, -(-n // (n if not picture.curve and n <= 7 else _MOST_TICKS)))
    for at in range(0, n, every):
        size = 9.5 if n <= 7 else 10.5
        middle = min(left + wide * (at + (0 if picture.curve else 0.5)), WIDTH - _length(picture.ticks[at]) / 2)
        parts.append(_text(middle, HEIGHT - 6, picture.ticks[at], "middle", size))
    parts += _curves(picture, left, wide, y) if picture.curve else _columns(picture, left, wide, y)
    if picture.curve:
        for row, (place, name) in enumerate(picture.marks[-6:]):
            x = round(left + wide * place, 1)
            parts.append(
                f'<path d="M{x} {_TOP - 2}V{HEIGHT - _BOTTOM}" stroke="{LIGHT.text}" stroke-width="1" stroke-dasharray="4 3"/>'
            )
            near_end = x > WIDTH - 70
            parts.append(_text(x + (-3 if near_end else 3), _TOP + 7 + 11 * (row % 3), name, "end" if near_end else "start", 9.5))
    parts.append(_legend(picture))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="xMinYMin meet" role="img" aria-label="{escape(picture.alt, {chr(34): "&quot;"})}" '
        f'font-family="{FACES}" font-size="10.5">{"".join(parts)}</svg>'
    )


def _curves(picture: Picture, left: float, wide: float, y: Callable[[float], float]) -> list[str]:
    drawn = []
    for row in picture.rows:
        points = [(left, y(0)), *((round(left + wide * (at + 1), 2), y(value)) for at, value in enumerate(row.values))]
        path = "M" + "L".join(f"{x} {height}" for x, height in points)
        look = 'stroke-width="1.4" stroke-dasharray="2 3"' if row.kind == "dotted" else 'stroke-width="2.2"'
        if row.kind != "dotted":
            drawn.append(f'<path d="{path}L{points[-1][0]} {y(0)}Z" fill="{_COLOURS[row.kind]}" fill-opacity="0.12"/>')
        drawn.append(f'<path d="{path}" fill="none" stroke="{_COLOURS[row.kind]}" stroke-linejoin="round" {look}/>')
    return drawn


def _columns(picture: Picture, left: float, wide: float, y: Callable[[float], float]) -> list[str]:
    drawn, several = [], len(picture.rows) > 1
    for at in range(len(picture.ticks)):
        under = 0.0
        for row in picture.rows:
            value = row.values[at]
            if value > 0:
                top, foot = y(under + value), y(under)
                x, width = round(left + wide * (at + 0.14), 2), round(wide * 0.72, 2)
                drawn.append(_bar(row, x, top, width, foot - top))
                if not several:
                    drawn.append(_text(round(x + width / 2, 1), top - 3, f"{value:.0f}", "middle"))
                under += value
    return drawn


def _bar(row: Row, x: float, y: float, width: float, height: float) -> str:
    bar = f'<rect x="{x}" y="{y}" width="{width}" height="{round(height, 2)}" fill="{_COLOURS[row.kind]}"/>'
    if row.kind in ("bad", "doubtful") and width > 3:  # told apart without colour: a white line down the middle, or dots
        dash = "" if row.kind == "bad" else ' stroke-dasharray="1.5 2"'
        middle = round(x + width / 2, 2)
        bar += f'<path d="M{middle} {y}v{round(height, 2)}" stroke="#ffffff" stroke-width="1.2"{dash}/>'
    return bar


def _legend(picture: Picture) -> str:
    """The kinds by name, on one line above the picture; the axis' unit before them."""
    drawn, x = [], 0.0
    if picture.axis:
        drawn.append(_text(0, 10, picture.axis, "start", colour=LIGHT.muted))
        x = 12 + _length(picture.axis)
    if len(picture.rows) > 1:
        for row in reversed(picture.rows) if picture.curve else picture.rows:
            dashes = ' stroke-dasharray="2 3"' if row.kind == "dotted" else ""
            line = f'<path d="M{x} 6.5h12" stroke="{_COLOURS[row.kind]}" stroke-width="2.2"{dashes}/>'
            drawn.append(line if picture.curve else _bar(row, x, 2, 9, 9))
            drawn.append(_text(x + 16, 10, row.name, "start"))
            x = round(x + 28 + _length(row.name), 1)
    return "".join(drawn)


def _length(text: str) -> float:
    """About how wide a text is; a sign of Japanese is twice as wide as a letter."""
    return sum(10.5 if ord(sign) > 0x2E80 else 5.4 for sign in text)


def _text(x: float, y: float, text: str, anchor: str, size: float = 10.5, colour: str = LIGHT.text) -> str:
    return f'<text x="{round(x, 1)}" y="{round(y, 1)}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{escape(text)}</text>'

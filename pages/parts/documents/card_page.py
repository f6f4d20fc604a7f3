"""A document as one HTML page to print: nothing outside it, no script, light and dark, its pictures drawn as SVG.

Jinja escapes all that is put in. The page says exactly what ``models.documents.document.markdown`` says, and draws the pictures besides.
"""

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template

from models.documents.document import Bars, Document, Dots, Items, Table, Text
from pages.figures.palette import DARK, LIGHT

_WIDTH, _ROW = 640, 46  # of the picture of bars, in its own units
_LONGEST = _WIDTH - 90  # the longest bar or interval leaves room for its number
_SIDE, _LEFT, _TOP = 300, 66, 34  # of the picture of dots


def card_page(document: Document) -> str:
    """The whole page."""
    return _template().render(document=document, light=LIGHT, dark=DARK, kind=_kind, bars=_bars, dots=_dots)


@lru_cache(maxsize=1)
def _template() -> Template:
    text = Path(__file__).with_name("card_page.html").read_text(encoding="utf-8")
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined).from_string(text)


def _kind(block: Text | Items | Table | Bars | Dots) -> str:
    return type(block).__name__


def _bars(picture: Bars) -> dict:
    """Where each bar lies."""
    longest = max(one.high or one.value for one in picture.bars) or 1.0
    scale = _LONGEST / longest
    rows = []
    for place, one in enumerate(picture.bars):
        end = round(scale * one.value, 1)
        span = None if one.low is None or one.high is None else (round(scale * one.low, 1), round(scale * one.high, 1))
        told = round(max(end, span[1] if span else 0) + 10, 1)
        rows.append({"name": one.name, "told": one.told, "y": place * _ROW, "end": end, "span": span, "at": told})
    return {"width": _WIDTH, "height": _ROW * len(rows), "rows": rows}


def _dots(picture: Dots) -> dict:
    """Where each dot lies; the small ones last, so that none is hidden."""

    def at(said: float, happened: float) -> tuple[float, float]:
        return round(_LEFT + _SIDE * said, 1), round(_TOP + _SIDE * (1 - happened), 1)

    marks = [(*at(said, happened), round((8 + min(rows, 400) ** 0.5) / 2, 1)) for said, happened, rows in picture.dots]
    ticks = [(at(share, 0)[0], at(0, share)[1], text) for share, text in zip((0, 0.5, 1), picture.ticks, strict=True)]
    return {
        "width": _LEFT + _SIDE + 30,
        "height": _TOP + _SIDE + 64,
        "left": _LEFT,
        "right": _LEFT + _SIDE,
        "top": _TOP,
        "bottom": _TOP + _SIDE,
        "ticks": ticks,
        "marks": sorted(marks, key=lambda mark: -mark[2]),
    }

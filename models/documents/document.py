"""A document as data: sections of sentences, lists and tables, with the pictures that go with a table. Written here as Markdown.

Whoever writes it out in another form (``pages.parts.documents.card_page``) gives the same content, since there is only this one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph. ``strong``: what a hurried reader must not miss."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list, each item a sentence or more."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a picture: its name, how long (any unit, 0 or more), its interval if known, and the number as written."""

    name: str
    value: float
    told: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """A picture of bars. ``alt`` says in words what is to be seen."""

    bars: tuple[Bar, ...]
    alt: str


@dataclass(frozen=True, slots=True)
class Dots:
    """Said against happened, both 0 to 1, larger dots for more rows; ``x``, ``y`` name the axes, ``ticks`` write 0, one half and 1."""

    dots: tuple[tuple[float, float, int], ...]
    x: str
    y: str
    ticks: tuple[str, str, str]
    alt: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of written cells under ``head``. ``numbers``: the columns that are set to the right. A table of facts has no head.

    ``picture`` is drawn above it; the table says the same in numbers.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()
    picture: Bars | Dots | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of a document."""

    title: str
    blocks: tuple[Text | Items | Table, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """``language`` is what it is written in; ``lead`` the line under the title; ``foot`` the last line."""

    language: str
    title: str
    lead: str
    sections: tuple[Section, ...]
    foot: str = ""
    facts: Table = field(default_factory=lambda: Table((), ()))


def markdown(document: Document, level: int = 1, plain: Callable[[str], str] | None = None) -> str:
    """The document as Markdown, its title a heading of ``level``. Every mark in a text is written as itself.

    Args:
        plain: how a text is written as itself, for a reader that takes more for marks than Markdown does.
    """
    write = plain or _plain
    lines = [f"{'#' * level} {write(document.title)}", "", write(document.lead), "", *_table(document.facts, write)]
    for section in document.sections:
        lines += [f"{'#' * (level + 1)} {write(section.title)}", ""]
        for block in section.blocks:
            if isinstance(block, Text):
                text = write(block.text)
                lines += [f"**{text}**" if block.strong else text, ""]
            elif isinstance(block, Items):
                lines += [*(f"- {write(item)}" for item in block.items), ""]
            else:
                lines += _table(block, write)
    return "\n".join([*lines, write(document.foot), ""] if document.foot else lines)


def _table(table: Table, write: Callable[[str], str]) -> list[str]:
    if not table.rows:
        return []
    head = table.head or ("",) * len(table.rows[0])
    rule = ["--:" if place in table.numbers else "---" for place in range(len(head))]
    rows = [head, rule, *([write(cell) for cell in row] for row in table.rows)]
    rows[0] = [write(cell) for cell in head]
    return [*("| " + " | ".join(row) + " |" for row in rows), ""]


def _plain(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>#$~|&])", r"\\\1", re.sub(r"[\r\n]+", " ", text))

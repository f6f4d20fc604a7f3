"""Reads what a screen tells of a prediction as a reader does: sentences and numbers, nothing of what they were made of."""

import re
from dataclasses import dataclass
from html import unescape

MINUS = "−"
NUMBER = re.compile(r"\(([+−±])([\d.,]+)[^()]*\)$")


@dataclass(frozen=True)
class ReadLine:
    """One line: its sentence, and its number (``None``: none is told)."""

    sentence: str
    number: float | None
    first: bool


@dataclass
class Read:
    """All that is read of one prediction. ``lead``: the numbers of the line above; ``rest`` what the rest adds up to."""

    lead: list[float]
    lines: list[ReadLine]
    rest: float
    small: float = 0.0

    @property
    def shown(self) -> list[ReadLine]:
        return [line for line in self.lines if line.first]


def numbers(text: str) -> list[float]:
    """Every share or value in a line: ``4``, ``99``; what is below or above a whole is taken for its nearest. Names in quotes are no numbers."""
    text = re.sub("“[^”]*”", "", text)
    found = re.findall(r"(?<![A-Za-z0-9.])([<>]?)(\d[\d.,]*\d|\d)", text)
    return [{"<": 0.0, ">": 100.0}.get(sign, float(digits.replace(",", "."))) for sign, digits in found]


def signed(sign: str, digits: str) -> float:
    return {"+": 1, MINUS: -1, "±": 0}[sign] * float(digits.replace(",", "."))


def read(parts: list[tuple[str, str]]) -> Read:
    """The reading of one prediction from its parts in their order: (kind, text) with kinds markdown, html and expander."""
    found, in_rest = Read([], [], 0.0), False
    for kind, text in parts:
        if kind == "expander":
            in_rest, shown = True, re.search(r"([+−±])([\d.,]+)", text)
            found.rest = signed(*shown.groups()) if shown else 0.0
        elif kind == "html":
            for row in re.findall(r'min-width:0">(.*?)<br><span[^>]*>(.*?)</span>', text, re.DOTALL):
                sentence, share = (unescape(part) for part in row)
                shown = re.match(r"([+−±])([\d.,]+)", share)
                found.lines.append(ReadLine(sentence, signed(*shown.groups()) if shown else None, True))
        elif in_rest:
            shown = NUMBER.search(text)
            number = signed(*shown.groups()) if shown else None
            if text.startswith("What is too little"):
                found.small = number or 0.0
            else:
                found.lines.append(ReadLine(NUMBER.sub("", text).strip(), number, False))
        else:
            found.lead += numbers(text)
    return found

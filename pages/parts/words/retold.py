"""What a lower floor said in English, told in the reader's language."""

import re
from functools import lru_cache

from data.people import NotAllowed
from pages.locale.raised import MARK, pattern
from pages.parts.words.language import language, notes, worded
from pages.parts.words.roles import refusal

_STEP = re.compile(r"(.+) \((\d+\s?%)\)", re.DOTALL)
"""How a worker says how far it is with something: ``Writing the release (85%)``."""


def retold(said: Exception | str) -> str:
    """The error or text ``said``, in the session's language; as it is where no sentence of the catalogue has its form."""
    if isinstance(said, NotAllowed):
        return refusal(said)
    return "\n".join(_line(line) for line in str(said).split("\n"))


def _line(text: str) -> str:
    if language() == "en" or not text.strip():
        return text
    step = _STEP.fullmatch(text)
    if step:
        return f"{_line(step[1])} ({step[2]})"
    for form, sentence in _forms(language()):
        found = form.fullmatch(text)
        if found:
            return worded(sentence).format(**found.groupdict())
    return text


@lru_cache(maxsize=16)
def _forms(language: str) -> list[tuple[re.Pattern[str], str]]:
    """(pattern, sentence) of what the lower floors say, the one with the most words of its own first."""
    below = [sentence for sentence, said in notes().items() if MARK in said]
    return [(pattern(said), said) for said in sorted(below, key=lambda said: -len(re.sub(r"\{\w+\}", "", said)))]

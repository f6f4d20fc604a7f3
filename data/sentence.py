"""A sentence that a lower floor says: its English text, and beside it the template and what fills its places, so that it can be told in any language.

It is an English text like any other (``str``) until somebody translates it: by looking its template up, never by reading the text. In a store
it is kept as JSON behind a mark (:func:`kept`); a text without places, or one that was written before there were any, is kept as it is.
"""

import json
from collections.abc import Mapping
from typing import Any

MARK = "pullcord-sentence:"
"""What a kept sentence begins with that has places."""

Place = int | float | str
"""What fills a place: a number, a text, or a :class:`Sentence` that is told in its turn."""


class Sentence(str):
    """``Sentence("There is no case {number}.", number=7)`` is the text ``There is no case 7.`` Without places the template is taken literally.

    A place may be an error or another sentence: that one is told in the reader's language too.
    """

    template: str
    places: Mapping[str, Place]

    def __new__(cls, template: str = "", /, **places: object) -> "Sentence":
        """Anything that is neither number nor sentence fills its place as the text it is."""
        filled = {name: _filling(value) for name, value in places.items()}
        made = super().__new__(cls, template.format(**filled) if filled else template)
        made.template, made.places = template, filled
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Place]]:
        """For pickle and copy."""
        return (self.template,), dict(self.places)

    def renamed(self, old: str, new: str) -> "Sentence":
        """The same with ``new`` wherever a place says ``old``."""
        told = {
            name: one.renamed(old, new) if isinstance(one, Sentence) else one.replace(old, new) if isinstance(one, str) else one
            for name, one in self.places.items()
        }
        return Sentence(self.template, **told)


def sentence_of(said: object) -> Sentence:
    """What an error or a text says. One that knows no places is taken literally; an error without words is told by its name."""
    if isinstance(said, Sentence):
        return said
    own = getattr(said, "sentence", None)
    if isinstance(own, Sentence):
        return own
    return Sentence(str(said) or (type(said).__name__ if isinstance(said, BaseException) else ""))


def kept(said: str) -> str:
    """A text as it is kept where only texts can be: of a sentence with places template and places, of any other the text."""
    if isinstance(said, Sentence) and said.places:
        return MARK + json.dumps(_plain(said), ensure_ascii=False)
    return MARK + json.dumps([str(said), {}], ensure_ascii=False) if said.startswith(MARK) else str(said)


def from_kept(text: str) -> str:
    """What :func:`kept` was given. A text that says nothing of places is given as it is."""
    if not text.startswith(MARK):
        return text
    try:
        return _read(json.loads(text.removeprefix(MARK)))
    except (ValueError, TypeError, LookupError, AttributeError):
        return text


def _filling(value: object) -> Place:
    if isinstance(value, Sentence) or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    return sentence_of(value) if isinstance(value, BaseException) else str(value)


def _plain(said: Sentence) -> list:
    return [said.template, {name: _plain(one) if isinstance(one, Sentence) else one for name, one in said.places.items()}]


def _read(plain: Any) -> Sentence:
    template, places = plain
    return Sentence(str(template), **{name: _read(one) if isinstance(one, list) else one for name, one in places.items()})

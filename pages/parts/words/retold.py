"""What a lower floor said in English, told in the reader's language: its template is looked up and its places are filled."""

from data.people import NotAllowed
from data.sentence import Sentence, sentence_of
from pages.locale.pseudo import CODE as PSEUDO
from pages.parts.words.language import language, worded
from pages.parts.words.roles import refusal


def retold(said: Exception | str) -> str:
    """The error, sentence or text ``said``, in the session's language; a text that no catalogue has as it is."""
    if isinstance(said, NotAllowed) and said.action is not None:
        return refusal(said)
    return _told(said if isinstance(said, str) else sentence_of(said))


def _told(said: str) -> str:
    """A place that is a sentence itself is told in its turn. Of a text without a template each line is looked up: an older version kept only that."""
    if not isinstance(said, Sentence):
        return said if language() == PSEUDO else "\n".join(worded(line) for line in said.split("\n"))
    if not said.places:
        return worded(said.template) if "\n" not in said.template else _told(str(said))
    return worded(said.template).format(
        **{name: _told(one) if isinstance(one, Sentence) else one for name, one in said.places.items()}
    )

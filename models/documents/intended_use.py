"""What Pullcord is for, and what it is not: one sentence, for the model card, the report, the board's first look and the README."""

from models.documents.words import Words


def intended_use(words: Words) -> str:
    """The sentence, in the reader's language."""
    return words.say(
        "Pullcord gives advice to people. It is no safety function and no interlock, and it replaces no alarm system."
    )

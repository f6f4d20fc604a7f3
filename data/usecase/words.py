"""A use case in another language: its labels, causes and outcomes by a file of words beside its ``usecase.yaml``.

``words/de.yaml`` maps each English text to its translation (``Torque: Drehmoment``); what is not in it stays English. Names that records
go by (signals, causes, areas, assets) stay as they are, so that nothing that is kept depends on who looks; how an area is called on a screen
is asked of ``UseCase.area_label``.
"""

from collections.abc import Iterator
from pathlib import Path

import yaml

TEXTS = ("title", "label", "action", "bad")
"""Keys of a ``usecase.yaml`` whose value is read by people; and tables of such texts:"""
TABLES = ("outcomes", "causes", "meaning")


def words_file(folder: Path, language: str) -> Path:
    """Where the words of ``language`` stand."""
    return folder / "words" / f"{language}.yaml"


def read_words(folder: Path, language: str) -> dict[str, str]:
    """The words of ``language``, by the English ones; empty where there is no such file.

    Raises:
        ValueError: when the file is no table of texts; the message names it and says what to write.
    """
    file = words_file(folder, language)
    if not file.is_file():
        return {}
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise ValueError(f"{file} is not YAML: {error}") from None
    if not isinstance(found, dict) or not all(isinstance(one, str) for pair in found.items() for one in pair):
        raise ValueError(f"{file} has to map English texts to translations: write e.g. Torque: Drehmoment")
    return found


def in_words(told: dict, words: dict[str, str]) -> dict:
    """``told`` (a dumped use case) with every text that people read in ``words``."""
    return {key: _one(key, value, words) for key, value in told.items()}


def texts_of(told: dict) -> Iterator[str]:
    """Every text of a dumped use case that people read."""
    for key, value in told.items():
        if key in TEXTS and isinstance(value, str) and value:
            yield value
        elif key == "areas":
            yield from value
        elif key == "replay" and value:
            yield value["area"]
        elif key in TABLES and isinstance(value, dict):
            yield from (one for one in value.values() if isinstance(one, str))
        elif isinstance(value, dict):
            yield from texts_of(value)


def _one(key: str, value: object, words: dict[str, str]) -> object:
    if key in TEXTS and isinstance(value, str):
        return words.get(value, value)
    if key in TABLES and isinstance(value, dict):
        return {code: words.get(one, one) if isinstance(one, str) else one for code, one in value.items()}
    if isinstance(value, dict) and key != "replay":
        return in_words(value, words)
    return value

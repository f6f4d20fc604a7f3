"""Every language says everything: each sentence of the catalogue, with its places, and the words of the built-in use cases."""

import re

import pytest
import yaml
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont

from data.usecase.file import load, names_of
from data.usecase.use_case import BUILT_IN
from data.usecase.words import texts_of, words_file
from pages.locale.below import HOUSE
from pages.locale.catalogue import brought_up, file_of, languages, untranslated
from pages.locale.pseudo import stretched

LANGUAGES = languages()
BUILT = names_of()
PLACE = re.compile(r"\{\w+\}")
MARKS = ("**", "<b>", "</b>", "`")


def messages(language):
    with file_of(language).open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id and message.string]


def forms(message):
    """(English, translated) of each form that a sentence has."""
    if isinstance(message.id, str):
        return [(message.id, message.string)]
    return [(message.id[-1], form) for form in message.string]


def test_the_languages_of_the_floor_are_there():
    assert {"de", "ja", "nl", "sv"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_untranslated_or_said_by_nobody(language):
    assert untranslated(language) == []
    assert file_of(language).read_bytes() == brought_up(language), "Run: python -m pages.locale.catalogue"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_places_and_the_marks(language):
    wrong = []
    for message in messages(language):
        for said, translated in forms(message):
            places, kept = set(PLACE.findall(said)), set(PLACE.findall(translated))
            if kept - places or (places - kept and (isinstance(message.id, str) or translated == message.string[-1])):
                wrong.append((said, translated))
            if isinstance(message.id, str) and any(said.count(mark) != translated.count(mark) for mark in MARKS):
                wrong.append((said, translated))
            if translated != translated.strip():
                wrong.append((said, translated))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_can_be_filled(language):
    for message in messages(language):
        for _, translated in forms(message):
            assert translated.format(**{place[1:-1]: "x" for place in PLACE.findall(translated)})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", BUILT)
def test_a_built_in_use_case_has_its_words(language, name):
    said = set(texts_of(load(name).model_dump()))
    with words_file(BUILT_IN / name, language).open(encoding="utf-8") as file:
        words = yaml.safe_load(file)
    assert said - set(words) == set(), "not translated"
    assert set(words) - said == set(), "said by nobody"
    told = load(name, None, language)
    assert told.features == load(name).features and told.areas == load(name).areas
    assert told.title == words[load(name).title]


def test_a_stretched_sentence_grows_as_translations_do_and_keeps_its_places():
    assert len(stretched("Open")) >= 8
    assert len(stretched("Torque is {value}; normally {low} on this machine.")) >= 1.35 * 50
    assert PLACE.findall(stretched("Torque is {value}; normally {low}.")) == ["{value}", "{low}"]
    assert stretched("<b>{label}</b>") == "<b>{label}</b>"


def test_the_fonts_that_are_served_have_every_character_that_is_said():
    have = set()
    for file in (HOUSE / "static" / "fonts").glob("*.woff2"):
        have |= set(TTFont(file).getBestCmap())
    said = "".join(file_of(language).read_text(encoding="utf-8") for language in LANGUAGES)
    said += "".join(file.read_text(encoding="utf-8") for file in BUILT_IN.glob("*/words/*.yaml"))
    said += "".join(file.read_text(encoding="utf-8") for file in (HOUSE / "pages").rglob("*.py"))
    assert {one for one in said if ord(one) > 127 and ord(one) not in have} <= {"\u00ad"}  # a soft hyphen is drawn by the browser

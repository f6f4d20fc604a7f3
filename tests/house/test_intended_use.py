"""What Pullcord is for, and what it is not, is said in one sentence wherever somebody meets it first: in every language, from one source."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from data.settings import PROJECT
from models.documents.card import card
from models.documents.document import markdown
from models.documents.intended_use import intended_use
from models.documents.words import ENGLISH
from pages.locale.catalogue import languages
from pages.parts.documents.report_files import pdf_source, report_page, report_pdf
from pages.parts.words.language import spoken, words
from tests.models.documents.test_report import made, read, told
from tests.screens import recorded_plant, texts, visit_of

ALL = ("en", *languages())


def in_words(code):
    with spoken(code):
        told = words()
        return told, intended_use(told)


def plain(text):
    return re.sub(r"\s+", "", text)


def test_it_is_said_in_the_readme_word_for_word():
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert intended_use(ENGLISH) in readme and readme.index(intended_use(ENGLISH)) < 2000
    for part in ("advice to people", "no safety function", "no interlock", "no alarm system"):
        assert part in intended_use(ENGLISH)


@pytest.mark.parametrize("code", ALL)
def test_every_model_card_and_every_report_says_it_in_its_reader_s_language(use_case, code):
    language, sentence = in_words(code)
    assert (sentence == intended_use(ENGLISH)) == (code == "en")
    with spoken(code):
        report = made(use_case, told(), language)
        manifest = {"number": 1, "origins": {}, "rows": 10}
        assert sentence in markdown(card(use_case, manifest, {}, language))
        assert sentence in report.foot and sentence in report_page(report)
        pages, text = read(report_pdf(pdf_source(report)))
    assert pages == 1 and plain(sentence) in plain(text)


@pytest.fixture
def plant(tmp_path, monkeypatch, use_case):
    yield from recorded_plant(tmp_path / "home", monkeypatch, use_case)


@pytest.mark.parametrize("code", ALL)
def test_whoever_says_who_they_are_reads_it(plant, code):
    app = AppTest.from_string("from pages.parts.shell.frame import page_header\npage_header('x')", default_timeout=120)
    visit_of(app).language = code
    app.run()
    assert not app.exception and in_words(code)[1] in texts(app)

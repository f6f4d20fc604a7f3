"""The report in a real browser: one sheet of paper, with all that is written on it inside, also in the words of a longer language."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from models.documents.words import ENGLISH
from pages.parts.documents.report_files import report_page
from tests.e2e.plant import browser, page_of
from tests.models.documents.test_report import made, told


def longer(message, /, **values):
    """What is said, and four tenths of it again."""
    text = message.format(**values)
    return f"{text} {text[: 4 * len(text) // 10]}".strip()


LONGER = replace(ENGLISH, say=longer)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("words", [ENGLISH, LONGER], ids=["english", "four tenths longer"])
def test_it_prints_on_one_sheet_and_nothing_falls_off(use_case, words):
    html = report_page(made(use_case, told(30, releases=9, note="a long note of somebody who had much to say " * 9), words))
    with browser() as opened:
        page = page_of(opened, 1280, 900)
        page.set_content(html)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dots an inch
        bottom = page.evaluate("document.querySelector('footer').getBoundingClientRect().bottom")
        assert bottom <= page.evaluate("document.querySelector('main').getBoundingClientRect().bottom")
        heights = page.evaluate("[...document.querySelectorAll('svg')].map(one => one.getBoundingClientRect().height)")
        assert len(heights) == 4 and min(heights) > 60
        pages = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
        assert len(pages) == 1 and "here says who" in " ".join(pages[0].extract_text().split())

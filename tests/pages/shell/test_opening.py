"""Before a page's program is loaded it says, in the reader's language, that Pullcord opens; every other answer stays as it is."""

import pytest
from starlette.middleware.gzip import GZipMiddleware

from pages.locale.catalogue import languages
from pages.parts.serving.opening import Opening
from pages.parts.words.language import language, spoken, t
from tests.pages.shell.test_from_memory import FONT, SCRIPT, Counted, get


@pytest.fixture
def behind():
    return Counted()


@pytest.mark.parametrize("path", ["", "machine", "value"])
def test_every_address_opens_with_words_and_with_the_whole_page(behind, path):
    status, told, page = get(Opening(behind), path)
    assert status == 200 and int(told["content-length"]) == len(page)
    assert "etag" not in told and "last-modified" not in told  # it is told in several languages
    plain = get(behind, path)[2]
    text = page.decode()
    assert "The screens are being opened" in text and text.index('id="root"') < text.index("pullcord_opening")
    assert "<title>Pullcord</title>" in text and text.rstrip().endswith("</html>")
    assert all(line in text for line in plain.decode().splitlines() if "<script" in line or 'id="root"' in line)


def test_a_page_that_would_come_compressed_has_it_too(behind):
    squeezed = GZipMiddleware(behind, minimum_size=1)
    assert get(squeezed, "shift", accept_encoding="gzip")[1]["content-encoding"] == "gzip"
    assert b"being opened" in get(Opening(squeezed), "shift", accept_encoding="gzip, br")[2]


@pytest.mark.parametrize("code", languages())
def test_it_is_told_in_the_language_of_the_address_and_else_of_the_browser(behind, code):
    with spoken(code):
        assert language() == code
        said = t("The screens are being opened …")
    assert said in get(Opening(behind), "", accept_language=f"{code}-XX,en;q=0.5")[2].decode()
    assert language() == "en" and "being opened" in get(Opening(behind), "", accept_language="xx, yy;q=0.1, *")[2].decode()
    assert code == "en" or said != "The screens are being opened …"


def test_nothing_else_is_touched(behind):
    for path in (SCRIPT.as_posix(), FONT.as_posix()):
        assert get(Opening(behind), path) == get(behind, path)
    assert get(Opening(behind), "", "HEAD") == get(behind, "", "HEAD")

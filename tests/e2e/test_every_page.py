"""Every page, whoever sees it and on whatever: for a screen reader, in the dark, with more contrast, under a finger, by keyboard, in a longer language."""

import re

import pytest

from pages.locale.pseudo import CODE as PSEUDO
from tests.e2e.addresses import PAGES
from tests.e2e.keys import begin, walk
from tests.e2e.measures import GROUND, PALE, cut_off, ground, serious, too_small
from tests.e2e.plant import coloured, page_of, show

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DESK, TABLET, LAPTOP = (1920, 1080), (1024, 768), (1280, 900)


@pytest.fixture(scope="module")
def page(chromium):
    """One page for all addresses: each is loaded once for all that is asked of it."""
    opened = page_of(chromium)
    yield opened
    opened.close()


def opened(page, line, name, size, **asked):
    """A screen in this size, light, as it stands when all of it is drawn."""
    page.emulate_media(color_scheme="light")
    sized(page, size)
    show(page, line, PAGES[name], who="adam", **asked)


def seen(page, size, scheme="light"):
    """The same screen in this size and these colours, drawn to the end."""
    sized(page, size)
    coloured(page, scheme)


def lasting(page, *rules):
    """Serious findings that stay: a live part takes new colours with its next tick."""
    for _ in range(4):
        if not (found := serious(page, *rules)):
            break
        page.wait_for_timeout(2000)
    return found


def sized(page, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})


@pytest.mark.parametrize("name", PAGES)
def test_it_has_no_serious_finding_fits_a_finger_and_leads_the_focus_everywhere(line, page, name):
    opened(page, line, name, DESK)
    assert lasting(page) == []
    seen(page, DESK, "dark")
    assert lasting(page, "color-contrast") == []  # of axe's rules the only one that knows colours
    seen(page, TABLET)
    assert too_small(page) == []
    seen(page, LAPTOP)
    begin(page)
    count, missed, unseen, left = walk(page)
    assert count >= 10
    assert (missed, unseen) == ([], [])
    assert left, "the focus is kept somewhere"


@pytest.mark.parametrize("name", PAGES)
def test_with_more_contrast_it_is_black_and_white_and_longer_sentences_fit(line, page, name):
    """Both are asked for in the address, and each is the harder with the other: thicker lines take room."""
    opened(page, line, name, TABLET, contrast="high", lang=PSEUDO)
    assert page.get_by_text(re.compile(r"^\[.*\]$")).count(), "the longer language is not shown"
    for scheme in GROUND:
        seen(page, TABLET, scheme)
        assert ground(page, "[data-testid=stApp]") == GROUND[scheme]
        assert page.evaluate(PALE, "[data-testid=stMain]") == []
        assert lasting(page, "color-contrast") == [], scheme
    for size in (TABLET, DESK):
        seen(page, size)
        assert cut_off(page) == [], size

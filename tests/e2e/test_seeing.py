"""The board in every language, on a wall and upright, and for an eye that sees no colour. What every page must be: ``tests/e2e/test_every_page.py``."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.measures import ratio
from tests.e2e.plant import page_of, show

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def page(chromium):
    """One page for all tests: each opens its own address on it, in its own size."""
    opened = page_of(chromium)
    yield opened
    opened.close()


def shown(line, page, path, width, height, **asked):
    """A screen in this size, as it stands when all of it is drawn."""
    page.set_viewport_size({"width": width, "height": height})
    show(page, line, path, **{"who": "adam"} | asked)


@pytest.mark.parametrize("language", ["de", "sv", "nl", "ja"])
def test_the_board_speaks_the_language_that_is_chosen_and_the_next_page_too(line, page, language):
    said = {"de": "Meine Meldungen", "sv": "Mina flaggor", "nl": "Mijn ", "ja": "自分の指摘"}[language]
    shown(line, page, "", 1920, 1080, who="olga")
    page.locator(".st-key-viewing_popover button").first.click()
    page.locator(f".st-key-language_{language} button").click()
    link = page.get_by_test_id("stTopNavLink").filter(has_text=said).first
    expect(link).to_be_visible()
    page.keyboard.press("Escape")
    link.click()
    expect(page.get_by_role("heading", name=re.compile(said)).first).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name=re.compile(said)).first).to_be_visible()


def test_a_state_is_told_without_colour(line, page):
    """Each kind of tile has a shape and words of its own; and its border stands out from the ground for an eye that sees no colour."""
    shown(line, page, "", 1920, 1080, who="olga")
    expect(page.get_by_role("button", name=re.compile("^(Open )?M-03")).first).to_be_visible()
    expect(page.locator(".tile.likely, .tile.possible").first).to_be_visible()
    tiles = page.evaluate(
        """() => { const found = {}; const look = (root) => root.querySelectorAll('*').forEach((e) => { if (e.shadowRoot) look(e.shadowRoot);
             if (e.classList?.contains('tile')) found[e.className] = [e.querySelector('.shape').textContent, getComputedStyle(e).borderTopColor,
               getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor, e.getAttribute('aria-label')]; }); look(document); return found; }"""
    )
    shapes = {
        kind: told[0] for kind, told in tiles.items() if "shelved" not in kind
    }  # on the shelf it keeps the shape of its state
    assert len(set(shapes.values())) == len(shapes) >= 2
    for kind, (_, border, ground, spoken) in tiles.items():
        if "likely" in kind or "possible" in kind:
            assert ratio(border, ground) >= 3
            assert re.search("likely|possible", spoken)


@pytest.mark.parametrize(("width", "height"), [(3840, 2160), (768, 1024)], ids=["wall", "upright tablet"])
def test_the_board_fits_a_wall_and_an_upright_tablet(line, page, width, height):
    shown(line, page, "", width, height, who="olga")
    expect(page.get_by_role("button", name=re.compile("^M-24")).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width

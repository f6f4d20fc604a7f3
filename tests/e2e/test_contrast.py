"""More contrast (``?contrast=high``), light and dark, on what opens over a screen: black and white, and nothing serious to find. The pages themselves:
``tests/e2e/test_every_page.py``."""

import pytest
from playwright.sync_api import expect

from tests.e2e.addresses import PAGES
from tests.e2e.measures import GROUND, PALE, ground, ratio, serious
from tests.e2e.plant import coloured, page_of, settled, show

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def page(chromium):
    opened = page_of(chromium, 1024, 768)
    yield opened
    opened.close()


def test_the_expert_view_can_be_read(line, page):
    show(page, line, PAGES["prediction"], who="adam", contrast="high")
    page.locator(".st-key-expert label").first.click()
    expect(page.get_by_role("slider").first).to_be_visible(timeout=120_000)
    for scheme in GROUND:
        coloured(page, scheme)
        assert page.evaluate(PALE, "[data-testid=stMain]") == []
        assert serious(page, *(["color-contrast"] if scheme == "dark" else [])) == [], scheme


@pytest.mark.parametrize(
    ("button", "place"),
    [(".st-key-ai_switch button", "[role=dialog]"), (".st-key-viewing_popover button", "[data-testid=stPopoverBody]")],
    ids=["dialog", "popover"],
)
@pytest.mark.parametrize("contrast", ["high", "normal"])
@pytest.mark.parametrize("scheme", GROUND)
def test_so_can_what_opens_over_a_page(line, page, button, place, contrast, scheme):
    """It stands outside of the page's own part, and must still know whether it is dark."""
    page.emulate_media(color_scheme=scheme)
    show(page, line, "", who="adam", contrast=contrast)
    page.locator(button).first.click()
    expect(page.locator(place)).to_be_visible()
    page.mouse.move(5, 700)  # away from the button and its hint
    settled(page)
    if contrast == "high":
        assert ground(page, place) == GROUND[scheme]
        assert page.evaluate(PALE, place) == []
    primary = page.locator(place).get_by_test_id("stBaseButton-primary").first
    text, own = primary.evaluate("(node) => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor]")
    assert ratio(text, own) >= 4.5  # axe cannot tell what lies behind a dialog, and passes over its texts
    assert serious(page, *(["color-contrast"] if scheme == "dark" or contrast == "high" else [])) == []


def test_a_computer_that_turns_dark_closes_no_dialog_and_what_lies_behind_is_dark_after_it(line, page):
    page.emulate_media(color_scheme="light")
    show(page, line, "", who="adam")
    page.locator(".st-key-ai_switch button").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(2500)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_function("() => getComputedStyle(document.documentElement).colorScheme === 'dark'")

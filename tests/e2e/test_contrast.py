"""More contrast (``?contrast=high``), light and dark, on every screen and on what opens over it: black and white, and nothing serious to find."""

import pytest
from playwright.sync_api import expect

from tests.e2e.addresses import PAGES
from tests.e2e.measures import ratio, serious
from tests.e2e.plant import page_of, settled, show

pytestmark = [pytest.mark.browser, pytest.mark.slow]
GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(0, 0, 0)"}
PALE = """(inside) => [...document.querySelectorAll(`${inside} :is(p, li, h1, h2, h3, label, small, td, th)`)].filter((e) => e.textContent.trim() && e.checkVisibility()
  && !e.closest('button, [disabled], [data-testid=stAlertContainer], .stMarkdownBadge')).filter((e) => { let seen = 1; for (let at = e; at; at = at.parentElement) seen *= getComputedStyle(at).opacity;
  return 0 < seen && seen < 1; }).map((e) => e.textContent.slice(0, 60))"""


@pytest.fixture(scope="module", params=["light", "dark"])
def page(line, chromium, request):
    opened = page_of(chromium, 1024, 768, color_scheme=request.param)
    opened.scheme = request.param
    yield opened
    opened.context.close()


def seen(line, page, path, contrast="high"):
    show(page, line, path, who="adam", contrast=contrast)


def ground(page, of):
    return page.locator(of).first.evaluate("(node) => getComputedStyle(node).backgroundColor")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_black_and_white_and_has_no_serious_finding(line, page, name):
    seen(line, page, PAGES[name])
    assert ground(page, "[data-testid=stApp]") == GROUND[page.scheme]
    assert page.evaluate(PALE, "[data-testid=stMain]") == []
    assert (
        serious(page, "color-contrast") == []
    )  # the other rules find the same as without more contrast: tests/e2e/test_faults.py


def test_so_is_the_expert_view(line, page):
    seen(line, page, PAGES["prediction"])
    page.locator(".st-key-expert label").first.click()
    expect(page.get_by_role("slider").first).to_be_visible(timeout=30_000)
    settled(page)
    assert page.evaluate(PALE, "[data-testid=stMain]") == []
    assert serious(page) == []


@pytest.mark.parametrize(
    ("button", "place"),
    [(".st-key-ai_switch button", "[role=dialog]"), (".st-key-viewing_popover button", "[data-testid=stPopoverBody]")],
    ids=["dialog", "popover"],
)
@pytest.mark.parametrize("contrast", ["high", "normal"])
def test_so_is_what_opens_over_a_page(line, page, button, place, contrast):
    """It stands outside of the page's own part, and must still know whether it is dark."""
    seen(line, page, "", contrast)
    page.locator(button).first.click()
    expect(page.locator(place)).to_be_visible()
    page.mouse.move(5, 700)  # away from the button and its hint
    settled(page)
    if contrast == "high":
        assert ground(page, place) == GROUND[page.scheme]
        assert page.evaluate(PALE, place) == []
    primary = page.locator(place).get_by_test_id("stBaseButton-primary").first
    text, own = primary.evaluate("(node) => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor]")
    assert ratio(text, own) >= 4.5  # axe cannot tell what lies behind a dialog, and passes over its texts
    assert serious(page) == []

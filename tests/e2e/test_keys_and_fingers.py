"""Keys and fingers: by keyboard alone each control gets the focus and shows it; under a finger the page scrolls, and the trend zooms."""

import re

import pytest
from playwright.sync_api import expect

from data.records import ShelfReason
from tests.e2e.addresses import PAGES
from tests.e2e.fingers import Finger
from tests.e2e.keys import begin, focused, tab_to, walk
from tests.e2e.plant import page_of, settled, show, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FIGURE = "document.querySelector('.trend-figure')"


@pytest.fixture(scope="module")
def page(chromium):
    """One page for all keys: each test opens its own address on it."""
    opened = page_of(chromium, 1280, 900)
    yield opened
    opened.close()


def shown(line, page, path, who="adam"):
    show(page, line, path, who=who)


def test_the_focus_goes_through_the_expert_view_and_is_seen_there(line, page):
    shown(line, page, PAGES["prediction"])
    tab_to(page, "Expert view")
    page.keyboard.press("Space")
    expect(page.get_by_role("slider").first).to_be_visible(timeout=120_000)
    settled(page)
    begin(page)
    _, missed, unseen, left = walk(page)
    assert (missed, unseen, left) == ([], [], True)


def test_the_arrows_go_through_a_group_of_which_tab_reaches_one(line, page):
    shown(line, page, PAGES["machine"])
    tab_to(page, "10 min")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "1 h"
    page.keyboard.press("Space")
    expect(page.get_by_role("radio", name="1 h")).to_have_attribute("aria-checked", "true")


def test_advice_is_seen_and_shelved_by_keyboard(line, page):
    store = line.hand.store
    shown(line, page, "", "olga")
    tab_to(page, focusable(page, "M-03", ".saw"))
    page.keyboard.press("Enter")
    wait_for(lambda: [one.asset for one in store.attention.acknowledged("milling")] == ["M-03"], 120, "Seen")
    tab_to(page, focusable(page, "M-08", ".shelve"))
    page.keyboard.press("Space")
    dialog = page.get_by_role("dialog")
    within(page, dialog)
    tab_to(page, "15 min", 10)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert "M-08" not in [one.asset for one in store.attention.shelved("milling")]
    tab_to(page, focusable(page, "M-08", ".shelve"))
    page.keyboard.press("Enter")
    within(page, dialog)
    tab_to(page, "Changeover or cleaning", 12)
    page.keyboard.press("Enter")
    held = wait_for(lambda: [one for one in store.attention.shelved("milling") if one.asset == "M-08"], 120, "Shelve")
    assert (held[0].person, held[0].reason) == ("olga", ShelfReason.CHANGEOVER)


def within(page, dialog):
    """The dialog is open and has taken the focus."""
    expect(dialog).to_be_visible()
    wait_for(lambda: dialog.evaluate("(node) => node.contains(document.activeElement)"), 120, "the focus in the dialog")


def focusable(page, asset, button):
    """The name of a row's button."""
    return page.locator(".row", has_text=asset).locator(button).get_attribute("aria-label")


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_tile_opens_by_keyboard(line, page, key):
    shown(line, page, "", "olga")
    tab_to(page, "M-10: normal")
    page.keyboard.press(key)
    expect(page.get_by_role("heading", name=re.compile("M-10"))).to_be_visible()


@pytest.fixture(scope="module")
def tablet(chromium):
    """One page for all fingers."""
    opened = page_of(chromium, 1024, 768, has_touch=True)
    yield opened
    opened.close()


@pytest.fixture
def trend(line, tablet):
    """The trend of a machine, drawn and moved to the top."""
    tablet.goto(f"{line.url}/machine?asset=M-05&who=olga")
    tablet.locator(".trend-figure .main-svg").first.wait_for()
    settled(tablet)
    tablet.locator(".trend-pad").evaluate("(pad) => pad.scrollIntoView({ block: 'start' })")
    tablet.wait_for_timeout(300)
    return tablet


def span(page):
    return page.evaluate(f"{FIGURE}?.layout?.xaxis?.range")


def scrolled(page):
    return page.get_by_test_id("stMain").evaluate("(node) => node.scrollTop")


def place(page, share):
    """A point of the pad at this share of its width, in the middle of the screen."""
    box = page.locator(".trend-pad").bounding_box()
    return box["x"] + share * box["width"], 420


def test_a_finger_up_and_down_scrolls_the_page_and_leaves_the_trend_alone(trend):
    before, at = span(trend), scrolled(trend)
    Finger(trend).swipe(*place(trend, 0.5), dy=-250)
    down = scrolled(trend)
    assert down > at + 150
    Finger(trend).swipe(*place(trend, 0.5), dy=200)
    assert scrolled(trend) < down - 100
    a, b = span(trend)
    assert b - a == pytest.approx(before[1] - before[0], rel=0.01) and trend.locator(".trend-live").is_hidden()
    assert trend.locator(".trend-drag").is_hidden() and "machine" in trend.url


def test_a_finger_along_the_time_zooms_and_does_not_scroll(trend):
    before, at = span(trend), scrolled(trend)
    width = trend.locator(".trend-pad").bounding_box()["width"]
    Finger(trend).swipe(*place(trend, 0.4), dx=0.3 * width)
    held = wait_for(lambda: trend.locator(".trend-live").is_visible() and span(trend), 5, "the zoom")
    assert held[1] - held[0] == pytest.approx(0.3 * (before[1] - before[0]), rel=0.05)
    assert scrolled(trend) == at
    trend.locator(".trend-live").tap()
    wait_for(lambda: trend.locator(".trend-live").is_hidden(), 5, "live again")


def test_a_tap_keeps_the_cursor_and_two_go_back_to_live(trend):
    finger, width = Finger(trend), trend.locator(".trend-pad").bounding_box()["width"]
    finger.swipe(*place(trend, 0.4), dx=0.3 * width)
    wait_for(lambda: trend.locator(".trend-live").is_visible(), 5, "the zoom")
    finger.taps(*place(trend, 0.3), 1)
    trend.wait_for_timeout(600)
    assert trend.locator(".trend-cursor").is_visible() and trend.locator(".trend-live").is_visible()
    finger.taps(*place(trend, 0.6), 2)
    wait_for(lambda: trend.locator(".trend-live").is_hidden(), 5, "live again")

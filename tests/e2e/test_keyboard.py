"""Every screen by keyboard alone: each control gets the focus and shows it, nothing keeps it, and the board's own actions are done."""

import re

import pytest
from playwright.sync_api import expect

from data.records import ShelfReason
from tests.e2e.addresses import PAGES
from tests.e2e.furnished import furnished
from tests.e2e.keys import focused, tab_to, walk
from tests.e2e.plant import page_of, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def line(released_home, tmp_path_factory):
    with furnished(released_home, tmp_path_factory.mktemp("plant") / "home") as there:
        yield there


@pytest.fixture
def page(chromium):
    opened = page_of(chromium, 1280, 900)
    yield opened
    opened.context.close()


def shown(line, page, path, who="adam"):
    page.goto(f"{line.url}/{path}{'&' if '?' in path else '?'}who={who}")
    expect(page.get_by_role("heading").first).to_be_visible()
    page.wait_for_timeout(1800)


@pytest.mark.parametrize("name", PAGES)
def test_the_focus_reaches_every_control_is_seen_there_and_goes_on(line, page, name):
    shown(line, page, PAGES[name])
    count, missed, unseen, left = walk(page)
    assert count >= 10
    assert (missed, unseen) == ([], [])
    assert left, "the focus is kept somewhere"


def test_so_it_does_in_the_expert_view(line, page):
    shown(line, page, PAGES["prediction"])
    tab_to(page, "Expert view")
    page.keyboard.press("Space")
    expect(page.get_by_role("slider").first).to_be_visible(timeout=30_000)
    page.wait_for_timeout(1500)
    page.evaluate("document.activeElement.blur()")
    page.get_by_test_id("stApp").evaluate("(node) => { node.tabIndex = -1; node.focus(); node.removeAttribute('tabindex'); }")
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
    wait_for(lambda: [one.asset for one in store.attention.acknowledged("milling")] == ["M-03"], 10, "Seen")
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
    held = wait_for(lambda: [one for one in store.attention.shelved("milling") if one.asset == "M-08"], 10, "Shelve")
    assert (held[0].person, held[0].reason) == ("olga", ShelfReason.CHANGEOVER)


def within(page, dialog):
    """The dialog is open and has taken the focus."""
    expect(dialog).to_be_visible()
    wait_for(lambda: dialog.evaluate("(node) => node.contains(document.activeElement)"), 5, "the focus in the dialog")


def focusable(page, asset, button):
    """The name of a row's button."""
    return page.locator(".row", has_text=asset).locator(button).get_attribute("aria-label")


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_tile_opens_by_keyboard(line, page, key):
    shown(line, page, "", "olga")
    tab_to(page, "M-10: normal")
    page.keyboard.press(key)
    expect(page.get_by_role("heading", name=re.compile("M-10"))).to_be_visible()

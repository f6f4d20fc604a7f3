"""What opens over a page or within it, on a tablet, when every sentence is longer: dialogs, popovers, all that is folded, the expert view."""

import re

import pytest
from playwright.sync_api import expect

from data.records import State
from pages.locale.pseudo import CODE as PSEUDO
from tests.e2e.addresses import PAGES
from tests.e2e.hand import UNKNOWN
from tests.e2e.measures import cut_off, too_small
from tests.e2e.plant import page_of, settled, show
from tests.screens import flag

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DIALOG, POPOVER = "[role=dialog]", "[data-testid=stPopoverBody]"
FOLDED = "[data-testid=stExpander] details:not([open]) > summary"
OPENS = {
    "who": ("", ".st-key-who_popover button", POPOVER),
    "viewing": ("", ".st-key-viewing_popover button", POPOVER),
    "part": ("general-reasons", ".st-key-part_popover button", POPOVER),
    "export": ("cases", ".stPopover:not([class*=st-key-]) button", POPOVER),
    "AI off": ("", ".st-key-ai_switch button", DIALOG),
    "shelve": ("", ".row:has-text('M-03') .shelve", DIALOG),
    "on the shelf": ("", ".notice", DIALOG),
    "roll back": ("versions?release=2", ".st-key-roll_back button", DIALOG),
    "release": ("versions?release=1", ".st-key-release_it button", DIALOG),
    "shadow": ("versions?release=1", ".st-key-start_shadow button", DIALOG),
}


@pytest.fixture(scope="module")
def page(line, chromium):
    """One page for all tests, on a tablet, where the room is least: what is opened goes with the next address."""
    opened = page_of(chromium, 1024, 768)
    yield opened
    opened.close()


def longer(line, page, path):
    show(page, line, path, who="adam", lang=PSEUDO)


@pytest.mark.parametrize("name", OPENS)
def test_nothing_is_cut_off_in_what_opens_over_a_page(line, page, name):
    path, button, place = OPENS[name]
    longer(line, page, path)
    page.locator(button).first.click()
    opened = page.locator(place).first
    expect(opened).to_contain_text(re.compile(r"\[.*\]"))
    settled(page)  # it grows as it opens
    assert cut_off(page, place) == []
    assert too_small(page, place) == []
    box = opened.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"]
    if name in ("roll back", "release", "shadow"):  # without a reason nothing is done, and that is said there
        opened.get_by_test_id("stBaseButton-primary").click()
        expect(opened.get_by_test_id("stAlert").last).to_be_visible()
        assert cut_off(page, place) == []
        assert line.hand.store.releases.champion("milling").number == 2


@pytest.mark.parametrize("name", [name for name in PAGES if name not in ("board", "prediction")])
def test_nothing_is_cut_off_when_all_that_is_folded_is_opened(line, page, name):
    longer(line, page, PAGES[name])
    opened = unfold(page)
    assert opened or name not in ("review", "releases"), "these two have something folded"
    assert cut_off(page) == []


def test_nothing_is_cut_off_in_the_expert_view(line, page):
    longer(line, page, PAGES["prediction"])
    page.locator(".st-key-expert label").first.click()
    expect(page.get_by_role("slider").first).to_be_visible(timeout=120_000)
    expect(page.locator(".st-key-second .main-svg").first).to_be_visible()
    assert unfold(page) >= 1
    assert cut_off(page) == []


def test_nothing_is_cut_off_in_the_form_of_a_verdict(line, page):
    case = line.hand.store.feedback.queue("milling")[0].id
    longer(line, page, f"cases?case={case}")
    if page.locator(".st-key-claim button").count():
        page.locator(".st-key-claim button").click()
    kinds = page.locator(f".st-key-kind_{case} button")
    expect(kinds.first).to_be_visible()
    for at in range(kinds.count()):
        kinds.nth(at).click()
        expect(page.locator(".st-key-decide button")).to_be_visible()
        page.wait_for_timeout(700)
        assert cut_off(page) == []


def test_nothing_is_cut_off_in_a_case_of_what_the_model_did_not_know(line, page):
    line.hand.tell(M_06=UNKNOWN)
    store = line.hand.store
    (newest,) = [one.prediction for one in store.readings.board("milling") if one.prediction.asset == "M-06"]
    case = flag(store, newest.id).case
    show(page, line, f"cases?case={case}", who="adam", lang=PSEUDO, contrast="high")
    expect(page.locator(".trend-name.first .value")).to_have_text(re.compile(r"^\["))
    assert cut_off(page) == []
    line.hand.tell(M_06=State.NORMAL)


def unfold(page) -> int:
    """Open everything that is folded; how many there were."""
    count = 0
    while page.locator(FOLDED).count():
        page.locator(FOLDED).first.click()
        page.wait_for_timeout(400)
        count += 1
    page.wait_for_timeout(500)
    return count

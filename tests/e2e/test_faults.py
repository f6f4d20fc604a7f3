"""What people see when something is wrong or missing, and that every page can be used with hands, keyboard and screen reader."""

import re
import shutil
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.addresses import PAGES
from tests.e2e.plant import page_of, plant

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def line(released_home, tmp_path_factory):
    home = tmp_path_factory.mktemp("plant") / "home"
    shutil.copytree(released_home, home)
    with plant(home, speed=2, backlog_s=600) as there:
        there.start_worker()
        there.start_screens()
        yield there


def address(line, path, who="adam"):
    return f"{line.url}/{path}{'&' if '?' in path else '?'}who={who}"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("why?reading=999999999", "There is no prediction 999999999"),
        ("why?reading=<script>", "There is no prediction"),
        ("machine?asset=M-99", "There is no machine M-99"),
        ("versions?release=77", "There is no release 77"),
        ("cases?case=4711", "There is no case 4711"),
    ],
)
def test_an_address_of_something_that_is_not_there_is_told(line, chromium, path, said):
    page = page_of(chromium)
    page.goto(address(line, path))
    expect(page.get_by_text(said).first).to_be_visible()
    expect(page.get_by_role("button", name="Board").first).to_be_visible()
    page.context.close()


def test_an_operator_who_opens_a_reviewers_address_is_told_and_sees_nothing(line, chromium):
    page = page_of(chromium)
    page.goto(address(line, "versions", "olga"))
    expect(page.get_by_text(re.compile("may not see releases"))).to_be_visible()
    expect(page.get_by_text("Train a challenger")).to_have_count(0)
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_no_page_has_a_serious_accessibility_finding(line, chromium, path, scheme):
    page = page_of(chromium, 1920, 1080, color_scheme=scheme)
    page.goto(address(line, path))
    expect(page.get_by_role("heading").first).to_be_visible()
    page.wait_for_timeout(1500)
    page.wait_for_function("!document.querySelector('[data-stale=true]')")  # what is being drawn anew is shown paler for a moment
    found = Axe().run(page).response["violations"]
    serious = [
        (one["id"], [node["target"] for node in one["nodes"]][:3])
        for one in found
        if one["impact"] in ("serious", "critical") and one["id"] not in STREAMLIT
    ]
    assert serious == []
    page.context.close()


STREAMLIT = {"aria-allowed-attr", "scrollable-region-focusable", "nested-interactive", "aria-required-children"}
"""Findings inside Streamlit's own widgets (its grid and its segmented control), which no setting of ours reaches."""


def test_the_board_fits_a_tablet_and_its_targets_fit_a_glove(line, chromium):
    page = page_of(chromium, 1024, 768)
    page.goto(address(line, "", "olga"))
    tile = page.get_by_role("button", name=re.compile("^M-01"))
    expect(tile).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1024
    for number in (1, 12, 24):
        box = page.get_by_role("button", name=re.compile(f"^M-{number:02}")).bounding_box()
        assert box["height"] >= 60 and box["width"] >= 60
    page.context.close()


DOCUMENT, CONTENT = "#root", "[data-testid=stMainBlockContainer] > [data-testid=stVerticalBlock]"


@pytest.mark.parametrize("lost", [DOCUMENT, CONTENT])
def test_a_page_that_lost_its_content_comes_back_by_itself(line, chromium, lost):
    page = page_of(chromium)
    page.goto(address(line, "flags", "olga"))
    expect(page.get_by_role("heading", name="My flags")).to_be_visible()
    page.wait_for_timeout(1500)
    page.evaluate(
        "what => document.querySelector(what).replaceChildren()", lost
    )  # what is left when the page's own code has failed
    expect(page.get_by_role("heading", name="My flags")).to_be_visible(timeout=20_000)
    page.context.close()


@pytest.mark.parametrize("years", [-20, 15])
def test_a_browser_whose_clock_is_wrong_sees_the_plants_time_and_a_live_board(line, chromium, years):
    page = page_of(chromium)
    page.add_init_script(
        f"""const Right = Date, off = {years} * 31557600000;
        Date = class extends Right {{ constructor(...given) {{ if (given.length) super(...given); else super(Right.now() + off); }}
          static now() {{ return Right.now() + off; }} }};"""
    )
    page.goto(address(line, "", "olga"))
    expect(page.get_by_text(re.compile("^live, ")).first).to_be_visible()
    page.wait_for_timeout(6000)
    expect(page.get_by_text(re.compile("^live, ")).first).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("no data"))).to_have_count(0)
    page.context.close()


def test_a_stopped_worker_is_told_within_seconds_and_old_values_are_not_shown_as_live(line, chromium):
    page = page_of(chromium)
    page.goto(address(line, "", "olga"))
    expect(page.get_by_text(re.compile("^live, ")).first).to_be_visible()
    line.stop_worker()
    begun = time.monotonic()
    expect(page.get_by_text(re.compile("(Worker stopped|Stale) since")).first).to_be_visible(timeout=12_000)
    assert time.monotonic() - begun < 10
    expect(page.get_by_role("button", name=re.compile("M-01: no data"))).to_be_visible()
    line.start_worker()
    expect(page.get_by_text(re.compile("^live, ")).first).to_be_visible(timeout=60_000)
    page.context.close()

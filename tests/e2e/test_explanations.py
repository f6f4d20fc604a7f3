"""Explanations in a real browser: what an operator reads of a failure, what an expert tries, what a model goes by, what is unknown."""

import re
import shutil
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.e2e.measures import serious
from tests.e2e.plant import page_of, plant, show, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def line(released_home, tmp_path_factory):
    """A live line with its last hour, in which M-14's torque sensor reads what no torque has ever been."""
    home = tmp_path_factory.mktemp("plant") / "home"
    shutil.copytree(released_home, home)
    with plant(home, speed=2, backlog_s=3600, flaws="sensor_drift:M-14:90") as there:
        there.start_worker()
        there.start_screens()
        yield there


@pytest.fixture(scope="module")
def failing(line):
    """A reading of the last hour that was advised, and is in the training data's range."""
    store = line.store()

    def one():
        advice = store.readings.recent_advice("milling", datetime(2020, 1, 1, tzinfo=UTC))
        ids = advice["reading"][advice["asset"] != "M-14"].tolist()
        return next((id for id in ids if not store.readings.prediction("milling", id).is_new), None)

    found = wait_for(one, 60, "advice in the last hour")
    store.close()
    return found


@pytest.mark.parametrize(("scheme", "rules"), [("light", ()), ("dark", ("color-contrast",))], ids=["light", "dark"])
def test_an_operator_reads_why_what_would_change_it_and_what_it_was(line, chromium, failing, scheme, rules):
    page = page_of(chromium, 1024, 768, color_scheme=scheme)
    page.goto(f"{line.url}/why?reading={failing}&who=olga")
    expect(page.get_by_role("heading", name=re.compile("failure.*, risk"))).to_be_visible()
    expect(page.get_by_text(re.compile("Of readings with such a risk"))).to_be_visible()
    for part in ("Why", "What would change it", "Seen before"):
        expect(page.get_by_role("heading", name=part, exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile("^With .* the risk would be below|^No change within the permitted")).first).to_be_visible()
    expect(page.get_by_text(re.compile(r"of the \d+ most similar past cases"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1024
    page.wait_for_timeout(800)
    assert serious(page, *rules) == []
    page.close()


def test_an_expert_moves_a_slider_with_the_keyboard_and_the_risk_follows(line, chromium, failing):
    page = page_of(chromium)
    page.goto(f"{line.url}/why?reading={failing}&who=dana")
    page.get_by_text("Expert view").click()
    expect(page.get_by_text(re.compile("A second opinion"))).to_be_visible()
    expect(page.get_by_text(re.compile("^Its line fits badly: it accounts for \\d+"))).to_be_visible(timeout=120_000)
    expect(page.get_by_text(re.compile(r"^Risk .*, as it was"))).to_be_visible()
    slider = page.get_by_role("slider", name=re.compile("Torque"))
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="As it was")).to_be_enabled()
    page.get_by_role("button", name="As it was").click()
    expect(page.get_by_text(re.compile(r"^Risk .*, as it was"))).to_be_visible()
    page.get_by_role("radio", name="80").click()
    expect(page.get_by_text(re.compile(r"80.% confidence")).first).to_be_visible()
    page.close()


def test_what_was_never_seen_is_unknown_on_the_board_and_when_opened(line, chromium):
    page = page_of(chromium)
    page.goto(f"{line.url}/?who=olga")
    unknown = page.get_by_role("button", name=re.compile("^Open M-14: unknown not in the training data"))
    expect(unknown).to_be_visible(timeout=120_000)
    unknown.click()
    expect(page.get_by_role("heading", name=re.compile("I don't know: this is not in the training data"))).to_be_visible()
    expect(page.get_by_text(re.compile("the training data ends at")).first).to_be_visible()
    expect(page.get_by_role("button", name="Wrong")).to_be_enabled()
    page.wait_for_timeout(800)
    assert serious(page) == []
    page.close()


def test_a_model_is_looked_at_from_every_side(line, chromium):
    page = page_of(chromium)
    page.goto(f"{line.url}/general-reasons?who=dana")
    expect(page.get_by_text(re.compile("From (a random|all) .* may be off by ±"))).to_be_visible(timeout=120_000)
    for section, said in (
        ("How a value acts", "What the model would say if it were otherwise"),
        ("What acts together", "which values act together"),
        ("In a few rules", "They imitate the model"),
        ("How good the reasons are", "how good its reasons are"),
    ):
        page.get_by_role("radio", name=section).click()
        expect(page.get_by_text(re.compile(said)).first).to_be_visible(timeout=120_000)
        expect(page.get_by_test_id("stException")).to_have_count(0)
    page.mouse.move(5, 5)
    page.evaluate("document.activeElement.blur()")  # Streamlit's own focus tint on a chosen button
    page.wait_for_timeout(800)
    assert serious(page) == []
    page.close()


def test_the_model_page_has_its_controls_on_one_row_at_1600(line, chromium):
    page = page_of(chromium, 1600, 900)
    show(page, line, "general-reasons", who="dana")
    section, release, beside = (page.locator(f".st-key-{key}").first.bounding_box() for key in ("section", "release", "beside"))
    middles = [box["y"] + box["height"] / 2 for box in (section, release, beside)]
    assert max(middles) - min(middles) < 6, middles
    heading = page.get_by_role("heading", name="What the model goes by").bounding_box()
    part = page.locator(".st-key-part_popover").first.bounding_box()
    assert heading["y"] < part["y"] + part["height"] / 2 < heading["y"] + heading["height"] < section["y"]
    page.get_by_role("button", name="All readings").click()
    page.get_by_role("combobox", name=re.compile("Area")).last.click()
    page.get_by_role("option", name="Area B").click()
    expect(page.get_by_role("button", name="Area B")).to_be_visible()
    page.close()

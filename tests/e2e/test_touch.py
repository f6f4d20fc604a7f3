"""The trend under a finger: up and down scrolls the page, along the time zooms, a tap stays, two taps go back to live."""

import time

import pytest

from tests.e2e.furnished import furnished
from tests.e2e.plant import page_of, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FIGURE = "document.querySelector('.trend-figure')"


class Finger:
    """Touches as the screen's driver reports them: what they become (a scroll, a drag, a tap) is the browser's own judgement."""

    def __init__(self, page):
        self.page, self.cdp = page, page.context.new_cdp_session(page)

    def touch(self, kind, *points, at=None):
        said = {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]}
        self.cdp.send("Input.dispatchTouchEvent", said | ({"timestamp": at} if at else {}))

    def taps(self, x, y, count):
        """Taps a tenth of a second apart, however slow the machine is on which this runs."""
        begun = time.time()
        for tap in range(count):
            self.touch("touchStart", (x, y), at=begun + 0.1 * tap)
            self.touch("touchEnd", at=begun + 0.1 * tap + 0.04)

    def swipe(self, x, y, dx=0, dy=0, steps=12):
        self.touch("touchStart", (x, y))
        for step in range(1, steps + 1):
            self.touch("touchMove", (x + dx * step / steps, y + dy * step / steps))
            self.page.wait_for_timeout(16)
        self.touch("touchEnd")
        self.page.wait_for_timeout(400)


@pytest.fixture(scope="module")
def line(released_home, tmp_path_factory):
    with furnished(released_home, tmp_path_factory.mktemp("plant") / "home") as there:
        yield there


@pytest.fixture
def page(line, chromium):
    opened = page_of(chromium, 1024, 768, has_touch=True)
    opened.goto(f"{line.url}/machine?asset=M-05&who=olga")
    opened.locator(".trend-figure .main-svg").first.wait_for()
    opened.wait_for_timeout(1500)
    opened.locator(".trend-pad").evaluate("(pad) => pad.scrollIntoView({ block: 'start' })")
    opened.wait_for_timeout(300)
    yield opened
    opened.context.close()


def span(page):
    return page.evaluate(f"{FIGURE}?.layout?.xaxis?.range")


def scrolled(page):
    return page.get_by_test_id("stMain").evaluate("(node) => node.scrollTop")


def place(page, share):
    """A point of the pad at this share of its width, in the middle of the screen."""
    box = page.locator(".trend-pad").bounding_box()
    return box["x"] + share * box["width"], 420


def test_a_finger_up_and_down_scrolls_the_page_and_leaves_the_trend_alone(page):
    before, at = span(page), scrolled(page)
    Finger(page).swipe(*place(page, 0.5), dy=-250)
    down = scrolled(page)
    assert down > at + 150
    Finger(page).swipe(*place(page, 0.5), dy=200)
    assert scrolled(page) < down - 100
    a, b = span(page)
    assert b - a == pytest.approx(before[1] - before[0], rel=0.01) and page.locator(".trend-live").is_hidden()
    assert page.locator(".trend-drag").is_hidden() and "machine" in page.url


def test_a_finger_along_the_time_zooms_and_does_not_scroll(page):
    before, at = span(page), scrolled(page)
    width = page.locator(".trend-pad").bounding_box()["width"]
    Finger(page).swipe(*place(page, 0.4), dx=0.3 * width)
    held = wait_for(lambda: page.locator(".trend-live").is_visible() and span(page), 5, "the zoom")
    assert held[1] - held[0] == pytest.approx(0.3 * (before[1] - before[0]), rel=0.05)
    assert scrolled(page) == at
    page.locator(".trend-live").tap()
    wait_for(lambda: page.locator(".trend-live").is_hidden(), 5, "live again")


def test_a_tap_keeps_the_cursor_and_two_go_back_to_live(page):
    finger, width = Finger(page), page.locator(".trend-pad").bounding_box()["width"]
    finger.swipe(*place(page, 0.4), dx=0.3 * width)
    wait_for(lambda: page.locator(".trend-live").is_visible(), 5, "the zoom")
    finger.taps(*place(page, 0.3), 1)
    page.wait_for_timeout(600)
    assert page.locator(".trend-cursor").is_visible() and page.locator(".trend-live").is_visible()
    finger.taps(*place(page, 0.6), 2)
    wait_for(lambda: page.locator(".trend-live").is_hidden(), 5, "live again")

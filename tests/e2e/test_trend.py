"""The machine's trend and the prediction in a real browser: zoom, cursor, taps and keys while the line is live."""

import re
import shutil
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.e2e.plant import page_of, plant, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FIGURE = "document.querySelector('.trend-figure')"
COUNTED = "() => { const react = Plotly.react; window.drawn = 0; Plotly.react = (...given) => { window.drawn++; return react(...given); }; }"


@pytest.fixture(scope="module")
def line(released_home, tmp_path_factory):
    """A live line with its last half hour."""
    home = tmp_path_factory.mktemp("plant") / "home"
    shutil.copytree(released_home, home)
    with plant(home, speed=2, backlog_s=1800, flaws="sensor_drift:M-14:60") as there:
        there.start_worker()
        there.start_screens()
        yield there


@pytest.fixture(scope="module")
def advised(line):
    """Readings that were advised, the newest first, each with nothing unknown in it."""
    store = line.store()

    def some():
        advice = store.readings.recent_advice("milling", datetime(2020, 1, 1, tzinfo=UTC))
        ids = advice["reading"][advice["asset"] != "M-14"].tolist()
        found = [id for id in ids if not store.readings.prediction("milling", id).is_new]
        return found if len(found) > 1 else None

    found = wait_for(some, 90, "two pieces of advice")
    store.close()
    return found


@pytest.fixture
def trend(line, chromium):
    """The page of a machine, drawn; what it asked the network for is in ``page.asked``."""
    page = page_of(chromium)
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(f"{line.url}/machine?asset=M-05&who=olga")
    page.locator(".trend-figure .main-svg").first.wait_for()
    page.get_by_role("radio", name="10 min").click()
    wait_for(lambda: (ends := span(page)) and ends[1] - ends[0] < 700_000, 120, "ten minutes")
    page.evaluate(COUNTED)
    yield page
    page.close()


def span(page):
    """The two ends of the time axis that is drawn, in ms."""
    return page.evaluate(f"{FIGURE}?.layout?.xaxis?.range")


def place(page, share, row=0):
    """Where the pad is touched: at a share of its width, in the middle of a line of the figure."""
    box = page.locator(".trend-pad").bounding_box()
    name = page.locator(".trend-name").nth(row).bounding_box()
    return box["x"] + share * box["width"], name["y"] + name["height"] / 2


def zoomed(page, first=0.5, last=0.7):
    (x, y), (end, _) = place(page, first, 2), place(page, last, 2)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + end) / 2, y)
    page.mouse.move(end, y)
    page.mouse.up()
    return wait_for(lambda: page.locator(".trend-live").is_visible() and span(page), 5, "the zoom")


def test_the_zoom_stays_over_many_live_ticks_without_a_new_chart(trend):
    before = span(trend)
    held = zoomed(trend)
    assert held[1] - held[0] == pytest.approx(0.2 * (before[1] - before[0]), rel=0.02)
    trend.evaluate(f"() => {{ {FIGURE}.dataset.same = 'yes'; window.drawn = 0; window.ranges = new Set(); }}")
    last = trend.evaluate(f"{FIGURE}.data[0].x.at(-1)")
    for tick in range(1, 7):
        wait_for(lambda tick=tick: trend.evaluate("window.drawn") >= tick, 120, f"tick {tick}")
        assert span(trend) == held
    assert trend.evaluate(f"{FIGURE}.dataset.same") == "yes"
    assert trend.evaluate(f"{FIGURE}.data[0].x.at(-1)") > last + 8_000, "the record went on beneath the zoom"


def test_back_to_live_is_one_tap_and_then_it_follows_again(trend):
    held = zoomed(trend)
    trend.get_by_role("button", name="Zoom held · back to live").click()
    live = wait_for(lambda: span(trend) if span(trend) != held else None, 5, "the live axis")
    wait_for(lambda: span(trend)[1] > live[1], 120, "the next tick")
    expect(trend.locator(".trend-live")).to_be_hidden()


def test_a_double_tap_and_escape_reset_the_zoom(trend):
    zoomed(trend)
    trend.mouse.dblclick(*place(trend, 0.3, 3))
    expect(trend.locator(".trend-live")).to_be_hidden()
    zoomed(trend)
    trend.locator(".trend-pad").press("Escape")
    expect(trend.locator(".trend-live")).to_be_hidden()


def test_a_closer_look_shows_every_reading(trend):
    (a, b) = zoomed(trend, 0.4, 0.5)
    inside = f"{FIGURE}.data[0].x.filter((at) => at >= {a} && at <= {b}).length"
    seconds = (b - a) / 1000
    wait_for(lambda: trend.evaluate(inside) >= 1.9 * seconds, 120, "two readings a second")


def test_one_cursor_reads_all_lines_at_one_moment(trend):
    trend.mouse.move(*place(trend, 0.4, 3))
    expect(trend.locator(".trend-cursor")).to_be_visible()
    then = trend.locator(".trend-then").inner_text()
    a, b = span(trend)
    moment = datetime.fromtimestamp((a + 0.4 * (b - a)) / 1000, UTC)
    told = moment.replace(hour=int(then[:2]), minute=int(then[3:5]), second=int(then[6:8]), microsecond=0)
    assert abs((told - moment).total_seconds()) < 5
    figure, pad = trend.locator(".trend-figure").bounding_box(), trend.locator(".trend-cursor").bounding_box()
    assert pad["height"] == pytest.approx(figure["height"], abs=2), "it goes through every line"
    values = trend.locator(".trend-name .value").all_inner_texts()
    assert len(values) == 10 and all(values)
    trend.mouse.move(*place(trend, 0.9, 3))
    assert trend.locator(".trend-name .value").all_inner_texts() != values
    trend.mouse.move(5, 5)
    expect(trend.locator(".trend-cursor")).to_be_hidden()
    assert trend.locator(".trend-then").inner_text() == "now"


def test_a_tap_on_a_signal_keeps_the_cursor_a_tap_on_the_risk_opens_that_reading(trend, line):
    trend.mouse.click(*place(trend, 0.3, 4))
    trend.mouse.move(5, 5)
    expect(trend.locator(".trend-cursor")).to_be_visible()
    a, b = span(trend)
    x, y = place(trend, 0.6)
    trend.mouse.click(x, y)
    trend.wait_for_url("**/why?**")
    store = line.store()
    reading = store.readings.prediction("milling", int(trend.url.split("reading=")[1].split("&")[0]))
    store.close()
    wall = reading.time.timestamp() * 1000 + trend.evaluate("0")  # compared by the minute: the axis has the plant's clock
    assert reading.asset == "M-05" and abs((wall - (a + 0.6 * (b - a))) % 3_600_000 + 1_800_000) % 3_600_000 - 1_800_000 < 6_000


def test_all_of_it_works_by_keyboard(trend):
    pad = trend.locator(".trend-pad")
    pad.focus()
    for _ in range(3):
        pad.press("ArrowLeft")
    said = pad.get_attribute("aria-valuetext")
    assert "Risk of failure" in said and said[:8] == trend.locator(".trend-then").inner_text()
    pad.press("+")
    expect(trend.locator(".trend-live")).to_be_visible()
    pad.press("Enter")
    trend.wait_for_url("**/why?**")


def test_plotly_comes_from_this_server_and_once(trend):
    trend.locator(".trend-pad").press("Escape")
    ours = [url for url in trend.asked if "plotly.min.js" in url]
    assert len(ours) == 1 and all(url.startswith(("http://localhost", "blob:", "data:")) for url in trend.asked)


@pytest.mark.parametrize("size", [(1024, 768), (1920, 1080)])
def test_what_how_sure_and_why_stand_in_the_first_screenful_and_the_answers_under_the_thumb(line, chromium, advised, size):
    page = page_of(chromium, *size)
    page.goto(f"{line.url}/why?reading={advised[0]}&who=olga")
    agree = page.get_by_role("button", name="Agree")
    agree.wait_for()
    why = page.get_by_text("on this machine").first.bounding_box()
    sure = page.get_by_text(re.compile("Of readings with such a risk|Too few readings like this")).first.bounding_box()
    boxes = [page.locator(f"[class*=st-key-big_{kind}_] button").bounding_box() for kind in ("agree", "wrong", "unclear")]
    for box in (why, sure, *boxes):
        assert box["y"] >= 0 and box["y"] + box["height"] <= size[1]
    assert all(box["height"] >= 60 for box in boxes)
    if size[0] < 1250:
        assert all(box["y"] > 0.8 * size[1] for box in boxes), "at the bottom, where the thumb is"
    page.close()


def answers_to(page, reading: int):
    """The three answers to one reading are there: those to the reading before it carry another number."""
    page.locator(f".st-key-big_agree_{reading} button").wait_for()


def test_a_prediction_is_flagged_and_left_for_the_next_by_keyboard(line, chromium, advised):
    store = line.store()
    page = page_of(chromium, 1024, 768)
    page.goto(f"{line.url}/why?reading={advised[1]}&who=olga")
    answers_to(page, advised[1])
    after = store.readings.beside("milling", advised[1])[1]
    page.keyboard.press("n")
    page.wait_for_url(f"**reading={after}**")
    answers_to(page, after)
    page.keyboard.press("p")
    page.wait_for_url(f"**reading={advised[1]}**")
    answers_to(page, advised[1])
    page.keyboard.press("w")
    page.get_by_role("heading", name=re.compile("what is wrong")).wait_for()
    expect(page.locator(f".st-key-big_agree_{advised[1]}")).to_have_count(0)
    page.keyboard.press("a")  # no answer while a reason is asked for
    page.wait_for_timeout(1000)
    assert store.feedback.flags_on("milling", advised[1]) == []
    page.keyboard.press("1")
    page.get_by_text("is recorded").wait_for()
    (flag,) = store.feedback.flags_on("milling", advised[1])
    assert (str(flag.kind), str(flag.reason)) == ("wrong", "false_alarm")
    store.close()
    page.close()


def test_who_goes_back_from_the_reasons_has_the_three_answers_again(line, chromium, advised):
    store = line.store()
    page = page_of(chromium, 1024, 768)
    page.goto(f"{line.url}/why?reading={advised[0]}&who=olga")
    answers_to(page, advised[0])
    page.keyboard.press("u")
    page.get_by_role("heading", name=re.compile("what is unclear")).wait_for()
    page.keyboard.press("Escape")
    answers_to(page, advised[0])
    page.keyboard.press("a")
    page.get_by_text("Recorded: you agree.").wait_for()
    (flag,) = store.feedback.flags_on("milling", advised[0])
    assert str(flag.kind) == "agree"
    store.close()
    page.close()


def test_a_glove_that_taps_twice_gives_no_reason(line, chromium, advised):
    store = line.store()
    page = page_of(chromium, 1920, 1080)
    page.goto(f"{line.url}/why?reading={advised[2]}&who=olga")
    answers_to(page, advised[2])
    page.wait_for_load_state("networkidle")
    box = page.locator(f".st-key-big_wrong_{advised[2]} button").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(*middle)
    page.locator(".st-key-thumb_why").wait_for()
    page.mouse.click(*middle)
    page.wait_for_timeout(1000)
    assert page.locator(".st-key-thumb_why").is_visible() and store.feedback.flags_on("milling", advised[2]) == []
    page.get_by_role("button", name="Real problem, but wrong cause").click()
    page.get_by_text("is recorded").wait_for()
    store.close()
    page.close()

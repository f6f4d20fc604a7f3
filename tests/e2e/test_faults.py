"""What people see when something is wrong or missing."""

import io
import re
import shutil
import signal
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import expect

from data.attachments import Attachment, attachment
from data.people import DEMO_PEOPLE
from data.records import GONE_S, Flag, FlagKind, FlagReason, Person
from data.usecase.file import load
from tests.e2e.plant import page_of, plant, settled, wait_for
from tests.hostile import HOST, MARKS, attack

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


NOWHERE = {
    "why?reading=999999999": "There is no prediction 999999999",
    "why?reading=<script>": "There is no prediction",
    "machine?asset=M-99": "There is no machine M-99",
    "versions?release=77": "There is no release 77",
    "cases?case=4711": "There is no case 4711",
}


def test_an_address_of_something_that_is_not_there_is_told(line, chromium):
    page = page_of(chromium)
    for path, said in NOWHERE.items():
        page.goto(address(line, path))
        expect(page.get_by_text(said).first).to_be_visible()
        expect(page.get_by_role("button", name="Board").first).to_be_visible()
    page.close()


def test_the_scripts_of_the_first_screen_come_compressed_and_may_be_kept(line, chromium):
    """What a tablet waits for on a plant's wireless network: a third of their 3 MB."""
    page, sent = page_of(chromium), []
    page.on("response", lambda answer: sent.append(answer.headers) if answer.url.endswith(".js") else None)
    page.goto(address(line, ""))
    expect(page.locator(".tile").first).to_be_visible()
    scripts = [one for one in sent if "immutable" in one.get("cache-control", "")]
    assert len(scripts) > 30 and {one.get("content-encoding") for one in scripts} == {"gzip"}
    assert sum(int(one["content-length"]) for one in scripts) < 1_500_000
    page.close()


def test_an_operator_who_opens_a_reviewers_address_is_told_and_sees_nothing(line, chromium):
    page = page_of(chromium)
    page.goto(address(line, "versions", "olga"))
    expect(page.get_by_text(re.compile("may not see releases"))).to_be_visible()
    expect(page.get_by_text("Train a challenger")).to_have_count(0)
    page.close()


def test_the_board_fits_a_tablet_and_its_targets_fit_a_glove(line, chromium):
    page = page_of(chromium, 1024, 768)
    page.goto(address(line, "", "olga"))
    tile = page.get_by_role("button", name=re.compile("^M-01"))
    expect(tile).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1024
    for number in (1, 12, 24):
        box = page.get_by_role("button", name=re.compile(f"^M-{number:02}")).bounding_box()
        assert box["height"] >= 60 and box["width"] >= 60
    page.close()


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
    expect(page.get_by_role("heading", name="My flags")).to_be_visible(timeout=120_000)
    page.close()


def test_browsers_whose_clock_is_wrong_see_the_plants_time_and_a_live_board(line, chromium):
    pages = [page_of(chromium), page_of(chromium)]
    for page, years in zip(pages, (-20, 15), strict=True):
        page.add_init_script(
            f"""const Right = Date, off = {years} * 31557600000;
            Date = class extends Right {{ constructor(...given) {{ if (given.length) super(...given); else super(Right.now() + off); }}
              static now() {{ return Right.now() + off; }} }};"""
        )
        page.goto(address(line, "", "olga"))
        expect(page.get_by_text(re.compile("^live, ")).first).to_be_visible()
    time.sleep(6)
    for page in pages:
        expect(page.get_by_text(re.compile("^live, ")).first).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("no data"))).to_have_count(0)
        page.close()


@pytest.mark.parametrize(("zone", "off_h"), [("Asia/Tokyo", 3), ("America/Los_Angeles", -24)])
def test_no_clock_of_a_browser_decides_how_old_a_value_is(line, chromium, zone, off_h):
    page = page_of(chromium, timezone_id=zone)
    page.add_init_script(f"{{ const right = Date.now; Date.now = () => right() + {off_h} * 3600000; }}")
    page.goto(address(line, "machine?asset=M-03", "olga"))
    expect(page.get_by_text(re.compile("live, [0-9] s ago"))).to_be_visible()
    page.goto(address(line, "", "olga"))
    expect(page.get_by_text(re.compile("^live, [0-9] s ago")).first).to_be_visible()
    plants = datetime.now(ZoneInfo(load("milling").timezone))
    shown = datetime.strptime(page.locator(".clock").inner_text(), "%H:%M:%S")
    apart = abs(
        (shown.hour * 3600 + shown.minute * 60 + shown.second) - (plants.hour * 3600 + plants.minute * 60 + plants.second)
    )
    assert min(apart, 86_400 - apart) < 5
    page.close()


LOOK = """(wanted) => { window.told = {};
    window.looking = setInterval(() => {
        const roots = [document.body, ...[...document.querySelectorAll("*")].map((node) => node.shadowRoot).filter(Boolean)];
        const shown = roots.map((root) => root.textContent).join(" ");
        for (const [what, said] of Object.entries(wanted)) if (!(what in window.told) && new RegExp(said).test(shown)) window.told[what] = Date.now();
    }, 50); }"""
"""Notes in the browser when each of some words came onto the screen."""


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hung"])
def test_a_worker_that_ends_is_told_on_every_live_screen_within_five_seconds(line, chromium, sent):
    marks = {
        "": {"header": "(nothing new|Stale) since", "tile": "M-03.{0,4}no data, "},
        "machine?asset=M-03": {"headline": "no data for"},
    }
    pages = {address(line, path, "olga"): told for path, told in marks.items()} | {f"{line.url}/?wall=1": marks[""]}
    opened = []
    for where, told in pages.items():
        page = page_of(chromium)
        page.goto(where)
        expect(page.get_by_text(re.compile("live, ")).first).to_be_visible()
        opened.append((page, told))
    time.sleep(2)
    for page, told in opened:
        page.evaluate(LOOK, told)
    begun = time.time()
    line.worker.send_signal(sent)
    try:
        late = {}
        for page, told in opened:
            page.wait_for_function("(n) => Object.keys(window.told).length === n", arg=len(told))
            late[page.url] = {what: round(at / 1000 - begun, 2) for what, at in page.evaluate("window.told").items()}
            expect(page.get_by_text(re.compile("live, ")).first).to_have_count(0)
    finally:
        if sent == signal.SIGSTOP:
            line.worker.send_signal(signal.SIGCONT)
        else:
            line.worker.wait(20)
            time.sleep(
                max(0.0, GONE_S - (time.time() - begun))
            )  # until then it might still be alive, for all that the next one knows
            line.start_worker()
    print(late)
    assert max(seconds for told in late.values() for seconds in told.values()) <= 5, late
    for page, _ in opened:
        expect(page.get_by_text(re.compile("live, ")).first).to_be_visible(timeout=120_000)
        page.close()


def test_what_strangers_wrote_is_shown_to_the_letter_and_no_browser_asks_elsewhere_for_it(line, chromium):
    """Last in this file: the people of this plant bear odd names from now on."""
    store, text = line.store(), "\n".join(MARKS)
    seen = wait_for(lambda: store.readings.board("milling"), 120, "a reading")[0].prediction
    snapshot = {
        "score": seen.score,
        "release": 1,
        "reasons": [{"group": "heat", "text": text, "points": text}],
        "changes": [text],
    }
    flag = Flag("milling", seen.asset, seen.id, 1, "olga", FlagKind.WRONG, FlagReason.FALSE_ALARM, snapshot, text)
    case = store.feedback.raise_flag(flag, 3.0).case
    store.feedback.say(case, "erik", text)
    picture = io.BytesIO()
    Image.new("RGB", (1200, 900), "red").save(picture, "PNG")
    store.feedback.say(case, "erik", "", attachment(f"{attack('file')}.png", picture.getvalue()))
    store.feedback.say(
        case, "erik", "", Attachment(attack("old") + ".svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    )
    for one in DEMO_PEOPLE:
        store.people.save(Person(one.id, attack(one.id), one.role), "test")
    store.close()
    page, asked = page_of(chromium), []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(address(line, f"cases?case={case}", "erik"))
    expect(page.get_by_test_id("stDownloadButton").first).to_be_visible()
    settled(page)
    drawn = page.evaluate(
        "() => [...document.querySelectorAll('[data-testid=stMarkdownContainer]')].map((one) => one.textContent)"
    )
    letters = [re.sub(r"\s+", "", one) for one in drawn]
    wanted = re.sub(r"\s+", "", text)
    assert sum(wanted in one for one in letters) >= 3, "comment, note and reason are there to the letter"
    assert any(re.sub(r"\s+", "", attack("olga")) in one for one in letters)
    marked = page.evaluate(
        "(host) => [...document.querySelectorAll('[href], [src], [action], [poster]')].flatMap((one) => "
        "['href', 'src', 'action', 'poster'].map((name) => one.getAttribute(name) || '')).filter((one) => one.includes(host))", HOST
    )  # fmt: skip
    assert (
        marked == []
        and [url for url in asked if HOST in url or ("localhost" not in url.split("?")[0] and url.startswith("http"))] == []
    )
    assert page.locator("[data-testid=stImage] img").count() == 1, "of a picture its small copy, of everything else nothing"
    with page.expect_download() as told:
        page.get_by_role("button", name="old").click()
    assert told.value.suggested_filename.endswith(".svg")
    rules = page.evaluate("async () => (await fetch('/')).headers.get('content-security-policy')")
    assert "default-src 'self'" in rules and "object-src 'none'" in rules
    page.close()

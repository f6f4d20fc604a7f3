"""The board in a real browser: on a wall, over a lost connection and a restart, with hands and keys, at a thousand machines."""

import re
import shutil
import signal
import time
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from benchmarks.large_lines import enlarge
from data.records import UNSEEN_FOR, ShelfReason, State
from tests.e2e.hand import UNKNOWN, WATCH_TILE, Hand
from tests.e2e.plant import page_of, plant, wait_for
from tests.e2e.wire import CUTS

SLOW, CUT = "The server is slow to answer", "No connection since"
pytestmark = [pytest.mark.browser, pytest.mark.slow]
LIKELY, POSSIBLE, NORMAL = State.LIKELY, State.POSSIBLE, State.NORMAL


@pytest.fixture(scope="module")
def line(released_home, tmp_path_factory):
    home = tmp_path_factory.mktemp("plant") / "home"
    shutil.copytree(released_home, home)
    with plant(home) as there:
        there.hand = Hand(there)
        there.start_screens()
        yield there
        there.hand.stop()


@pytest.fixture(autouse=True)
def quiet(request):
    """Each test begins with a line on which all is normal."""
    if "line" in request.fixturenames:
        there = request.getfixturevalue("line")
        there.hand.tell(**{asset.replace("-", "_"): NORMAL for asset in there.hand.states})
        for one in there.hand.store.attention.unseen("milling", datetime.now(UTC) - UNSEEN_FOR):
            there.hand.store.attention.acknowledge("milling", one.asset, "test")
        for one in there.hand.store.attention.shelved("milling"):
            there.hand.store.attention.unshelve(one.id, "test")
    yield


def board(chromium, line, address="/?who=olga", width=1920, height=1080, **more):
    page = page_of(chromium, width, height, **more)
    page.goto(line.url + address)
    expect(page.locator(".clock")).to_have_text(re.compile(r"\d\d:\d\d:\d\d"))
    return page


def row(page, asset):
    return page.locator(".row", has=page.get_by_role("button", name=re.compile(f"Open {asset}: ")))


def tile(page, asset):
    return page.get_by_role("button", name=re.compile(f"^{asset}: "))


def size_of(locator):
    return locator.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")


def test_a_wall_shows_the_board_alone_and_large_without_anybody_signed_in(line, chromium):
    line.hand.tell(M_03=LIKELY, M_08=POSSIBLE)
    for width, height, least in ((1920, 1080, 48), (3840, 2160, 96)):
        page = board(chromium, line, "/?wall=1", width, height)
        expect(tile(page, "M-03")).to_contain_text("likely")
        assert size_of(tile(page, "M-01").locator(".text")) >= least and size_of(tile(page, "M-03").locator(".text")) >= least
        assert (
            page.locator('[data-testid="stHeader"]').is_hidden() and page.get_by_role("button", name="Who are you?").count() == 0
        )
        below = page.evaluate("""() => {
            const board = document.querySelector('[data-testid="stMain"]'), root = [...document.querySelectorAll('*')].find((n) => n.shadowRoot?.querySelector('.board'));
            const tiles = [...root.shadowRoot.querySelectorAll('.tile')];
            return [board.scrollHeight - board.clientHeight, Math.max(...tiles.map((t) => t.getBoundingClientRect().bottom)) - innerHeight];
        }""")
        assert below[0] <= 0 and below[1] <= 0, "all of it is on one screen"
        assert page.locator(".act:visible").count() == 0 and tile(page, "M-03").is_disabled()
        page.close()


def test_a_button_leads_onto_the_wall_and_back(line, chromium):
    page = board(chromium, line)
    page.get_by_role("button", name="Open the wall", exact=True).click()
    expect(page.locator(".board.wall")).to_be_visible()
    assert "wall=1" in page.url and "who=olga" in page.url
    page.mouse.move(900, 500)
    page.get_by_role("button", name="Leave the wall").click()
    expect(page.get_by_role("button", name=re.compile("Olga Berg"))).to_be_visible()
    assert "wall" not in page.url
    page.close()


def test_a_server_that_does_not_answer_for_ten_seconds_is_told_to_be_slow_and_takes_no_board_away(line, chromium):
    page = board(chromium, line, "/?wall=1")
    expect(page.locator(".beat")).to_be_visible()
    names = page.locator(".tile .name").all_inner_texts()
    line.screens.send_signal(signal.SIGSTOP)
    begun = time.monotonic()
    try:
        expect(page.get_by_role("alert")).to_contain_text(SLOW, timeout=6000)
        assert time.monotonic() - begun < 5.5
        assert re.search(r"of \d\d:\d\d:\d\d, \d+ s ago", page.get_by_role("alert").inner_text())
        expect(page.locator(".beat")).to_be_hidden()  # nothing that is old looks alive
        while time.monotonic() - begun < 10:
            assert page.locator(".tile .name").all_inner_texts() == names and page.locator(".tile").first.is_visible()
            assert page.evaluate(
                "!document.querySelector('[data-testid=stMain]').closest('[inert]') && document.elementFromPoint(innerWidth / 2, innerHeight - 100).id !== 'pullcord_lost'"
            )
            assert CUT not in page.get_by_role("alert").inner_text()
            time.sleep(0.5)
    finally:
        line.screens.send_signal(signal.SIGCONT)
    expect(page.get_by_role("alert")).to_be_hidden(timeout=120_000)
    advances(page)
    page.close()


def advances(page):
    first = page.locator(".clock").inner_text()
    expect(page.locator(".clock")).not_to_have_text(first, timeout=4000)


def test_after_a_restart_of_the_server_a_wall_and_an_open_board_come_back_by_themselves(line, chromium):
    line.hand.tell(M_03=LIKELY)
    pages = {address: board(chromium, line, address) for address in ("/?wall=1", "/?who=olga")}
    for page in pages.values():
        page.evaluate("window.before = true")
    line.screens.kill()
    line.screens.wait(10)
    for page in pages.values():
        expect(page.get_by_role("alert")).to_contain_text("No connection since", timeout=6000)
    time.sleep(8)
    line.start_screens()
    for address, page in pages.items():
        page.wait_for_function("() => !window.before", timeout=120_000)  # loaded anew: it may have been another version
        expect(tile(page, "M-03")).to_contain_text("likely", timeout=120_000)
        assert ("wall=1" in page.url) == ("wall" in address) and page.locator("#pullcord_lost").is_hidden()
        advances(page)
        page.close()


def test_advice_is_seen_with_one_tap_and_everybody_reads_by_whom(line, chromium):
    page, other = board(chromium, line), board(chromium, line, "/?who=omar")
    line.hand.tell(M_03=LIKELY)
    for target in (row(page, "M-03").locator(".go"), *row(page, "M-03").get_by_role("button").all()):
        box = target.bounding_box()
        assert box["width"] >= 60 and box["height"] >= 60
    row(page, "M-03").get_by_role("button", name="Seen").click()
    for one in (page, other):
        expect(row(one, "M-03").locator(".known")).to_have_text(re.compile(r"Seen by Olga Berg, \d\d:\d\d"))
        expect(one.get_by_text("1 seen, nothing else needs a look")).to_be_visible()
    line.hand.tell(M_03=NORMAL)
    expect(page.get_by_text("Nothing needs a look")).to_be_visible()
    line.hand.tell(M_03=LIKELY)
    expect(row(other, "M-03").get_by_role("button", name="Seen")).to_be_visible()  # another episode
    page.close(), other.close()


def test_what_the_model_does_not_know_is_seen_and_shelved_too(line, chromium):
    line.hand.tell(M_03=UNKNOWN)
    page = board(chromium, line)
    expect(tile(page, "M-03")).to_contain_text("unknown")
    row(page, "M-03").get_by_role("button", name="Seen").click()
    expect(row(page, "M-03").locator(".known")).to_have_text(re.compile(r"Seen by Olga Berg, \d\d:\d\d"))
    row(page, "M-03").get_by_role("button", name="Shelve").click()
    page.get_by_role("dialog").get_by_role("button", name="Changeover or cleaning").click()
    expect(row(page, "M-03")).to_have_count(0)
    page.get_by_role("button", name="1 shelved").click()
    expect(page.get_by_role("dialog").get_by_text("M-03 · unknown")).to_be_visible()
    page.keyboard.press("Escape")
    line.hand.tell(M_03=POSSIBLE)  # now it is known, and worse
    expect(row(page, "M-03")).to_be_visible()
    expect(row(page, "M-03").get_by_role("button", name="Seen")).to_be_visible()
    page.close()


def test_who_has_not_said_who_they_are_is_asked_to(line, chromium):
    line.hand.tell(M_03=LIKELY)
    page = board(chromium, line, "/")
    row(page, "M-03").get_by_role("button", name="Seen").click()
    expect(page.get_by_text("Say who you are at the top right.")).to_be_visible()
    assert line.hand.store.attention.acknowledged("milling") == []
    manager = board(chromium, line, "/?who=maria")
    expect(row(manager, "M-03")).to_be_visible()
    assert row(manager, "M-03").locator(".act:visible").count() == 0
    page.close(), manager.close()


def test_advice_is_shelved_with_a_reason_listed_brought_back_and_back_at_once_when_it_gets_worse(line, chromium):
    line.hand.tell(M_03=POSSIBLE, M_05=LIKELY)
    page = board(chromium, line)
    row(page, "M-03").get_by_role("button", name="Shelve").click()
    asked = page.get_by_role("dialog")
    asked.get_by_text("1 h", exact=True).click()
    time.sleep(2.5)  # the board goes on behind it and does not close it
    asked.get_by_role("button", name="A sensor reads wrong").click()
    expect(row(page, "M-03")).to_have_count(0)
    expect(row(page, "M-05")).to_be_visible()
    expect(tile(page, "M-03")).to_contain_text("shelved")
    (held,) = line.hand.store.attention.shelved("milling")
    assert (held.person, held.reason, round((held.until - held.at).total_seconds() / 60)) == ("olga", ShelfReason.SENSOR, 60)

    page.get_by_role("button", name="1 shelved").click()
    listed = page.get_by_role("dialog")
    expect(listed.get_by_text(re.compile("Shelved until .* by Olga Berg: A sensor reads wrong"))).to_be_visible()
    listed.get_by_role("button", name="Bring back").click()
    expect(row(page, "M-03")).to_be_visible()
    expect(page.get_by_role("button", name="1 shelved")).to_have_count(0)

    row(page, "M-03").get_by_role("button", name="Shelve").click()
    page.get_by_role("dialog").get_by_role("button", name="Known, and being worked on").click()
    expect(row(page, "M-03")).to_have_count(0)
    line.hand.tell(M_03=LIKELY)
    expect(row(page, "M-03")).to_be_visible(timeout=4000)
    page.close()


def test_what_is_new_is_marked_with_a_word_also_after_a_reload(line, chromium):
    page = board(chromium, line, "/?who=erik")
    time.sleep(1)
    line.hand.tell(M_09=LIKELY)
    expect(row(page, "M-09").locator("mark")).to_have_text("new")
    expect(tile(page, "M-09").locator("mark")).to_have_text("new")
    page.reload()
    expect(row(page, "M-09").locator("mark")).to_have_text("new")
    row(page, "M-09").get_by_role("button", name="Seen").click()
    expect(tile(page, "M-09").locator("mark")).to_have_text("seen")
    page.close()


def test_the_focus_stays_the_arrows_move_it_and_enter_opens(line, chromium):
    page = board(chromium, line, width=1920)
    tile(page, "M-08").focus()
    line.hand.tell(M_01=LIKELY, M_07=POSSIBLE)
    expect(tile(page, "M-01")).to_contain_text("likely")
    time.sleep(2.5)
    assert focused(page).startswith("M-08")
    for key, where in (("ArrowRight", "M-09"), ("ArrowDown", "M-15"), ("ArrowLeft", "M-14"), ("ArrowUp", "M-08")):
        page.keyboard.press(key)
        assert focused(page).startswith(where)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("M-08"))).to_be_visible()
    page.close()


def focused(page):
    return page.evaluate("() => document.activeElement.shadowRoot?.activeElement?.getAttribute('aria-label') ?? ''")


def test_what_was_scrolled_to_stays_where_it_is(line, chromium):
    page = board(chromium, line, width=1024, height=500)
    page.locator('[data-testid="stMain"]').evaluate("node => node.scrollTo(0, 260)")
    assert page.locator("[data-testid=stMain]").evaluate("node => node.scrollTop") > 50
    time.sleep(0.5)
    before = tile(page, "M-20").bounding_box()["y"]
    line.hand.tell(M_01=LIKELY, M_02=POSSIBLE)
    expect(tile(page, "M-01")).to_contain_text("likely")
    time.sleep(2)
    assert abs(tile(page, "M-20").bounding_box()["y"] - before) < 3
    page.close()


def test_a_sound_is_off_until_it_is_wanted_and_made_once_for_new_likely_advice(line, chromium):
    page = board(chromium, line, alone=True)
    line.hand.tell(M_11=LIKELY)
    expect(tile(page, "M-11")).to_contain_text("likely")
    sound = page.locator(".sound")
    assert sound.get_attribute("data-rung") is None and sound.inner_text() == "Switch the sound on"
    sound.click()
    expect(sound).to_have_text("Switch the sound off")
    assert sound.get_attribute("data-rung") == "1"  # to hear that it works
    line.hand.tell(M_12=POSSIBLE)
    expect(tile(page, "M-12")).to_contain_text(re.compile("possible|likely"))
    assert sound.get_attribute("data-rung") == "1"
    line.hand.tell(M_12=LIKELY)
    expect(sound).to_have_attribute("data-rung", "2", timeout=4000)
    page.reload()
    expect(tile(page, "M-12")).to_contain_text(re.compile("possible|likely"))
    time.sleep(2.5)
    assert sound.get_attribute("data-rung") is None and sound.inner_text() == "Switch the sound off"
    line.hand.tell(M_13=LIKELY)
    expect(sound).to_have_attribute("data-rung", "1", timeout=4000)
    page.close()


def test_in_a_flood_what_has_no_room_is_told_by_areas_that_open(line, chromium):
    page = board(chromium, line)
    line.hand.tell(**{f"M_{number:02}": LIKELY for number in range(1, 13)})
    group = page.get_by_role("button", name=re.compile("^Area B: 6 likely"))
    expect(group).to_be_visible()
    expect(page.get_by_text("Much is new at once: what has no room is told by area")).to_be_visible()
    assert page.locator(".row").count() == 7  # six by themselves
    group.click()
    expect(row(page, "M-10")).to_be_visible()
    expect(group).to_have_attribute("aria-expanded", "true")
    group.click()
    expect(row(page, "M-10")).to_have_count(0)
    page.close()


def test_every_change_reaches_the_screen_and_each_once(line, chromium):
    page = board(chromium, line)
    line.hand.tell(M_24=NORMAL)
    expect(tile(page, "M-24")).to_have_text(re.compile("2\\s?%"))
    page.evaluate(WATCH_TILE, "M-24")
    for n, shown in enumerate([LIKELY, NORMAL] * 4, start=1):
        line.hand.tell(M_24=shown)
        wait_for(lambda n=n: len(page.evaluate("window.changes")) >= n, 120, "the change")
    told = [re.sub(r"\d\d:\d\d", "", text) for _, text in page.evaluate("window.changes")]  # what came and went says until when
    assert len(told) == 8 and len(set(told[::2])) == len(set(told[1::2])) == 1, told
    page.close()


@pytest.mark.parametrize(("machines", "areas"), [(200, 10), (1000, 25)])
def test_many_machines_fit_and_an_area_opens(released_home, tmp_path, chromium, machines, areas):
    home = tmp_path / "home"
    shutil.copytree(released_home, home)
    enlarge(home, machines, areas)
    width = len(str(machines))
    with plant(home) as there:
        hand = Hand(there)
        there.start_screens()
        try:
            page = board(chromium, there)
            hand.tell(**{f"M_{7:0{width}}": LIKELY})
            if machines == 1000:
                card = page.get_by_role("button", name=re.compile("^Hall 1, 40 machines: 1 likely"))
                expect(card).to_be_visible()
                assert page.locator(".card").count() == 25
                lowest = page.locator(".card").last.bounding_box()
                assert lowest["y"] + lowest["height"] <= 1080
                card.click()
                expect(page.locator(".tile")).to_have_count(40)
                page.get_by_role("button", name="All areas").click()
                expect(page.locator(".card")).to_have_count(25)
            else:
                cell = page.get_by_role("button", name=re.compile("^M-007: likely"))
                expect(cell).to_be_visible()
                assert page.locator(".cell").count() == 200
                for box in (cell.bounding_box(), page.locator(".cell").last.bounding_box()):
                    assert box["width"] >= 60 and box["height"] >= 60
                cell.click()
                expect(page.get_by_role("heading", name=re.compile("M-007|risk")).first).to_be_visible()
            page.close()
        finally:
            hand.stop()


def test_seen_tapped_during_a_cut_is_recorded_or_asked_about(line, chromium, wire):
    line.hand.tell(M_03=LIKELY)
    down, up = CUTS["forgotten"]  # which nobody is told of; every kind of cut is tried on the page of a prediction
    page = page_of(chromium)
    page.goto(f"http://localhost:{wire.port}/?who=olga")
    expect(row(page, "M-03")).to_be_visible()
    page.wait_for_timeout(2000)
    down(wire)
    row(page, "M-03").get_by_role("button", name="Seen").click(force=True)
    expect(page.get_by_role("alert").filter(has_text=re.compile(f"{SLOW}|{CUT}"))).to_be_visible(timeout=6000)
    expect(row(page, "M-03").locator(".known")).to_be_hidden()
    assert not line.hand.store.attention.acknowledged("milling")
    time.sleep(4)
    up(wire)
    expect(page.get_by_role("alert").filter(has_text=re.compile(f"{SLOW}|{CUT}"))).to_have_count(0, timeout=120_000)
    advances(page)
    known = row(page, "M-03").locator(".known")
    page.wait_for_timeout(4000)
    if not known.is_visible():
        expect(page.get_by_text(re.compile("The connection was lost just when"))).to_be_visible()
        page.locator("#pullcord_lost button").click()
        row(page, "M-03").get_by_role("button", name="Seen").click()
    expect(known).to_have_text(re.compile(r"Seen by Olga Berg, \d\d:\d\d"))
    assert [one.asset for one in line.hand.store.attention.acknowledged("milling")] == ["M-03"]
    page.close()

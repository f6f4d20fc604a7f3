"""What the screens say of a clock that is wrong, and of readings that it stamped; who may says there that it is right."""

from dataclasses import replace
from datetime import timedelta

import pytest

from data import clock
from data.records import Heartbeat
from data.store.sqlite.plant.times import from_us as moment
from models.state.telling import Called, of_machine, silent
from pages.parts.shell.freshness import freshness
from pages.parts.words.called import said_of_machine, short
from tests.clocks import DAY, ZERO, H, S, computer, turn
from tests.screens import recorded_plant, show

__all__ = ["computer"]
NOW = moment(ZERO)


@pytest.fixture
def plant(computer, tmp_path, monkeypatch, use_case):
    """A recorded plant; its readings are of March, and were recorded now."""
    yield from recorded_plant(tmp_path / "home", monkeypatch, use_case)


def page():
    from pages.parts.shell.clock_notice import clock_notice
    from pages.parts.shell.session import use_case

    clock_notice(use_case())


def status(use_case, states, beats=(), at=NOW):
    return freshness(use_case, states, beats, at, 5.0)


def beat(at, pid=1):
    return Heartbeat("w", "milling", "line:1", pid, at, at, 1, 5)


def test_a_right_clock_is_not_spoken_of(plant):
    app = show(page, "erik")
    assert not app.warning and not app.button and not app.exception


def test_a_wrong_clock_is_told_to_all_and_an_engineer_says_that_it_is_right(plant, computer):
    turn(computer, S, 400 * DAY)
    app = show(page, "olga")
    (told,) = app.warning
    assert "clock of this computer is wrong" in told.value and "3 Jan 2028" in told.value and "29 Nov 2026" in told.value
    assert not app.button, "not for an operator"
    app = show(page, "erik")
    app.button(key="clock_right").click().run()
    app.text_input(key="why_clock").input("the plant stood still")
    app.button(key="confirm_clock").click()
    app.button(key="clock_right").click().run()  # here a dialog is drawn again only by what opened it
    assert not app.exception and not app.warning and plant.clock.state().trusted
    entry = plant.audit.trail("clock")[-1]
    assert (entry.action, entry.person, entry.details["reason"]) == ("trust_clock", "erik", "the plant stood still")


def test_the_board_says_that_the_clock_is_wrong_in_place_of_live(plant, computer, use_case):
    fresh = [replace(s, prediction=replace(s.prediction, time=NOW), recorded_at=NOW) for s in plant.readings.board("milling")]
    assert status(use_case, fresh, [beat(NOW)]).text == "live, 0 s ago"
    turn(computer, 0, 2 * H)
    said = status(use_case, fresh, [beat(NOW)])
    assert said.text == "The clock of this computer is wrong" and not said.live
    assert "Reading has stopped" in status(use_case, fresh, [beat(NOW, pid=0)]).text, "what is worse is told first"


def test_what_is_stamped_in_the_future_is_not_live_whoever_reads(plant, use_case):
    ahead = NOW + timedelta(days=400)
    stamped = [
        replace(s, prediction=replace(s.prediction, time=ahead), recorded_at=ahead) for s in plant.readings.board("milling")
    ]
    for beats in ([beat(NOW)], []):
        said = status(use_case, stamped, beats)
        assert not said.live and "live" not in said.text
    assert "in the future" in status(use_case, stamped, [beat(NOW)]).text
    assert silent(stamped[0], NOW, 5.0)
    told = of_machine(use_case, stamped[0].prediction.asset, stamped[0], quiet=True)
    assert told.called is Called.SILENT
    assert "in the future" in short(use_case, told, NOW) and "in the future" in said_of_machine(use_case, told, NOW)
    little = replace(stamped[0], prediction=replace(stamped[0].prediction, time=NOW + timedelta(seconds=4)))
    assert not silent(little, NOW, 5.0), "clocks in a plant differ a little"


def test_a_sign_of_life_of_the_future_is_none(plant):
    plant.workers.beat(beat(NOW + timedelta(days=400)))
    assert plant.workers.all() == [] and not beat(NOW + timedelta(days=400)).alive(clock.now())

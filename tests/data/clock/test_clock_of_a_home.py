"""What a home does by a clock that jumped: it deletes nothing, takes nothing from anybody, and goes on when the clock is right again."""

from datetime import timedelta

import pytest

from data import clock
from data.clock import __main__ as command
from data.records import Flag, FlagKind, Heartbeat, ShelfReason, State
from data.store import Conflict
from data.store.sqlite.plant.times import from_us as moment
from tests.clocks import DAY, ZERO, H, S, computer, turn
from tests.deliveries import ZERO_US

__all__ = ["computer"]
RETENTION = timedelta(days=180)
SHIFT_S = (ZERO - ZERO_US) // S - 3600
"""So many seconds after those of the deliveries lies the hour before the clock of these tests."""


@pytest.fixture
def plant(computer, opened, use_case, scored_batch):
    """Opens the store of a line of four machines with an hour of readings, one a second."""
    store = opened()
    hour(store, scored_batch, 0)
    return opened


def hour(store, scored_batch, at_h, seconds=3600, source="line:1", state=State.NORMAL):
    """Record ``seconds`` of readings that begin ``at_h`` hours after the first hour."""
    rows = scored_batch(
        0, 4 * seconds, source=source, state=state, score=0.9 if state != State.NORMAL else 0.1, shift_s=SHIFT_S + 3600 * at_h
    )
    return store.readings.record(rows, None, None, use_case="milling", source=source, last=4 * seconds - 1)


def readings(store):
    return store.readings.counts("milling")["readings"]


def beat(worker="w1", pid=4711):
    now = clock.now()
    return Heartbeat(worker, "milling", "line:1", pid, now, now, 1, 5)


@pytest.mark.parametrize("jump", [400 * DAY, 2 * H, -2 * H, -ZERO], ids=["400 days ahead", "2 h ahead", "2 h behind", "1970"])
def test_by_a_clock_that_jumped_nothing_is_deleted_and_nothing_runs_out(plant, computer, staffed, jump):
    store = plant()
    seen = store.readings.board("milling")[0].prediction
    case = store.feedback.raise_flag(Flag("milling", seen.asset, seen.id, 1, "olga", FlagKind.WRONG, None, {}), 1.0).case
    store.feedback.claim(case, "erik")
    job = store.jobs.submit("train", "milling", {}, "dana")
    store.jobs.take("w1", 20)
    store.workers.register(beat(), 6)
    turn(computer, 5 * S, jump)
    again = plant()
    assert not again.clock.state().trusted and clock.now_us() == ZERO + 5 * S
    n = readings(again)
    assert again.readings.prune("milling", moment(computer.wall) - RETENTION) == 0 and readings(again) == n
    assert again.readings.prune("milling", moment(computer.wall) + RETENTION) == 0 and readings(again) == n
    with pytest.raises(Conflict, match="is with erik"):
        again.feedback.claim(case, "dana")
    assert again.jobs.take("w2", 20) is None and again.jobs.progress(job.id, "w1", 0.5, "on", 20)
    with pytest.raises(Conflict, match="already reads"):
        again.workers.register(beat("w2"), 6)
    assert again.workers.all()[0].alive(clock.now())
    (entry,) = again.audit.trail("clock")
    assert (entry.action, entry.details["off_s"]) == ("doubt_clock", jump // S) and entry.at == moment(ZERO + 5 * S)
    turn(computer, 0, -jump)
    right = plant()
    assert right.clock.state().trusted and right.jobs.take("w2", 20) is None
    right.people.mark_seen("olga", "board")
    assert [one.action for one in right.audit.trail("clock")] == ["doubt_clock", "clock_right_again"]


def test_what_is_shelved_stays_so_by_a_clock_that_jumped(plant, computer, scored_batch, staffed):
    hour(plant(), scored_batch, 1, seconds=1, source="line:2", state=State.POSSIBLE)
    store = plant()
    store.attention.shelve("milling", "M-01", "olga", clock.now() + timedelta(hours=2), ShelfReason.KNOWN)
    turn(computer, H, 400 * DAY)
    assert [one.asset for one in plant().attention.shelved("milling")] == ["M-01"]
    turn(computer, H, 0)
    assert plant().attention.shelved("milling") == []


def test_what_a_clock_that_was_ahead_has_left_holds_nobody_off(plant, computer, scored_batch, staffed):
    """A home that was begun while the clock was 400 days ahead: nothing can know it, until it is right and a person says so."""
    hour(plant(), scored_batch, 1, seconds=1, source="line:2", state=State.POSSIBLE)
    store = plant()
    turn(computer, 0, 400 * DAY)
    store.clock.trust("erik")  # somebody did not look
    seen = store.readings.board("milling")[0].prediction
    case = store.feedback.raise_flag(Flag("milling", seen.asset, seen.id, 1, "olga", FlagKind.WRONG, None, {}), 1.0).case
    store.feedback.claim(case, "erik")
    store.jobs.submit("train", "milling", {}, "dana")
    store.jobs.take("w1", 20)
    store.workers.register(beat(), 6)
    store.attention.shelve("milling", "M-01", "olga", clock.now() + timedelta(hours=2), ShelfReason.KNOWN)
    store.attention.look("olga", "board", 60)
    store.people.mark_seen("olga", "my_flags")
    turn(computer, 5 * S, -400 * DAY)
    assert plant().clock.state().standing == "behind"
    right = plant()
    right.clock.trust("erik", "set right")
    assert right.audit.trail("clock")[-1].details["off_s"] == -400 * 86400
    assert right.feedback.claim(case, "dana").claimed_by == "dana"
    assert right.jobs.take("w2", 20).attempts == 2
    assert right.workers.all() == []
    right.workers.register(beat("w2"), 6)
    assert right.attention.shelved("milling") == []
    assert right.people.seen("olga", "my_flags") <= clock.now()
    assert right.attention.look("olga", "board", 60).begun == clock.now()


def test_readings_of_the_future_give_way_and_are_all_kept(plant, computer, scored_batch):
    store = plant()
    hour(store, scored_batch, 400 * 24, seconds=600, source="line:2", state=State.POSSIBLE)  # the clock is 400 days ahead
    n, ids = readings(store), {s.prediction.asset: s.prediction.id for s in store.readings.board("milling")}
    assert store.readings.set_aside_future("milling") == 4 * 600 and store.readings.set_aside_future("milling") == 0
    board = store.readings.board("milling")
    assert {s.prediction.time for s in board} == {moment(ZERO - S)} and {s.prediction.state for s in board} == {State.NORMAL}
    assert store.readings.newest_us("milling") == ZERO - S
    assert store.readings.recent_advice("milling", moment(ZERO - H)).empty
    assert store.readings.trend("milling", moment(ZERO - H))["minute"].max() < moment(ZERO)
    assert readings(store) == n and store.readings.prediction("milling", ids["M-01"]).values["torque"] == pytest.approx(239.6)
    hour(store, scored_batch, 1, seconds=60, source="line:3")  # the right ones go on
    assert store.readings.newest_us("milling") == ZERO + 59 * S
    hour(store, scored_batch, 400 * 24, seconds=600, source="line:4")  # and when that day comes it is recorded too
    assert readings(store) == n + 4 * 660
    (entry,) = store.audit.trail("readings:milling")
    assert (entry.action, entry.details["readings"], entry.details["assets"]) == ("set_aside", 2400, 4)


def test_a_home_that_has_known_nothing_but_the_future_begins_anew(computer, store, scored_batch):
    hour(store, scored_batch, 400 * 24, seconds=10)
    assert store.readings.set_aside_future("milling") == 40
    assert store.readings.board("milling") == [] and store.readings.newest_us("milling") is None and readings(store) == 40


def test_while_the_clock_is_doubted_nothing_is_set_aside(plant, computer, scored_batch):
    store = plant()
    turn(computer, 0, -2 * H)
    assert plant().readings.set_aside_future("milling") == 0 and store.readings.newest_us("milling") == ZERO - S


def test_a_day_deletes_no_more_than_its_share_the_oldest_first_and_says_so(plant, computer):
    store = plant()
    turn(computer, 181 * DAY)
    store, before = plant(), moment(computer.wall) - RETENTION
    assert store.readings.prune("milling", before, 1000) == 1000
    assert store.readings.prune("milling", before, 1000) == 0, "the same day"
    kept = store.readings.history("milling", "M-01", moment(0), moment(computer.wall))
    assert 3599 - 1000 <= len(kept) <= 3600 and kept["time"].is_monotonic_increasing
    turn(computer, DAY)
    assert plant().readings.prune("milling", before, 1000) == 1000 and readings(store) == 4 * 3600 - 2000
    begun, done = store.audit.trail("readings:milling")[:2]
    assert (begun.action, begun.person, begun.details["at_most"]) == ("prune", "retention", 1000)
    assert (done.action, done.details["readings"], done.details["from"]) == (
        "pruned",
        1000,
        moment(ZERO - H).isoformat(timespec="seconds"),
    )


def test_nothing_younger_than_the_mark_is_deleted_whoever_asks(plant, computer):
    store = plant()
    turn(computer, 60 * S, 55 * 60 * S)  # the clock is believed, 55 minutes ahead
    assert store.clock.state().trusted
    store.readings.prune("milling", moment(computer.wall) + RETENTION)
    assert len(store.readings.board("milling")) == 4, "each machine's newest stays"
    assert [one.details.get("before") for one in store.audit.trail("readings:milling")][:1] == [
        moment(ZERO + 60 * S).isoformat(timespec="seconds")
    ]


def test_a_home_of_before_was_at_least_as_late_as_its_newest_record(plant, computer):
    store = plant()
    store.workers.register(beat(), 6)
    with store._c.write() as db:
        db.execute("DELETE FROM clock")
        db.execute("INSERT INTO clock VALUES (1, ?, '', 0, 0, 'right')", (ZERO,))  # as the migration leaves it
    turn(computer, 3 * DAY)
    assert plant().clock.state().trusted
    turn(computer, 0, 400 * DAY)
    assert not plant().clock.state().trusted


def test_the_command_shows_and_trusts(plant, computer, staffed, opened, tmp_path, capsys):
    turn(computer, H, 30 * DAY)
    plant()
    assert command.main(["show", "--home", str(tmp_path)]) == 1 and "30 days ahead" in capsys.readouterr().out
    assert (
        command.main(["trust", "--home", str(tmp_path), "--as", "olga"]) == 1 and "may not set clock" in capsys.readouterr().err
    )
    assert (
        command.main(["trust", "--home", str(tmp_path), "--as", "nobody"]) == 1 and "Nobody has said" in capsys.readouterr().err
    )
    assert command.main(["trust", "--home", str(tmp_path), "--as", "erik", "--reason", "three weeks of summer"]) == 0
    assert (
        command.main(["show", "--home", str(tmp_path), "--json"]) == 0
        and '"trusted": true' in capsys.readouterr().out.splitlines()[-1]
    )
    assert [one.action for one in plant().audit.trail("clock")][-1] == "trust_clock"

"""Whether a clock is believed: one that jumps is not, one that goes on is, and no sequence of jumps makes time go faster than it does."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.clock import JUMP_US, LONGEST_STOP_US, Mark, Standing, advanced, judged
from data.clock.judging import LONGEST_BY_NETWORK_US
from tests.clocks import DAY, ZERO, Fake, H, S

HERE = Fake()
MARK = advanced(None, HERE)


def test_the_first_clock_is_taken_for_right():
    assert judged(None, HERE).trusted and Mark(ZERO, "a", 100 * S) == MARK


@pytest.mark.parametrize("passed", [0, 10 * S, H, 21 * DAY, 400 * DAY])
def test_what_has_passed_while_the_computer_ran_is_no_jump_however_long_nobody_looked(passed):
    assert judged(MARK, HERE.passes(passed)).trusted


@pytest.mark.parametrize(
    ("jump", "standing"),
    [
        (400 * DAY, Standing.AHEAD), (2 * H, Standing.AHEAD), (JUMP_US + 1, Standing.AHEAD), (JUMP_US, Standing.RIGHT), (0, Standing.RIGHT),
        (-JUMP_US, Standing.RIGHT), (-2 * H, Standing.BEHIND), (-ZERO, Standing.BEHIND),
    ],
)  # fmt: skip
def test_a_jump_of_more_than_an_hour_is_not_believed_and_time_goes_on(jump, standing):
    found = judged(MARK, HERE.passes(60 * S, 60 * S + jump))
    assert found.standing is standing and found.reckoned_us == ZERO + 60 * S and found.off_us == jump
    assert found.now_us == (found.wall_us if standing is Standing.RIGHT else ZERO + 60 * S)


def test_a_clock_that_is_right_again_is_believed_again_without_anybody():
    ahead = HERE.passes(60 * S, 400 * DAY)
    mark = advanced(MARK, ahead)
    assert mark == MARK, "a clock that is not believed never moves the mark"
    assert judged(mark, HERE.passes(3 * H)).trusted


@pytest.mark.parametrize(
    ("off", "believed"), [(H, True), (63 * H, True), (LONGEST_STOP_US, True), (21 * DAY, False), (400 * DAY, False)]
)
def test_after_a_stop_a_weekend_is_believed_and_three_weeks_take_a_person(off, believed):
    after = Fake(wall=ZERO + off, running=30 * S, start="b")
    found = judged(MARK, after)
    assert found.trusted is believed and found.why == ("stop" if believed and off > JUMP_US else "")
    if believed:
        assert advanced(MARK, after) == Mark(ZERO + off, "b", 30 * S)
    else:  # until then time goes on from where it was
        mark = advanced(MARK, after)
        assert mark == Mark(ZERO, "b", 30 * S, exact=False)
        assert judged(mark, after.passes(H)).now_us == ZERO + H


def test_a_battery_that_is_empty_starts_a_clock_in_1970_and_time_goes_on_until_it_is_set():
    empty = Fake(wall=0, running=20 * S, start="b")
    mark = advanced(MARK, empty)
    assert judged(mark, empty.passes(H)).standing is Standing.BEHIND and judged(mark, empty.passes(H)).now_us == ZERO + H
    put_right = replace(empty.passes(H), wall=ZERO + 60 * H)
    assert judged(mark, put_right).trusted, "set by hand after a weekend"


def test_network_time_is_believed_within_two_months_and_no_further():
    off = replace(HERE.passes(60 * S, 21 * DAY), network=True)
    assert judged(MARK, off).why == "network" and advanced(MARK, off).at_us == off.wall
    assert judged(MARK, replace(HERE.passes(60 * S, 60 * S - 3 * DAY), network=True)).trusted
    assert not judged(MARK, replace(HERE.passes(60 * S, LONGEST_BY_NETWORK_US + H), network=True)).trusted


def test_a_machine_put_back_to_an_earlier_state_of_itself_has_not_measured_what_passed():
    restored = replace(HERE, running=50 * S, wall=ZERO + 10 * H)
    assert judged(MARK, restored).why == "stop"


def test_summer_and_winter_time_are_no_jumps():
    zone = ZoneInfo("Europe/Berlin")
    for first, last in (((2026, 10, 25, 1, 30), (2026, 10, 25, 3, 30)), ((2027, 3, 28, 1, 30), (2027, 3, 28, 3, 30))):
        begun, ended = (datetime(*moment, tzinfo=zone).timestamp() for moment in (first, last))
        here = Fake(wall=int(begun) * S)
        passed = int(ended - begun) * S  # three hours in autumn, one in spring
        assert passed in (3 * H, H) and judged(advanced(None, here), here.passes(passed)).trusted


def test_many_small_jumps_are_no_way_around_the_large_one():
    here, mark = HERE, MARK
    for _ in range(200):
        here = here.passes(S, S + 30 * 60 * S)  # half an hour more each second
        mark = advanced(mark, here)
    assert mark.at_us - ZERO < 210 * S and not judged(mark, here).trusted


def test_a_clock_that_is_a_little_slow_is_followed():
    here, mark = HERE, MARK
    for _ in range(400 * 24):  # 100 parts in a million, for 400 days: nearly an hour
        here = here.passes(H, H - 360_000)
        mark = advanced(mark, here)
        assert judged(mark, here).trusted
    assert abs(judged(mark, here).off_us) < S


moves = st.lists(
    st.tuples(
        st.sampled_from(["goes on", "jumps", "restarts"]),
        st.integers(0, 30 * DAY), st.integers(-500 * DAY, 500 * DAY), st.integers(0, 3 * DAY),
    ), max_size=30,
)  # fmt: skip


@given(moves)
def test_whatever_a_clock_does_the_mark_goes_no_faster_than_time_and_a_stop_allows(steps):
    """What is younger than the mark allows is never deleted: so the mark must not run away. ``off``: how long the computer really was off."""
    here, mark, passed, stops = HERE, MARK, 0, 0
    for what, us, jump, off in steps:
        if what == "goes on":
            here, passed = here.passes(us), passed + us
        elif what == "jumps":
            here = replace(here, wall=here.wall + jump)
        else:
            here, stops = replace(here, start=here.start + "b", running=0, wall=here.wall + off), stops + 1
        before, mark = mark, advanced(mark, here)
        assert mark.at_us >= before.at_us - JUMP_US
        assert judged(mark, here).reckoned_us - ZERO <= passed * 1.011 + stops * LONGEST_STOP_US + (stops + 1) * JUMP_US
        right = replace(here, wall=judged(mark, here).reckoned_us)
        assert judged(mark, right).trusted, "a clock that agrees with what has passed is always believed"

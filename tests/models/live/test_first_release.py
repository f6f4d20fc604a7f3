"""A line's first release: how far it is told to be, and what becomes of one that cannot be made or is killed."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.records import STEPS, Preparing
from data.settings import PROJECT
from data.store import open_store
from models.jobs.first_release import how_far, preparing

BEGUN = datetime(2026, 11, 29, 6, tzinfo=UTC)


def after(seconds):
    return BEGUN + timedelta(seconds=seconds)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 20)), min_size=1, max_size=8), st.floats(0.5, 2.0))
@settings(max_examples=60)
def test_the_bar_never_goes_back_and_is_never_full_before_the_end(steps, tick):
    fractions = sorted(fraction for fraction, _ in steps)
    at, shown, told = BEGUN, 0.0, preparing(0.0, BEGUN, BEGUN)
    for fraction, (_, took) in zip(fractions, steps, strict=True):
        end = at + timedelta(seconds=took)
        while at < end:
            far = how_far(told, at)
            assert shown - 1e-9 <= far.share <= 1 and (far.left_s is None or far.left_s >= 0)
            shown, at = far.share, at + timedelta(seconds=tick)
        told = preparing(fraction, BEGUN, at, told)
        assert how_far(told, at).share < 1 or fraction > 0.999


def test_what_is_left_is_reckoned_from_the_pace_of_this_computer():
    assert how_far(preparing(0.0, BEGUN, after(3)), after(3)).left_s is None  # nothing is measured yet: nothing is claimed
    slow, fast = (how_far(preparing(0.80, BEGUN, after(s)), after(s)) for s in (72, 7.2))
    assert round(slow.left_s) == 28 and round(fast.left_s, 1) == 2.8
    assert how_far(preparing(0.80, BEGUN, after(72)), after(82)).left_s < slow.left_s  # it goes down between two messages
    stalled = how_far(preparing(0.72, BEGUN, after(30)), after(3600))
    assert stalled.share < 0.72 and stalled.left_s > 0  # however long a step takes, the next one has not begun


def test_each_step_has_its_name():
    assert [preparing(share, BEGUN, BEGUN).step for share in (0.0, 0.05, 0.6, 0.65, 0.8, 0.85, 1.0)] == [
        "read", "learn", "learn", "judge", "judge", "write", "write",
    ]  # fmt: skip
    assert set(STEPS) == {"read", "learn", "judge", "write"}


@pytest.fixture
def starts():
    running = []

    def start(home, *words):
        environment = os.environ | {"PULLCORD_HOME": str(home)}
        running.append(
            subprocess.Popen(
                [sys.executable, "worker.py", *words], cwd=PROJECT, env=environment, stderr=subprocess.PIPE, text=True
            )
        )
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait(10)


def told(home, met, seconds=40):
    """The newest sign of life for which ``met`` holds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if (home / "pullcord.db").exists():
            store = open_store(home / "pullcord.db")
            beats = store.workers.all()
            store.close()
            if beats and met(beats[0]):
                return beats[0]
        time.sleep(0.2)
    raise AssertionError("not told in time")


def test_a_first_release_that_cannot_be_made_is_told_alive_and_says_what_to_mend(tmp_path, starts):
    process = starts(tmp_path, "--use-case", "tennessee_eastman", "--parent", str(os.getpid()))  # whose tables were not fetched
    beat = told(tmp_path, lambda beat: beat.preparing is not None and beat.preparing.failed)
    assert "python -m data.usecases.tennessee_eastman.fetch" in beat.preparing.failed
    assert beat.alive(datetime.now(UTC)) and process.poll() is None and beat.trouble == ""
    process.terminate()
    assert process.wait(15) == 0


def test_a_measuring_run_without_a_first_release_ends_with_its_reason_and_no_traceback(tmp_path, starts):
    process = starts(tmp_path, "--use-case", "tennessee_eastman", "--readings", "10")
    assert process.wait(40) == 1
    said = process.stderr.read().splitlines()[-1]
    assert said.startswith("The Tennessee Eastman tables are not there")


def test_how_far_a_worker_is_survives_the_store(tmp_path):
    from data.records import Heartbeat

    store = open_store(tmp_path / "pullcord.db")
    for preparing_ in (None, Preparing("judge", 0.4, BEGUN, after(9)), Preparing("read", 0.0, BEGUN, after(2), "no table: “x”")):
        store.workers.beat(Heartbeat("w", "milling", "line:1", 4711, BEGUN, after(9), None, 0, "", preparing_))
        assert store.workers.all()[0].preparing == preparing_
    store.close()

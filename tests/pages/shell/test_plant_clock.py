"""Whose time a screen goes by: ours for a live line, the file's own for a replay, and past it once the replay has stopped."""

from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace

import pytest

from data.records import Heartbeat
from data.usecase.file import load
from pages.parts.shell import session

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
CHANGES = count()
READ = datetime(2014, 3, 1, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    def at(source, age_s, pid=7):
        beat = Heartbeat("w", "milling", source, pid, NOW, NOW - timedelta(seconds=age_s), 1, 5)
        store = SimpleNamespace(
            changes=lambda: next(CHANGES),
            workers=SimpleNamespace(all=lambda: [beat]),
            readings=SimpleNamespace(newest_us=lambda _: int(READ.timestamp() * 1e6)),
        )
        monkeypatch.setattr(session, "store", lambda: store)
        monkeypatch.setattr(session, "now", lambda: NOW)
        monkeypatch.setattr(session, "settings", lambda: SimpleNamespace(stale_s=5, store_path=None))
        return session.plant_now(load("milling"))

    return at


def test_a_live_line_goes_by_our_clock(clock):
    assert clock("line:2023", 1) == NOW


def test_a_replay_goes_by_its_own(clock):
    assert clock("replay:gt.csv", 1) == READ


@pytest.mark.parametrize(("age_s", "pid"), [(60, 7), (1, 0)])
def test_a_replay_that_has_stopped_does_not_stand_for_the_present(clock, age_s, pid):
    assert (clock("replay:gt.csv", age_s, pid) - READ).total_seconds() > 5

"""What is kept for all sessions: worked out once, for the newest keys, and nothing of the older ones."""

import sys
import threading
import time

import pytest
import streamlit as st

from pages.parts.remembered.kept import forget_all, forget_worked_out, kept, worked_out


def test_a_result_is_worked_out_once_and_what_is_given_by_name_is_not_compared():
    asked = []

    @kept(2)
    def double(n: int, *, by: str) -> int:
        asked.append((n, by))
        return 2 * n

    assert [double(1, by="olga"), double(1, by="omar"), double(2, by="omar")] == [2, 2, 4]
    assert asked == [(1, "olga"), (2, "omar")]


def test_only_the_newest_are_kept():
    asked = []

    @kept(2)
    def double(n: int) -> int:
        asked.append(n)
        return 2 * n

    for n in (1, 2, 1, 3, 1, 2):  # 2 has not been asked for the longest time when 3 comes
        double(n)
    assert asked == [1, 2, 3, 2]
    double.clear()
    assert double(1) == 2 and asked[4:] == [1]


def test_many_sessions_that_ask_at_once_wait_for_the_one_that_works_it_out():
    asked, told = [], []

    @kept(1)
    def slow(n: int) -> object:
        asked.append(n)
        time.sleep(0.2)
        return object()

    sessions = [threading.Thread(target=lambda: told.append(slow(1))) for _ in range(8)]
    for one in sessions:
        one.start()
    for one in sessions:
        one.join()
    assert asked == [1] and len(set(map(id, told))) == 1 and len(told) == 8


def test_an_error_is_told_and_not_kept():
    tries = []

    @kept(1)
    def broken(n: int) -> int:
        tries.append(n)
        if len(tries) == 1:
            raise ValueError("not yet")
        return n

    with pytest.raises(ValueError):
        broken(5)
    assert broken(5) == 5


def test_keys_that_change_every_second_leave_nothing_behind():
    @kept(4)
    def at(second: int) -> int:
        return second

    for second in range(100):
        at(second)
    before = sys.getallocatedblocks()
    for second in range(1000, 11_000):
        at(second)
    assert sys.getallocatedblocks() - before < 500


def test_every_cache_is_known_by_itself_and_what_is_open_stays_open_until_all_is_forgotten():
    asked = []

    @kept(2)
    def of_the_record(n: int) -> int:
        asked.append("kept")
        return n

    @worked_out
    @st.cache_resource(show_spinner=False)
    def drawn(n: int) -> int:
        asked.append("drawn")
        return n

    @st.cache_data(show_spinner=False)
    def copied(n: int) -> int:
        asked.append("copied")
        return n

    @st.cache_resource(show_spinner=False)
    def opened(n: int) -> int:
        asked.append("opened")
        return n

    def ask() -> list[str]:
        asked.clear()
        for one in (of_the_record, drawn, copied, opened):
            assert one(1) == 1
        return list(asked)

    assert ask() == ["kept", "drawn", "copied", "opened"] and ask() == []
    forget_worked_out()
    assert ask() == ["kept", "drawn", "copied"]
    forget_all()
    assert ask() == ["kept", "drawn", "copied", "opened"]

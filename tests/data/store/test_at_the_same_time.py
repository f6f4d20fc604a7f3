"""Two people at the same moment, and processes that do not want to end: nobody's work is lost, and nothing is left behind."""

import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.durable import alone
from data.onboarding import create
from data.onboarding.target import OnboardingError
from data.processes import APART, end, run
from data.records import ReleaseRecord
from data.settings import PROJECT
from data.usecase.file import load
from models.jobs.jobs import JobRunner
from models.lifecycle import bundle
from models.lifecycle.bundle import folder_of
from models.training import gold
from tests.e2e.plant import wait_for
from tests.plants import plant

posix = pytest.mark.skipif(os.name != "posix", reason="groups of processes are POSIX's")
STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def at_once(n, act):
    """What ``act(i)`` gives or raises in ``n`` threads that begin together."""
    got, ready = [None] * n, threading.Barrier(n)

    def go(i):
        ready.wait(20)
        try:
            got[i] = act(i)
        except Exception as error:
            got[i] = error

    threads = [threading.Thread(target=go, args=(i,)) for i in range(n)]
    [thread.start() for thread in threads]
    [thread.join(60) for thread in threads]
    return got


def lives(pid: int) -> bool:
    """Whether a process runs (one that only waits to be taken in does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def dies(pid: int, seconds: float = 3.0) -> bool:
    """Whether a process is over within a moment: one that was killed is not gone in the same instant."""
    until = time.monotonic() + seconds
    while lives(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not lives(pid)


def test_no_number_of_a_release_is_given_twice_whatever_becomes_of_it(opened):
    stores = [opened() for _ in range(4)]
    numbers = at_once(8, lambda i: [stores[i % 4].releases.reserve_number("milling") for _ in range(5)])
    assert sorted(number for some in numbers for number in some) == list(range(1, 41))
    assert stores[0].releases.reserve_number("other") == 1


def test_of_two_first_releases_one_goes_live(opened, use_case):
    store, now = opened(), datetime.now(UTC)
    for number in (1, 2):
        store.releases.add(ReleaseRecord("milling", number, f"releases/milling/{number}", "", now, "first start", None, {}))
    got = at_once(2, lambda i: store.releases.set_champion("milling", i + 1, "first start", "first", only_first=True).number)
    assert len(set(got)) == 1 and len(store.releases.champions("milling")) == 1


def test_what_a_killed_writer_left_is_swept_and_what_somebody_writes_is_not(tmp_path):
    place = tmp_path / "releases" / "milling"
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True).stdout.strip()
    for name in (f".3-{gone}-abc", ".3-abc_1", f".4-{os.getpid()}-abc", "5"):
        (place / name).mkdir(parents=True)
    bundle._sweep(place)
    assert sorted(one.name for one in place.iterdir()) == [f".4-{os.getpid()}-abc", "5"]
    assert folder_of(tmp_path, "milling", 5) == place / "5"


def test_a_gold_set_that_two_freeze_at_once_is_one(tmp_path):
    use_case = load(plant(tmp_path, "binary"), tmp_path)
    got = at_once(4, lambda _: gold.gold_set(tmp_path, use_case).digest)
    assert len({str(one) for one in got}) == 1 and gold.gold_set(tmp_path, use_case).digest == got[0]


def test_two_lines_of_one_name_are_two_or_one_is_told(tmp_path):
    table = tmp_path / "kiln.csv"
    rows = (f"{i % 17}.5,{i * 37 % 101}.25,{int(i * 37 % 101 + 4 * (i % 17) + i % 29 > 110)}\n" for i in range(300))
    table.write_text("heat,load,bad\n" + "".join(rows), encoding="utf-8")
    home = tmp_path / "home"
    free = at_once(3, lambda _: create.create([table], "bad", home).name)
    assert len(set(free)) == 3 and "kiln" in free, free
    given = at_once(3, lambda _: create.create([table], "bad", home, name="oven"))
    assert sorted(type(one).__name__ for one in given) == ["Created", "OnboardingError", "OnboardingError"]
    assert all("'oven' already" in str(one) for one in given if isinstance(one, OnboardingError))


def test_one_at_a_time_writes_where_somebody_looks_first(tmp_path):
    def more(_):
        with alone(tmp_path):
            file = tmp_path / "n"
            n = int(file.read_text()) if file.exists() else 0
            time.sleep(0.01)
            file.write_text(str(n + 1))

    assert at_once(8, more) == [None] * 8 and (tmp_path / "n").read_text() == "8"


@posix
def test_a_process_that_will_not_end_is_ended_with_all_that_it_started():
    process = subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, text=True, **APART)
    child = int(process.stdout.readline())
    begun = time.monotonic()
    end(process, 0.5)
    assert time.monotonic() - begun < 5 and process.poll() is not None
    assert dies(process.pid) and dies(child)
    end(process)  # twice is once
    process.stdout.close()


@posix
def test_what_takes_too_long_is_killed_with_all_that_it_started(tmp_path):
    child = tmp_path / "child"
    program = STUBBORN.replace("print(child.pid, flush=True)", f"open({str(child)!r}, 'w').write(str(child.pid))")
    begun = time.monotonic()
    with pytest.raises(subprocess.TimeoutExpired):
        run([sys.executable, "-c", program], 2)
    assert time.monotonic() - begun < 8 and dies(int(child.read_text()))
    assert run([sys.executable, "-c", "print(1)"], 20).stdout == "1\n"


@posix
def test_a_training_stands_back_and_ends_with_its_worker(tmp_path, store, monkeypatch):
    """As the worker starts it: nothing runs between fork and exec, and its own process sees to priority and parent."""
    started = {}
    popen = subprocess.Popen

    def seen(words, **more):
        started.update(more, words=words)
        return popen([sys.executable, "-c", STUBBORN], **more)

    store.jobs.submit("train", "milling", {}, "dana")
    runner = JobRunner(tmp_path, store, "w1", 6.0)
    with monkeypatch.context() as patched:
        patched.setattr("models.jobs.jobs.subprocess.Popen", seen)
        runner.look()
    assert "preexec_fn" not in started and started["words"][-2:] == ["--parent", str(os.getpid())]
    monkeypatch.setattr("models.jobs.jobs.end", lambda process: end(process, 0.5))
    process = runner._process
    runner.stop()
    assert not lives(process.pid) and runner._process is None


@posix
def test_what_has_lost_its_parent_ends():
    watching = "import os, time; from data.processes import end_with; end_with(os.getppid()); time.sleep(60)"
    parent = f"""
import subprocess, sys, time
quiet = subprocess.DEVNULL
print(subprocess.Popen([sys.executable, "-c", {watching!r}], stdout=quiet, stderr=quiet, start_new_session=True).pid, flush=True)
time.sleep(2)
"""
    child = int(subprocess.run([sys.executable, "-c", parent], capture_output=True, text=True, cwd=PROJECT, timeout=20).stdout)
    wait_for(lambda: not lives(child), 15, "the child to end")

"""Every line runs from the start without anybody looking, is started again when it ends, and goes on where it was."""

import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from data.kept_lines import KeptLine, keep_line, kept_lines, stop_line
from data.settings import PROJECT, Settings
from data.store import open_store
from data.usecase.file import UseCaseError, load
from data.usecases.__main__ import main
from models.jobs.first_release import ensure_first_release
from models.live.keeping import LONGEST_PAUSE_S, Keeper, LineEnded
from tests.plants import plant, readings

NAMES = ("kiln_binary", "kiln_regression")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A home with two kilns, each with a release, that replay a file."""
    home = tmp_path_factory.mktemp("lines") / "home"
    store = open_store(home / "pullcord.db") if home.mkdir() is None else None
    for task in ("binary", "regression"):
        use_case = load(plant(home, task, 300), home)
        store.readings.prepare(use_case)
        ensure_first_release(home, store, use_case, lambda *_: True)
        readings(task, 400, seed=3, first="2024-03-01").to_csv(home / f"{task}.csv", index=False)
        keep_line(home, KeptLine(use_case.name, home / f"{task}.csv", 1200))
    store.close()
    return home


@pytest.fixture
def home(trained, tmp_path):
    shutil.copytree(trained, tmp_path / "home")
    for task in ("binary", "regression"):
        keep_line(tmp_path / "home", KeptLine(f"kiln_{task}", tmp_path / "home" / f"{task}.csv", 1200))
    return tmp_path / "home"


def beats(store, use_case):
    return [beat for beat in store.workers.all() if beat.use_case == use_case and beat.alive(datetime.now(UTC))]


def until(true, keepers, seconds=90):
    """Let the keepers look until something is so; each of them as often as the other."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to be"
        for keeper in keepers:
            keeper.look()
        time.sleep(0.1)


@pytest.mark.slow
def test_all_lines_run_and_go_on_after_a_kill_and_a_restart_each_row_once(home):
    store, wanted = open_store(home / "pullcord.db"), Settings(home=home, use_cases=NAMES[:1])
    first, second = Keeper(wanted), Keeper(wanted)

    def recorded(name):
        return store.readings.counts(name)["readings"]

    try:
        until(lambda: all(recorded(name) > 20 for name in NAMES), [first, second])
        assert [len(beats(store, name)) for name in NAMES] == [1, 1], "two keepers, one worker a line"
        os.kill(beats(store, NAMES[0])[0].pid, signal.SIGKILL)
        before = recorded(NAMES[0])
        until(lambda: recorded(NAMES[0]) > before, [first, second])
        for keeper in (first, second):  # everything is stopped
            keeper.stop(), keeper.run()
        assert not any(beats(store, name) for name in NAMES)
        first = Keeper(wanted)
        until(lambda: all(line.over for line in kept_lines(home).values()), [first])
        for _ in range(10):
            first.look()
        assert all(line.worker is None for line in first._lines.values()), "what has come to its end is not begun again"
        assert all("come to its end" in max(of, key=lambda beat: beat.beat).trouble for of in (
            [beat for beat in store.workers.all() if beat.use_case == name] for name in NAMES))  # fmt: skip
        assert [(recorded(name), store.readings.counts(name)["quarantined"]) for name in NAMES] == [(400, 0)] * 2
    finally:
        for keeper in (first, second):
            keeper.stop(), keeper.run()
        store.close()


def test_a_worker_that_ends_at_once_is_started_with_growing_pauses_and_told_on_the_board(home):
    stop_line(home, NAMES[0]), stop_line(home, NAMES[1])
    clock, store = [0.0], open_store(home / "pullcord.db")
    keeper, started = Keeper(Settings(home=home, use_cases=("nobody",)), lambda: clock[0]), []
    while len(started) < 2:
        keeper.look()
        worker = keeper._lines["nobody"].worker
        if worker is not None:
            started.append(clock[0])
            worker.wait(30)
        clock[0] += 0.5
    keeper.look()
    assert started[1] - started[0] == 2.5 and keeper._lines["nobody"].pause == 4
    for _ in range(20):
        with pytest.raises(LineEnded):
            keeper._ended("nobody", keeper._lines["nobody"], 1, 0.0, None)
    assert keeper._lines["nobody"].pause == LONGEST_PAUSE_S
    told = max(store.workers.all(), key=lambda beat: beat.beat)
    assert told.use_case == "nobody" and told.pid == 0 and "is started again within" in told.trouble
    store.close()


def test_a_line_goes_with_its_use_case_and_is_stopped_in_words(home, capsys):
    with pytest.raises(UseCaseError, match="built in"):
        keep_line(home, KeptLine("milling", home / "x.csv", 1))
    stop_line(home, NAMES[1])
    folder = home / "usecases" / "kiln_binary"
    keep_line(home, KeptLine("kiln_binary", folder / "history.parquet", 60))
    assert main(["rename", "kiln_binary", "oven", "--home", str(home)]) == 0
    assert kept_lines(home) == {"oven": KeptLine("oven", home / "usecases" / "oven" / "history.parquet", 60)}
    keeper = Keeper(Settings(home=home, embedded_worker=False))
    assert main(["stop", "oven", "--home", str(home)]) == 0 and "is replayed no more" in capsys.readouterr().out
    assert main(["stop", "oven", "--home", str(home)]) == 0 and "nothing to stop" in capsys.readouterr().out
    (home / "usecases" / "oven" / "line.json").write_text("half a")
    assert kept_lines(home) == {} and not keeper._lines


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_all_lines_as_a_service_end_with_it(home):
    store = open_store(home / "pullcord.db")
    service = subprocess.Popen(
        [sys.executable, "worker.py", "--lines", "--home", str(home)],
        cwd=PROJECT,
        env=os.environ | {"PULLCORD_USE_CASES": NAMES[0]},
    )
    try:
        until(lambda: beats(store, NAMES[1]), [])
    finally:
        service.terminate()
    assert service.wait(20) == 0 and not beats(store, NAMES[1])
    store.close()

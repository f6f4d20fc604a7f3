"""A process for what a stranger gave: it answers, or it ends by itself, and it takes nobody with it."""

import subprocess
import threading
import time

import pytest

from data.bounded import Ended, Limits, run_bounded

SMALL = Limits(wall_s=20, memory=200_000_000)


def run(code: str, limits: Limits = SMALL, **given) -> dict:
    return run_bounded("tests.stranger_child", code, limits=limits, **given)


@pytest.mark.parametrize(
    "code, why",
    [
        ("x = bytearray(10**9)", "memory"),
        ("x = [0]\nwhile True: x += x", "memory"),
        ("import os; os.abort()", "crash"),
        ("print('no JSON')", "crash"),
        ("raise ValueError('what was wrong')", "crash"),
        ("pass", "crash"),
    ],
)
def test_what_gives_no_answer_is_told_by_its_kind(code, why):
    with pytest.raises(Ended) as told:
        run(code)
    assert told.value.why == why


def test_what_it_complained_of_last_is_told():
    with pytest.raises(Ended, match="what was wrong"):
        run("raise ValueError('what was wrong')")


@pytest.mark.parametrize("limits", [Limits(wall_s=0.5, memory=10**9), Limits(wall_s=30, cpu_s=1, memory=10**9)])
def test_it_is_ended_by_the_clock_and_by_the_processor(limits):
    begun = time.monotonic()
    with pytest.raises(Ended) as told:
        run("while True: pass", limits)
    assert told.value.why == "time" and time.monotonic() - begun < 15


def test_it_fills_no_disk_and_prints_no_end(tmp_path):
    file = tmp_path / "large"
    with pytest.raises(Ended):
        run(f"open({str(file)!r}, 'wb').write(bytes(10**8))", Limits(wall_s=20, memory=10**9, written=1_000_000))
    assert file.stat().st_size <= 1_000_000
    with pytest.raises(Ended):
        run("while True: print('x' * 100000)", Limits(wall_s=20, memory=10**9, written=10_000_000))


def test_what_it_has_started_goes_with_it():
    """Asked by whoever waits for it: a person who gives up leaves nothing behind."""

    class Enough(Exception):
        pass

    def give_up(gone: float) -> None:
        if gone > 1.5:
            raise Enough

    child = "import subprocess, time; subprocess.Popen(['sleep', '4321.125']); time.sleep(60)"
    with pytest.raises(Enough):
        run(child, waiting=give_up)
    left = subprocess.run(["pgrep", "-f", "4321.125"], capture_output=True, text=True).stdout.split()
    assert not left


def test_many_threads_may_ask_at_once():
    found = []
    asked = [
        threading.Thread(target=lambda n=n: found.append(run(f"import json; print(json.dumps({{'n': {n}}}))")["n"]))
        for n in range(4)
    ]
    for one in asked:
        one.start()
    for one in asked:
        one.join()
    assert sorted(found) == [0, 1, 2, 3]


def test_no_secret_of_the_asking_process_is_handed_over(monkeypatch):
    monkeypatch.setenv("PULLCORD_SOMETHING", "secret")
    assert run("import json, os; print(json.dumps({'seen': [k for k in os.environ if 'PULLCORD' in k]}))") == {"seen": []}

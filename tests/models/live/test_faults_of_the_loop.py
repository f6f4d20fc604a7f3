"""What can go wrong between a flag and a release: two at one case, retired releases, kills, a full disk, no memory, a clock that goes back."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from data import clock
from data.readings.features import feature_matrix, signal_matrix
from data.records import JobState, ReleaseRecord, Verdict, VerdictKind
from data.settings import PROJECT
from data.store import Conflict
from data.usecase.file import load
from data.usecases.milling.history import training_history
from models.jobs.retraining import run
from models.release.release import Release
from tests.clocks import H, computer, turn
from tests.data.store.test_store_review import pull, say

__all__ = ["computer"]

MILLING = load("milling")
ROWS = 6_000
PROCESS = """
import sys
import models.jobs.retraining as retraining, models.training.training_set as training_set, models.release.trust as trust
retraining.LEASE_S, retraining.MOST_ATTEMPTS = 0.3, 9
trust.ROWS, trust.SECOND_ROWS = 20, 4
whole = training_set.history_of
training_set.history_of = lambda use_case, rows=0, **told: whole(use_case, {rows}, **told)
sys.argv = ["retraining", "--job", "{job}", "--home", "{home}", "--owner", "{owner}", "--memory-gb", "{memory}"]
sys.exit(retraining.main())
"""


@pytest.fixture
def plant(staffed, record, scored_batch):
    record(scored_batch(0, 24, score=0.82))
    return staffed


def test_of_many_reviewers_at_once_one_has_the_case_and_only_that_one_decides(opened, plant):
    flag, got, done = pull(plant), [], []
    start = threading.Barrier(8)

    def review(person):
        mine = opened()
        start.wait()
        try:
            mine.feedback.claim(flag.case, person)
            got.append(person)
        except Conflict:
            pass
        try:
            mine.feedback.decide(Verdict(flag.case, person, VerdictKind.MODEL_RIGHT, person))
            done.append(person)
        except Conflict:
            pass

    threads = [threading.Thread(target=review, args=(f"p{at}",)) for at in range(8)]
    [one.start() for one in threads], [one.join() for one in threads]
    assert done and set(done) <= set(got) and [v.person for v in plant.feedback.verdicts(flag.case)] == done


def test_a_verdict_on_what_a_retired_release_said_is_a_correction_like_any_other(plant):
    for number in (1, 2):
        plant.releases.add(ReleaseRecord("milling", number, f"r/{number}", "0", datetime.now(UTC), "test", None, {}))
        plant.releases.set_champion("milling", number, "test", "next")
    flag = pull(plant, 3)
    _, correction = say(plant, flag.case, "erik")
    assert plant.feedback.case(flag.case).release == 1 and plant.releases.champion("milling").number == 2
    assert [one.id for one in plant.feedback.corrections("milling")] == [correction.id]


def test_a_clock_that_goes_back_changes_neither_what_is_in_force_nor_who_has_a_case(computer, plant):
    """As far back as it can be believed to; one that goes further back is not (see test_clock)."""
    flag = pull(plant)
    say(plant, flag.case, "erik")
    later = clock.now()
    turn(computer, 0, -H // 2)
    plant.feedback.claim(flag.case, "dana")
    with pytest.raises(Conflict, match="is with dana"):
        plant.feedback.claim(flag.case, "erik")
    newest, none = plant.feedback.decide(Verdict(flag.case, "dana", VerdictKind.MODEL_RIGHT, "Looked again."))
    assert none is None and plant.feedback.corrections("milling") == []
    assert plant.feedback.fates("olga")[0].verdict == newest and newest.decided < plant.feedback.verdicts(flag.case)[0].decided
    assert [entry.action for entry in plant.audit.trail(f"case:{flag.case}")][-2:] == ["claim_case", "decide"]
    for number in (1, 2):
        plant.releases.add(ReleaseRecord("milling", number, f"r/{number}", "0", later, "test", None, {}))
    plant.releases.set_champion("milling", 1, "test", "first")
    turn(computer, 0, -H // 3)
    assert clock.state().trusted and clock.now() < later - timedelta(minutes=45)
    plant.releases.set_champion("milling", 2, "test", "second")
    assert plant.releases.champion("milling").number == 2


def test_a_training_with_one_kind_of_outcome_left_says_so_and_registers_nothing(opened_home, monkeypatch):
    folder, store = opened_home
    quiet = training_history(MILLING, rows=2000)
    monkeypatch.setattr("models.training.training_set.history_of", lambda use_case, rows=0, **_: quiet[quiet["outcome"] == 0])
    job = store.jobs.submit("train", "milling", {}, "dana")
    run(store, folder, store.jobs.take("me", 30), "me")
    told = store.jobs.get(job.id)
    assert told.state is JobState.FAILED and "same outcome" in told.message and len(store.releases.all("milling")) == 1


def test_a_choice_that_cannot_be_carried_out_fails_the_job_with_its_reason(opened_home):
    folder, store = opened_home
    job = store.jobs.submit("train", "milling", {"leave_out": ["torqe"]}, "dana")
    run(store, folder, store.jobs.take("me", 30), "me")
    assert store.jobs.get(job.id).state is JobState.FAILED and "leave_out names 'torqe'" in store.jobs.get(job.id).message


def start(home, job, owner, memory=6.0):
    program = PROCESS.format(rows=ROWS, job=job, home=home, owner=owner, memory=memory)
    return subprocess.Popen([sys.executable, "-W", "ignore", "-c", program], cwd=PROJECT, stderr=subprocess.DEVNULL)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_a_training_killed_at_any_stage_is_done_again_and_registers_one_and_the_same_model(opened_home):
    folder, store = opened_home
    job = store.jobs.submit("train", "milling", {}, "dana").id
    for attempt, stage in enumerate(("Gathering", "Tree", "Judging", "Writing")):
        wait_for_job(store, f"w{attempt}")
        process = start(folder, job, f"w{attempt}")
        known = len(store.jobs.log(job))
        wait(lambda stage=stage, known=known: any(stage in line for *_, line in store.jobs.log(job)[known:]), stage)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        assert len(store.releases.all("milling")) == 1
    wait_for_job(store, "last")
    assert start(folder, job, "last").wait(180) == 0
    assert store.jobs.get(job).state is JobState.DONE and len(store.releases.all("milling")) == 2
    made = Release.load(folder, store.releases.all("milling")[0], MILLING)
    again = store.jobs.submit("train", "milling", {}, "dana").id
    wait_for_job(store, "again")
    assert start(folder, again, "again").wait(180) == 0
    numbers = [one.number for one in store.releases.all("milling")]
    twin = Release.load(folder, store.releases.get("milling", numbers[0]), MILLING)
    x = feature_matrix(MILLING, signal_matrix(MILLING, training_history(MILLING, rows=500, seed=4)))
    assert np.array_equal(made.risk(x), twin.risk(x))
    # one that was killed while it was written leaves a number out, and nothing half written
    assert sorted(int(file.name) for file in (folder / "releases/milling").iterdir()) == sorted(numbers) and numbers[0] <= 4


def wait_for_job(store, owner):
    """Claim the one job as soon as its lease has run out."""
    return wait(lambda: store.jobs.take(owner, 5.0), "the job")


def wait(met, what, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = met()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{what}: not after {seconds} s")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the bound is Linux's")
def test_a_training_that_needs_more_memory_than_it_may_have_fails_with_what_to_do(opened_home):
    folder, store = opened_home
    job = store.jobs.submit("train", "milling", {}, "dana").id
    store.jobs.take("small", 60)
    start(folder, job, "small", memory=0.25).wait(120)
    told = store.jobs.get(job)
    assert len(store.releases.all("milling")) == 1
    assert told.state is JobState.RUNNING or (told.state is JobState.FAILED and "PULLCORD_TRAINING_MEMORY_GB" in told.message)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="a small disk is mounted: Linux, as root")
def test_a_disk_that_is_full_while_a_release_is_written_registers_nothing_and_is_told(opened_home):
    folder, store = opened_home
    place = folder / "releases/milling"
    kept = folder / "kept"
    shutil.move(place, kept)
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)], capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        (place / "1").symlink_to(kept / "1")
        job = store.jobs.submit("train", "milling", {}, "dana").id
        store.jobs.take("full", 60)
        start(folder, job, "full").wait(120)
        told = store.jobs.get(job)
        assert told.state is JobState.FAILED and "disk is full" in told.message.lower() and "ask for it again" in told.message
        assert len(store.releases.all("milling")) == 1 and [file.name for file in place.iterdir()] == ["1"]
    finally:
        subprocess.run(["umount", str(place)], check=True)

"""Releases, jobs, people and workers, in every kind of store."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from data.people import DEMO_PEOPLE, Role
from data.records import Answer, Heartbeat, JobState, Person, ReleaseRecord
from data.store import Conflict, NotFound
from tests.deliveries import at


def made(number, **given):
    return ReleaseRecord(
        "milling", number, f"releases/milling/{number}", "d" * 64, at(number), "dana", None, {"f1": 0.9}, **given
    )


def beat(worker="w1", pid=11, age_s=0.0, **given):
    now = datetime.now(UTC) - timedelta(seconds=age_s)
    return Heartbeat(worker, "milling", given.pop("source", "line:1"), pid, at(0), now, given.pop("release", None), 5, **given)


def test_releases_are_numbered_kept_and_found(store):
    assert store.releases.reserve_number("milling") == 1 and store.releases.champion("milling") is None
    first = store.releases.add(made(1, note="ünïcode"), [Answer("milling", 1, 42, 0.25, ("Torque is 66 Nm",))])
    second = store.releases.add(made(2))
    assert first == made(1, note="ünïcode") == store.releases.get("milling", 1)
    assert store.releases.all("milling") == [second, first] and store.releases.reserve_number("milling") == 3
    assert store.releases.answer("milling", 1, 42) == Answer("milling", 1, 42, 0.25, ("Torque is 66 Nm",))
    assert store.releases.answer("milling", 2, 42) is None and store.releases.all("other") == []
    with pytest.raises(Conflict):
        store.releases.add(made(2))
    for missing in (9, 10**30):
        with pytest.raises(NotFound):
            store.releases.get("milling", missing)


def test_a_release_cannot_have_learned_from_what_is_not_there(store):
    with pytest.raises(Exception, match="nothing of it was written"):
        store.releases.add(made(1, corrections=(77,)))
    assert store.releases.all("milling") == [] and store.audit.newest() == []


def test_releasing_and_rolling_back_is_one_row_and_one_audit_entry_each(store):
    for number in (1, 2):
        store.releases.add(made(number))
        store.releases.set_champion("milling", number, "dana", "better")
    back = store.releases.set_champion("milling", 1, "adam", "more false alarms", "roll_back")
    assert store.releases.champion("milling") == back and (back.number, back.by) == (1, "adam")
    assert [c.number for c in store.releases.champions("milling")] == [1, 2, 1]
    entry = store.audit.trail("release:milling/1")[-1]
    assert (entry.action, entry.details) == ("roll_back", {"reason": "more false alarms", "before": 2})
    with pytest.raises(NotFound, match="no release 5"):
        store.releases.set_champion("milling", 5, "dana", "typo")
    assert store.releases.champion("milling") == back


def test_one_job_of_a_kind_at_a_time(store):
    job = store.jobs.submit("retrain", "milling", {"rows": 10}, "dana")
    with pytest.raises(Conflict, match=f"Job {job.id} .*dana"):
        store.jobs.submit("retrain", "milling", {}, "adam")
    assert store.jobs.submit("retrain", "other", {}, "dana").id != job.id
    taken = store.jobs.take("w1", 60)
    assert (taken.id, taken.state, taken.owner, taken.attempts, taken.params) == (job.id, "running", "w1", 1, {"rows": 10})
    assert store.jobs.progress(job.id, "w1", 0.5, "half way", 60)
    store.jobs.finish(job.id, "w1", JobState.DONE, "release 2", {"release": 2})
    done = store.jobs.get(job.id)
    assert (done.state, done.progress, done.result) == ("done", 1.0, {"release": 2}) and done.finished
    assert [(fraction, text) for _, fraction, text in store.jobs.log(job.id)] == [(0.5, "half way")]
    assert store.jobs.submit("retrain", "milling", {}, "adam").id > job.id
    assert [j.requested_by for j in store.jobs.recent("milling")] == ["adam", "dana"]
    assert [e.action for e in store.audit.trail(f"job:{job.id}")] == ["submit_job", "take_job", "job_done"]


def test_a_job_whose_worker_was_killed_is_taken_over(store):
    job = store.jobs.submit("retrain", "milling", {}, "dana")
    store.jobs.take("killed", -1)  # its lease has run out
    again = store.jobs.take("w2", 60)
    assert (again.id, again.attempts, again.owner) == (job.id, 2, "w2")
    assert not store.jobs.progress(job.id, "killed", 0.9, "nearly", 60)
    store.jobs.finish(job.id, "killed", JobState.DONE, "too late", {})
    assert store.jobs.get(job.id).state == JobState.RUNNING and store.jobs.take("w3", 60) is None


def test_a_cancelled_job_stops_at_its_next_step(store):
    job = store.jobs.submit("retrain", "milling", {}, "dana")
    store.jobs.take("w1", 60)
    assert store.jobs.cancel(job.id, "adam").state == JobState.CANCELLED
    assert not store.jobs.progress(job.id, "w1", 0.9, "on and on", 60)
    store.jobs.finish(job.id, "w1", JobState.DONE, "done all the same", {})
    assert store.jobs.cancel(job.id, "adam") == store.jobs.get(job.id) and store.jobs.get(job.id).state == JobState.CANCELLED
    assert [e.action for e in store.audit.trail(f"job:{job.id}")] == ["submit_job", "take_job", "cancel_job"]
    with pytest.raises(NotFound):
        store.jobs.cancel(999, "adam")


def test_each_job_is_taken_by_one_worker_only(opened, store):
    jobs = {store.jobs.submit(f"kind {n}", "milling", {}, "dana").id for n in range(20)}
    taken = []

    def work(each, name):
        while job := each.jobs.take(name, 60):
            taken.append(job.id)

    threads = [threading.Thread(target=work, args=(opened(), f"w{n}")) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(jobs)


def test_people_are_kept_as_they_were_saved_last(store):
    for person in DEMO_PEOPLE:
        store.people.save(person, "first start")
    assert tuple(store.people.all()) == DEMO_PEOPLE
    store.people.save(Person("olga", "Olga Berg", Role.ENGINEER, None, active=False), "adam")
    olga = store.people.get("olga")
    assert (olga.role, olga.area, olga.active) == ("engineer", None, False) and store.people.get("nobody") is None
    assert len(store.people.all()) == len(DEMO_PEOPLE) and store.audit.trail("person:olga")[-1].person == "adam"


def test_one_worker_a_source(store):
    store.workers.register(beat(), stale_s=6)
    with pytest.raises(Conflict, match="process 11"):
        store.workers.register(beat("w2", 22), stale_s=6)
    store.workers.register(beat("w3", 33, source="replay:x"), stale_s=6)
    store.workers.register(beat(), stale_s=6)  # the same one again
    store.workers.beat(beat(age_s=7, trouble="no release"))
    store.workers.register(beat("w2", 22), stale_s=6)  # the first has been silent for too long
    assert {b.worker for b in store.workers.all()} == {"w2", "w3"}


def test_a_worker_that_stopped_cleanly_makes_room_at_once(store):
    first = beat(release=3, trouble="waiting")
    store.workers.register(first, stale_s=60)
    assert store.workers.all() == [first]
    store.workers.gone("w1")
    assert store.workers.all()[0].pid == 0
    store.workers.register(beat("w2", 22), stale_s=60)
    assert [b.worker for b in store.workers.all()] == ["w2"]

"""A training job: done once, given up after so many interruptions, and what goes wrong in it is told with the way on."""

import errno
from types import SimpleNamespace

import pytest

from data.records import JobState
from data.usecase.file import load
from models.jobs import retraining

MILLING = load("milling")


@pytest.fixture
def called(monkeypatch):
    """What is called, in its order, with nothing really trained."""
    found = []

    def stub(name, answer):
        monkeypatch.setattr(retraining, name, lambda *given, **named: (found.append(name), answer)[1])

    for name, answer in (("gold_set", None), ("training_set", None), ("train", None)):
        stub(name, answer)
    stub("register", SimpleNamespace(number=2, corrections=(7, 8)))
    monkeypatch.setattr(retraining, "load", lambda name, home: MILLING)
    return found


def done(attempts=1, releases=(), may_go_on=True):
    """What is told of a job: (state, message, result) of its end, and every step of its progress."""
    ends, steps = [], []

    def progress(*told):
        steps.append(told)
        return may_go_on

    store = SimpleNamespace(
        jobs=SimpleNamespace(progress=progress, finish=lambda *told: ends.append(told)),
        readings=SimpleNamespace(prepare=lambda _: None),
        releases=SimpleNamespace(
            all=lambda _: [SimpleNamespace(number=n, created_by=by, corrections=(1,)) for n, by in releases]
        ),
    )
    job = SimpleNamespace(id=3, attempts=attempts, use_case="milling", requested_by="dana", params={})
    retraining.run(store, "home", job, "me")
    return ends, steps


@pytest.mark.parametrize("attempts", [1, 3])
def test_it_is_tried_so_often(called, attempts):
    ends, steps = done(attempts)
    assert called == ["gold_set", "training_set", "train", "register"]
    assert ends == [(3, "me", JobState.DONE, "Release 2 stands; it learned from 2 corrections", {"release": 2})]
    assert steps == [(3, "me", 0.01, "Gathering history, truth and corrections", 20.0)]


def test_after_so_many_interruptions_it_is_given_up(called):
    ((number, owner, state, said, result),), steps = done(4)
    assert (number, owner, state, result, steps, called) == (3, "me", JobState.FAILED, {}, [], [])
    assert "interrupted 3 times and is given up" in said


def test_what_has_registered_its_release_is_only_finished(called):
    ends, _ = done(2, [(4, "dana (job:31)"), (5, "dana (job:3)"), (6, "erik (job:3)")])
    assert called == [] and ends == [(3, "me", JobState.DONE, "Release 5 stands; it learned from 1 corrections", {"release": 5})]
    done(2, [(4, "dana (job:31)")])
    assert called[-1] == "register"


def test_one_that_was_cancelled_is_not_told_as_failed(called):
    ends, _ = done(may_go_on=False)
    assert ends == [] and called == []


def test_what_goes_wrong_is_told_and_raised_to_nobody(called, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left", "/var/home")

    monkeypatch.setattr(retraining, "train", full)
    ((_, _, state, said, result),), _ = done()
    assert (state, result) == (JobState.FAILED, {}) and "The disk is full" in said and "/var/home" in said


@pytest.mark.parametrize(
    "error, said",
    [
        (MemoryError(), "more memory"),
        (RuntimeError("std::bad_alloc"), "more memory"),
        (OSError(errno.ENOSPC, "full"), "where the home lies"),
        (OSError(errno.EACCES, "Permission denied", "file"), "Permission denied"),
        (ValueError("a table is odd"), "a table is odd"),
        (ValueError(), "ValueError"),
    ],
)
def test_the_way_on_is_told_where_it_is_known(error, said):
    told = retraining._told(error)
    assert (
        said in told
        and ("disk is full" in told) == (said == "where the home lies")
        and ("more memory" in told) == (said == "more memory")
    )


@pytest.mark.parametrize("lacks", ["--job", "--home", "--owner"])
def test_a_process_that_is_not_told_what_to_do_does_nothing(lacks, monkeypatch, capsys):
    monkeypatch.setattr(retraining, "open_store", None)
    given = {"--job": "3", "--home": "x", "--owner": "me"}
    with pytest.raises(SystemExit):
        retraining.main([word for name, value in given.items() if name != lacks for word in (name, value)])
    assert lacks in capsys.readouterr().err


@pytest.mark.parametrize("parent, memory, most", [(None, "2.5", 2_500_000_000), (77, None, 6_000_000_000)])
def test_the_process_makes_way_for_others_and_ends_with_its_worker(parent, memory, most, monkeypatch, tmp_path):
    import resource

    found = []
    for name in ("run", "end_with"):
        monkeypatch.setattr(retraining, name, lambda *given, name=name: found.append((name, *given[-1:])))
    monkeypatch.setattr(retraining.os, "nice", lambda by: found.append(("nice", by)))
    monkeypatch.setattr(resource, "setrlimit", lambda what, limits: found.append((what, limits)))
    monkeypatch.setattr(retraining.sys, "platform", "linux")
    monkeypatch.setattr(retraining.signal, "signal", lambda *given: found.append(given))
    monkeypatch.setattr(retraining.logging, "basicConfig", lambda **_: None)
    closed = SimpleNamespace(jobs=SimpleNamespace(get=lambda number: number), close=lambda: found.append("closed"))
    monkeypatch.setattr(retraining, "open_store", lambda _: closed)
    words = ["--job", "3", "--home", str(tmp_path), "--owner", "me", *(["--memory-gb", memory] if memory else [])]
    assert retraining.main([*words, *(["--parent", str(parent)] if parent else [])]) == 0
    ignored = (retraining.signal.SIGINT, retraining.signal.SIG_IGN)
    bounded = [ignored, ("nice", 10), (resource.RLIMIT_DATA, (most, most))]
    assert found == [*bounded, *([("end_with", parent)] if parent else []), ("run", "me"), "closed"]

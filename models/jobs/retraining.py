"""A training job, in a process of its own: claimed by a worker, done here, told in the job's row.

    python -m models.jobs.retraining --job 3 --home var --owner NAME

After a kill it is simply done again: training is deterministic, and a job that has registered its release is finished by the
same call, so nothing is registered twice.
"""

import argparse
import errno
import logging
import os
import signal
import sys
from pathlib import Path

from data.commands import command
from data.errors import PullcordError
from data.private import private
from data.processes import end_with
from data.records import Job, JobState
from data.sentence import Sentence, sentence_of
from data.store import Store, open_store
from data.usecase.file import load
from models.dataset.choices import Choices
from models.lifecycle.registry import register
from models.training.gold import gold_set
from models.training.progress import Stopped
from models.training.train import train
from models.training.training_set import training_set

log = logging.getLogger("pullcord.retraining")
LEASE_S = 20.0
MOST_ATTEMPTS = 3


def run(store: Store, home: Path, job: Job, owner: str) -> None:
    """Do one training job to its end. What goes wrong is told in the job; nothing is raised to the worker."""

    def progress(fraction: float, message: str) -> bool:
        return store.jobs.progress(job.id, owner, fraction, message, LEASE_S)

    note = f"job:{job.id}"
    try:
        if job.attempts > MOST_ATTEMPTS:
            raise PullcordError(
                "It was interrupted {n} times and is given up: look at the worker's log, then ask for it again.",
                n=job.attempts - 1,
            )
        use_case = load(job.use_case, home)
        store.readings.prepare(use_case)
        done = next((release for release in store.releases.all(use_case.name) if release.created_by == _by(job, note)), None)
        if done is None:
            if not progress(0.01, "Gathering history, truth and corrections"):
                raise Stopped
            choices = Choices.of(use_case, job.params)
            gold_set(home, use_case)  # one that was changed is told before anything is trained, not after it
            trained = train(use_case, training_set(use_case, store, choices=choices), progress)
            done = register(home, store, use_case, trained, _by(job, note), progress)
        learned = len(done.corrections)
        store.jobs.finish(
            job.id,
            owner,
            JobState.DONE,
            Sentence("Release {number} stands; it learned from {learned} corrections", number=done.number, learned=learned),
            {"release": done.number},
        )
    except Stopped:
        log.info("job %s was cancelled or taken over", job.id)
    except Exception as error:
        log.exception("job %s failed", job.id)
        store.jobs.finish(job.id, owner, JobState.FAILED, _told(error), {})


def _told(error: Exception) -> Sentence:
    """What went wrong, and the way on where it is known."""
    if isinstance(error, MemoryError) or "bad_alloc" in str(error):
        return Sentence(
            "It needed more memory than a training may use: give it more (PULLCORD_TRAINING_MEMORY_GB), or fewer rows to learn from."
        )
    if isinstance(error, OSError) and error.errno == errno.ENOSPC and not isinstance(error, PullcordError):
        return Sentence(
            "The disk is full: nothing was registered. Make room where {file} lies, then ask for it again.",
            file=error.filename or Sentence("the home"),
        )
    return sentence_of(error)


def _bounded(gigabytes: float) -> None:
    """Let this process stand back for every other one, and take no more memory than that, where the system can hold it to it."""
    if hasattr(os, "nice"):
        os.nice(10)
    if sys.platform == "linux":
        import resource

        most = int(gigabytes * 1e9)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _by(job: Job, note: str) -> str:
    return f"{job.requested_by} ({note})"


@command
def main(arguments: list[str] | None = None) -> int:
    """The process that a worker starts."""
    parser = argparse.ArgumentParser(prog="python -m models.jobs.retraining")
    parser.add_argument("--job", type=int, required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--owner", required=True)
    parser.add_argument("--memory-gb", type=float, default=6.0)
    parser.add_argument("--parent", type=int)
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(name)s %(message)s", datefmt="%H:%M:%S")
    private(given.home)
    store = open_store(given.home / "pullcord.db")
    job = store.jobs.get(given.job)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the worker's to answer: it ends this process in order
    _bounded(given.memory_gb)  # from here on: whoever asks for a job that is not there has not become slow by it
    if given.parent:
        end_with(given.parent)
    run(store, given.home, job, given.owner)
    store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Runs the store's jobs in processes of their own, so that the live loop never waits for a training."""

import logging
import os
import subprocess
import sys
from pathlib import Path

from data.processes import APART, end
from data.records import Job
from data.settings import PROJECT
from data.store import Store

log = logging.getLogger("pullcord.jobs")
LEASE_S = 20.0
"""Seconds after which a job whose process gave no sign may be claimed again."""


class JobRunner:
    """Claims one job at a time and starts ``python -m models.jobs.retraining`` for it at a low priority.

    The process renews the lease itself; if it dies, the lease runs out and the job is claimed again: training is
    deterministic and registers once, so that doing it again changes nothing.
    """

    def __init__(self, home: Path, store: Store, owner: str, memory_gb: float) -> None:
        self._home, self._store, self._owner, self._memory_gb = home, store, owner, memory_gb
        self._process: subprocess.Popen | None = None

    def look(self) -> None:
        """Start the next job if none is under way. Cheap enough for every turn of the live loop."""
        if self._process and self._process.poll() is None:
            return
        if self._process:
            log.info("job process ended with code %s", self._process.returncode)
            self._process = None
        job = self._store.jobs.take(self._owner, LEASE_S)
        if job:
            self._start(job)

    def stop(self) -> None:
        """End the process that runs, with whatever it has started; its job goes on with the next worker."""
        if self._process:
            end(self._process)
            self._process = None

    def _start(self, job: Job) -> None:
        command = [
            sys.executable,
            "-m",
            "models.jobs.retraining",
            "--job",
            str(job.id),
            "--home",
            str(self._home),
            "--owner",
            self._owner,
            "--memory-gb",
            str(self._memory_gb),
            "--parent",
            str(os.getpid()),
        ]
        log.info("job %s (%s) starts, attempt %s", job.id, job.kind, job.attempts)
        self._process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, **APART)

"""The live loop kept running: jobs, retention, and what is done when a store or a release fails it."""

import logging
import math
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from data import clock
from data.records import GONE_S, Heartbeat, Preparing
from data.sentence import sentence_of
from data.settings import Settings
from data.sources.contract import Source
from data.store import Store, StoreError
from data.store.contract import Recorded
from data.usecase.use_case import UseCase
from models.jobs.first_release import FirstReleaseError, ensure_first_release, preparing
from models.jobs.jobs import JobRunner
from models.jobs.schedule import ask_if_due
from models.live.pulse import Pulse
from models.live.step import LiveLoop
from models.live.upkeep import Upkeep
from models.release.release import Release, ReleaseError
from models.review.reviewing import draw_sample

log = logging.getLogger("pullcord.worker")
BATCH = 2000
POLL_S = 0.1
ROUND_S = 60.0
DAYS_A_DAY, MOST_A_DAY = 2.0, 0.5
"""Deleted on one day at the most: twice what comes on one, and never more than half of everything."""
SLOWEST_STEP_S = 900.0
"""A step of a first training that says nothing for so long is stuck. One that is only slow must not be taken for dead: a second worker would begin the same."""


class Worker:
    """One use case and one source, until told to stop or the source is exhausted."""

    def __init__(self, settings: Settings, store: Store, use_case: UseCase, source_name: str, name: str = "") -> None:
        self.settings, self.store, self.use_case = settings, store, use_case
        self.stopping = threading.Event()
        self.again = False  # it ended because its source has to be opened anew
        self.name = name or f"{os.uname().nodename if hasattr(os, 'uname') else 'pc'}-{os.getpid()}-{use_case.name}"
        self.source_name = source_name
        self._started = clock.now()
        self._said = ""
        self._preparing: Preparing | None = None
        self._forgot_at = self._rounded_at = 0.0
        self._pulse = Pulse(lambda: store.workers.beat(self._heartbeat()))
        self.delivered = self.recorded = self.quarantined = 0
        self._loop: LiveLoop | None = None
        self._upkeep = Upkeep(settings, store, use_case)
        store.workers.register(self._heartbeat(), GONE_S)
        self._upkeep.examine()

    def ready(self) -> None:
        """See to it that there is a release: train the first one if there is none. The heartbeat tells how far it is.

        Raises:
            FirstReleaseError: none could be made; the last heartbeat says why.
            models.training.progress.Stopped: told to end meanwhile.
        """
        with self._pulse.beating(SLOWEST_STEP_S):
            try:
                ensure_first_release(self.settings.home, self.store, self.use_case, self._prepares)
                self._preparing = None
            except FirstReleaseError as error:
                self._cannot(error)
                raise

    def rest(self, seconds: float, error: Exception) -> bool:
        """Say for a while, alive, why it cannot begin: nobody reads what a process writes that was started by another one. Gives whether it was told
        to end meanwhile."""
        self._cannot(error)
        with self._pulse.beating(SLOWEST_STEP_S):
            return self.stopping.wait(seconds)

    def _cannot(self, error: Exception) -> None:
        now = clock.now()
        self._preparing = replace(self._preparing or preparing(0.0, self._started, now), since=now, failed=sentence_of(error))
        self._pulse.now()

    def run(self, source: Source, delayed: bool = True, readings: int | None = None) -> float:
        """Take readings through until stopped, exhausted, or ``readings`` have been delivered. Returns the seconds it took."""
        with self._pulse.beating():
            jobs = (
                JobRunner(self.settings.home, self.store, self.name, self.settings.training_memory_gb)
                if readings is None
                else None
            )
            loop = self._loop = self._usable_loop(
                lambda: LiveLoop(self.settings.home, self.store, self.use_case, source, delayed), jobs
            )
            begun = time.perf_counter()
            if loop is not None:
                self._go_on(loop, source, readings, jobs)
            seconds = time.perf_counter() - begun
            if jobs:
                jobs.stop()
        return seconds if loop is not None else 0.0

    def _go_on(self, loop: LiveLoop, source: Source, readings: int | None, jobs: JobRunner | None) -> None:
        while not self.stopping.is_set() and (readings is None or self.delivered < readings):
            limit = BATCH if readings is None else min(BATCH, readings - self.delivered)
            done = self._step(loop, limit)
            self._pulse.came_by()
            if jobs and self._was_put_back(loop):
                self.again = True
                return
            if done is None:
                if source.exhausted():
                    self.store.readings.finish_source(source.name)
                    break
                self.stopping.wait(POLL_S)
            if jobs:
                jobs.look()
                self._upkeep.look()
                self._forget_old()
                self._round()

    def _usable_loop(self, make: Callable[[], LiveLoop], jobs: JobRunner | None) -> LiveLoop | None:
        """The loop as soon as there is a release that can be used. A broken one is told, and jobs go on: training another
        is a way out. A measuring run (without jobs) gives up instead."""
        while not self.stopping.is_set():
            try:
                return make()
            except ReleaseError as error:
                if jobs is None:
                    raise
                self._said = error.sentence
                log.error("%s", error)
                self._pulse.now()
                self._pulse.came_by()
                jobs.look()
                self.stopping.wait(2.0)
        return None

    def _forget_old(self) -> None:
        """Once an hour: delete what is older than the settings say, by the mark and not by the clock, and on one day no more than two days' share.
        Flagged readings stay for ever."""
        if time.monotonic() - self._forgot_at > 3600:
            self._forgot_at = time.monotonic()
            newest, reckoned = self.store.readings.newest_us(self.use_case.name), self.store.clock.state().reckoned_us
            plant_us = (
                reckoned if newest is None else min(reckoned, newest)
            )  # of a replayed file the plant's clock counts, not ours
            before = datetime.fromtimestamp(plant_us / 1e6, UTC) - timedelta(days=self.settings.retention_days)
            share = min(DAYS_A_DAY / self.settings.retention_days, MOST_A_DAY)
            most = math.ceil(share * self.store.readings.counts(self.use_case.name)["readings"])
            gone = self.store.readings.prune(self.use_case.name, before, most)
            log.info("%s readings older than %s days deleted", gone, self.settings.retention_days)

    def _was_put_back(self, loop: LiveLoop) -> bool:
        """Whether the clock was put right, so that what was recorded last lies in the future and would keep out everything that comes now."""
        found = clock.state()
        return found.trusted and loop.newest_us > found.now_us + clock.ASKEW_US

    def _round(self) -> None:
        """Once a minute: draw a case for review among what nobody flagged, and ask for a training when one is due."""
        if time.monotonic() - self._rounded_at < ROUND_S:
            return
        self._rounded_at = time.monotonic()
        try:
            draw_sample(self.use_case, self.store, seed=int(self._rounded_at))
            ask_if_due(self.use_case, self.store)
        except StoreError as error:
            log.error("%s", error)

    def _step(self, loop: LiveLoop, limit: int) -> Recorded | None:
        """One step; a store that is busy or full is waited for, with the trouble told in the heartbeat."""
        try:
            if loop.follow_champion():
                log.info("release %s taken up", loop.release.number)
            loop.follow_shadow()
            done = loop.step(limit, clock.latest_us())
        except (StoreError, ReleaseError) as error:
            self._said = error.sentence
            log.error("%s", error)
            self.stopping.wait(1.0)
            return None
        if done:
            self._said = ""
            self.delivered += done.readings + done.quarantined
            self.recorded += done.readings
            self.quarantined += done.quarantined
        return done

    @property
    def release(self) -> int | None:
        """The number of the release in use."""
        return self._loop.release.number if self._loop else None

    @property
    def loaded(self) -> Release | None:
        """The release in use."""
        return self._loop.release if self._loop else None

    def _prepares(self, fraction: float, message: str) -> bool:
        log.info("%s (%.0f %%)", message, 100 * fraction)
        self._preparing = preparing(fraction, self._started, clock.now(), self._preparing)
        self._pulse.now()
        self._pulse.came_by()
        return not self.stopping.is_set()

    def _heartbeat(self) -> Heartbeat:
        trouble = (
            self._upkeep.trouble or self._said or (self._loop.release.trouble or self._loop.shadow_trouble if self._loop else "")
        )
        now = clock.now()
        return Heartbeat(
            self.name,
            self.use_case.name,
            self.source_name,
            os.getpid(),
            self._started,
            now,
            self.release,
            self.recorded,
            trouble,
            self._preparing,
        )

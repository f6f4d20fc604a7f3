"""The live loop as a process: reads the sources, predicts, explains, records; runs training jobs. Composition root.

python worker.py                                     the built-in line, live
python worker.py --readings 20000 --json             as fast as it can, a summary at the end
python worker.py --replay table.csv --json           a file through the same loop
"""

import argparse
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from data.records import Heartbeat
from data.settings import PROJECT, Settings, SettingsError, load_settings, prepared_home
from data.store import Conflict, Store, StoreError, open_store
from data.usecase import UseCase
from data.usecase_file import UseCaseError, load

log = logging.getLogger("pullcord.worker")
BATCH = 2000
POLL_S = 0.1
BEAT_S = 1.0
GONE_S = 6.0
"""Seconds without a heartbeat after which a worker counts as dead."""


class Worker:
    """One use case and one source, until told to stop or the source is exhausted."""

    def __init__(self, settings: Settings, store: Store, use_case: UseCase, source_name: str):
        self.settings, self.store, self.use_case = settings, store, use_case
        self.stopping = threading.Event()
        self.name = f"{os.uname().nodename if hasattr(os, 'uname') else 'pc'}-{os.getpid()}-{use_case.name}"
        self.source_name = source_name
        self._started = datetime.now(UTC)
        self._said = ""
        self._beat_at = 0.0
        self.delivered = self.recorded = self.quarantined = 0
        self._loop = None
        store.workers.register(self._heartbeat(), GONE_S)

    def ready(self) -> None:
        """See to it that there is a release: train the first one if there is none. The heartbeat tells how far it is."""
        from models.first_release import ensure_first_release

        ensure_first_release(self.settings.home, self.store, self.use_case, self._preparing)

    def run(self, source, delayed: bool = True, readings: int | None = None) -> float:
        """Take readings through until stopped, exhausted, or ``readings`` have been delivered. Returns the seconds it took."""
        from models.jobs import JobRunner
        from models.live import LiveLoop

        loop = self._loop = LiveLoop(self.settings.home, self.store, self.use_case, source, delayed)
        jobs = JobRunner(self.settings.home, self.store, self.name) if readings is None else None
        begun = time.perf_counter()
        while not self.stopping.is_set() and (readings is None or self.delivered < readings):
            limit = BATCH if readings is None else min(BATCH, readings - self.delivered)
            done = self._step(loop, limit)
            self.beat()
            if done is None:
                if source.exhausted():
                    self.store.readings.finish_source(source.name)
                    break
                self.stopping.wait(POLL_S)
            if jobs:
                jobs.look()
        seconds = time.perf_counter() - begun
        if jobs:
            jobs.stop()
        return seconds

    def _step(self, loop, limit: int):
        """One step; a store that is busy or full is waited for, with the trouble told in the heartbeat."""
        try:
            if loop.follow_champion():
                log.info("release %s taken up", loop.release.number)
            done = loop.step(limit, int(time.time() * 1e6))
        except StoreError as error:
            self._said = str(error)
            log.error("%s", error)
            self.stopping.wait(1.0)
            return None
        if done:
            self._said = ""
            self.delivered += done.readings + done.quarantined
            self.recorded += done.readings
            self.quarantined += done.quarantined
        return done

    def beat(self, force: bool = False) -> None:
        """Give a sign of life, at most once a second."""
        if force or time.monotonic() - self._beat_at >= BEAT_S:
            self._beat_at = time.monotonic()
            try:
                self.store.workers.beat(self._heartbeat())
            except StoreError as error:
                log.error("%s", error)

    def _preparing(self, fraction: float, message: str) -> bool:
        self._said = f"{message} ({fraction:.0%})"
        log.info("%s", self._said)
        self.beat()
        return not self.stopping.is_set()

    def _heartbeat(self) -> Heartbeat:
        release = self._loop.release.number if self._loop else None
        now = datetime.now(UTC)
        return Heartbeat(
            self.name, self.use_case.name, self.source_name, os.getpid(), self._started, now, release, self.recorded, self._said
        )


def ensure_running(settings: Settings) -> threading.Thread | None:
    """Keep an embedded worker alive for the life of this process, unless the settings say that one runs elsewhere.

    Whenever no worker has given a sign of life for a while, one is started; it stops by itself when this process is gone.
    """
    if not settings.embedded_worker:
        return None

    def keep() -> None:
        store = open_store(settings.store_path)
        pause = 1.0
        while True:
            try:
                fresh = any(beat.pid and (datetime.now(UTC) - beat.beat).total_seconds() < GONE_S for beat in store.workers.all())
            except StoreError:
                fresh = True  # a store that cannot be read is told by the screens; a second process would not mend it
            if not fresh:
                log.info("no worker is alive: starting one")
                environment = os.environ | {"PULLCORD_HOME": str(settings.home)}
                subprocess.Popen([sys.executable, "worker.py", "--parent", str(os.getpid())], cwd=PROJECT, env=environment).wait()
                pause = min(pause * 2, 60)  # one that ends at once, again and again, must not be started in a tight loop
            time.sleep(pause if not fresh else GONE_S)
            pause = 1.0 if fresh else pause

    thread = threading.Thread(target=keep, name="keep-worker", daemon=True)
    thread.start()
    return thread


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line. Exit codes: 0 done, 1 trouble that a person must mend, 2 wrong words, 3 another worker runs."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(name)s %(message)s", datefmt="%H:%M:%S")
    try:
        return _run(given)
    except Conflict as conflict:
        print(conflict, file=sys.stderr)
        return 3
    except (SettingsError, UseCaseError, StoreError) as trouble:
        print(trouble, file=sys.stderr)
        return 1


def _run(given: argparse.Namespace) -> int:
    from data.sources import SourceError, open_source
    from models.release import ReleaseError

    settings = load_settings(**{k: v for k, v in {"home": given.home, "speed": given.speed, "flaws": given.flaw}.items() if v})
    with _home(settings, given) as home:
        settings = settings.model_copy(update={"home": Path(home)})
        prepared_home(settings)
        store = open_store(settings.store_path)
        use_case = load(given.use_case or settings.use_cases[0], settings.home)
        try:
            source, delayed = open_source(
                use_case, store, settings, replay=given.replay, readings=given.readings, paced=given.speed is not None
            )
            worker = Worker(settings, store, use_case, source.name)
        except SourceError as error:
            print(error, file=sys.stderr)
            return 1
        _stop_on_signal(worker, given.parent)
        try:
            worker.ready()
            seconds = worker.run(source, delayed, given.readings)
            summary = _summary(worker, source, seconds)
        except ReleaseError as error:
            print(error, file=sys.stderr)
            return 1
        finally:
            store.workers.gone(worker.name)
            store.close()
    if given.json:
        print(json.dumps(summary))
    return 0


def _summary(worker: Worker, source, seconds: float) -> dict:
    from models.detection import replay_truth

    summary = {
        "readings": worker.delivered,
        "recorded": worker.recorded,
        "quarantined": worker.quarantined,
        "seconds": round(seconds, 3),
        "rows_per_second": round(worker.delivered / seconds, 1) if seconds else None,
        "release": worker._loop.release.number,
    }
    truth = replay_truth(worker.store, worker.use_case, source)
    return summary | ({"truth": truth} if truth else {})


def _home(settings: Settings, given: argparse.Namespace):
    """A measuring run without a home of its own goes into an empty one that is removed afterwards."""
    if given.readings is not None and not given.home and not os.environ.get("PULLCORD_HOME"):
        return tempfile.TemporaryDirectory(prefix="pullcord-")
    from contextlib import nullcontext

    return nullcontext(settings.home)


def _stop_on_signal(worker: Worker, parent: int | None) -> None:
    """Stop cleanly on Ctrl-C or TERM, and when the process that started this one is gone."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: worker.stopping.set())
    if parent:

        def watch() -> None:
            while os.getppid() == parent and not worker.stopping.wait(1.0):
                pass
            worker.stopping.set()

        threading.Thread(target=watch, daemon=True).start()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="worker.py", description="The live loop: reads, predicts, explains, records; runs training jobs."
    )
    parser.add_argument("--use-case", help="which use case (default: the first of the settings)")
    parser.add_argument("--readings", type=_count, help="stop after that many readings, as fast as it can, into an empty home")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="replay a file through the loop instead of the built-in line")
    parser.add_argument("--speed", type=float, help="times real time; a replay without it runs as fast as it can")
    parser.add_argument("--flaw", action="append", metavar="NAME[:ASSET[:SIZE]]", help="switch on a flaw of the built-in line")
    parser.add_argument("--home", type=Path, help="folder of everything that is kept (default: the settings')")
    parser.add_argument("--json", action="store_true", help="print a summary as one JSON object at the end")
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    return parser


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of readings: write a whole number from 1 on")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())

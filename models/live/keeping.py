"""The lines kept running, whoever looks: a worker for each of them from the start, and another one when it ends.

Which lines: those of the settings (``use_cases``), and those that somebody started on the page *New line* and nobody has stopped
(:mod:`data.kept_lines`). One keeper a process; where several processes keep the lines of one home the lease in the store lets one worker read a line.
"""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from data import clock
from data.errors import PullcordError
from data.kept_lines import KeptLine, keep_line, kept_lines
from data.records import GONE_S, Heartbeat
from data.settings import PROJECT, Settings
from data.store import Store, StoreError, open_store
from data.usecase.file import UseCaseError

log = logging.getLogger("pullcord.lines")
LOOK_S = 0.5
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 120.0
"""Before a worker that ended is started again: doubled with every one that ends soon, and never longer."""
STEADY_S = 60.0
"""A worker that lived so long has not ended because it was started."""
AGAIN_S = 1.0
"""Until it is looked again whether the worker of somebody else still lives."""
STOPPED_S = 10.0
OVER, ELSEWHERE = 4, 3
"""What a worker's exit code says: its file has come to its end; another worker reads this line."""


class LineEnded(PullcordError):
    """A worker has ended without being told to: why, or what comes of it, as the board tells it."""


@dataclass(slots=True)
class _Line:
    words: tuple[str, ...]
    worker: subprocess.Popen | None = None
    begun: float = 0.0
    not_before: float = 0.0
    pause: float = FIRST_PAUSE_S
    over: bool = False


@dataclass(slots=True)
class Keeper:
    """Keeps the lines of one home until told to stop. ``clock``: seconds that only grow."""

    settings: Settings
    clock: Callable[[], float] = time.monotonic
    _lines: dict[str, _Line] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)
    _store: Store | None = None

    def run(self) -> None:
        """Look after them until :meth:`stop`, then end every worker."""
        while not self.stopping.wait(LOOK_S):
            try:
                self.look()
            except (
                OSError,
                StoreError,
                UseCaseError,
            ) as error:  # a full disk, a folder that was just taken away: the next look may do
                log.error("%s", error)
        self._end([line.worker for line in self._lines.values()])

    def stop(self) -> None:
        """End, with every worker."""
        self.stopping.set()

    def look(self) -> None:
        """Start what is wanted and does not run, end what is wanted no more."""
        kept = kept_lines(self.settings.home)
        wanted = {name: _words(name, kept.get(name)) for name in dict.fromkeys((*self.settings.use_cases, *kept))}
        gone = [name for name, line in self._lines.items() if wanted.get(name) != line.words]
        self._end([self._lines.pop(name).worker for name in gone])
        for name, words in wanted.items():
            line = self._lines.setdefault(name, _Line(words))
            if name in kept and line.worker is None:
                line.over = kept[name].over  # started once more, it is not
            self._tend(name, line, kept.get(name))

    def _tend(self, name: str, line: _Line, kept: KeptLine | None) -> None:
        now = self.clock()
        if line.worker is not None:
            code = line.worker.poll()
            if code is None:
                return
            pid, line.worker = line.worker.pid, None
            try:
                self._ended(name, line, code, now, kept)
            except LineEnded as why:
                log.log(logging.INFO if line.over else logging.ERROR, "worker of %s: %s", name, why)
                self._say(name, pid, why.sentence)
        if line.over or now < line.not_before:
            return
        if self._alive_elsewhere(name):
            line.not_before = now + AGAIN_S
            return
        log.info("no worker of %s is alive: starting one", name)
        environment = os.environ | {"PULLCORD_HOME": str(self.settings.home)}
        environment.pop("MALLOC_ARENA_MAX", None)  # the dashboard's; a training is slower with it
        words = [sys.executable, "worker.py", *line.words, "--parent", str(os.getpid())]
        line.worker, line.begun = subprocess.Popen(words, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL), now

    def _ended(self, name: str, line: _Line, code: int, now: float, kept: KeptLine | None) -> None:
        if code == OVER:
            line.over = True
            if kept is not None:
                keep_line(self.settings.home, replace(kept, over=True))
            raise LineEnded("Its file has come to its end: all of it is recorded.")
        if code == ELSEWHERE:
            line.not_before = now + GONE_S
            return
        line.pause = FIRST_PAUSE_S if now - line.begun > STEADY_S else min(2 * line.pause, LONGEST_PAUSE_S)
        line.not_before = now + line.pause
        if code:
            raise LineEnded(
                "It ended by itself (code {code}) and is started again within {pause} s.", code=code, pause=f"{line.pause:.0f}"
            )

    def _alive_elsewhere(self, name: str) -> bool:
        try:
            return any(beat.use_case == name and beat.alive(clock.now()) for beat in self._opened().workers.all())
        except StoreError:
            return True  # a store that cannot be read is told by the screens; a second process would not mend it

    def _say(self, name: str, pid: int, trouble: str) -> None:
        """On the board, unless the worker has said itself why it ends. One that was killed has left its lease behind: it is given back."""
        now = clock.now()
        try:
            store = self._opened()
            beats = [beat for beat in store.workers.all() if beat.use_case == name]
            for beat in beats:
                if beat.pid == pid:
                    store.workers.gone(beat.worker)
            newest = max(beats, key=lambda beat: beat.beat, default=None)
            if newest is None or not newest.trouble or newest.pid == pid:
                store.workers.beat(Heartbeat(f"lines-{os.getpid()}-{name}", name, "", 0, now, now, None, 0, trouble))
        except StoreError as error:
            log.error("%s", error)

    def _opened(self) -> Store:
        if self._store is None:
            self._store = open_store(self.settings.store_path)
        return self._store

    @staticmethod
    def _end(workers: list[subprocess.Popen | None]) -> None:
        """Ask all of them to stop, and make those that have not after a while."""
        there = [worker for worker in workers if worker is not None and worker.poll() is None]
        for worker in there:
            worker.terminate()
        until = time.monotonic() + STOPPED_S
        for worker in there:
            try:
                worker.wait(max(until - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()


def _words(name: str, kept: KeptLine | None) -> tuple[str, ...]:
    given = ("--use-case", name)
    return given if kept is None else (*given, "--replay", str(kept.file), "--speed", f"{kept.speed:g}", "--kept")


_ours: dict[Path, tuple[Keeper, threading.Thread]] = {}
_one_at_a_time = threading.Lock()


def keep_lines(settings: Settings) -> Keeper | None:
    """Keep the lines of this home running as long as this process lives, unless the settings say that workers run elsewhere. Once a process,
    however often it is asked for. They stop by themselves when this process is gone."""
    if not settings.embedded_worker:
        return None
    with _one_at_a_time:
        if settings.home not in _ours:
            keeper = Keeper(settings)
            thread = threading.Thread(target=keeper.run, name="keep-lines", daemon=True)
            thread.start()
            _ours[settings.home] = keeper, thread
        return _ours[settings.home][0]


def keeps_lines(settings: Settings) -> bool:
    """Whether this process keeps the lines of this home already."""
    return settings.home in _ours


def start_line(settings: Settings, line: KeptLine) -> None:
    """Run this line from now on, after a restart of everything too, until it is stopped or its file has come to its end."""
    keep_line(settings.home, line)
    if keep_lines(settings) is None:  # the workers run elsewhere: as a service, which has not asked for it before
        words = [sys.executable, "worker.py", *_words(line.use_case, line), "--parent", str(os.getpid())]
        with (settings.home / f"worker-{line.use_case}.log").open("ab") as said:
            subprocess.Popen(words, cwd=PROJECT, env=os.environ | {"PULLCORD_HOME": str(settings.home)}, stdout=said, stderr=said)


def stop_lines() -> None:
    """End what :func:`keep_lines` began in this process, and wait for it."""
    with _one_at_a_time:
        begun = list(_ours.values())
        _ours.clear()
    for keeper, _ in begun:
        keeper.stop()
    for _, thread in begun:
        thread.join(STOPPED_S + 5)

"""Killing the live loop at random points while it ingests, and counting what was lost or doubled afterwards.

The loop runs in a process of its own, over the real store, the real release and a file that is replayed; SIGKILL comes at a
random moment. The source writes down what was acknowledged to it (synced to disk before it goes on), and after every kill the
store must hold all of that exactly once.
"""

import multiprocessing
import os
import random
import signal
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from data.sources.replay import ReplaySource, ReplayTable
from data.store import open_store
from data.usecase.file import load
from data.usecase.use_case import UseCase

EVER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
BATCH = 64


class NotingSource(ReplaySource):
    """A replay that notes, durably, up to which position it was acknowledged."""

    def __init__(self, *given, note: Path, **named):
        super().__init__(*given, **named)
        self._note = note

    def acknowledge(self, position: int) -> None:
        """Note the position so that it outlives a kill."""
        with self._note.open("a") as file:
            file.write(f"{position}\n")
            file.flush()
            os.fsync(file.fileno())


@dataclass(frozen=True, slots=True)
class Damage:
    """What the kills did: all of the counts but ``kills`` must be 0."""

    kills: int
    lost: int
    doubled: int
    half_recorded: int
    acknowledged_but_missing: int


def damage_of_kills(home: Path, file: Path, bad: set[int], kills: int, seed: int = 0) -> Damage:
    """Ingest ``file`` while killing the loop at least ``kills`` times, then to its end.

    Args:
        home: a home with a champion.
        file: a table that the milling use case can replay.
        bad: the rows of it that must end up in quarantine; all the others must be recorded.
    """
    use_case, rng, note = load("milling"), random.Random(seed), home / "acknowledged.txt"
    rows = len(ReplayTable(use_case, file).columns["torque"])
    done, missing = 0, 0
    while done < kills:
        process = _start(home, file, note)
        before = _acknowledged(note)
        deadline = time.monotonic() + 30
        while _acknowledged(note) == before and process.is_alive() and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(rng.uniform(0, 0.12))
        if _acknowledged(note) == before:
            os.kill(process.pid, signal.SIGKILL)
            raise RuntimeError("The loop has recorded nothing for 30 s: it hangs.")
        if not process.is_alive():
            raise RuntimeError(f"The loop ended by itself after {done} kills (code {process.exitcode}): give it a longer table.")
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        done += 1
        missing += len(_expected(_acknowledged(note), bad) - set(_recorded(home, use_case)[0].tolist()))
    last = _start(home, file, note)
    last.join(120)
    if last.exitcode != 0:
        raise RuntimeError(f"The loop did not come to the end of the table by itself (code {last.exitcode}).")
    sequence, margins_fit = _recorded(home, use_case)
    expected = _expected(rows - 1, bad)
    quarantined = _quarantined(home, use_case)
    lost = len(expected - set(sequence.tolist())) + len(bad - set(quarantined))
    doubled = len(sequence) - len(set(sequence.tolist())) + len(quarantined) - len(set(quarantined))
    return Damage(done, lost, doubled, int((~margins_fit).sum()), missing)


def _start(home: Path, file: Path, note: Path):
    context = multiprocessing.get_context("forkserver")  # forked from a clean server: OpenMP hangs in the fork of whoever used it
    context.set_forkserver_preload(["benchmarks.kills", "models.live.step", "pandas", "xgboost"])
    process = context.Process(target=_ingest, args=(home, file, note), daemon=True)
    process.start()
    return process


def _ingest(home: Path, file: Path, note: Path) -> None:
    from models.live.step import LiveLoop

    use_case, store = load("milling"), open_store(home / "pullcord.db")
    store.readings.prepare(use_case)
    table = ReplayTable(use_case, file)
    position = store.readings.start_source("replay:kills", int(time.time() * 1e6) - table.rows * 1_000_000)
    loop = LiveLoop(home, store, use_case, NotingSource(use_case, table, position, note=note), delayed=False)
    while not loop.source.exhausted():
        loop.step(BATCH, int(time.time() * 1e6))
    os._exit(0)


def _acknowledged(note: Path) -> int:
    lines = note.read_text().split("\n")[:-1] if note.exists() else []
    return int(lines[-1]) if lines else -1


def _expected(last: int, bad: set[int]) -> set[int]:
    return set(range(last + 1)) - bad


def _recorded(home: Path, use_case: UseCase) -> tuple[np.ndarray, np.ndarray]:
    """The sequence of every recorded reading, and whether its contributions add up to its score."""
    store = open_store(home / "pullcord.db")
    try:
        seen = store.readings.history(use_case.name, use_case.replay.asset, *EVER, limit=10**7)
        champion = store.releases.champion(use_case.name).number
        _, contributions, score = store.readings.contributions(use_case.name, champion, 10**7)
        fits = np.abs(1 / (1 + np.exp(-contributions.astype(float).sum(axis=1))) - score) < 1e-4
        whole = np.zeros(len(seen), bool)
        whole[: len(fits)] = fits
        return seen["sequence"].to_numpy(), whole
    finally:
        store.close()


def _quarantined(home: Path, use_case: UseCase) -> list[int]:
    store = open_store(home / "pullcord.db")
    try:
        return [row.position for row in store.readings.quarantined(use_case.name, 10**7)]
    finally:
        store.close()

"""What the live loop costs beside the bare model: checks, features, prediction, contributions and the record, per row.

``python -m benchmarks.live_loop --json``. The baseline is ``Booster.predict`` and ``predict(pred_contribs=True)`` on the same rows in the
same run, interleaved; a real release, a real store with durable transactions, real readings of the line.
"""

import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.convention import Figure, figure, main, milliseconds, say, timed
from benchmarks.kills import damage_of_kills
from data.readings.batch import RawBatch
from data.readings.features import feature_matrix
from data.store import Store, open_store
from data.usecase.file import load
from data.usecase.use_case import UseCase
from data.usecases.milling.source import LineSource
from models.jobs.first_release import ensure_first_release
from models.live.step import LiveLoop
from models.release.release import Release

BATCH = 1000


def measure(quick: bool) -> list[Figure]:
    """Train a release, then measure batches, single rows and kills."""
    with tempfile.TemporaryDirectory(prefix="pullcord-") as folder:
        home, killed, use_case = Path(folder) / "home", Path(folder) / "killed", load("milling")
        say("training a release …")
        store = open_store(home / "pullcord.db")
        store.readings.prepare(use_case)
        ensure_first_release(home, store, use_case, lambda *_: True)
        store.close()
        shutil.copytree(home, killed)
        store = open_store(home / "pullcord.db")
        loop, bare = _batches(home, store, use_case, 30 if quick else 120)
        singles = _singles(home, store, use_case, 200 if quick else 2000)
        store.close()
        kills = _kills(killed, 5 if quick else 30)
    ratios = np.array(loop) / np.array(bare)
    share = f"median of {len(loop)} batches of {BATCH}, interleaved; {1e6 * np.median(loop) / BATCH:.1f} against {1e6 * np.median(bare) / BATCH:.1f} µs a row"
    return [
        figure("cost_vs_bare", float(np.median(ratios)), "ratio", "≤ 1.5", share),
        figure(
            "single_row_p50_ms",
            milliseconds(singles, 0.5),
            "ms",
            None,
            "one reading through the whole loop, durable when it returns",
        ),
        figure("single_row_p99_ms", milliseconds(singles, 0.99), "ms", "≤ 20", f"of {len(singles)}"),
        figure("rows_per_s", BATCH * len(loop) / sum(loop), "rows/s", None, "the loop without the making of the readings"),
        figure("kills", kills.kills, "kills", "≥ 30" if not quick else None, "SIGKILL at a random moment while it ingests"),
        figure(
            "lost",
            kills.lost + kills.acknowledged_but_missing,
            "rows",
            "= 0",
            "readings, and rows for quarantine, that were not in the store",
        ),
        figure(
            "doubled", kills.doubled + kills.half_recorded, "rows", "= 0", "twice in the store, or without a whole explanation"
        ),
    ]


def _batches(home: Path, store: Store, use_case: UseCase, times: int) -> tuple[list[float], list[float]]:
    """Seconds of each batch through the loop, and of the bare model on the same rows."""
    ticks = BATCH * (times + 5) // 24 + 1
    position = store.readings.start_source("line:bench", int(time.time() - ticks) * 1_000_000)
    source = _Held(LineSource(use_case, position, seed=1, clock=None))
    loop = LiveLoop(home, store, use_case, source)
    took: list[float] = []
    bare: list[float] = []
    for turn in range(times + 5):
        source.load(BATCH)
        raw = source.held
        if turn % 2:
            _bare(loop.release, use_case, raw, bare)
        with timed(took):
            loop.step(BATCH, int(time.time() * 1e6))
        if not turn % 2:
            _bare(loop.release, use_case, raw, bare)
        if turn % 20 == 0:
            say(f"batch {turn} of {times + 5}")
    return took[5:], bare[5:]


def _bare(release: Release, use_case: UseCase, raw: RawBatch, took: list[float]) -> None:
    """What anybody pays who only asks the model: prediction and contributions of rows that are ready."""
    from xgboost import DMatrix

    signals = [
        pd.Index(s.categories).get_indexer(raw.columns[name]) if s.categories else raw.columns[name]
        for name, s in use_case.signals.items()
    ]
    x = feature_matrix(use_case, np.stack(signals, axis=1).astype(float))
    booster = release.booster
    booster.set_param({"nthread": 2})
    with timed(took):
        rows = DMatrix(x, nthread=2)
        booster.predict(rows)
        booster.predict(rows, pred_contribs=True)


def _singles(home: Path, store: Store, use_case: UseCase, times: int) -> list[float]:
    position = store.readings.start_source("line:single", int(time.time()) * 1_000_000)
    source = _Held(LineSource(use_case, position, seed=2, clock=None))
    loop = LiveLoop(home, store, use_case, source)
    took: list[float] = []
    for _ in range(times):
        source.load(1)
        with timed(took):
            loop.step(1, int(time.time() * 1e6) + 10**10)
    return took[20:]


def _kills(home: Path, kills: int):
    """See :mod:`benchmarks.kills`; the table is long enough for that many."""
    say(f"killing it {kills} times …")
    rng, rows = np.random.default_rng(3), 2500 * kills + 10_000
    bad = set(range(11, rows, 101))
    torque = rng.normal(40, 10, rows).clip(5, 76).round(1).astype(object)
    torque[sorted(bad)] = "no signal"
    table = {
        "Type": rng.choice(["L", "M", "H"], rows),
        "Air temperature [K]": rng.normal(300, 2, rows).round(1),
        "Process temperature [K]": rng.normal(310, 1, rows).round(1),
        "Rotational speed [rpm]": rng.integers(1200, 2800, rows),
        "Torque [Nm]": torque,
        "Tool wear [min]": np.arange(rows) % 220,
        "Machine_failure": 0,
    }
    file = home / "table.csv"
    pd.DataFrame(table | dict.fromkeys(("HDF", "PWF", "OSF", "TWF", "RNF"), 0)).to_csv(file, index=False)
    return damage_of_kills(home, file, bad, kills)


class _Held:
    """A source whose next delivery is made beforehand, so that making it is not measured."""

    def __init__(self, source: LineSource):
        self._source, self.name = source, source.name
        self.held: RawBatch

    def load(self, limit: int) -> None:
        """Make the next delivery."""
        self.held = self._source.poll(limit)

    def poll(self, limit: int) -> RawBatch:
        """Give it."""
        return self.held

    def acknowledge(self, position: int) -> None:
        """Nothing to forget."""

    def exhausted(self) -> bool:
        """Never."""
        return False


if __name__ == "__main__":
    raise SystemExit(main("live_loop", measure))

"""From a large table to live explained predictions: profile, training against XGBoost itself, replay with every row explained.

python -m benchmarks.onboarding [--quick] [--json]      a made-up table of 1,000,000 rows × 50 columns (--quick: 60,000)
"""

import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.convention import Figure, figure, main, say
from data.onboarding.create import create
from data.sources.replay import ReplaySource, ReplayTable
from data.store import open_store
from data.usecase.file import load
from data.usecase.use_case import UseCase
from models.lifecycle.registry import register
from models.live.step import LiveLoop
from models.training.train import Trained, train
from models.training.training_set import TrainingSet, training_set

ROWS, QUICK_ROWS, SIGNALS = 1_000_000, 60_000, 46
REPLAYED = 20_000
RUNS, QUICK_RUNS = 3, 3


def table(rows: int, seed: int = 0) -> pd.DataFrame:
    """Time, machine, 46 signals (two of them categories, one with gaps) and a target that follows from four of them: 50 columns."""
    rng = np.random.default_rng(seed)
    at = np.arange(rows)
    x = rng.normal(size=(rows, SIGNALS - 2)).astype(np.float32)
    x[:, :8] += np.sin(at[:, None] / np.array([50, 90, 300, 700, 1000, 3000, 5000, 9000])[None, :])
    risk = 1.6 * x[:, 0] * (x[:, 1] > 0) + np.maximum(x[:, 2], 0) - 0.8 * x[:, 8] - 3.2
    columns = {f"signal {i} [mm]": x[:, i].round(3) for i in range(SIGNALS - 2)}
    frame = pd.DataFrame(
        {
            "time": pd.Timestamp("2020-01-01", tz="UTC") + pd.to_timedelta(at, unit="s"), "machine": np.array(["M-1", "M-2", "M-3", "M-4"])[at % 4],
            **columns, "product": np.array(["A", "B", "C"])[rng.integers(0, 3, rows)], "shift": np.array(["early", "late"])[(at // 28_800) % 2],
            "batch": at // 1000, "failure": (rng.random(rows) < 1 / (1 + np.exp(-risk))).astype(int),
        }
    )  # fmt: skip
    frame.loc[rng.random(rows) < 0.02, "signal 20 [mm]"] = np.nan
    return frame


def measure(quick: bool) -> list[Figure]:
    """All four figures, in one temporary home."""
    rows = QUICK_ROWS if quick else ROWS
    with tempfile.TemporaryDirectory(prefix="pullcord-") as work:
        home = Path(work)
        say(f"writing a table of {rows:,} rows")
        file = home / "table.csv"
        made = table(rows)
        columns = len(made.columns)
        made.to_csv(file, index=False)
        del made
        begun = time.perf_counter()
        create([file], "failure", home, name="large", tell=lambda share, said: say(f"{share:4.0%} {said}"))
        profile_s = time.perf_counter() - begun
        profile_gb = _peak_gb()
        use_case = load("large", home)
        told = training_set(use_case, None)
        ratio, trained = _against_xgboost(use_case, told, QUICK_RUNS if quick else RUNS)
        speed = _replayed(home, use_case, trained)
        size = f"{rows:,} rows × {columns} columns"
        return [
            figure("profile_s", profile_s, "s", None if quick else "≤ 60", f"CSV of {size}: read, inferred, YAML and history written"),
            figure("peak_gb", profile_gb, "GB", None if quick else "≤ 4", "largest memory of the process until then"),
            figure("train_vs_xgboost", ratio, "×", "≤ 1.5", f"median of interleaved runs on {len(told.y):,} rows, same parameters and rounds"),
            figure("replay_rows_per_s", speed, "rows/s", "≥ 2000", f"{REPLAYED:,} rows checked, predicted, explained and recorded; {trained.rounds} trees"),
        ]  # fmt: skip


def _against_xgboost(use_case: UseCase, told: TrainingSet, runs: int) -> tuple[float, Trained]:
    """Our training over bare XGBoost with the same parameters, rows and stopping, interleaved."""
    import xgboost

    ours, bare, trained = [], [], None
    for run in range(runs):
        begun = time.perf_counter()
        trained = train(use_case, told, lambda *_: True)
        ours.append(time.perf_counter() - begun)
        watched = trained.watched
        fit = np.setdiff1d(np.flatnonzero(~told.held_out), watched)
        x, y, xw, yw = told.x[fit], told.y[fit], told.x[watched], told.y[watched]
        begun = time.perf_counter()
        rows, watch = xgboost.DMatrix(x, y, nthread=2), xgboost.DMatrix(xw, yw, nthread=2)
        stop = xgboost.callback.EarlyStopping(rounds=40, save_best=True)
        xgboost.train(trained.params, rows, 150, evals=[(watch, "watch")], callbacks=[stop], verbose_eval=False)
        bare.append(time.perf_counter() - begun)
        say(f"training {run + 1} of {runs}: {ours[-1]:.1f} s, XGBoost alone {bare[-1]:.1f} s")
    return statistics.median(a / b for a, b in zip(ours, bare, strict=True)), trained


def _replayed(home: Path, use_case: UseCase, trained: Trained) -> float:
    """Rows a second through the live loop, as fast as it can."""
    store = open_store(home / "pullcord.db")
    store.readings.prepare(use_case)
    record = register(home, store, use_case, trained, "benchmark", lambda share, said: say(f"{share:4.0%} {said}") or True)
    store.releases.set_champion(use_case.name, record.number, "benchmark", "first")
    replayed = ReplayTable(use_case, home / "later.csv", table(REPLAYED, seed=1))
    source = ReplaySource(use_case, replayed, store.readings.start_source("replay:later", 0))
    loop = LiveLoop(home, store, use_case, source, delayed=False)
    begun = time.perf_counter()
    while not source.exhausted():
        loop.step(2000, int(time.time() * 1e6))
    seconds = time.perf_counter() - begun
    recorded = store.readings.counts(use_case.name)["readings"]
    store.close()
    if recorded != REPLAYED:
        raise RuntimeError(f"{recorded} of {REPLAYED} rows were recorded")
    return REPLAYED / seconds


def _peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform != "darwin" else 1e9)


if __name__ == "__main__":
    sys.exit(main("onboarding", measure))

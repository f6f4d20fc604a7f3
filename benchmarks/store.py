"""A store of a million predictions: how fast it takes them in, and how long the board, an asset and the queue wait for it.

``python -m benchmarks.store --json`` builds it through ``Store.readings.record`` in a temporary folder.
"""

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.convention import Figure, figure, main, milliseconds, say, timed
from data.readings.batch import Batch, Scored, TruthReports
from data.records import CaseState, Flag, FlagKind, FlagReason, Verdict, VerdictKind
from data.store import Store, open_store
from data.usecase.file import load
from data.usecase.use_case import UseCase

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
BEGIN_US = int(BEGIN.timestamp()) * 1_000_000
BATCH = 1000
PRODUCT_S = 180
CALLS = 300


class Plant:
    """Deliveries of a plant with a reading a second of each asset, and a spell of high risk now and then."""

    def __init__(self, use_case: UseCase, assets: int = 24, seed: int = 0):
        self.use_case, self.assets = use_case, assets
        self._rng = np.random.default_rng(seed)

    def delivery(self, first: int, stop: int) -> tuple[Scored, TruthReports | None]:
        """Rows ``first`` to ``stop`` with their predictions, and the outcomes of the products that ended meanwhile."""
        positions = np.arange(first, stop)
        n, asset, second = len(positions), (positions % self.assets).astype(np.int32), positions // self.assets
        high = (second // 60 * 31 + asset * 17) % 97 == 0  # a minute of advice in about 100, at another time for each asset
        score = np.where(high, 0.85, 0.02) + 0.1 * self._rng.random(n)
        values = self._rng.normal([1, 300, 310, 1500, 40, 100], [0, 2, 2, 150, 8, 40], (n, 6)).round(1)
        values[:, 0] = positions % 3
        shares = self._rng.normal(size=(n, len(self.use_case.features) + 1)).astype(np.float32)
        batch = Batch(
            self.use_case.name, "line:1", positions, asset, self.use_case.assets, BEGIN_US + second * 1_000_000, second, values
        )
        return Scored(batch, 1, score, shares, np.where(high, 2, 0).astype(np.int8)), self._truth(first, stop)

    def _truth(self, first: int, stop: int) -> TruthReports | None:
        ended = [s for s in range(first // self.assets, stop // self.assets) if s % PRODUCT_S == PRODUCT_S - 1]
        if not ended:
            return None
        end = np.repeat(np.array(ended) * 1_000_000 + BEGIN_US, self.assets)
        asset = np.array(list(self.use_case.assets[: self.assets]) * len(ended))
        outcome = (self._rng.random(len(end)) < 0.034).astype(float)
        cause = np.where(outcome > 0, "OSF", None)
        return TruthReports(asset, end - (PRODUCT_S - 1) * 1_000_000, end, outcome, cause, end + 120_000_000, "inspection")


def filled(store: Store, use_case: UseCase, rows: int) -> float:
    """Record ``rows`` predictions. Returns the seconds that ``record`` took, without the making of the rows."""
    plant, seconds = Plant(use_case), []
    for first in range(0, rows, BATCH):
        stop = min(first + BATCH, rows)
        scored, truth = plant.delivery(first, stop)
        with timed(seconds):
            store.readings.record(scored, None, truth, use_case=use_case.name, source="line:1", last=stop - 1)
        if stop % 200_000 == 0:
            say(f"recorded {stop:,} of {rows:,}")
    return sum(seconds)


def flagged(store: Store, use_case: UseCase, rows: int, flags: int) -> None:
    """Pull the cord on ``flags`` readings, and decide a tenth of the cases."""
    rng = np.random.default_rng(1)
    for number, reading in enumerate(rng.choice(rows, flags, replace=False) + 1):
        asset = use_case.assets[(int(reading) - 1) % 24]
        told = {"score": 0.9, "reasons": ["Torque is 66 Nm; normally 30–50 Nm on this machine."]}
        flag = Flag(use_case.name, asset, int(reading), 1, f"person {number % 40}", FlagKind.WRONG, FlagReason.FALSE_ALARM, told)
        raised = store.feedback.raise_flag(flag, float(rng.random() * 3))
        if number % 10 == 0:
            store.feedback.claim(raised.case, "erik")
            store.feedback.decide(Verdict(raised.case, "erik", VerdictKind.MODEL_RIGHT, "The tool was worn indeed."))
        if number % 2000 == 1999:
            say(f"flagged {number + 1:,} of {flags:,}")


def asked(question: Callable[[int], object], calls: int) -> list[float]:
    """Seconds of each of ``calls`` calls of ``question(number)``, after a few to warm up."""
    seconds = []
    for number in range(calls + 5):
        with timed(seconds):
            question(number)
    return seconds[5:]


def measure(quick: bool) -> list[Figure]:
    """Build the store, ask its three questions."""
    rows, flags = (200_000, 1_000) if quick else (1_000_000, 10_000)
    use_case = load("milling")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pullcord.db"
        store = open_store(file)
        store.readings.prepare(use_case)
        took = filled(store, use_case, rows)
        flagged(store, use_case, rows, flags)
        last, rng, readings = rows // 24, np.random.default_rng(2), store.readings
        hours = BEGIN + timedelta(seconds=last)

        def board(number: int) -> None:
            """All that the board asks for when something was recorded."""
            readings.version(use_case.name)
            readings.board(use_case.name)
            readings.trend(use_case.name, hours - timedelta(seconds=3600 - number % 60))
            readings.recent_advice(use_case.name, hours - timedelta(hours=1))
            readings.counts(use_case.name)

        def asset(_: int) -> None:
            start = BEGIN + timedelta(seconds=int(rng.integers(0, last - 3600)))
            seen = readings.history(use_case.name, use_case.assets[int(rng.integers(24))], start, start + timedelta(seconds=3599))
            if len(seen) != 3600:
                raise RuntimeError(f"an hour of an asset has {len(seen)} readings, not 3600")

        def queue(number: int) -> None:
            states = tuple(CaseState) if number % 3 == 2 else (CaseState.OPEN, CaseState.CLAIMED)
            store.feedback.queue(use_case.name if number % 2 else None, states)

        figures = []
        for id, question, bar in (("board", board, 20), ("asset", asset, 50), ("queue", queue, 20)):
            seconds = asked(question, CALLS)
            note = f"p50 {milliseconds(seconds, 0.5):.2g} ms of {CALLS} calls"
            figures.append(figure(f"{id}_p95_ms", milliseconds(seconds, 0.95), "ms", f"≤ {bar}", note))
            say(f"{id}: {figures[-1].value} ms, {note}")
        recorded = readings.counts(use_case.name)["readings"]
        size = file.stat().st_size / rows
        figures.append(
            figure("rows", recorded, "rows", "≥ 1000000" if not quick else None, f"{size:.0f} bytes a row in the file")
        )
        note = f"batches of {BATCH}, each one durable transaction; {took / rows * 1e6:.1f} µs a row"
        figures.append(figure("record_rows_per_s", int(rows / took), "rows/s", None, note))
        store.close()
    return figures


if __name__ == "__main__":
    raise SystemExit(main("store", measure))

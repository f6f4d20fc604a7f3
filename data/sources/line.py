"""The built-in milling line as a live source: a reading of every machine each tick, truth some time after each product.

Position ``p`` is machine ``p % n`` at tick ``p // n``; a tick is one cadence of plant time. At a ``speed`` other than 1 the ticks
come faster than the cadence and are stamped with the time at which they come, while the machines live through a whole
cadence in each: so charts are in real time and the plant only seems to hurry.
"""

import time
from collections.abc import Callable

import numpy as np

from data.batch import RawBatch, TruthReports
from data.store.contract import SourcePosition
from data.usecase import UseCase
from data.usecases.milling.flaws import Flaw
from data.usecases.milling.line import NUMBERS, MillingLine
from data.usecases.milling.rules import TYPES

MOST_BEHIND_TICKS = 3600
"""After a longer stop the missed ticks are left out: the plant went on, and nobody kept its readings."""
_AGAIN_S = 900  # plant seconds of truth that a restart reports again: the store knows it and leaves it out


class LineSource:
    """Delivers the line from a position on; see :class:`data.sources.contract.Source`.

    Args:
        position: where the store's record of this source ends; ``start_us`` is the time of tick 0.
        clock: seconds since 1970; ``None`` delivers as fast as it is asked, stamped one cadence apart.
    """

    def __init__(
        self,
        use_case: UseCase,
        position: SourcePosition,
        seed: int = 0,
        speed: float = 1.0,
        flaws: tuple[Flaw, ...] = (),
        clock: Callable[[], float] | None = time.time,
    ):
        self.name = position.source
        self._start_us, self._clock = position.start_us, clock
        self._cadence_s = int(use_case.cadence_s)
        self._step_us = int(use_case.cadence_s * 1e6 / (speed if clock else 1))
        self._origin_s = position.start_us // 1_000_000
        self._delay_s = use_case.truth.delay_s
        self._line = MillingLine(use_case, seed, flaws, float(self._origin_s))
        self._machines = len(self._line.assets)
        self._assets = np.array(self._line.assets, dtype=object)
        self._bad_rows = next((flaw for flaw in flaws if flaw.name == "bad_rows"), None)
        self._seed = seed
        self._next = position.last + 1
        self._told_s = max(self._second(self._next // self._machines) - self._delay_s - _AGAIN_S, self._origin_s)

    def poll(self, limit: int) -> RawBatch:
        """At most ``limit`` readings that are due, in the order of their positions."""
        end = self._next + limit
        if self._clock:
            due = int((self._clock() * 1e6 - self._start_us) // self._step_us) + 1
            if due - self._next // self._machines > MOST_BEHIND_TICKS and self._next > 0:
                self._next = (due - 1) * self._machines
            end = min(self._next + limit, due * self._machines)
        positions = np.arange(self._next, max(end, self._next))
        self._next += len(positions)
        if not len(positions):
            return RawBatch(self.name, positions, {})
        tick = np.arange(positions[0] // self._machines, positions[-1] // self._machines + 1)
        asked = slice(int(positions[0] % self._machines), int(positions[0] % self._machines) + len(positions))
        columns = {name: column[asked] for name, column in self._columns(tick).items()}
        if self._bad_rows:
            columns = self._broken(columns, int(positions[0]))
        return RawBatch(self.name, positions, columns, self._truth(self._second(int(tick[-1])) - self._delay_s))

    def acknowledge(self, position: int) -> None:
        """Nothing to forget: any moment of the line can be generated again."""

    def exhausted(self) -> bool:
        """A line never ends."""
        return False

    def _columns(self, tick: np.ndarray) -> dict[str, np.ndarray]:
        """Every machine at these ticks, tick after tick."""
        seen = [self._line.moments(machine, self._second(tick)) for machine in range(self._machines)]
        kind = np.stack([m.kind for m in seen], axis=1).ravel()
        numbers = np.stack([m.numbers for m in seen], axis=1).reshape(-1, len(NUMBERS))
        return {
            "asset": np.tile(self._assets, len(tick)),
            "time": np.repeat(self._start_us + tick * self._step_us, self._machines),
            "sequence": np.repeat(tick, self._machines),
            "product_type": np.asarray(TYPES, dtype=object)[kind],
            **dict(zip(NUMBERS, np.ascontiguousarray(numbers.T), strict=True)),
        }

    def _second(self, tick):
        return self._origin_s + tick * self._cadence_s

    def _truth(self, until_s: float) -> TruthReports | None:
        """What has become known since the last call about products that ended by ``until_s``."""
        if until_s <= self._told_s:
            return None
        reports = [
            (asset, report) for m, asset in enumerate(self._line.assets) for report in self._line.truth(m, self._told_s, until_s)
        ]
        self._told_s = until_s
        if not reports:
            return None
        runs = [len(report.first_s) for _, report in reports]
        ended = np.repeat([report.ended_s + self._delay_s for _, report in reports], runs)
        cause = np.concatenate([report.cause for _, report in reports]).astype(object)
        return TruthReports(
            asset=np.repeat(np.array([asset for asset, _ in reports], dtype=object), runs),
            start_us=self._stamp(np.concatenate([report.first_s for _, report in reports])),
            end_us=self._stamp(np.concatenate([report.last_s for _, report in reports])),
            outcome=np.concatenate([report.outcome for _, report in reports]),
            cause=np.where(cause == "", None, cause),
            arrived_us=self._stamp(ended),
            by="inspection after the product",
        )

    def _stamp(self, second: np.ndarray) -> np.ndarray:
        return (self._start_us + np.round((second - self._origin_s) / self._cadence_s * self._step_us)).astype(np.int64)

    def _broken(self, columns: dict[str, np.ndarray], position: int) -> dict[str, np.ndarray]:
        """The flaw ``bad_rows``: a share of the rows loses a value, or gets text, NaN, infinity or the impossible in its place."""
        rng = np.random.default_rng([self._seed, position, 19])
        n = len(columns["asset"])
        rows = np.flatnonzero(rng.random(n) < self._bad_rows.size)
        broken = {name: column.astype(object) for name, column in columns.items()} if len(rows) else columns
        for row in rows:
            name = str(rng.choice([*NUMBERS, "product_type", "asset"]))
            broken[name][row] = rng.choice(np.array([None, "n/a", float("nan"), float("inf"), -999.0], dtype=object))
        return broken

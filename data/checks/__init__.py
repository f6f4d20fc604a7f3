"""Which delivered readings may be predicted, and what is wrong with the others.

Columnar: each check is one expression over a whole column. The first thing wrong with a row is its reason; the row goes
to quarantine as it came. Nothing here raises for a bad row, whatever it holds.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from data.checks.columns import FUTURE_S, categories_of, codes_of, integers_of, numbers_of, times_of
from data.checks.findings import Findings, clock, short
from data.checks.order import order_of
from data.readings.batch import Batch, RawBatch, Rejects
from data.usecase.use_case import UseCase

__all__ = ["FUTURE_S", "Checks"]


@dataclass(slots=True)
class Checks:
    """The checks of one use case. Remembers each asset's newest (time, sequence), for duplicates and order.

    ``seen`` starts from what the store holds, so that a restart goes on where it stopped. A reading counts as seen once
    it has passed; call :meth:`check` again for a delivery that failed to be recorded only after :meth:`forget`.
    """

    use_case: UseCase
    seen: dict[str, tuple[int, int]] = field(default_factory=dict)

    def check(self, raw: RawBatch, now_us: int) -> tuple[Batch, Rejects]:
        """Split a delivery into readings that may be predicted and rows for quarantine, both in their order.

        Args:
            raw: what the source delivered.
            now_us: the worker's clock, microseconds UTC: no reading may be more than ``FUTURE_S`` ahead of it.
        """
        n = len(raw)
        found = Findings(n)
        assets = self.use_case.assets
        asset = self._assets(raw.columns.get("asset"), n, found)
        time_us = times_of(raw.columns.get("time"), n, found, now_us)
        sequence = integers_of(raw.columns.get("sequence"), n, found, "sequence")
        values = np.empty((n, len(self.use_case.signals)))
        for at, (name, signal) in enumerate(self.use_case.signals.items()):
            column = raw.columns.get(name)
            values[:, at] = (
                categories_of(column, name, signal, n, found) if signal.categories else numbers_of(column, name, signal, n, found)
            )
        self._order(asset, time_us, sequence, found)
        good = np.flatnonzero(~found.bad)
        self._remember(asset[good], time_us[good], sequence[good])
        batch = Batch(
            self.use_case.name, raw.source, raw.positions[good], asset[good], assets, time_us[good], sequence[good], values[good]
        )
        return batch, found.rejects(raw)

    def forget(self, seen: dict[str, tuple[int, int]]) -> None:
        """Go back to what is really recorded, after a delivery could not be."""
        self.seen = dict(seen)

    def _assets(self, column: np.ndarray | None, n: int, found: "Findings") -> np.ndarray:
        if column is None:
            found.add(np.ones(n, bool), "missing", "asset", lambda _: "The row names no asset: add a column 'asset'.")
            return np.zeros(n, np.int32)
        codes = codes_of(column, self.use_case.assets)
        known = f"{self.use_case.assets[0]} … {self.use_case.assets[-1]}"
        found.add(
            codes < 0,
            "unknown_asset",
            "asset",
            lambda i: (
                f"Asset {short(column[i])} is not in the use case {self.use_case.name} ({known}): add it under areas, or correct the name."
            ),
        )
        return np.where(codes < 0, 0, codes).astype(np.int32)

    def _order(self, asset: np.ndarray, time_us: np.ndarray, sequence: np.ndarray, found: Findings) -> None:
        names = self.use_case.assets
        rows = np.flatnonzero(~found.bad)
        start = {code: self.seen[name] for code, name in enumerate(names) if name in self.seen}
        duplicate, late, newest = (np.zeros(len(asset), kind) for kind in (bool, bool, np.int64))
        duplicate[rows], late[rows], newest[rows] = order_of(asset[rows], time_us[rows], sequence[rows], start)
        found.add(
            duplicate,
            "duplicate",
            None,
            lambda i: (
                f"{names[asset[i]]} has already reported {clock(time_us[i])}, sequence {sequence[i]}: this row is a duplicate."
            ),
        )
        found.add(
            late,
            "out_of_order",
            "time",
            lambda i: (
                f"{names[asset[i]]} reported {clock(newest[i])} before this row of {clock(time_us[i])} came: readings of an asset must come in order of time."
            ),
        )

    def _remember(self, asset: np.ndarray, time_us: np.ndarray, sequence: np.ndarray) -> None:
        last = pd.Series(np.arange(len(asset))).groupby(asset).last() if len(asset) else pd.Series(dtype=int)
        for code, at in zip(last.index.tolist(), last.tolist(), strict=True):  # a step an asset, not a row
            self.seen[self.use_case.assets[code]] = (int(time_us[at]), int(sequence[at]))

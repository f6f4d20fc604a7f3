"""Is it a sensor? Where one signal of a machine is off against what its siblings say, and that explains the flags better than labels do.

A signal's siblings are the other signals of the same reading, and the same signal of the machines of its area in that hour: what they say of it is
learned from the other machines. A machine whose mean residual lies
far out among those of all machines has a sensor that is off by about that much. It is told only where reviewed cases pile up at that machine, and where most of
them would have been told rightly with that much taken away: then no label of the history is wrong, and a correction would teach the model a sensor's fault.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from data.readings.features import feature_matrix, readings_table, signal_matrix
from data.store import Store
from data.usecase.use_case import UseCase
from models.corrections.corrections import admissions
from models.corrections.siblings import left_over, neighbours, siblings

FEWEST = 3
"""Reviewed cases of a machine before its sensors are looked at."""
ROWS = 8_000
MACHINES = 5
"""With fewer there is nothing to call unusual."""
FAR = 6.0
"""Robust standard deviations of the machines' mean residuals."""
LARGE = 0.5
"""Standard deviations of the residual itself: a smaller shift is far out only by many readings."""
CROWDED = 3.0
"""Times as many of the cases as of the readings."""
EXPLAINED = 0.6


class Says(Protocol):
    """A release, or a predictor."""

    def risk(self, x: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True, slots=True)
class SensorDoubt:
    """``signal`` of ``asset`` reads ``shift`` more than its siblings say. Of ``cases`` reviewed ones so many are ``explained`` by that."""

    asset: str
    signal: str
    shift: float
    cases: int
    explained: int

    def plain(self) -> dict:
        """As JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def sensors_doubted(use_case: UseCase, store: Store, says: Says) -> list[SensorDoubt]:
    """Every sensor that is doubted now, the one that explains most first. ``says``: the model that was flagged."""
    numbers = [name for name, signal in use_case.signals.items() if not signal.categories]
    cases = admissions(use_case, store, ROWS)
    if use_case.task == "regression" or len(numbers) < 2 or len(use_case.assets) < MACHINES or len(cases) < FEWEST:
        return []
    releases = sorted({one.seen.release for one in cases})
    drawn = [store.readings.contributions_drawn(use_case.name, release, ROWS // len(releases))[0] for release in releases]
    table = pd.concat(drawn, ignore_index=True)
    readings, found = table["asset"].value_counts(normalize=True), []
    if len(readings) < MACHINES:
        return []
    for asset, count in Counter(one.seen.asset for one in cases).most_common():
        if count < FEWEST or count / len(cases) < CROWDED * readings.get(asset, 0.0):
            continue
        own = [one for one in cases if one.seen.asset == asset]
        off = [(name, *_off(use_case, table, name, asset)) for name in numbers]
        best = None
        for name, shift, far in off:
            if far >= FAR:
                right = _explained(use_case, says, own, name, shift)
                doubt = SensorDoubt(asset, name, shift, len(own), right)
                if right >= EXPLAINED * len(own) and (best is None or far > best[0]):
                    best = (far, doubt)
        if best:
            found.append(best[1])
    return sorted(found, key=lambda one: -one.explained)


def _off(use_case: UseCase, table: pd.DataFrame, name: str, asset: str) -> tuple[float, float]:
    """By how much a signal of a machine is off, and how far out that is among the machines."""
    values = signal_matrix(use_case, table)
    at = list(use_case.recorded).index(name)
    own = values[:, at]
    known, mine = np.isfinite(own), (table["asset"] == asset).to_numpy()
    told = known & ~mine
    residual = left_over(own, siblings(values, at, neighbours(use_case, table)), told)
    means = pd.Series(residual[known]).groupby(table["asset"].to_numpy()[known]).mean()
    others = means.drop(asset, errors="ignore")
    shift = float(means.get(asset, 0.0) - others.median())
    spread = 1.4826 * float((others - others.median()).abs().median()) or 1e-9
    large = abs(shift) / (residual[told].std() or 1e-9)
    return shift, abs(shift) / spread if large >= LARGE else 0.0


def _explained(use_case: UseCase, says: Says, own: list, name: str, shift: float) -> int:
    """How many of the cases are told rightly with the shift taken away."""
    table = readings_table(one.seen for one in own)
    risk = says.risk(feature_matrix(use_case, signal_matrix(use_case, table.assign(**{name: table[name] - shift}))))
    bad = use_case.failed([one.correction.outcome for one in own])
    return int(((risk >= use_case.advice.possible.enter) == bad).sum())

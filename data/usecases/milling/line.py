"""The milling line at any moment: readings, their true causes, and the truth as it is reported after each product."""

import itertools
from dataclasses import dataclass

import numpy as np

from data.usecase.use_case import UseCase
from data.usecases.milling.flaws import Flaw
from data.usecases.milling.plan import DAY_S, DayPlan, day_plan, drifting, variation
from data.usecases.milling.rules import SPEED_RANGE, first_cause, rule_modes

NUMBERS = ("air_temperature", "process_temperature", "rotational_speed", "torque", "tool_wear")
_DECIMALS = (1, 1, 0, 1, 0)
_TORQUE = NUMBERS.index("torque")


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Readings of one machine: columns of length n."""

    kind: np.ndarray  # (n,) index into rules.TYPES
    numbers: np.ndarray  # (n, 5) float64, in the order of NUMBERS, as recorded
    modes: np.ndarray  # (n, 5) bool, in the order of rules.MODES: what is true
    product: np.ndarray  # (n,) row of the day's plan

    @property
    def cause(self) -> np.ndarray:
        """(n,) the first true mode of each reading, '' where there is none."""
        return first_cause(self.modes)


@dataclass(frozen=True, slots=True, eq=False)
class TruthReport:
    """What inspection says of one product: runs of plant seconds (first, last) with outcome and cause."""

    first_s: np.ndarray
    last_s: np.ndarray
    outcome: np.ndarray
    cause: np.ndarray
    ended_s: float


class MillingLine:
    """The machines of a use case. ``flaws`` without a start of their own begin at ``origin_s`` (plant seconds since 1970)."""

    def __init__(self, use_case: UseCase, seed: int = 0, flaws: tuple[Flaw, ...] = (), origin_s: float = 0.0) -> None:
        self.assets = tuple(asset for area in use_case.areas.values() for asset in area)
        self._place = {asset: place for place, area in enumerate(use_case.areas.values()) for asset in area}
        self._seed, self._flaws, self._origin = seed, flaws, origin_s
        offset = np.random.default_rng([seed, 13])
        n = len(self.assets)
        self._air_offset, self._torque_offset = offset.normal(0, 0.2, n), offset.normal(0, 0.4, n)
        self._speed_factor = np.exp(offset.normal(0, 0.003, n))

    def moments(self, machine: int, second: np.ndarray) -> Moments:
        """The readings of ``machine`` (its place in ``assets``) at growing whole plant seconds since 1970. (n,) int64."""
        days = second // DAY_S
        edges = np.flatnonzero(np.r_[True, days[1:] != days[:-1], True])
        parts = [self._of_day(machine, second[i:j]) for i, j in itertools.pairwise(edges)]
        if len(parts) == 1:
            return parts[0]
        return Moments(*(np.concatenate([getattr(part, name) for part in parts]) for name in Moments.__slots__))

    def plan(self, machine: int, day: int) -> DayPlan:
        """The products of a machine and day."""
        return day_plan(self._seed, machine, day)

    def truth(self, machine: int, after_s: float, until_s: float) -> list[TruthReport]:
        """Reports on the products of ``machine`` that ended in (after_s, until_s], in order. None begins before the origin."""
        reports = []
        for day in range(int(after_s // DAY_S), int(until_s // DAY_S) + 1):
            plan, start = self.plan(machine, day), day * DAY_S
            row = np.arange(*np.searchsorted(start + plan.end_s, [after_s, until_s], side="right"))
            if not len(row):
                continue
            ended = start + plan.end_s[row]
            begun = max(start + int(np.ceil(plan.start_s[row[0]])), int(np.ceil(self._origin)))
            second = np.arange(begun, int(np.ceil(ended[-1])))
            if len(second):  # the products follow each other without a gap, so one look is enough for all of them
                cause = self.moments(machine, second).cause
                edges = np.r_[0, np.maximum(np.ceil(ended).astype(np.int64) - begun, 0)]
                for product, i, j, end in zip(row, edges[:-1], edges[1:], ended, strict=True):
                    if j > i:
                        reports.append(self._report(machine, day, int(product), second[i:j], cause[i:j], float(end)))
        return reports

    def _of_day(self, machine: int, second: np.ndarray) -> Moments:
        """What is recorded in one day: what is true, but for the torque, which is what its sensor says."""
        true = self._true(machine, second)
        true.numbers[:, _TORQUE] = self._sensed_torque(machine, second, true.numbers[:, _TORQUE])
        return true

    def _true(self, machine: int, second: np.ndarray) -> Moments:
        plan, in_day = self.plan(machine, int(second[0] // DAY_S)), second % DAY_S
        row = np.searchsorted(plan.start_s, in_day, side="right") - 1
        kind, jitter = plan.kind[row], self._variation(machine, second)
        torque = plan.torque[row] + self._torque_offset[machine] + 0.3 * jitter[:, 0]
        speed = np.clip(plan.speed[row] * self._speed_factor[machine] + 3.0 * jitter[:, 1], *SPEED_RANGE)
        area = self._place[self.assets[machine]]
        air = 300 + 2.0 * drifting(self._seed, 1000 + area, second) + self._air_offset[machine]
        process = air + 10 + drifting(self._seed, machine, second) - self._lost_coolant(machine, second)
        wear = plan.wear[row] + (in_day - plan.start_s[row]) / 60
        strange = (kind == 2) & self._on("new_product", machine, second)
        torque, speed = np.where(strange, 18 + 0.05 * torque, torque), np.where(strange, 3100 + 0.1 * (speed - 1500), speed)
        columns = (air, process, speed, np.clip(torque, 1.0, 119.0), np.floor(wear))
        numbers = np.stack([np.round(c, d) for c, d in zip(columns, _DECIMALS, strict=True)], axis=1)
        rules = rule_modes(kind, *numbers.T, overstrain=self._limit_factor(machine, second))
        others = np.stack([in_day >= plan.tool_fails_s[row], plan.random_failure[row]], axis=1)
        modes = np.concatenate([rules, others], axis=1)
        return Moments(kind, numbers, modes, row)

    def _report(self, machine: int, day: int, row: int, second: np.ndarray, cause: np.ndarray, ended_s: float) -> TruthReport:
        """One product's truth. A lying report (flaw ``wrong_labels``) says the opposite of the whole product."""
        outcome = (cause != "").astype(float)
        lie = self._flaw("wrong_labels", machine)
        if (
            lie
            and lie.start_s <= second[0] < lie.end_s
            and np.random.default_rng([self._seed, machine, day, row]).random() < lie.size
        ):
            outcome = np.full(len(second), 0.0 if outcome.any() else 1.0)
            cause = np.full(len(second), "")
        new = np.r_[True, (outcome[1:] != outcome[:-1]) | (cause[1:] != cause[:-1])]
        first = np.flatnonzero(new)
        last = np.r_[first[1:] - 1, len(second) - 1]
        return TruthReport(second[first], second[last], outcome[first], cause[first], ended_s)

    def _variation(self, machine: int, second: np.ndarray) -> np.ndarray:
        hours = second // 3600
        if hours[0] == hours[-1]:
            return variation(self._seed, machine, int(hours[0]))[second % 3600]
        out = np.empty((len(second), 2))
        for hour in np.unique(hours):
            rows = hours == hour
            out[rows] = variation(self._seed, machine, int(hour))[second[rows] % 3600]
        return out

    def _flaw(self, name: str, machine: int) -> Flaw | None:
        return next((flaw for flaw in self._flaws if flaw.name == name and flaw.hits(self.assets[machine])), None)

    def _hours_on(self, flaw: Flaw, second: np.ndarray) -> np.ndarray:
        """Hours since the flaw began; 0 before it and after its end."""
        begun = max(flaw.start_s, self._origin)
        return np.where((second >= begun) & (second < flaw.end_s), (second - begun) / 3600, 0.0)

    def _on(self, name: str, machine: int, second: np.ndarray) -> np.ndarray:
        flaw = self._flaw(name, machine)
        return (
            np.zeros(len(second), bool) if flaw is None else (second >= max(flaw.start_s, self._origin)) & (second < flaw.end_s)
        )

    def _lost_coolant(self, machine: int, second: np.ndarray) -> np.ndarray | float:
        flaw = self._flaw("leak", machine)
        return 0.0 if flaw is None else np.minimum(flaw.size * self._hours_on(flaw, second), 4.0)

    def _limit_factor(self, machine: int, second: np.ndarray) -> np.ndarray | float:
        flaw = self._flaw("shifted_overstrain_limit", machine)
        return 1.0 if flaw is None else np.where(self._on(flaw.name, machine, second), flaw.size, 1.0)

    def _sensed_torque(self, machine: int, second: np.ndarray, torque: np.ndarray) -> np.ndarray:
        """What the torque sensor says: the truth, unless it drifts or is stuck."""
        drift, stuck = self._flaw("sensor_drift", machine), self._flaw("stuck_sensor", machine)
        if drift:
            more = np.minimum(drift.size * self._hours_on(drift, second), drift.most)
            torque = np.round(np.minimum(torque + more, 119.0), 1)
        if stuck:
            begun = np.array([int(np.ceil(max(stuck.start_s, self._origin)))])
            torque = np.where(self._on(stuck.name, machine, second), self._true(machine, begun).numbers[0, _TORQUE], torque)
        return torque

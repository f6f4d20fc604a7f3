"""The built-in milling line as a live source: a reading of every machine each tick, truth some time after each product.

Position ``p`` is machine ``p % n`` at tick ``p // n``; a tick is one cadence of plant time. At a ``speed`` other than 1 the ticks
come faster than the cadence and are stamped with the time at which they come, while the machines live through a whole
cadence in each: so charts are in real time and the plant only seems to hurry.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import overload

import numpy as np

from data import clock
from data.clock import seconds
from data.readings.batch import RawBatch, TruthReports
from data.settings import Settings
from data.sources.contract import SourceError
from data.store.contract import SourcePosition, Store
from data.usecase.use_case import UseCase
from data.usecases.milling.bad_rows import break_rows
from data.usecases.milling.flaws import Flaw, FlawError, parse
from data.usecases.milling.line import NUMBERS, MillingLine, TruthReport
from data.usecases.milling.rules import CUTTING_MIN, TYPES

MOST_BEHIND_S = 3600
"""Plant seconds. After a stop that was longer by so much than what is always made up for (``backlog_s``), what lies before that is left out: the plant
went on, and nobody kept its readings."""
_AGAIN_S = 900  # plant seconds of truth that a restart reports again: the store knows it and leaves it out
_BLOCK_TICKS = 512  # made at once: some 20 ms for 24 machines, against 10 ms for a single tick
_LONGEST_PRODUCT_S = 60 * max(CUTTING_MIN)


class LineSource:
    """Delivers the line from a position on; see :class:`data.sources.contract.Source`.

    Args:
        position: where the store's record of this source ends; ``start_us`` is the time of tick 0.
        clock: seconds since 1970; ``None`` delivers as fast as it is asked, stamped one cadence apart.
        origin_s: the plant's own second of tick 0 (what the machines live through); by default that of ``start_us``. Given, the same
            comes in the same order whenever the source is started, while the stamps stay those of the clock.
        backlog_s: plant seconds before now that are always delivered, however late the source comes to it.
        late_flaws: asked at each delivery: flaws whose ``start_s`` is a stamp (seconds since 1970) instead of plant time, because
            somebody switches them on while the line runs. They begin at that stamp in every delivery, after a restart too.

    Raises:
        SourceError: the use case asks for a cadence that is no whole number of seconds.
    """

    def __init__(
        self,
        use_case: UseCase,
        position: SourcePosition,
        seed: int = 0,
        speed: float = 1.0,
        flaws: tuple[Flaw, ...] = (),
        clock: Callable[[], float] | None = seconds,
        origin_s: int | None = None,
        late_flaws: Callable[[], tuple[Flaw, ...]] | None = None,
        backlog_s: float = 3600,
    ) -> None:
        self.name = position.source
        self._start_us, self._clock = position.start_us, clock
        self._cadence_s = int(use_case.cadence_s)
        if self._cadence_s != use_case.cadence_s:
            raise SourceError(
                "The milling line lives in whole seconds: cadence_s is {cadence_s}; write 1, 2, 3 …", cadence_s=use_case.cadence_s
            )
        self._step_us = int(use_case.cadence_s * 1e6 / (speed if clock else 1))
        self._origin_s = position.start_us // 1_000_000 if origin_s is None else origin_s
        self._delay_s = use_case.truth.delay_s
        self._use_case, self._flaws, self._late_flaws, self._late = use_case, flaws, late_flaws, ()
        self._line = MillingLine(use_case, seed, flaws, float(self._origin_s))
        self._machines = len(self._line.assets)
        self._assets = np.array(self._line.assets, dtype=object)
        self._bad_rows = next((flaw for flaw in flaws if flaw.name == "bad_rows"), None)
        self._seed = seed
        self._kept_ticks = max(int(backlog_s / self._cadence_s), 1)
        self._most_behind = self._kept_ticks + MOST_BEHIND_S // self._cadence_s
        self._next = position.last + 1
        self._block: tuple[int, dict[str, np.ndarray]] = (-1, {})
        self._foreseen_s = max(self._second(self._next // self._machines) - self._delay_s - _AGAIN_S, self._origin_s)
        self._untold: list[tuple[str, TruthReport]] = []  # of products that ended by `_foreseen_s`

    def poll(self, limit: int) -> RawBatch:
        """At most ``limit`` readings that are due, in the order of their positions."""
        self._switch_on()
        end = self._next + limit
        if self._clock:
            due = int((self._clock() * 1e6 - self._start_us) // self._step_us) + 1
            if due - self._next // self._machines > self._most_behind:
                self._leave_out(due - self._kept_ticks)
            end = min(self._next + limit, due * self._machines)
        positions = np.arange(self._next, max(end, self._next))
        self._next += len(positions)
        if not len(positions):
            return RawBatch(self.name, positions, {})
        last_tick = int(positions[-1]) // self._machines
        return RawBatch(self.name, positions, self._columns(positions), self._truth(self._second(last_tick) - self._delay_s))

    def acknowledge(self, position: int) -> None:
        """Nothing to forget: any moment of the line can be generated again."""

    def exhausted(self) -> bool:
        """A line never ends."""
        return False

    def _switch_on(self) -> None:
        """Take up the flaws that are on by now. What was made ahead without them is made again."""
        late = self._late_flaws() if self._late_flaws else ()
        if late == self._late:
            return
        self._late = late
        begun = (replace(flaw, start_s=self._plant_second(flaw.start_s)) for flaw in late)
        self._line = MillingLine(self._use_case, self._seed, (*self._flaws, *begun), float(self._origin_s))
        self._block = (-1, {})

    def _plant_second(self, stamp_s: float) -> float:
        """What the plant lives through at a stamp (seconds since 1970)."""
        return self._origin_s + (stamp_s * 1e6 - self._start_us) / self._step_us * self._cadence_s

    def _leave_out(self, tick: int) -> None:
        """Go on at ``tick``. What was cut while readings were recorded is still told, what was missed altogether is not."""
        if self._next:
            self._foresee(self._second(self._next // self._machines) + _LONGEST_PRODUCT_S)
        self._foreseen_s = max(self._foreseen_s, self._second(tick))
        self._next = tick * self._machines

    def _columns(self, positions: np.ndarray) -> dict[str, np.ndarray]:
        """The rows at these positions (without a gap), cut out of blocks: a tick alone costs nearly as much as a block."""
        size, parts, at, end = _BLOCK_TICKS * self._machines, [], int(positions[0]), int(positions[-1]) + 1
        while at < end:
            if self._block[0] != at // size:
                self._block = (at // size, self._made(at // size))
            until = min(end, (at // size + 1) * size)
            parts.append({name: column[at % size : at % size + until - at] for name, column in self._block[1].items()})
            at = until
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def _made(self, block: int) -> dict[str, np.ndarray]:
        """Every machine at the ticks of a block, tick after tick. The same whenever it is made."""
        tick = np.arange(block * _BLOCK_TICKS, (block + 1) * _BLOCK_TICKS)
        second = self._second(tick)
        seen = [self._line.moments(machine, second) for machine in range(self._machines)]
        kind = np.stack([m.kind for m in seen], axis=1).ravel()
        numbers = np.stack([m.numbers for m in seen], axis=1).reshape(-1, len(NUMBERS))
        columns = {
            "asset": np.tile(self._assets, len(tick)),
            "time": np.repeat(self._start_us + tick * self._step_us, self._machines),
            "sequence": np.repeat(tick, self._machines),
            "product_type": np.asarray(TYPES, dtype=object)[kind],
            **dict(zip(NUMBERS, np.ascontiguousarray(numbers.T), strict=True)),
        }
        if self._bad_rows:
            return break_rows(columns, np.repeat(second, self._machines), self._bad_rows, (self._seed, block, 19))
        return columns

    @overload
    def _second(self, tick: int) -> int: ...
    @overload
    def _second(self, tick: np.ndarray) -> np.ndarray: ...
    def _second(self, tick: int | np.ndarray) -> int | np.ndarray:
        return self._origin_s + tick * self._cadence_s

    def _foresee(self, until_s: float) -> None:
        """Make the reports on the products that end by ``until_s``."""
        if until_s > self._foreseen_s:
            for machine, asset in enumerate(self._line.assets):
                self._untold += [(asset, report) for report in self._line.truth(machine, self._foreseen_s, until_s)]
            self._foreseen_s = until_s

    def _truth(self, until_s: float) -> TruthReports | None:
        """What has become known since the last call about products that ended by ``until_s``."""
        if until_s > self._foreseen_s:
            self._foresee(until_s + _BLOCK_TICKS * self._cadence_s)
        reports = [(asset, report) for asset, report in self._untold if report.ended_s <= until_s]
        if not reports:
            return None
        self._untold = [(asset, report) for asset, report in self._untold if report.ended_s > until_s]
        runs = [len(report.first_s) for _, report in reports]
        ended = np.repeat([report.ended_s + self._delay_s for _, report in reports], runs)
        cause = np.concatenate([report.cause for _, report in reports]).astype(object)
        cause[cause == ""] = None
        return TruthReports(
            asset=np.repeat(np.array([asset for asset, _ in reports], dtype=object), runs),
            start_us=self._stamp(np.concatenate([report.first_s for _, report in reports])),
            end_us=self._stamp(np.concatenate([report.last_s for _, report in reports])),
            outcome=np.concatenate([report.outcome for _, report in reports]),
            cause=cause,
            arrived_us=self._stamp(ended),
            by="inspection after the product",
        )

    def _stamp(self, second: np.ndarray) -> np.ndarray:
        return (self._start_us + np.round((second - self._origin_s) / self._cadence_s * self._step_us)).astype(np.int64)


def open_line(use_case: UseCase, store: Store, settings: Settings, readings: int | None, staged: dict) -> LineSource:
    """The line, going on where the store's record of it ends. ``readings``: a measuring run of so many. ``staged``: what a showing sets otherwise.

    Raises:
        SourceError: a flaw that the line does not have.
    """
    now_us = clock.now_us()
    assets = tuple(asset for area in use_case.areas.values() for asset in area)
    try:
        flaws = tuple(parse(text, assets) for text in settings.flaws)
    except FlawError as error:
        raise SourceError(error) from None
    if readings:
        ticks = -(-readings // len(assets))
        position = store.readings.start_source(f"line:{settings.seed}", now_us - int(ticks * use_case.cadence_s * 1e6))
        return LineSource(use_case, position, seed=settings.seed, flaws=flaws, clock=None)
    # a line of another speed has ticks of other times: a source of its own, which goes on after what was recorded before
    name = f"line:{settings.seed}" + ("" if settings.speed == 1 else f"@{settings.speed:g}")
    newest = store.readings.newest_us(use_case.name, assets) or 0
    start_us = max(now_us - int(settings.backlog_s / settings.speed * 1e6), min(newest + 1_000_000, now_us))
    known = store.readings.position(name)
    if known:
        step_us = int(use_case.cadence_s / settings.speed * 1e6)
        next_us = known.start_us + (known.last + 1) // len(assets) * step_us
        # another speed has run since, so that what this one would deliver next lies before it; or its ticks were stamped by a clock that was ahead
        if next_us < newest or next_us > now_us + clock.ASKEW_US + step_us:
            store.readings.finish_source(name)
    position = store.readings.start_source(name, start_us)
    given = {"seed": settings.seed, "speed": settings.speed, "flaws": flaws, "backlog_s": settings.backlog_s}
    return LineSource(use_case, position, **given | staged)

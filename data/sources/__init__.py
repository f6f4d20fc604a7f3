"""Where readings come from: a live line, a file that is replayed; each passes the contract in :mod:`data.sources.contract`."""

import importlib
import os
from collections.abc import Collection
from pathlib import Path

from data import clock
from data.records import REPLAY
from data.settings import Settings
from data.sources.contract import Source, SourceError
from data.store.contract import Conflict, SourcePosition, Store
from data.usecase.use_case import UseCase

__all__ = ["Source", "SourceError", "open_source"]


def open_source(
    use_case: UseCase,
    store: Store,
    settings: Settings,
    *,
    replay: Path | None = None,
    readings: int | None = None,
    paced: bool = False,
    once: bool = False,
) -> tuple[Source, bool]:
    """The source that a worker is to read, going on where the store's record of it ends, and whether its advice is delayed.

    Args:
        replay: a file to replay instead of the built-in line.
        readings: a measuring run: that many readings, as fast as they are asked for.
        paced: replay at ``settings.speed`` instead of as fast as possible.
        once: a table without times that was replayed to its end before is not replayed again.

    Raises:
        SourceError: a file that cannot be replayed.
        Conflict: another file of this use case is being replayed right now.
    """
    now_us = clock.now_us()
    store.readings.prepare(use_case)
    from data.sources.positions import begun
    from data.sources.replay import ReplaySource, ReplayTable

    if replay:
        table = ReplayTable(use_case, replay)
        _alone(use_case, store)
        at = begun(use_case, store, table, replay.name, str(replay.resolve()), once)
        speed = settings.speed if paced else 0
        return ReplaySource(
            use_case,
            table,
            at.position,
            speed,
            skip=at.skip,
            owed=at.owed,
            sequence_from=at.sequence_from,
            told=replay.name,
            said=at.said,
        ), False
    own = _own_table(use_case)
    if own is not None:
        _alone(use_case, store)
        start_us = _free_from(use_case, store, int(own.mapped.time_us[0]), set(own.mapped.asset.astype(str)))
        position = _position(store, f"replay:{use_case.name}", start_us, now_us)
        speed = 0 if readings else settings.speed * (1 if paced else use_case.cadence_s)  # without a wish one reading a second
        return ReplaySource(use_case, own, position, speed, rebased=True), True

    from data.sources.line import LineSource
    from data.usecases.milling.flaws import FlawError, parse

    if use_case.name != "milling":
        raise SourceError(
            f"The use case {use_case.name} has no line of its own: give it a file to replay, python worker.py --use-case {use_case.name} --replay FILE --speed 60"
        )
    assets = tuple(asset for area in use_case.areas.values() for asset in area)
    try:
        flaws = tuple(parse(text, assets) for text in settings.flaws)
    except FlawError as error:
        raise SourceError(str(error)) from None
    if readings:
        ticks = -(-readings // len(assets))
        position = store.readings.start_source(f"line:{settings.seed}", now_us - int(ticks * use_case.cadence_s * 1e6))
        return LineSource(use_case, position, seed=settings.seed, flaws=flaws, clock=None), True
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
    staged = _staged(settings) if settings.demo else {}
    return LineSource(
        use_case,
        position,
        **{"seed": settings.seed, "speed": settings.speed, "flaws": flaws, "backlog_s": settings.backlog_s} | staged,
    ), True


def _staged(settings: Settings) -> dict:
    """What makes the line that of the demo: the same hour of the same plant whenever it begins, and a drift when the story says so."""
    from data.demo import PLANT_SECOND, SEED, late_flaws

    backlog_s = int(settings.backlog_s)
    return {"seed": SEED, "origin_s": PLANT_SECOND - backlog_s, "late_flaws": lambda: late_flaws(settings.home)}


def _own_table(use_case: UseCase):
    """What a built-in use case replays of itself, as a :class:`data.sources.replay.ReplayTable`; ``None`` where it has nothing."""
    from data.sources.replay import ReplayTable

    try:
        module = importlib.import_module(f"data.usecases.{use_case.name}.history")
    except ModuleNotFoundError:
        return None
    if not hasattr(module, "replay_table"):
        return None
    try:
        return ReplayTable.of(use_case, module.replay_table(use_case), use_case.name)
    except FileNotFoundError as error:
        raise SourceError(str(error)) from None


def _position(store: Store, name: str, start_us: int, now_us: int) -> SourcePosition:
    """Where the store's record of a source ends. One that begins in the future was begun under a clock that was ahead: it begins anew."""
    known = store.readings.position(name)
    if known and known.start_us > now_us + clock.ASKEW_US:
        store.readings.finish_source(name)
    return store.readings.start_source(name, start_us)


def _alone(use_case: UseCase, store: Store) -> None:
    """Two files of one use case are replayed one after the other: side by side the readings of one would come too late for the other's."""
    now = clock.now()
    for beat in store.workers.all():
        if beat.use_case == use_case.name and beat.replays and beat.alive(now) and beat.pid != os.getpid():
            raise Conflict(
                f"Process {beat.pid} is replaying {beat.source.removeprefix(REPLAY)} for {use_case.name} right now: wait for its end, or stop it first "
                f"(a line that was started on the page New line: python -m data.usecases stop {use_case.name})."
            )


def _free_from(use_case: UseCase, store: Store, wanted_us: int, assets: Collection[str]) -> int:
    """When a table that is moved in time begins: as wanted, or a step after the newest reading of its assets that lies in its way."""
    newest = store.readings.newest_us(use_case.name, assets) or 0
    return wanted_us if newest < wanted_us else newest + int(use_case.cadence_s * 1e6)

"""Where readings come from: a live line, a file that is replayed; each passes the contract in :mod:`data.sources.contract`."""

import importlib
import time
from pathlib import Path

from data.settings import Settings
from data.sources.contract import Source, SourceError
from data.store.contract import Store
from data.usecase import UseCase

__all__ = ["Source", "SourceError", "open_source"]


def open_source(
    use_case: UseCase,
    store: Store,
    settings: Settings,
    *,
    replay: Path | None = None,
    readings: int | None = None,
    paced: bool = False,
) -> tuple[Source, bool]:
    """The source that a worker is to read, going on where the store's record of it ends, and whether its advice is delayed.

    Args:
        replay: a file to replay instead of the built-in line.
        readings: a measuring run: that many readings, as fast as they are asked for.
        paced: replay at ``settings.speed`` instead of as fast as possible.

    Raises:
        SourceError: a file that cannot be replayed.
    """
    now_us = int(time.time() * 1e6)
    store.readings.prepare(use_case)
    from data.sources.replay import ReplaySource, ReplayTable

    if replay:
        table = ReplayTable(use_case, replay)
        start_us = _free_from(use_case, store, now_us - int(table.rows * use_case.cadence_s * 1e6))
        position = store.readings.start_source(f"replay:{replay.name}", start_us)
        return ReplaySource(use_case, table, position, settings.speed if paced else 0), False
    own = _own_table(use_case)
    if own is not None:
        start_us = _free_from(use_case, store, int(own.mapped.time_us[0]))
        position = store.readings.start_source(f"replay:{use_case.name}", start_us)
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
    if known and known.start_us + (known.last + 1) // len(assets) * int(use_case.cadence_s / settings.speed * 1e6) < newest:
        store.readings.finish_source(name)  # another speed has run since: what this one would deliver next lies before it
    position = store.readings.start_source(name, start_us)
    staged = _staged(settings) if settings.demo else {}
    return LineSource(use_case, position, **{"seed": settings.seed, "speed": settings.speed, "flaws": flaws} | staged), True


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


def _free_from(use_case: UseCase, store: Store, wanted_us: int) -> int:
    """When a replay without times of its own begins: as wanted, or a step after the newest recorded reading that lies in its way."""
    assets = [use_case.replay.asset] if use_case.replay else use_case.assets
    newest = store.readings.newest_us(use_case.name, assets) or 0
    return wanted_us if newest < wanted_us else newest + int(use_case.cadence_s * 1e6)

"""Where readings come from: a live line, a file that is replayed; each passes the contract in :mod:`data.sources.contract`."""

import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from data import clock
from data.records import REPLAY
from data.settings import Settings
from data.sources.contract import Source, SourceError
from data.store.contract import Conflict, SourcePosition, Store
from data.usecase.hooks import hook
from data.usecase.use_case import UseCase

if TYPE_CHECKING:
    from data.sources.replay import ReplayTable

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
    staged: dict | None = None,
) -> tuple[Source, bool]:
    """The source that a worker is to read, going on where the store's record of it ends, and whether its advice is delayed.

    Args:
        replay: a file to replay instead of the built-in line.
        readings: a measuring run: that many readings, as fast as they are asked for.
        paced: replay at ``settings.speed`` instead of as fast as possible.
        staged: what is given to the source of a use case's own line beside its settings: how a showing of the demo begins.
        once: a table without times that was replayed to its end before is not replayed again.

    Raises:
        SourceError: a file that cannot be replayed.
        HookError: the use case's own source cannot be imported.
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
        assert own.mapped.time_us is not None
        start_us = _free_from(use_case, store, int(own.mapped.time_us[0]), set(own.mapped.asset.astype(str)))
        position = _position(store, f"replay:{use_case.name}", start_us, now_us)
        speed = 0 if readings else settings.speed * (1 if paced else use_case.cadence_s)  # without a wish one reading a second
        return ReplaySource(use_case, own, position, speed, rebased=True), True

    line = hook(use_case.name, "source")
    if line is None:
        raise SourceError(
            "The use case {name} has no line of its own: give it a file to replay, python worker.py --use-case {name2} --replay "
            "FILE --speed 60",
            name=use_case.name,
            name2=use_case.name,
        )
    return line.open_line(use_case, store, settings, readings, staged or {}), True


def _own_table(use_case: UseCase) -> "ReplayTable | None":
    """What a built-in use case replays of itself, as a :class:`data.sources.replay.ReplayTable`; ``None`` where it has nothing."""
    from data.sources.replay import ReplayTable

    module = hook(use_case.name, "history")
    if module is None or not hasattr(module, "replay_table"):
        return None
    try:
        return ReplayTable.of(use_case, module.replay_table(use_case), use_case.name)
    except FileNotFoundError as error:
        raise SourceError(error) from None


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
                "Process {pid} is replaying {REPLAY} for {name} right now: wait for its end, or stop it first (a line that was "
                "started on the page New line: python -m data.usecases stop {name2}).",
                pid=beat.pid,
                REPLAY=beat.source.removeprefix(REPLAY),
                name=use_case.name,
                name2=use_case.name,
            )


def _free_from(use_case: UseCase, store: Store, wanted_us: int, assets: Collection[str]) -> int:
    """When a table that is moved in time begins: as wanted, or a step after the newest reading of its assets that lies in its way."""
    newest = store.readings.newest_us(use_case.name, assets) or 0
    return wanted_us if newest < wanted_us else newest + int(use_case.cadence_s * 1e6)

"""What the store says of a line beside its readings: read once for each second and each change of the store, however many look."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data.records import Acknowledgement, Case, Champion, Heartbeat, Shelving, Switch
from data.usecase.use_case import UseCase
from pages.parts.remembered.kept import kept
from pages.parts.shell import session


@dataclass(frozen=True, slots=True)
class LineNow:
    """``newest_us``: the time of the newest reading, microseconds since 1970 UTC. ``seen`` and ``shelved``: by asset. ``cases``: with the time of
    the newest reading of each."""

    champion: Champion | None
    switch: Switch | None
    newest_us: int | None
    workers: tuple[Heartbeat, ...]
    seen: Mapping[str, Acknowledgement]
    shelved: Mapping[str, Shelving]
    cases: tuple[tuple[Case, datetime], ...]


def line_now(use_case: UseCase) -> LineNow:
    """As it stands now, whoever has changed it."""
    return _read(use_case.name, *session.reading_key())


@kept(16)
def _read(name: str, path: Path, changes: int, second: datetime) -> LineNow:
    store = session.store()
    return LineNow(
        store.releases.champion(name), store.releases.switch(name), store.readings.newest_us(name), session.workers(),
        {one.asset: one for one in store.attention.acknowledged(name)}, {one.asset: one for one in store.attention.shelved(name)},
        tuple(store.feedback.newest_read(name)),
    )  # fmt: skip

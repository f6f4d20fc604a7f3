"""What a screen reads from: settings, store, use case and releases, opened once for the whole process."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import streamlit as st

from data import clock
from data.records import Heartbeat
from data.settings import Settings, load_settings, prepared_home
from data.store import Store, open_store
from data.usecase.file import UseCaseError, load, names_of
from data.usecase.use_case import UseCase
from pages.parts.remembered.kept import kept, worked_out
from pages.parts.remembered.visit import visit
from pages.parts.shell.beats import newest_beat, patience
from pages.parts.words.language import language

if TYPE_CHECKING:
    from models.release.release import Release


def settings() -> Settings:
    """The settings in force. Raises SettingsError."""
    return _settings()


def store() -> Store:
    """The one store of this process (it is thread-safe). Raises StoreError, or SettingsError for the home folder."""
    return _store(settings().store_path)


def use_case(name: str | None = None) -> UseCase:
    """The use case ``name`` in the session's language; without a name the one in the address (``?use_case=``), the one chosen
    before, or the first one that runs.

    Raises:
        UseCaseError: when there is no such use case, or its file is wrong.
    """
    known = settings()
    wanted = name or st.query_params.get("use_case") or visit().use_case or known.use_cases[0]
    return load(wanted, known.home, language())


def use_cases() -> dict[str, UseCase]:
    """Every use case that runs or has run here, by name: those of the settings first. One whose file is wrong is left out of the choice; its
    own pages tell what is wrong with it."""
    known, found = settings(), {}
    for name in dict.fromkeys((*known.use_cases, *names_of(known.home))):
        with contextlib.suppress(UseCaseError):
            if name in known.use_cases or store().releases.champion(name) is not None:
                found[name] = load(name, known.home, language())
    return found


def release(use_case: UseCase, number: int) -> Release:
    """A release, loaded once. Raises NotFound, or ReleaseError when what lies on the disk is damaged."""
    return _release(settings().store_path, use_case.name, number)


def champion_release(use_case: UseCase) -> Release | None:
    """The release that the worker follows, or ``None`` before the first one. Raises ReleaseError."""
    champion = store().releases.champion(use_case.name)
    return release(use_case, champion.number) if champion else None


def now() -> datetime:
    """The time, in UTC, whatever the clock of this computer says: see :mod:`data.clock`."""
    return clock.now()


def reading_key() -> tuple[Path, int, datetime]:
    """Under which what is read of the store holds still: the store, its changes, and the second. To keep what is read with, however many look."""
    return settings().store_path, store().changes(), now().replace(microsecond=0)


def workers() -> tuple[Heartbeat, ...]:
    """The signs of life of every live loop: read once for each second and each change of the store."""
    return _workers(*reading_key())


@kept(4)
def _workers(path: Path, changes: int, second: datetime) -> tuple[Heartbeat, ...]:
    return tuple(store().workers.all())


def plant_now(use_case: UseCase) -> datetime:
    """The plant's clock: of a replayed file the time of its newest reading, otherwise now. When the replay has stopped the clock runs on past
    what is waited for, so that the last value is not taken for the present one."""
    newest = newest_beat(use_case.name, workers())
    if newest is None or not newest.replays:
        return now()
    seen = store().readings.newest_us(use_case.name)
    if seen is None:
        return now()
    last = datetime.fromtimestamp(seen / 1e6, UTC)
    if newest.alive(now()):
        return last
    return last + timedelta(seconds=patience(use_case, settings().stale_s)) + (now() - newest.beat)


@st.cache_resource(show_spinner=False)
def boot() -> str:
    """A name of this process: a page that was made by another one is out of date."""
    return uuid4().hex


@st.cache_resource(show_spinner=False)
def _settings() -> Settings:
    return load_settings()


@st.cache_resource(show_spinner=False, max_entries=4, on_release=lambda opened: opened.close())
def _store(path: Path) -> Store:
    prepared_home(settings())
    opened = open_store(path)
    for name in settings().use_cases:
        opened.readings.prepare(load(name, settings().home))
    _greet(opened)
    return opened


def _greet(opened: Store) -> None:
    """Put the demo identities into a store that knows nobody yet, so that a first start has people to choose from."""
    from data.people import DEMO_PEOPLE

    if not opened.people.all():
        for person in DEMO_PEOPLE:
            opened.people.save(person, "first start")


@worked_out
@st.cache_resource(show_spinner=False, max_entries=8)
def _release(path: Path, name: str, number: int) -> Release:
    from models.release.release import Release

    return Release.load(settings().home, store().releases.get(name, number), load(name, settings().home))

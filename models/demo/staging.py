"""The demo's home made ready: people, a first release, and a copy of that beginning, to which every showing goes back.

    python -m models.demo.staging    make it ready and say how far it is

What is on the screens is the product itself: this trains a real model and starts a real line, it writes no reading and no prediction.
"""

import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from data.commands import command
from data.people import DEMO_PEOPLE
from data.settings import Settings, load_settings, prepared_home
from data.store import StoreError, copy_content, open_store
from data.usecase.file import load
from data.usecase.use_case import UseCase
from models.demo import showing
from models.jobs.first_release import ensure_first_release
from models.lifecycle.registry import champion
from models.release.release import ReleaseError

Report = Callable[[float, str], bool]


def make_ready(settings: Settings, report: Report = lambda *_: True) -> None:
    """Bring the demo's home to the beginning of a new showing. A home that was made ready before takes a second, an empty one a training.

    Raises:
        SettingsError: the home is a real plant's, or cannot be written.
        StoreError: the store cannot be read or written.
    """
    home, use_case = prepared_home(settings), load(showing.USE_CASE)
    report(0.0, "Looking at what is there")
    if not _whole(home, use_case):
        _make(home, use_case, report)
    begin_again(home)


def _make(home: Path, use_case: UseCase, report: Report) -> None:
    """People, a release, and the copy of that beginning."""
    _forget(home)
    store = open_store(home / "pullcord.db")
    try:
        store.readings.prepare(use_case)
        for person in DEMO_PEOPLE:
            store.people.save(person, "demo")
        ensure_first_release(home, store, use_case, report)
    finally:
        store.close()
    beginning = _beginning(home)
    beginning.parent.mkdir(exist_ok=True)
    copy_content(home / "pullcord.db", beginning)


def put_back(home: Path, use_case: UseCase) -> None:
    """Everything as at the beginning: the store's content, which others may have open, and no release but those of then.

    Raises:
        StoreError: the copy of the beginning is gone, or the store cannot be written.
    """
    copy_content(_beginning(home), home / "pullcord.db")
    store = open_store(home / "pullcord.db")
    try:
        store.clock.trust("demo", "a new showing begins")  # the copy remembers the day on which it was made
        kept = {(home / record.folder).resolve() for record in store.releases.all(use_case.name)}
    finally:
        store.close()
    for folder in (home / "releases" / use_case.name).glob("*"):
        if folder.resolve() not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def asked_for(home: Path) -> bool:
    """Whether a showing is asked for that is not in place yet."""
    return showing.stage(home).run != showing.run_in_place(home)


def take_up(settings: Settings, report: Report = lambda *_: True) -> None:
    """What a worker of the demo does before it opens its source: the showing that is asked for, from its beginning.

    Raises:
        SettingsError, StoreError: see :func:`make_ready`.
    """
    if not _beginning(settings.home).is_file():
        _make(settings.home, load(showing.USE_CASE), report)
    run = showing.stage(settings.home).run
    if run != showing.run_in_place(settings.home):
        put_back(settings.home, load(showing.USE_CASE))
        showing.put_in_place(settings.home, run)


def begin_again(home: Path) -> showing.Stage:
    """Ask for a new showing from its first step on: the worker puts it in place, the story waits for it."""
    return showing.change(home, lambda stage: showing.Stage(run=stage.run + 1))


def play_from_the_start(home: Path) -> showing.Stage:
    """The same, and play it as soon as it is in place."""
    return showing.change(home, lambda stage: replace(showing.Stage(run=stage.run + 1), step=1, playing=True))


def _whole(home: Path, use_case: UseCase) -> bool:
    """Whether the beginning lies there and its release can be used by this version."""
    if not _beginning(home).is_file():
        return False
    try:
        put_back(home, use_case)
        store = open_store(home / "pullcord.db")
        try:
            return not champion(home, store, use_case).trouble
        finally:
            store.close()
    except (StoreError, ReleaseError):
        return False


def _beginning(home: Path) -> Path:
    return home / "beginning" / "pullcord.db"


def _forget(home: Path) -> None:
    """Nothing of an earlier showing stays. The home is the demo's own: :func:`data.settings.prepared_home` has seen to that."""
    for name in ("releases", "gold", "beginning"):
        shutil.rmtree(home / name, ignore_errors=True)
    for file in home.glob("pullcord.db*"):
        file.unlink()


@command
def main() -> int:
    """From the command line; progress on standard output."""

    def report(fraction: float, message: str) -> bool:
        print(f"     {fraction:4.0%}  {message}", flush=True)
        return True

    make_ready(load_settings(demo=True), report)
    return 0


if __name__ == "__main__":
    sys.exit(main())

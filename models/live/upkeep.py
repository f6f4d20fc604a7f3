"""What a worker does for the home beside its line: examines the store at its start, and has a backup made each night.

Neither holds up the loop: the store is read in a thread, the backup is made by a process of its own at a low priority.
"""

import logging
import shutil
import subprocess
import sys
import threading
import time

from data import clock
from data.backup.nightly import due
from data.settings import PROJECT, Settings
from data.store import Store, StoreError
from data.usecase.use_case import UseCase

log = logging.getLogger("pullcord.upkeep")
LOOK_S = 60.0


class Upkeep:
    """Of one home. ``trouble``: what a person has to see to, or empty."""

    def __init__(self, settings: Settings, store: Store, use_case: UseCase) -> None:
        self._settings, self._store, self._use_case = settings, store, use_case
        self._looked = time.monotonic()
        self._making: subprocess.Popen | None = None
        self.trouble = ""

    def examine(self) -> threading.Thread:
        """Look in the background whether the store's file is whole; what is found is told as trouble."""
        thread = threading.Thread(target=self._examine, name="examine", daemon=True)
        thread.start()
        return thread

    def look(self) -> None:
        """Have a backup made when one is due. Cheap enough for every turn of the live loop."""
        if self._making and self._making.poll() is not None:
            log.info("the nightly backup ended with code %s", self._making.returncode)
            self._making = None
        if time.monotonic() - self._looked < LOOK_S or self._making:
            return
        self._looked = time.monotonic()
        try:
            releases = self._store.releases.all(self._use_case.name)
        except StoreError as error:
            log.error("%s", error)
            return
        if releases and due(self._settings, releases[-1].created, clock.now()):
            self._make()

    def _examine(self) -> None:
        begun = time.monotonic()
        try:
            self._store.examine()
        except StoreError as error:
            self.trouble = error.sentence
            log.error("%s", error)
        else:
            log.info("the store is whole: looked at in %.1f s", time.monotonic() - begun)

    def _make(self) -> None:
        log.info("the nightly backup is being made")
        words = [sys.executable, "-m", "data.backup", "make", "--nightly", "--json", "--home", str(self._settings.home)]
        lower = ["nice", "-n", "10"] if shutil.which("nice") else []
        self._making = subprocess.Popen([*lower, *words], cwd=PROJECT, stdout=subprocess.DEVNULL, start_new_session=True)

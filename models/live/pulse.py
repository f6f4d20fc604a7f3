"""A worker's signs of life, given beside its loop, so that a long step is not taken for a dead worker."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from data.store import StoreError

log = logging.getLogger("pullcord.worker")
BEAT_S = 0.8
STUCK_S = 30.0
"""A loop that has not come by for so long is stuck: it gives no further sign of life."""


class Pulse:
    """Calls ``beat`` every ``BEAT_S`` from a thread of its own, as long as the loop goes on coming by."""

    def __init__(self, beat: Callable[[], None]) -> None:
        self._beat, self._came = beat, time.monotonic()

    def came_by(self) -> None:
        """The loop is not stuck."""
        self._came = time.monotonic()

    def now(self) -> None:
        """One sign of life. A store that cannot be written is told by whoever reads it: the screens see that none came."""
        try:
            self._beat()
        except StoreError as error:
            log.error("%s", error)

    @contextmanager
    def beating(self, patience_s: float | None = None) -> Iterator[None]:
        """Signs of life until the block ends. ``patience_s``: in which the loop has to come by, instead of ``STUCK_S``."""
        over = threading.Event()
        self.came_by()

        def run() -> None:
            while not over.wait(BEAT_S):
                if time.monotonic() - self._came < (STUCK_S if patience_s is None else patience_s):
                    self.now()

        thread = threading.Thread(target=run, name="pulse", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(BEAT_S + 1)

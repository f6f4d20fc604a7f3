"""A line whose states a test says: every second a reading of each machine, recorded as the live loop records them."""

import os
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from data.records import Heartbeat, State
from data.usecase.file import load
from tests.deliveries import record, scored_batch

RISK = {State.NORMAL: 0.02, State.POSSIBLE: 0.6, State.LIKELY: 0.9}
UNKNOWN = "unknown"
"""What may be said of an asset in place of a state: its readings are not in the training data."""

WATCH_TILE = """(asset) => {
  const root = [...document.querySelectorAll('*')].find((n) => n.shadowRoot?.querySelector('.board')).shadowRoot;
  const said = () => [...root.querySelectorAll('.tile')].find((t) => t.textContent.includes(asset)).querySelector('.text').textContent;
  let last = said();
  window.changes = [];
  new MutationObserver(() => {
    const text = said();
    if (text !== last) window.changes.push([Date.now(), last = text]);
  }).observe(root, { subtree: true, childList: true, characterData: true });
}"""
"""For a page with a board: ``window.changes`` gets when the text of a tile became another one, and which."""


class Hand:
    """Records in a thread of its own until :meth:`stop`. ``states`` may be changed at any time: by asset, what is not normal.

    ``beats``: it gives the signs of life of a worker too, where one was there before it.
    """

    def __init__(self, there, assets: int | None = None, beats: bool = False):
        self.use_case, self.store, self.states = load("milling", there.home), there.store(), {}
        self.store.readings.prepare(self.use_case)
        self.count = assets or sum(map(len, self.use_case.areas.values()))
        self._beats, self._begun = beats, datetime.now(UTC)
        self.said: dict[str, float] = {}
        self._tick, self._over, self._lock = 0, threading.Event(), threading.Lock()
        self.tell()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def tell(self, **states: State | str) -> float:
        """Record a second at once, with these states from now on (``M_01=State.LIKELY``, or ``UNKNOWN``). Returns when it was recorded."""
        with self._lock:
            self.states |= {name.replace("_", "-"): shown for name, shown in states.items()}
            now = time.time()
            first = self._tick * self.count
            told = [self.states.get(asset, State.NORMAL) for asset in self.use_case.assets[: self.count]]
            shown = [State.NORMAL if one == UNKNOWN else one for one in told]
            rows = scored_batch(
                self.use_case, first, first + self.count, assets=self.count, state=shown, score=[RISK[one] for one in shown],
                shift_s=0, source="hand",
            )  # fmt: skip
            rows.batch.time_us[:] = np.int64(now * 1e6)
            novelty = np.array([3.0 if one == UNKNOWN else 0.5 for one in told], np.float32)
            record(self.store, self.use_case, replace(rows, novelty=novelty))
            if self._beats:
                alive = Heartbeat("hand", "milling", "hand", os.getpid(), self._begun, datetime.now(UTC), None, self._tick)
                self.store.workers.beat(alive)
            self._tick += 1
            return time.time()

    def stop(self) -> None:
        """No more readings."""
        self._over.set()
        self._thread.join(10)
        self.store.close()

    def _run(self) -> None:
        while not self._over.wait(1.0):
            self.tell()

"""What drawing leaves behind is cleared away, though Streamlit itself does not any more."""

import gc
import threading
import tomllib
import weakref

from data.settings import PROJECT
from pages.parts.shell import housekeeping
from tests.e2e.plant import wait_for


class Left:
    """Something that only a collection clears away: it refers to itself."""

    def __init__(self):
        self.itself = self


def test_streamlit_does_not_collect_after_each_tick_of_each_session():
    """It did with every session's ticks: more than half of what the process did with twenty of them."""
    given = tomllib.loads((PROJECT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert given["runner"]["postScriptGC"] is False


def test_what_is_left_behind_is_cleared_away_and_memory_is_given_back(monkeypatch):
    monkeypatch.setattr(housekeeping, "TIDY_S", 0.05)
    monkeypatch.setattr(housekeeping, "RETURN_S", 0.1)
    over = threading.Event()
    thread = threading.Thread(target=housekeeping.keep_house, args=(over,), daemon=True)
    gc.disable()  # nobody else does it
    try:
        thread.start()
        wait_for(lambda: gc.get_freeze_count() > 0, 60, "what stands to be set aside")
        left = weakref.ref(Left())
        wait_for(lambda: left() is None, 10, "a collection")
        assert thread.is_alive()
    finally:
        gc.enable()
        over.set()
        thread.join(10)
        gc.unfreeze()

"""A plant with something on every screen: a real record, advice on two machines, one thing on the shelf, a case, two releases."""

import shutil
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from data.people import DEMO_PEOPLE
from data.records import ShelfReason, State
from models.lifecycle.registry import promote
from tests.e2e.hand import Hand
from tests.e2e.plant import plant, wait_for
from tests.screens import decided, flag

ADVISED, SHELVED = ("M-03", "M-08"), "M-05"


@contextmanager
def furnished(released_home, home):
    """The last five minutes as the worker recorded it, then a :class:`Hand` (``there.hand``) that says what is abnormal.

    Release 2 is release 1 once more and the champion, so that there is one to release and one to go back to.
    """
    shutil.copytree(released_home, home)
    with plant(home, backlog_s=300) as there:
        there.start_worker()
        store = there.store()
        wait_for(lambda: _recorded(store), 120, "the record of the last five minutes")
        there.stop_worker()
        there.hand = Hand(there, beats=True)
        people = {person.id: person for person in DEMO_PEOPLE}
        first = store.releases.get("milling", 1)
        shutil.copytree(home / first.folder, home / "releases/milling/2")
        store.releases.add(replace(first, number=2, folder="releases/milling/2", parent=1, created_by="dana (job:1)"))
        promote(home, store, there.hand.use_case, 2, people["dana"], "To have one to go back to", override=True)
        flag(store, 1)
        decided(store, flag(store, 2).case)
        there.hand.tell(M_03=State.LIKELY, M_08=State.POSSIBLE, M_05=State.POSSIBLE)
        store.attention.shelve("milling", SHELVED, "olga", datetime.now(UTC) + timedelta(hours=3), ShelfReason.SENSOR)
        there.start_screens()
        try:
            yield there
        finally:
            there.hand.stop()
            store.close()


def _recorded(store) -> bool:
    newest = store.readings.newest_us("milling")
    return newest is not None and newest / 1e6 > time.time() - 5

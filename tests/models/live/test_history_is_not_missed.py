"""What a line catches up with was on no screen while it was true: it is history, and nobody has missed it. What goes on after that is not."""

from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np

from data.records import State
from models.live.step import LATE_US, LiveLoop
from tests import deliveries

LIKELY = [State.NORMAL, State.LIKELY, State.NORMAL]
SINCE = deliveries.ZERO - timedelta(hours=1)


def test_advice_that_was_over_when_it_came_is_not_waited_for(store, use_case):
    for start, shown in ((0, False), (8, True)):
        rows = deliveries.scored_batch(use_case, start, start + 3, assets=1, score=[0.02, 0.9, 0.02], state=LIKELY)
        store.readings.record(rows, None, None, use_case=use_case.name, source="line:1", last=start + 2, shown=shown)
        unseen = store.attention.unseen(use_case.name, SINCE)
        assert [one.start for one in unseen] == ([deliveries.at(9)] if shown else [])


def test_advice_that_goes_on_into_the_present_is_shown_with_all_of_its_time(store, use_case):
    late = deliveries.scored_batch(use_case, 0, 2, assets=1, score=[0.02, 0.9], state=LIKELY[:2])
    store.readings.record(late, None, None, use_case=use_case.name, source="line:1", last=1, shown=False)
    now = deliveries.scored_batch(use_case, 2, 4, assets=1, score=[0.9, 0.02], state=LIKELY[1:])
    store.readings.record(now, None, None, use_case=use_case.name, source="line:1", last=3)
    (unseen,) = store.attention.unseen(use_case.name, SINCE)
    assert unseen.start == deliveries.at(1)


@dataclass
class Delivery:
    time_us: np.ndarray = field(default_factory=lambda: np.array([1_000_000, 2_000_000]))

    def __len__(self):
        return len(self.time_us)


@dataclass
class Source:
    name: str


def test_a_delivery_is_late_by_its_newest_reading_and_a_replay_never_is():
    loop = LiveLoop.__new__(LiveLoop)
    loop.source = Source("line:2023")
    assert loop._shown(Delivery(), 2_000_000 + LATE_US) and not loop._shown(Delivery(), 2_000_001 + LATE_US)
    loop.source = Source("replay:u/day1.csv")
    assert loop._shown(Delivery(), 10**15)

"""A worker's signs of life: they go on through a long step, and end with a loop that is stuck."""

import time

from models.live import pulse
from models.live.pulse import BEAT_S, Pulse


def test_a_long_step_is_no_silence_and_a_stuck_loop_is(monkeypatch):
    came = []
    beating = Pulse(lambda: came.append(time.monotonic()))
    with beating.beating():
        time.sleep(3.5 * BEAT_S)  # the loop is in one step
        assert len(came) == 3
        monkeypatch.setattr(pulse, "STUCK_S", 0.1)
        time.sleep(2 * BEAT_S)
        assert len(came) == 3
        beating.came_by()
    time.sleep(1.5 * BEAT_S)
    assert len(came) == 3  # the block has ended

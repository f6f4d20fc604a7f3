"""What if it were set otherwise: within what is permitted, and back towards it from beyond."""

import pytest

from data.store import open_store
from data.usecase.file import load
from models.release.asking import what_if
from models.release.release import Release

MILLING = load("milling")
LOW, HIGH = MILLING.signals["rotational_speed"].actionable
BEYOND = {
    "air_temperature": 300.0, "process_temperature": 310.0, "rotational_speed": HIGH + 26, "torque": 12.0, "tool_wear": 40.0, "product_type": "L",
}  # fmt: skip


@pytest.fixture(scope="module")
def release(released_home):
    store = open_store(released_home / "pullcord.db")
    yield Release.load(released_home, store.releases.get("milling", 1), MILLING)
    store.close()


@pytest.mark.parametrize("speed", [HIGH + 26, HIGH + 20, HIGH, LOW])
def test_a_value_beyond_its_range_may_be_moved_back_towards_it(release, speed):
    found = what_if(release, BEYOND, {"rotational_speed": speed})
    assert found.values["rotational_speed"] == speed and 0 <= found.risk <= 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("rotational_speed", HIGH + 27), ("rotational_speed", LOW - 1), ("air_temperature", 299.0), ("colour", 1.0)],
)
def test_what_may_not_be_set_is_refused_with_what_may(release, name, value):
    with pytest.raises(ValueError, match=f"{name} may not be set to {value}; permitted: "):
        what_if(release, BEYOND, {name: value})

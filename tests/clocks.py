"""A computer whose clock, start and network a test sets, and the clock of a home that goes by it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from data import clock

S, H, DAY = 1_000_000, 3_600_000_000, 24 * 3_600_000_000
ZERO = int(datetime(2026, 11, 29, 9, tzinfo=UTC).timestamp()) * S


@dataclass
class Fake:
    """A computer whose clock, start and network are set by a test."""

    wall: int = ZERO
    running: int = 100 * S
    start: str = "a"
    network: bool = False

    def wall_us(self) -> int:
        return self.wall

    def boot(self) -> str:
        return self.start

    def running_us(self) -> int:
        return self.running

    def set_by_network(self) -> bool:
        return self.network

    def passes(self, us: int, clock_us: int | None = None) -> "Fake":
        return replace(self, wall=self.wall + (us if clock_us is None else clock_us), running=self.running + us)


@pytest.fixture
def computer():
    """The computer of this process; ask for it before a store is opened. ``turn`` changes what it says."""
    fake = Fake()
    clock.go_by(None, fake)
    yield fake
    clock.go_by(None, clock.COMPUTER)


def turn(fake: Fake, passed: int = 0, jump: int = 0) -> None:
    """So much time passes, and the clock jumps by ``jump`` besides."""
    fake.wall, fake.running = fake.wall + passed + jump, fake.running + passed

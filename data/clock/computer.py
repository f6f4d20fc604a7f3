"""What a computer says of the time: its clock, how long it has been running, and whether the network has set its clock."""

import ctypes
import time
from pathlib import Path
from uuid import uuid4

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_UNSYNCHRONIZED, _ERROR = 0x40, 5  # of adjtimex(2)


class Computer:
    """The one that this process runs on."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._boot = _text(_BOOT) if hasattr(time, "CLOCK_BOOTTIME") else ""
        if not self._boot:  # not Linux: what passes between two processes is not known then
            self._boot = uuid4().hex

    def wall_us(self) -> int:
        """Its clock, microseconds since 1970 UTC. Whoever may set it can set it to anything."""
        return time.time_ns() // 1000

    def boot(self) -> str:
        """A name of the time since it was switched on, within which :meth:`running_us` counts on."""
        return self._boot

    def running_us(self) -> int:
        """How long it has been running, asleep or not. Nobody can set it."""
        if hasattr(time, "CLOCK_BOOTTIME"):
            return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000
        return int((time.monotonic() - self._began) * 1e6)

    def set_by_network(self) -> bool:
        """Whether the kernel says that its clock is held by network time. Setting the clock by hand ends that."""
        try:
            told = _Timex()
            ended = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(told))
        except (OSError, AttributeError):  # no such call on this system
            return False
        if ended in (-1, _ERROR) or told.status & _UNSYNCHRONIZED:
            return False
        return abs(told.seconds - time.time()) < 2  # that of the kernel is the one that we read


class _Timex(ctypes.Structure):
    _fields_ = (
        ("modes", ctypes.c_uint), *((name, ctypes.c_long) for name in ("offset", "freq", "maxerror", "esterror")), ("status", ctypes.c_int),
        *((name, ctypes.c_long) for name in ("constant", "precision", "tolerance", "seconds", "fraction")), ("more", ctypes.c_char * 256),
    )  # fmt: skip


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except OSError:
        return ""


COMPUTER = Computer()

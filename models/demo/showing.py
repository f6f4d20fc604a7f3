"""The demo's home: that it is one, how far the story is, and when its drift began. Never the home of a real plant.

Two small files lie in the home, each with one writer: the screens write ``demo.json`` (the stage: which showing, which step, playing or not),
the worker writes ``demo.run`` (the showing that it has put in place). The line reads the stage to know from when on its sensor drifts.
"""

import json
import os
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from data.settings import DEMO_MARK, Settings
from data.usecases.milling.flaws import Flaw

ASSET = "M-14"
USE_CASE = "milling"
SEED = 2023
PLANT_SECOND = 1_737_157_160
"""What the line lives through when a showing begins: for the next ten minutes no machine of the seed comes near a failure, and M-14 has just
begun a product of five minutes. Found by looking through a year of the line; see docs/demo.md."""
DRIFT_NM, DRIFT_S = 22.0, 30.0
"""The torque sensor of M-14 reads so much too high in the end, and takes so many seconds of plant time to get there."""
_RUN = "demo.run"
_one_at_a_time = threading.RLock()


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the story stands, one for the whole home: everybody who watches sees the same.

    ``run``: the number of the showing. ``step``: 0 before it begins. ``beat``: how many of the step's happenings have come. ``hand``: a person does
    this step. ``since``, ``spent``: seconds of playing in this beat are ``spent`` plus, while it plays, those since ``since`` (seconds since 1970).
    ``drift_from``: when the drift was switched on, or ``None``. ``reading``: the advice that the story is about. ``told``: what went wrong last.
    """

    run: int = 1
    step: int = 0
    beat: int = 0
    playing: bool = False
    hand: bool = False
    since: float = 0.0
    spent: float = 0.0
    drift_from: float | None = None
    reading: int | None = None
    told: str = ""

    def elapsed(self, now: float) -> float:
        """Seconds of playing in this beat."""
        return self.spent + (max(now - self.since, 0.0) if self.playing else 0.0)


def stage(home: Path) -> Stage:
    """Where the story stands; at its beginning when nothing (or nothing readable) is there."""
    try:
        told = json.loads((home / DEMO_MARK).read_text(encoding="utf-8"))
        known = {field.name for field in fields(Stage)}
        return Stage(**{name: value for name, value in told.items() if name in known})
    except (OSError, ValueError, TypeError, AttributeError):
        return Stage()


def put(home: Path, new: Stage) -> Stage:
    """Write down where the story stands, whole or not at all."""
    _write(home / DEMO_MARK, json.dumps(asdict(new)))
    return new


def change(home: Path, how: Callable[[Stage], Stage]) -> Stage:
    """Read, change and write the stage; two sessions of this process never at the same time."""
    with _one_at_a_time:
        now = stage(home)
        new = how(now)
        return new if new == now else put(home, new)


def run_in_place(home: Path) -> int:
    """The showing that the worker has put in place; 0 before the first."""
    try:
        return int((home / _RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0


def put_in_place(home: Path, run: int) -> None:
    """The worker's word that the line of this showing runs."""
    _write(home / _RUN, str(run))


def late_flaws(home: Path) -> tuple[Flaw, ...]:
    """The flaws that the story has switched on by now, with the stamp from which on."""
    begun = stage(home).drift_from
    if begun is None:
        return ()
    return (Flaw("sensor_drift", (ASSET,), size=DRIFT_NM * 3600 / DRIFT_S, start_s=begun, most=DRIFT_NM),)


def staged(settings: Settings) -> dict:
    """What makes the built-in line that of the demo: the same hour of the same plant whenever it begins, and a drift when the story says so."""
    backlog_s = int(settings.backlog_s)
    return {"seed": SEED, "origin_s": PLANT_SECOND - backlog_s, "late_flaws": lambda: late_flaws(settings.home)}


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)

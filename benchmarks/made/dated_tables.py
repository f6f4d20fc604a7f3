"""Tables whose times are written in one of many ways, and what the product reads of them. Python's own formatting writes them: it shares nothing with what reads."""

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from data.onboarding.create import create
from data.usecase.file import load
from models.dataset.history import history_of

WAYS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%d/%m/%Y %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%d-%b-%Y %H:%M:%S",
    "%d.%m.%y %H:%M:%S", "%b %d, %Y %H:%M:%S", "%Y%m%d %H%M%S", "epoch s", "epoch ms",
)  # fmt: skip
PACES_S = (10, 60, 600, 3600, 86_400)
ROWS = 240


def dates_wrong(rng: np.random.Generator, count: int) -> tuple[int, str]:
    """Tables of ``count`` of which any time was read as another one, and how those were written. No shift within: from the autumn's on every hour is there once."""
    wrong = []
    for at in range(count):
        way, pace = WAYS[at % len(WAYS)], int(rng.choice(PACES_S))
        first = datetime(2025, int(rng.integers(1, 13)), int(rng.integers(1, 13)), int(rng.integers(0, 24)))
        if pace < 3600:  # so short a table never leaves its day: one that may be two is asked about, and none of this
            first = first.replace(day=int(rng.integers(13, 29)))
        truth = [first + timedelta(seconds=pace * n) for n in range(ROWS)]
        temperature = rng.normal(60, 8, ROWS).round(2)
        table = pd.DataFrame({"time": list(_written(truth, way)), "temperature": temperature, "speed": rng.integers(900, 1500, ROWS),
                              "fault": (temperature + rng.normal(0, 3, ROWS) > 68).astype(int)})  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "table.csv"
            table.to_csv(file, index=False, sep=";" if at % 2 else ",")
            create([file], "fault", Path(folder), name="u")
            use_case = load("u", Path(folder))
            zone = "UTC" if way.startswith("epoch") else use_case.timezone
            read = history_of(use_case)["time"].dt.tz_convert(zone).dt.tz_localize(None)
        if len(read) != ROWS or not (read.to_numpy() == np.array(truth, "datetime64[us]")).all():
            wrong.append(f"{way}, a row each {pace} s from {first:%Y-%m-%d}")
    return len(wrong), "; ".join(wrong) or "none"


def _written(times: list[datetime], way: str) -> Iterator[str]:
    for one in times:
        seconds = (one - datetime(1970, 1, 1)).total_seconds()
        yield f"{seconds:.0f}" if way == "epoch s" else f"{seconds * 1000:.0f}" if way == "epoch ms" else one.strftime(way)

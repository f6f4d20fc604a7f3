"""Readings that are spread evenly over time: one of each asset for each span, along the index by asset and time."""

import json
from collections.abc import Sequence

import pandas as pd

from data.store.sqlite.connection import Connections
from data.store.sqlite.layout import Layout
from data.store.sqlite.plant.frames import timed


def first_of_each(connections: Connections, layout: Layout, spans: Sequence[tuple[int, int]]) -> pd.DataFrame:
    """See ``contract.Readings.first_of_each``."""
    rows = connections.rows(
        f"""SELECT r.id, a.name, r.time_us, {layout.signals("r")} FROM asset a CROSS JOIN json_each(?1) j CROSS JOIN {layout.table} r
            ON r.id = (SELECT id FROM {layout.table} WHERE asset = a.id AND time_us >= json_extract(j.value, '$[0]')
                       AND time_us < json_extract(j.value, '$[1]') ORDER BY time_us, sequence LIMIT 1)
            WHERE a.use_case = ?2 ORDER BY a.id, r.time_us""",
        (json.dumps([[int(first), int(stop)] for first, stop in spans]), layout.use_case.name),
    )
    return timed(rows, ["id", "asset", "time", *layout.columns], layout)

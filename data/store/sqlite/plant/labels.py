"""Which recorded readings with a known outcome speak for the line: a random sample of its products, or the newest of them.

A sample by outcome would tell every risk wrongly: all failures ever beside the newest good products are mostly failures after some months.
So products are drawn at random, by asset and time; the rare outcomes are drawn more often, and what is drawn less often weighs more by
the inverse of its probability (Horvitz & Thompson 1952).
"""

import json
from collections.abc import Collection

import numpy as np
import pandas as pd

from data.store.sqlite.connection import Connections
from data.store.sqlite.feedback.verdicts import IN_FORCE
from data.store.sqlite.layout import Layout
from data.store.sqlite.plant.frames import timed

_PRIME = 2**31 - 1
_DRAW = f"((((p.mixed * p.mixed) % {_PRIME}) * 69621 + p.mixed) % {_PRIME})"
"""The place of a product in a random order that is the same each time: two steps of a congruential generator with a square between, so that products at
an even pace are not drawn at an even pace."""


def sampled(
    connections: Connections, layout: Layout, limit: int, held: Collection[int] = (), waiting: Collection[int] = (), spoiled: bool = False
) -> pd.DataFrame:  # fmt: skip
    """See ``contract.Readings.labelled``."""
    kind = "t.bad" if layout.use_case.task == "regression" else "t.outcome"
    given = (layout.use_case.name, _kept_since(connections, layout), _ids(held), _ids(waiting), int(spoiled))
    sizes = dict(connections.rows(f"{_products(layout, kind)} SELECT kind, count(*) FROM product GROUP BY 1 ORDER BY 1", given))
    columns = ["id", "asset", "time", *layout.columns, "outcome", "cause", "spoiled"]
    parts = []
    for outcome, most in shares(sizes, limit).items():
        rows = connections.rows(
            f"""{_products(layout, kind)},
                drawn AS (SELECT p.* FROM (SELECT *, ((start_us / 1000 % {_PRIME} * 48271 + asset * 104729) % {_PRIME}) AS mixed
                          FROM product WHERE kind = ?6) p ORDER BY {_DRAW}, p.start_us, p.asset LIMIT ?7)
                {_spoken_for(layout, "drawn")}""",
            (*given, outcome, most),
        )
        parts.append(timed(rows, columns, layout).assign(weight=sizes[outcome] / most))
    if not parts:
        parts = [timed([], columns, layout).assign(weight=np.empty(0))]
    found = pd.concat(parts, ignore_index=True).sort_values("id", ignore_index=True)
    found = found.assign(spoiled=found["spoiled"].astype(bool)) if spoiled else found.drop(columns="spoiled")
    return found.assign(weight=found["weight"] / found["weight"].mean() if len(found) else found["weight"])


def newest(connections: Connections, layout: Layout, limit: int, waiting: Collection[int] = ()) -> pd.DataFrame:
    """See ``contract.Readings.newest_labelled``."""
    rows = connections.rows(
        f"""{_products(layout, "t.bad")},
            told AS (SELECT * FROM (SELECT * FROM product WHERE kind = 1 ORDER BY arrived_us DESC LIMIT ?6)
                     UNION ALL SELECT * FROM (SELECT * FROM product WHERE kind = 0 ORDER BY arrived_us DESC LIMIT ?6))
            {_spoken_for(layout, "told")}""",
        (layout.use_case.name, _kept_since(connections, layout), "[]", _ids(waiting), 0, max(limit // 2, 1)),
    )
    return timed(rows, ["id", "asset", "time", *layout.columns, "outcome", "cause", "spoiled"], layout).drop(columns="spoiled")


def _ids(numbers: Collection[int]) -> str:
    return json.dumps([int(one) for one in numbers])


def shares(sizes: dict[float, int], limit: int) -> dict[float, int]:
    """How many of each outcome are drawn: all of the rare ones, and of the others equal parts of what is left of ``limit``."""
    left, found = limit, {}
    for at, (outcome, size) in enumerate(sorted(sizes.items(), key=lambda pair: (pair[1], pair[0]))):
        found[outcome] = min(size, max(left // (len(sizes) - at), 1))
        left -= found[outcome]
    return found


def _products(layout: Layout, kind: str) -> str:
    """The known outcomes that nobody has corrected and no verdict has called bad data, as a table ``product`` with its ``kind``. An interval is one product.
    A correction of ?3 waits, and so does the bad data of a case of ?4: until they count, what came in does. Nor does a verdict of bad data on nobody's flag
    but one's own take it away. With ?5 bad outcomes of bad data are in it, and ``spoiled``."""
    alone = (
        """AND (NOT EXISTS (SELECT 1 FROM flag f WHERE f.case_id = c.id AND f.person = v.person)
               OR EXISTS (SELECT 1 FROM flag f WHERE f.case_id = c.id AND f.person <> v.person)
               OR EXISTS (SELECT 1 FROM stretch_confirmed s WHERE s.verdict = v.id))"""
        if layout.use_case.second_person
        else ""
    )
    return f"""WITH spoken AS MATERIALIZED (SELECT r.asset, r.time_us AS start_us, r.time_us AS end_us FROM correction c
          JOIN {layout.table} r ON r.id = c.reading WHERE c.use_case = ?1 AND c.in_force = 1
            AND c.id NOT IN (SELECT value FROM json_each(?3))),
        unfit AS MATERIALIZED (SELECT r.asset, coalesce(v.about ->> '$.start', r.time_us) AS start_us,
            coalesce(v.about ->> '$.end', r.time_us) AS end_us FROM cases c JOIN verdict v ON v.id = {IN_FORCE} AND v.kind = 'bad_data'
          JOIN {layout.table} r ON r.id = c.reading
          WHERE c.use_case = ?1 AND c.id NOT IN (SELECT value FROM json_each(?4)) {alone}),
        product AS (SELECT * FROM (SELECT t.*, {kind} AS kind, EXISTS (
            SELECT 1 FROM unfit u WHERE u.asset = t.asset AND u.start_us <= t.end_us AND u.end_us >= t.start_us) AS spoiled
          FROM truth t WHERE t.use_case = ?1 AND t.end_us >= ?2 AND NOT EXISTS (
            SELECT 1 FROM spoken s WHERE s.asset = t.asset AND s.start_us <= t.end_us AND s.end_us >= t.start_us))
          WHERE NOT spoiled OR (?5 AND bad))"""


def _spoken_for(layout: Layout, products: str) -> str:
    """One reading for each product: the last of its first half. They share the label and nearly their values."""
    return f"""SELECT r.id, a.name, r.time_us, {layout.signals("r")}, t.outcome, t.cause, t.spoiled FROM {products} t
        JOIN {layout.table} r ON r.id = (SELECT id FROM {layout.table} WHERE asset = t.asset
             AND time_us BETWEEN t.start_us AND t.start_us + (t.end_us - t.start_us) / 2
             ORDER BY time_us DESC, sequence DESC LIMIT 1)
        JOIN asset a ON a.id = t.asset ORDER BY r.id"""


def _kept_since(connections: Connections, layout: Layout) -> int:
    """From when on readings are kept whoever flagged them: before that only those are left that somebody looked at, which are no sample."""
    if not connections.one("SELECT 1 FROM tally WHERE use_case = ? AND what = 'pruned'", (layout.use_case.name,)):
        return -(2**62)
    row = connections.one(
        f"""SELECT min((SELECT r.time_us FROM {layout.table} r WHERE r.asset = a.id
               AND NOT EXISTS (SELECT 1 FROM flag WHERE use_case = ?1 AND reading = r.id)
               AND NOT EXISTS (SELECT 1 FROM cases WHERE use_case = ?1 AND reading = r.id)
               AND NOT EXISTS (SELECT 1 FROM latest WHERE asset = r.asset AND reading = r.id)
               ORDER BY r.time_us, r.sequence LIMIT 1)) FROM asset a WHERE a.use_case = ?1""",
        (layout.use_case.name,),
    )
    return -(2**62) if row is None or row[0] is None else row[0]

"""One machine, one story: whatever was recorded and done about it, every screen and document calls it the same and tells no number that another
one withholds."""

import json
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from data.readings.batch import Batch, Scored
from data.records import FlagKind, FlagReason, ShelfReason
from data.shifts import Shift
from data.store import NotFound
from data.usecase.file import load
from models.documents.document import markdown
from models.documents.handover import document
from models.documents.shift import facts
from models.documents.words import ENGLISH
from models.live.advice import StateTracker
from tests.deliveries import ZERO_US, at
from tests.screens import flag, recorded_plant, show

MILLING = load("milling")
ADVICE = MILLING.advice.model_copy(update={"on_delay": 1, "off_delay": 3})
MILLING_WAIT_S = 5.0
MACHINES = ("M-01", "M-02", "M-03", "M-04")
READINGS = st.lists(
    st.tuples(st.sampled_from([0.02, 0.45, 0.6, 0.93, 0.997]), st.sampled_from([0.3, 0.3, 0.3, 2.0])), min_size=1, max_size=7
)
"""Of one machine, a second each: its risk, and how new it is."""


@dataclass(frozen=True)
class Plant:
    readings: dict[str, list]
    silent: frozenset
    seen: frozenset
    shelved: frozenset
    flagged: frozenset
    off: bool


@st.composite
def plants(draw):
    some = st.frozensets(st.sampled_from(MACHINES), max_size=2)
    return Plant(
        {one: draw(READINGS) for one in MACHINES},
        *(draw(some) for _ in range(4)),
        draw(st.sampled_from([False, False, False, True])),
    )


def recorded(store, plant):
    """Record it as the live loop does, the newest reading of all but the silent ones at second 100, and do what people did."""
    rows = []
    for code, (asset, told) in enumerate(plant.readings.items()):
        last = 40 if asset in plant.silent else 100
        rows += [(last - len(told) + 1 + number, code, risk, new) for number, (risk, new) in enumerate(told)]
    seconds, codes, risk, novelty = (np.array(column) for column in zip(*sorted(rows), strict=True))
    tracker = StateTracker(ADVICE, len(MILLING.assets))
    states = tracker.follow(codes, risk, novelty)
    unknown = tracker.follow_unknown(codes, novelty, states)
    values = np.full((len(rows), len(MILLING.signals)), 300.0)
    values[:, list(MILLING.signals).index("product_type")] = 1
    n, start = len(rows), 100
    batch = Batch(
        "milling",
        "line:1",
        np.arange(start, start + n),
        codes.astype(np.int32),
        MILLING.assets,
        ZERO_US + seconds * 1_000_000,
        seconds,
        values,
    )
    shares = np.zeros((n, len(MILLING.features) + 1), np.float32)
    scored = Scored(batch, 1, risk, shares, states, novelty.astype(np.float32), unknown=unknown)
    store.readings.record(scored, None, None, use_case="milling", source="line:1", last=start + n)
    newest = {one.prediction.asset: one.prediction.id for one in store.readings.board("milling")}
    for asset in plant.flagged:
        flag(store, newest[asset], reason=FlagReason.OTHER, kind=FlagKind.WRONG)
    for asset in plant.seen:
        with suppress(NotFound):  # there is nothing to see on it
            store.attention.acknowledge("milling", asset, "olga")
    for asset in plant.shelved:
        with suppress(NotFound):
            store.attention.shelve("milling", asset, "olga", datetime.now(UTC) + timedelta(hours=1), ShelfReason.KNOWN)
    if plant.off:
        store.releases.set_switch("milling", False, "erik", "test")
    return newest


def screens():
    """What every screen says of the four machines, as JSON; their headings stand above it in their order."""
    import json

    import streamlit as st

    from data.records import CaseState
    from pages.board import _view
    from pages.figures.palette import LIGHT
    from pages.parts.board.board_reading import read_board
    from pages.parts.machine.asset_headline import asset_headline
    from pages.parts.machine.asset_trend import asset_trend
    from pages.parts.review.case_queue import _of_open
    from pages.parts.shell import session
    from tests.deliveries import at

    session.plant_now = lambda use_case: at(101)
    use_case, seen = session.use_case(), read_board(session.use_case())
    found = {"board": _view(use_case, None, False), "wall": _view(use_case, None, True), "pages": {}}
    for asset in ("M-01", "M-02", "M-03", "M-04"):
        newest, told = seen.of(asset), seen.told(use_case, asset, at(101))
        asset_headline(use_case, newest, told, at(101), key=asset)
        trend = asset_trend(use_case, newest, told, "short", at(101), list(use_case.features)[:1], LIGHT, None)
        risk = json.loads(trend["figure"])["data"][0]
        found["pages"][asset] = {"row": trend["rows"][0], "drawn": risk["customdata"], "alt": trend["alt"]}
    cases = session.store().feedback.queue("milling", states=tuple(CaseState))
    found["cases"] = {case.asset: _of_open([case], [case], {})[0]["Risk"][0] for case in cases}
    st.code(json.dumps(found))


def shown(store):
    """The screens, each machine's heading, and the handover line by line."""
    from pages.parts.shell import session

    real = session.plant_now
    try:
        app = show(screens, "olga")
    finally:
        session.plant_now = real
    now = datetime.now(UTC)
    behind, shift = now - at(101), Shift(now - timedelta(hours=1), now + timedelta(hours=1))
    told = facts(MILLING, store, shift, now, behind=behind, patience_s=60, wait_s=MILLING_WAIT_S)
    text = markdown(document(MILLING, shift, told, {}, ENGLISH)).replace("\\", "")
    headings = dict(zip(MACHINES, (re.sub(r":(red|orange)\[(.*)\]$", r"\2", one.value) for one in app.subheader), strict=True))
    return json.loads(app.code[0].value), headings, [plain(line) for line in text.splitlines()]


def plain(text):
    return text.replace("\u202f", " ").replace("\xa0", " ")


@contextmanager
def a_plant(folder):
    with pytest.MonkeyPatch.context() as patch:
        yield from recorded_plant(folder, patch, MILLING)


@settings(max_examples=10, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(plants())
def test_every_screen_tells_the_same_of_a_machine(tmp_path_factory, plant):
    with a_plant(tmp_path_factory.mktemp("story") / "home") as store:
        recorded(store, plant)
        found, headings, handover = shown(store)
        board = {one.prediction.asset: one for one in store.readings.board("milling")}
        new = {row[0] for row in store.readings._c.rows('SELECT id FROM "readings_milling" WHERE novelty > 1')}
    tiles = {tile["name"]: tile for area in found["board"]["areas"] for tile in area["tiles"]}
    walls = {tile["name"]: tile for area in found["wall"]["areas"] for tile in area["tiles"]}
    rows = {row["name"]: row for row in found["board"]["rows"]}
    for asset in MACHINES:
        tile, row, heading, page = tiles[asset], rows.get(asset), plain(headings[asset]), found["pages"][asset]
        done = (f"- {asset}: seen by", f"- {asset}: put aside", f"- {asset}: flagged")
        mine = [line for line in handover if line.startswith(f"- {asset}: ") and not line.startswith(done)]
        past = [line for line in mine if ": was " in line]  # what came and went before stands beside whatever is told now
        lines = [line for line in mine if line not in past]
        note = (asset, plant, tile, row, heading, page["row"], lines)
        assert walls[asset] == tile, note
        assert heading[0] == tile["shape"] and (row is None or row["shape"] == tile["shape"]), note
        assert not set(page["drawn"]) & new, note  # what the model did not know is a gap
        kind, everything = (
            tile["kind"],
            " ".join([plain(tile["text"]), heading, *(plain(str(row[k])) for k in ("state", "target") if row), *lines]),
        )
        if plant.off:
            assert "%" not in everything and "likely" not in everything and page["row"]["now"] is None, note
            continue
        state = board[asset]
        if kind == "new":
            assert (
                "%" not in everything
                and "likely" not in everything
                and "possible" not in everything
                and page["row"]["now"] is None
            ), note
            assert page["row"]["missing"] == "unknown" and any("unknown to the model" in line for line in lines), note
        elif kind in ("likely", "possible"):
            risk = plain(f"{kind} {percent_of(state)}")
            assert plain(tile["text"]) == risk and f"{kind}, risk of failure {percent_of(state)}" in heading, note
            assert page["row"]["note"] == kind and page["row"]["now"] == state.prediction.score, note
            assert any(line.startswith(f"- {asset}: {kind}, highest risk") for line in lines), note
        elif kind == "returned":
            assert "was likely" in heading or "was possible" in heading, note
            assert re.search(r"(?<!was )(likely|possible)", everything) is None, note
            assert past and not lines and row["advice"] and not row["shelves"], note
        elif kind == "silent":
            assert heading.startswith("? no data for") and page["row"]["now"] is None, note
            assert not any(re.match(rf"- {asset}: (likely|possible|unknown)", line) for line in lines), note
        else:
            assert heading.startswith("■ normal") and not lines and row is None, note
        if asset in found["cases"]:
            assert (plain(found["cases"][asset]) == "unknown") == (state.prediction.id in new), note
        assert (kind == "silent") == (asset in plant.silent), note


def percent_of(state):
    from pages.parts.words.language import percent

    return plain(percent(state.prediction.score))

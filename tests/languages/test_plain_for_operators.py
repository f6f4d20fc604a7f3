"""What an operator reads names no file, command or figure of statistics; whoever mends a line reads it where it helps.

Both ways round: every sentence that the screens of an operator can say, and the screens themselves as each role sees them.
"""

import ast
import html
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from data.people import DEMO_PEOPLE
from data.store import open_store
from data.usecase.file import load
from models.lifecycle.registry import champion
from pages.locale.catalogue import gathered
from pages.parts.shell.technical import TECHNICAL
from tests import deliveries
from tests.drawn import drawn
from tests.screens import show, texts

HOUSE = Path(__file__).parents[2]
SCREENS = ("board", "machines", "asset", "prediction", "my_flags", "handover")
"""What an operator may open."""
GATED = {"pages/parts/prediction/expert.py", "pages/parts/words/scale.py"}
"""The expert view and its scales; what of them is read without it is drawn below."""
READERS = (None, "olga")
MILLING = load("milling")
READINGS = np.array(
    [
        [0, 300.0, 310.5, 1330, 62.0, 205],  # overstrain
        [1, 300.0, 310.0, 1500, 40.0, 80],  # quiet
        [2, 300.0, 310.0, 3300, 19.0, 80],  # nothing like it was seen
    ]
)


def used_by(file: str) -> set[str]:
    """The files of ``pages`` that a file imports."""
    found = set()
    for node in ast.walk(ast.parse((HOUSE / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pages"):
            for name in (node.module, *(f"{node.module}.{one.name}" for one in node.names)):
                place = name.replace(".", "/")
                found |= {one for one in (f"{place}.py", f"{place}/__init__.py") if (HOUSE / one).is_file()}
    return found


def reached() -> set[str]:
    seen, todo = set(), {f"pages/{name}.py" for name in SCREENS}
    while todo:
        file = todo.pop()
        if file not in seen | GATED:
            seen.add(file)
            todo |= used_by(file)
    return seen


def for_engineers(files: set[str]) -> set[str]:
    """Sentences that stand inside ``hint(…)``: told to whoever can act on them alone."""
    said = set()
    for file in files:
        for node in ast.walk(ast.parse((HOUSE / file).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "hint":
                said |= {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return said


def test_no_sentence_of_an_operators_screens_is_technical():
    files = reached()
    assert {"pages/parts/lane.py", "pages/parts/shell/freshness.py", "pages/parts/prediction/what_changes.py"} & files and len(
        files
    ) > 60
    spared, wrong = for_engineers(files), []
    for message in gathered():
        where = {f"pages/{file}" for file, _ in message.locations}
        said = message.id if isinstance(message.id, tuple) else (message.id,)
        if message.id and where & files and not message.auto_comments and not spared & set(said):
            wrong += [(sorted(where), one) for one in said if TECHNICAL.search(one)]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "no signal is marked as actionable in usecase.yaml", "python worker.py --use-case milling", "python -m data.backup list",
        "The store /var/plant/pullcord.db is damaged", "name another home, PULLCORD_HOME=/path", "write --task multiclass", "log-odds of failure",
        "exact Shapley values", "value is NaN", "got None instead", "milling: replay.outcome names no column of history.parquet",
    ],
)  # fmt: skip
def test_what_is_technical_is_known(text):
    assert TECHNICAL.search(text)


@pytest.mark.parametrize(
    "text",
    ["Torque is 66.0 Nm; normally 30–50 Nm on this machine.", "None of the machines needs a look.", "12/14 h", "M-14 · 1.5 km/h", "NOx 71.2 mg/m³ and more",
     "None left", "release 3 is damaged", "Use case"],
)  # fmt: skip
def test_what_is_plain_is_known(text):
    assert not TECHNICAL.search(text)


@pytest.fixture(scope="module")
def home(released_home, tmp_path_factory):
    home = tmp_path_factory.mktemp("plain") / "home"
    shutil.copytree(released_home, home)
    store = open_store(home / "pullcord.db")
    store.readings.prepare(MILLING)
    for person in DEMO_PEOPLE:
        store.people.save(person, "test")
    deliveries.record(store, MILLING, deliveries.explained(MILLING, champion(home, store, MILLING), READINGS))
    store.close()
    return home


@pytest.fixture
def plant(home, screens_of):
    return screens_of(home)


def page():
    import importlib

    import streamlit as st

    importlib.import_module(f"pages.{st.query_params['screen']}").render()


def read(app) -> list[str]:
    """All that a person can read of a screen: texts, tips, cells of drawn rows, and what its own components are given to write."""
    found = []
    for place, text in drawn(app):
        if "js" in place.split(".")[-1] or "css" in place.split(".")[-1]:
            continue  # what a component runs, not what it shows
        if text.lstrip().startswith("{"):
            found += [one for one in words_of(json.loads(text)) if " " in one and not one.lstrip().startswith("{")]
            continue
        text = re.sub(r"(?s)<(style|script)\b.*?</\1>", " ", text)
        alts = re.findall(r'(?:alt|title|aria-label)="([^"]*)"', text)
        found += [html.unescape(one) for one in (*alts, re.sub(r"<[^>]+>", " ", text)) if " " in one.strip()]
    return found


def words_of(told) -> list[str]:
    if isinstance(told, dict | list):
        return [one for part in (told.values() if isinstance(told, dict) else told) for one in words_of(part)]
    return [told] if isinstance(told, str) else []


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize(("screen", "asked"), [
    ("board", {}), ("machines", {}), ("asset", {"asset": "M-01"}), ("prediction", {"reading": 1}), ("prediction", {"reading": 2}),
    ("prediction", {"reading": 3}), ("prediction", {"reading": 99}), ("my_flags", {}), ("handover", {}),
])  # fmt: skip
def test_a_screen_as_an_operator_sees_it_is_plain(plant, who, screen, asked):
    if who is None and screen in ("my_flags", "handover"):
        return  # of persons
    app = show(page, who, screen=screen, **asked)
    said = read(app)
    assert len(said) > 2 and [one for one in said if TECHNICAL.search(one)] == []


DAMAGED = "The store /var/plant/pullcord.db is damaged (x). Stop Pullcord, move it aside: python -m data.backup list tells which there are."


def of_trouble():
    import streamlit as st

    from data.store import StoreError
    from pages.parts.shell.frame import trouble

    trouble("Nothing was recorded.", StoreError(st.query_params["said"]))


def of_nothing_to_set():
    from explainers.local.counterfactual import Counterfactuals
    from pages.parts.prediction.what_changes import what_changes

    what_changes(None, Counterfactuals((), 0.8, 0.2, 0.8, 0))


def of_a_line_that_cannot_begin():
    from datetime import UTC, datetime

    import streamlit as st

    from data.records import Heartbeat
    from data.usecase.file import load
    from pages.parts.shell.beginning import how_it_begins, told
    from pages.parts.shell.freshness import freshness

    at, milling = datetime(2026, 3, 2, tzinfo=UTC), load("milling")
    beats = [Heartbeat("w1", "milling", "line", 1, at, at, 7, 10, st.query_params["said"])]
    how_it_begins(told(milling, None, None, beats if st.query_params.get("tried") else [], at, False, 3600))
    st.markdown(freshness(milling, [], beats, at, 5).text)


@pytest.mark.parametrize("drawn_by", [of_trouble, of_nothing_to_set, of_a_line_that_cannot_begin])
def test_what_keeps_a_line_is_technical_only_for_whoever_mends_it(plant, drawn_by):
    for who, technical in ((None, False), ("olga", False), ("erik", True), ("adam", True)):
        for more in ({}, {"tried": 1}):
            app = show(drawn_by, who, said=DAMAGED, **more)
            assert any(TECHNICAL.search(one) for one in texts(app).split("  ")) is technical
            assert technical or len(texts(app)) > 30, "it is told all the same that, and who can see more"
    assert "the disk is full" in texts(show(of_trouble, "olga", said="The record was not written: the disk is full."))

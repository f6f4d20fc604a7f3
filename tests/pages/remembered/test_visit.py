"""What one browser session holds stands in one place; Streamlit's session state has the keys of widgets beside it."""

import ast
import re
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.records import FlagKind
from pages.parts.remembered.kept import kept
from pages.parts.remembered.visit import KEY, OfTheRecord, visit
from tests.screens import visit_of

HOUSE = Path(__file__).parents[3]
SCREENS = [HOUSE / "app.py", *sorted((HOUSE / "pages").rglob("*.py"))]
OPENED = {"boot", "_settings", "_store", "housekeeping", "start_worker", "_held", "_profiled"}
"""What a process opens once, and a table that somebody has chosen: nothing of the record."""


def names(file):
    """The keys that are written out where Streamlit's session state is read or set."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        asked = (
            node.value
            if isinstance(node, ast.Subscript)
            else getattr(node.func, "value", None)
            if isinstance(node, ast.Call)
            else None
        )
        if isinstance(asked, ast.Attribute) and asked.attr == "session_state":
            key = node.slice if isinstance(node, ast.Subscript) else node.args[0] if node.args else None
            if isinstance(key, ast.Constant):
                yield key.value


def test_a_key_of_the_session_state_that_is_written_out_is_that_of_a_widget():
    text = "\n".join(file.read_text(encoding="utf-8") for file in SCREENS)
    widgets = set(re.findall(r'\bkey="(\w+)"', text))
    found = {name for file in SCREENS for name in names(file)}
    assert "span" in found and found <= widgets, f"{found - widgets}: put it into pages/parts/remembered/visit.py"


def test_what_is_worked_out_from_the_record_is_known_as_such():
    """Streamlit's caches are not told apart by themselves: one of the record that is not :func:`worked_out` would tell of the showing before."""
    found = set()
    for file in SCREENS:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            made = [ast.unparse(one) for one in getattr(node, "decorator_list", ())]
            if any(one.startswith("st.cache_resource") for one in made) and made[0] != "worked_out":
                found.add(node.name)
    assert found == OPENED


def chosen():
    import streamlit as st

    from pages.parts.remembered.visit import visit
    from pages.parts.tour.anew import anew

    st.text_input("Answer", key="typed_erik_answer")
    anew(int(st.query_params["run"]))
    visit().asset = visit().asset or "M-14"


def test_another_showing_takes_what_was_remembered_by_number_and_nothing_else(monkeypatch):
    @kept(1)
    def reasons(reading: int) -> str:
        return "of the showing before" if reasons_of == 1 else "of this one"

    reasons_of = 1
    app = AppTest.from_function(chosen, default_timeout=120)
    app.query_params["run"] = "1"
    app.run()
    held = visit_of(app)
    held.record.choosing, held.record.ticked["erik"], held.who = (7, FlagKind.WRONG), {3}, "erik"
    assert reasons(7) == "of the showing before" and not app.run().exception
    assert visit_of(app).record.choosing == (7, FlagKind.WRONG)
    reasons_of, app.query_params["run"] = 2, "2"
    assert not app.run().exception
    held = visit_of(app)
    assert held.record == OfTheRecord() and (held.who, held.asset, held.tour.run) == ("erik", "M-14", 2)
    assert reasons(7) == "of this one"


@pytest.fixture
def empty_session():
    st.session_state.pop(KEY, None)
    yield
    st.session_state.pop(KEY, None)


def test_a_session_holds_one_and_begins_with_nothing(empty_session):
    first = visit()
    assert first is visit() and first.record == OfTheRecord() and first.who is None

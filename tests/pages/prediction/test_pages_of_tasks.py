"""Every screen of a use case with several classes, and of one that predicts a value."""

import re

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.drawn import MARKDOWN, drawn
from tests.hostile import HOST, RAW, made_hostile
from tests.models.training.test_tasks import run
from tests.screens import visit_of

__all__ = ["run"]  # the fixture: a released use case of each task, with a replay through its live loop


@pytest.fixture
def page(run, monkeypatch):
    """Draw a page of the use case; nothing may go wrong on it."""
    yield from drawer(run[0], run[1].name, monkeypatch)


@pytest.fixture(scope="module")
def hostile(run, tmp_path_factory):
    """The same, where every name and every word is an attack on whoever draws it."""
    use_case, store = made_hostile(run[0], run[1].name, tmp_path_factory.mktemp("hostile") / "home")
    yield tmp_path_factory, use_case, store
    store.close()


@pytest.fixture
def attacked(hostile, monkeypatch):
    """Draw a page of the attacked plant, and see that not one text of it goes to the browser as Markdown."""
    _, use_case, store = hostile
    for draw in drawer(store.feedback._c.path.parent, use_case.name, monkeypatch):

        def seen(module, state=(), who="dana", draw=draw, **params):
            app = draw(module, state, who, **params)
            texts = [(field, text) for field, text in drawn(app) if field.split(".")[-1] in MARKDOWN and field != "html.body"]
            assert any(HOST in text for _, text in texts), "nothing of the attack is on this screen"
            assert [(field, text) for field, text in texts if RAW.search(text)] == []
            for field, text in drawn(app):
                if field.endswith(("html.body", "plotly_chart.spec")):
                    told = re.sub(r'"uirevision":"(\\.|[^"\\])*"', "", text)  # by which a figure is known again, never drawn
                    assert "<b>h" not in told and "\\u003cb\\u003eh" not in told, field
            return app

        yield seen


def drawer(home, name, monkeypatch):
    """A generator of one function that draws a page of a home."""
    monkeypatch.setenv("PULLCORD_HOME", str(home))
    st.cache_resource.clear()
    st.cache_data.clear()

    def drawn_page(module, state=(), who="dana", **params):
        def script():
            import importlib

            import streamlit as st

            importlib.import_module(st.query_params["module"]).render()

        app = AppTest.from_function(script, default_timeout=120)
        visit_of(app).who = who
        for key, value in {"module": f"pages.{module}", "use_case": name, **params}.items():
            app.query_params[key] = str(value)
        for key, value in dict(state).items():
            app.session_state[key] = value
        app.run()
        assert not app.exception and not app.error
        return app

    yield drawn_page
    st.cache_resource.clear()


SCREENS = {"board": {}, "asset": {}, "review": {"who": "erik"}, "my_flags": {"who": "olga"}, "releases": {"release": 1}, "overview": {}, "handover": {"who": "olga"}}  # fmt: skip


@pytest.mark.parametrize("name", SCREENS)
def test_each_screen_stands_and_shows_what_strangers_wrote_to_the_letter(attacked, hostile, name):
    asked = dict(SCREENS[name])
    who = asked.pop("who", "dana")
    if name == "review":
        for case in (1, 2):
            attacked(name, who=who, case=case)
    else:
        attacked(name, who=who, asset=hostile[1].assets[0], **asked)


@pytest.mark.parametrize("section", ["matters", "acts", "together", "rules", "quality"])
def test_each_section_of_the_model_page_stands(attacked, section):
    attacked("model", {"section": section})


def test_a_prediction_shows_what_strangers_wrote_to_the_letter(attacked, hostile):
    _, use_case, store = hostile
    for state in store.readings.board(use_case.name):
        attacked("prediction", {"expert": True}, reading=state.prediction.id)


def test_a_prediction_tells_what_its_task_is_about(page, run):
    _, use_case, store, *_ = run
    confirmed = store.readings.confirmed(use_case.name, 5000).sort_values("score")
    for reading in (confirmed["id"].iloc[-1], confirmed["id"].iloc[0]):
        app = page("prediction", {"expert": True}, reading=int(reading))
        text = " ".join(one.value for one in (*app.markdown, *app.header, *app.subheader))
        if use_case.task == "regression":
            assert (
                ("Free lime above 2.00" in text or "at most 2.00\u00a0% allowed" in text)
                and "From a usual value of" in text
                and "confidence" in text
                and "made of** · in its own unit" in text
            )
        else:
            assert "of the weight speaks for “" in text and " against it" in text and "**Why " in text
        assert "percentage points" not in text


@pytest.mark.parametrize("start", [None, 1.0])
def test_what_was_true_is_asked_as_the_task_has_it(run, start):
    _, use_case, *_ = run

    def script(use_case, start):
        import streamlit as st

        from pages.parts.review.truth_input import truth_input

        st.session_state["found"] = truth_input(use_case, "What was true?", "x", start)

    app = AppTest.from_function(script, args=(use_case, start)).run()
    assert not app.exception
    if use_case.task == "regression":
        app.number_input[0].set_value(2.37).run()
        assert app.session_state["found"] == (2.37, None)
    else:
        app.radio[0].set_value(2).run()
        assert app.session_state["found"] == (2.0, None)

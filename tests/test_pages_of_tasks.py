"""Every screen of a use case with several classes, and of one that predicts a value."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.test_tasks import run

__all__ = ["run"]  # the fixture: a released use case of each task, with a replay through its live loop


@pytest.fixture
def page(run, monkeypatch):
    """Draw a page of the use case; nothing may go wrong on it."""
    home, use_case, *_ = run
    monkeypatch.setenv("PULLCORD_HOME", str(home))
    st.cache_resource.clear()
    st.cache_data.clear()

    def drawn(module, state=(), **params):
        def script():
            import importlib

            import streamlit as st

            st.session_state.setdefault("who", "dana")
            importlib.import_module(st.query_params["module"]).render()

        app = AppTest.from_function(script, default_timeout=120)
        for name, value in {"module": f"pages.{module}", "use_case": use_case.name, **params}.items():
            app.query_params[name] = str(value)
        for name, value in dict(state).items():
            app.session_state[name] = value
        app.run()
        assert not app.exception and not app.error
        return app

    yield drawn
    st.cache_resource.clear()


@pytest.mark.parametrize("name", ["board", "asset", "review", "my_flags", "releases", "overview"])
def test_each_screen_stands(page, name):
    page(name, asset="K-1")


@pytest.mark.parametrize("section", ["matters", "acts", "together", "rules", "quality"])
def test_each_section_of_the_model_page_stands(page, section):
    page("model", {"section": section})


def test_a_prediction_tells_what_its_task_is_about(page, run):
    _, use_case, store, *_ = run
    confirmed = store.readings.confirmed(use_case.name, 5000).sort_values("score")
    for reading in (confirmed["id"].iloc[-1], confirmed["id"].iloc[0]):
        app = page("prediction", {"expert": True}, reading=int(reading))
        text = " ".join(one.value for one in (*app.markdown, *app.header, *app.subheader))
        if use_case.task == "regression":
            assert "Free lime above 2.00" in text and "confidence" in text and "made of** · in its own unit" in text
        else:
            assert "of what speaks for:" in text and "**Why " in text
        assert "percentage points" not in text


@pytest.mark.parametrize("start", [None, 1.0])
def test_what_was_true_is_asked_as_the_task_has_it(run, start):
    _, use_case, *_ = run

    def script(use_case, start):
        import streamlit as st

        from pages.parts.truth_input import truth_input

        st.session_state["found"] = truth_input(use_case, "What was true?", "x", start)

    app = AppTest.from_function(script, args=(use_case, start)).run()
    assert not app.exception
    if use_case.task == "regression":
        app.number_input[0].set_value(2.37).run()
        assert app.session_state["found"] == (2.37, None)
    else:
        app.radio[0].set_value(2).run()
        assert app.session_state["found"] == (2.0, None)

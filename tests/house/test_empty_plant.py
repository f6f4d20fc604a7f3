"""A plant with nothing in it yet, and one with a few readings: every page draws, in every language, and says what is not there."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.locale.catalogue import languages
from pages.locale.pseudo import CODE as PSEUDO
from tests.screens import recorded_plant, texts, visit_of

PAGES = sorted(file.stem for file in (Path(__file__).parents[2] / "pages").glob("*.py") if file.stem != "__init__")


@pytest.fixture
def recorded(tmp_path, monkeypatch, use_case):
    yield from recorded_plant(tmp_path / "home", monkeypatch, use_case)


def drawn(page, language, **asked):
    app = AppTest.from_string(f"from pages.{page} import render\n\nrender()", default_timeout=120)
    visit_of(app).language = language
    app.query_params["who"] = "adam"
    for name, value in asked.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception
    return app


@pytest.mark.parametrize("language", ["en", *languages(), PSEUDO])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_an_empty_plant_says_something_in_each_language(empty, page, language):
    app = drawn(page, language)
    assert app.header and (texts(app).strip() or app.get("file_uploader"))


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("page", PAGES)
def test_a_page_without_a_release_draws_what_there_is(recorded, page, language):
    drawn(page, language, **({"reading": "1"} if page == "prediction" else {}), **({"asset": "M-01"} if page == "asset" else {}))


@pytest.mark.parametrize("language", languages())
def test_an_error_of_a_lower_floor_is_told_in_the_readers_language(recorded, language):
    from streamlit.testing.v1 import AppTest as App

    def page():
        from pages.parts.shell.frame import trouble
        from pages.parts.shell.session import store

        try:
            store().feedback.claim(4711, "erik")
        except Exception as error:
            trouble("x", error)

    app = App.from_function(page, default_timeout=120)
    visit_of(app).language = language
    app.run()
    assert not app.exception
    assert "4711" in texts(app) and "There is no case" not in texts(app)

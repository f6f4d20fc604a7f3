"""An error of the program's own is told in the reader's language, with what is safe and what to do, never as a trace."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.words.language import languages
from tests.screens import visit_of


def faulty():
    from pages.parts.serving.mishap import told

    try:
        raise ZeroDivisionError("division by zero")
    except ZeroDivisionError as error:
        assert told(error)


@pytest.mark.parametrize("language", languages())
def test_it_says_that_nothing_is_lost_and_names_the_time(tmp_path, monkeypatch, language):
    monkeypatch.setenv("PULLCORD_HOME", str(tmp_path / "home"))
    app = AppTest.from_function(faulty)
    visit_of(app).language = language
    app.run()
    assert not app.exception
    (said,) = [one.value for one in app.error]
    assert ":" in said and "division" not in said and ("recorded is lost" in said) == (language == "en")

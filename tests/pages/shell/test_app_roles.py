"""The frame: which pages each role gets, and that an address is no way around a role."""

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.screens import texts, visit_of

APP = Path(__file__).parents[3] / "app.py"
EVERYONE = {"board", "machines"}
SHOWN = {
    None: EVERYONE,
    "olga": EVERYONE | {"my_flags", "handover"},
    "erik": EVERYONE | {"my_flags", "handover", "review", "model", "releases", "overview", "new_line"},
    "dana": EVERYONE | {"my_flags", "review", "model", "releases", "overview", "new_line"},
    "maria": EVERYONE | {"model", "releases", "overview"},
    "adam": EVERYONE | {"my_flags", "handover", "review", "model", "releases", "overview", "new_line"},
}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty home without a worker."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PULLCORD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PULLCORD_EMBEDDED_WORKER", "false")
    st.cache_resource.clear()
    yield tmp_path / "home"
    st.cache_resource.clear()


def run(who=None, **params):
    app = AppTest.from_file(str(APP), default_timeout=120)
    for name, value in ({"who": who} if who else {} | params).items():
        app.query_params[name] = value
    return app.run()


@pytest.mark.parametrize("who", SHOWN)
def test_each_role_is_shown_its_pages(home, who):
    app = run(who)
    assert not app.exception
    pages = visit_of(app).pages
    assert {name for name, page in pages.items() if page.visibility == "visible"} == SHOWN[who]
    assert len(pages) == 11


def test_addresses_are_no_file_names(home):
    folder = {path.stem for path in (APP.parent / "pages").iterdir()}
    addresses = [page.url_path for page in visit_of(run()).pages.values()]
    assert len(set(addresses)) == 11 and not folder & set(addresses)


def test_an_empty_plant_says_what_it_is_waiting_for(home):
    assert not run().exception
    fed = AppTest.from_string(
        "import streamlit as st\nfrom pages import board\nst.json(board._view(board.session.use_case(), None, False))"
    ).run()
    assert (
        "Milling line has not been started" in fed.json[0].value and "Whoever looks after Pullcord starts it" in fed.json[0].value
    )
    assert "python worker.py" not in fed.json[0].value
    fed.query_params["who"] = "erik"
    assert "python worker.py --use-case milling" in fed.run().json[0].value


def test_an_unknown_identity_in_the_address_is_nobody(home):
    app = run("mallory")
    assert not app.exception
    assert {n for n, page in visit_of(app).pages.items() if page.visibility == "visible"} == EVERYONE


@pytest.mark.parametrize(("who", "opens"), [(None, False), ("olga", False), ("maria", True)])
def test_the_address_of_a_page_is_no_way_around_the_role(home, who, opens):
    def page():
        from data.people import Action
        from pages.parts.shell.frame import guarded

        def overview():
            import streamlit

            streamlit.markdown("the inside of the page")

        guarded(overview, "Overview", Action.SEE_OVERVIEW)()

    app = AppTest.from_function(page, default_timeout=120)
    if who:
        app.query_params["who"] = who
    app.run()
    assert not app.exception
    assert ("the inside of the page" in texts(app)) is opens
    assert bool(app.error) is not opens


def test_a_plant_may_hide_its_boards_from_strangers(home, monkeypatch):
    monkeypatch.setenv("PULLCORD_OPEN_WALL", "false")
    st.cache_resource.clear()
    assert "only to people it knows" in texts(run())
    assert "only to people it knows" not in texts(run("olga"))


def test_a_setting_with_a_typo_is_told_instead_of_a_stack_of_code(home, monkeypatch):
    monkeypatch.setenv("PULLCORD_STALES", "3")
    st.cache_resource.clear()
    app = run()
    assert not app.exception and "PULLCORD_STALES" in texts(app)


def test_a_use_case_that_does_not_exist_is_told_with_those_that_do(home):
    app = run(use_case="grinding")
    assert not app.exception and "grinding" in texts(app) and "milling" in texts(app)

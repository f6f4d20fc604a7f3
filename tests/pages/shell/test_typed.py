"""A field that belongs to who is looking: kept when it is left, gone when it was sent, whichever of the two the browser tells first."""

import pytest

from tests.screens import show


@pytest.fixture
def plant(shown_home):
    _, store = shown_home
    return store


def field():
    import streamlit as st

    from pages.parts.shell.typed import sent, typed_area

    st.button("Send", on_click=sent, args=("milling", "answer/1"))
    typed_area("milling", "answer/1", "Answer")


def test_what_is_typed_is_kept_when_the_field_is_left(plant):
    app = show(field, "erik")
    app.text_area[0].input("Thank you").run()
    assert plant.drafts.get("erik", "milling", "answer/1").text == "Thank you"
    assert show(field, "erik").text_area[0].value == "Thank you"


def test_a_field_that_is_told_of_after_it_was_sent_waits_nowhere(plant):
    app = show(field, "erik")
    app.text_area[0].input("Thank you")
    app.button[0].click().run()  # both in one message: the button's turn comes first
    assert not app.exception and plant.drafts.get("erik", "milling", "answer/1") is None
    assert show(field, "erik").text_area[0].value == ""

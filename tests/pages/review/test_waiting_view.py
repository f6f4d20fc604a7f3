"""What waits for a second person is told where reviewers look: how many, by whom, why, and what it would take away."""

from datetime import timedelta

import pytest

from data.records import About, Person, Verdict, VerdictKind
from models.corrections.bad_stretches import stretches
from models.corrections.entered import entered
from models.review.reviewing import report_inspection
from tests.deliveries import record as record_delivery
from tests.deliveries import truths
from tests.screens import button, decided, flag, recorded_plant, show, texts


def review():
    from pages.review import render

    render()


@pytest.fixture
def plant(tmp_path, monkeypatch, use_case):
    """A store with a few recorded readings; no release on the disk."""
    yield from recorded_plant(tmp_path / "home", monkeypatch, use_case)


@pytest.fixture
def waiting(plant, use_case):
    """What Mallory, whose account is new, typed in of a case that she had asked an inspection for."""
    plant.people.save(Person("mallory", "Mallory New", "engineer"), "adam")
    raised = flag(plant)
    decided(plant, raised.case, VerdictKind.CANNOT_TELL, None, "We asked for an inspection.", by="mallory")
    report_inspection(use_case, plant, plant.people.get("mallory"), plant.feedback.case(raised.case), 1.0, "HDF")
    return raised.case


def test_an_inspection_that_waits_is_told_with_who_typed_it_in_and_confirmed_by_somebody_else(plant, use_case, waiting):
    app = show(review, "erik", case=waiting)
    assert "1 inspection that was typed in waits for a second person" in [one.label for one in app.expander]
    said = texts(app)
    assert "entered by Mallory New" in said and "the account of who decided is new" in said
    assert "It waits for a second person" in said and "No inspection has come in" not in said  # on the case itself
    assert "Found afterwards" not in said
    (one,) = entered(use_case, plant)
    button(app, f"confirm_finding_{one.id}").click().run()
    assert not app.exception and entered(use_case, plant)[0].held is None
    assert "Found afterwards" in texts(show(review, "erik", case=waiting))


def test_who_typed_it_in_does_not_confirm_it(plant, use_case, waiting):
    app = show(review, "mallory", case=waiting)
    (one,) = entered(use_case, plant)
    button(app, f"confirm_finding_{one.id}").click().run()
    assert "neither flagged nor entered" in texts(app) and entered(use_case, plant)[0].held == "new_account"


def test_a_stretch_that_is_too_long_says_so_where_it_is_given_and_where_it_waits(plant, use_case):
    raised = flag(plant)
    seen = plant.readings.prediction("milling", raised.reading)
    record_delivery(plant, use_case, truth=truths(("M-01", 0, 0, 1.0, "HDF")))
    plant.feedback.claim(raised.case, "erik")
    app = show(review, "erik", case=raised.case)
    button(app, f"kind_{VerdictKind.BAD_DATA}_{raised.case}").click().run()
    assert "confirmed outcome" in texts(app) and "Nothing is left out until" not in texts(app)
    around = app.datetime_input(key=f"from_{raised.case}")
    around.set_value(around.value - timedelta(days=3)).run()
    assert "Nothing is left out until a second person confirms it: it reaches over more than 8 hours." in texts(app)
    assert "Failures that were found stay" in texts(app)

    about = About(start=seen.time - timedelta(days=3), end=seen.time)
    plant.feedback.decide(Verdict(raised.case, "erik", VerdictKind.BAD_DATA, "Unplugged.", about=about))
    app = show(review, "dana")
    assert "1 stretch of bad data waits for a second person" in [one.label for one in app.expander]
    assert "decided by Erik Lund; it reaches over more than 8 hours" in texts(app)
    button(app, f"confirm_stretch_{raised.case}").click().run()
    assert not app.exception and [one.held for one in stretches(use_case, plant)] == [None]


def test_a_release_says_what_its_training_did_not_take_and_of_whom(plant):
    def page():
        import streamlit as st

        from pages.parts.review.waiting_view import held_back_lines

        one = {"decided_by": "erik", "held": "burst"}
        told = held_back_lines({"entered": {"1": one, "2": one, "3": one | {"held": None}}, "stretches_waiting": [one]})
        st.markdown("\n".join(told))
        st.markdown(str(held_back_lines({})))

    from streamlit.testing.v1 import AppTest

    app = AppTest.from_function(page).run()
    assert "2 typed-in inspections held back, by Erik Lund" in texts(app)
    assert "1 stretch of bad data not left out, by Erik Lund" in texts(app) and "[]" in texts(app)

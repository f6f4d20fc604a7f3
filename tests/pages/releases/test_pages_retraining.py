"""Choosing for a training, approving, comparing reasons, taking things away: what the screens of the second half of the loop do."""

import shutil
from dataclasses import replace

import pytest
import streamlit as st

from data.people import DEMO_PEOPLE
from data.records import About, Flag, FlagKind, FlagReason, Verdict, VerdictKind
from data.usecase.file import load
from models.corrections.adjudication import settled_of
from models.judging.gate import GateError
from models.lifecycle.registry import approve, promote
from tests import deliveries
from tests.screens import button, show, texts, visit_of

MILLING = load("milling")
DANA, ERIK, OLGA = (next(one for one in DEMO_PEOPLE if one.id == name) for name in ("dana", "erik", "olga"))
SAFE = MILLING.model_copy(update={"safety_relevant": True})


@pytest.fixture
def plant(shown_home):
    """A real release 1 that is champion, its twin 2 as a challenger, and some recorded readings."""
    home, store = shown_home
    first = store.releases.get("milling", 1)
    shutil.copytree(home / first.folder, home / "releases/milling/2")
    against = {
        "release": 1,
        "main_reason": {"advised": 40, "changed": 2, "share": 0.05, "moves": [{"from": "heat", "to": "power", "n": 2}]},
    }
    store.releases.add(
        replace(first, number=2, folder="releases/milling/2", parent=1, figures=first.figures | {"other": against})
    )
    deliveries.record(store, MILLING, deliveries.scored_batch(MILLING, 0, 48, score=0.9))
    return store, home


def corrected(store, reading, about=About()):
    seen = store.readings.prediction("milling", reading)
    told = Flag("milling", seen.asset, reading, 1, "olga", FlagKind.WRONG, FlagReason.FALSE_ALARM, {"score": seen.score})
    flag = store.feedback.raise_flag(told, 1.0)
    store.feedback.claim(flag.case, "erik")
    return store.feedback.decide(Verdict(flag.case, "erik", VerdictKind.MODEL_WRONG, "Right.", 0.0, about=about))[1]


def releases():
    from pages.releases import render

    render()


def test_what_is_chosen_goes_into_the_job_and_an_operator_chooses_nothing(plant):
    store, _ = plant
    corrected(store, 1, About(should_not_matter=("wear",)))
    app = show(releases, "dana")
    assert "1 reviewed case says so of: Tool wear" in texts(app)
    app.multiselect(key="leave_out_milling_dana").set_value(["wear"]).run()
    app.multiselect(key="rises_milling_dana").set_value(["strain"]).run()
    app.button_group(key="contradicted_milling_dana").set_value("leave_out").run()
    button(app, "train").click().run()
    assert not app.exception
    (job,) = store.jobs.recent("milling")
    assert job.params == {"leave_out": ["wear"], "rises": ["strain"], "contradicted": "leave_out"} and job.requested_by == "dana"
    assert button(show(releases, "erik"), "train") is None


def test_who_comes_to_the_screen_next_trains_by_their_own_choices(plant):
    app = show(releases, "dana")
    app.multiselect(key="leave_out_milling_dana").set_value(["wear"]).run()
    visit_of(app).who = "adam"
    assert app.run().multiselect(key="leave_out_milling_adam").value == []


def test_a_choice_that_leaves_nothing_is_told_and_asks_for_nothing(plant):
    store, _ = plant
    app = show(releases, "dana")
    app.multiselect(key="leave_out_milling_dana").set_value(list(MILLING.groups)).run()
    button(app, "train").click().run()
    assert "nothing to learn from" in texts(app) and store.jobs.recent("milling") == []


def test_history_that_nothing_contradicts_is_told_so(plant):
    app = show(releases, "dana")
    button(app, "contradictions").click().run(timeout=60)
    assert not app.exception and "The history says nothing else than the corrections" in texts(app)


def test_a_contradiction_reads_as_a_sentence_and_names_a_lonely_machine():
    def page():
        import streamlit as st

        from data.usecase.file import load
        from pages.parts.releases.history_in_doubt import conflict_text

        told = {
            "outcome": 1.0, "cause": "OSF", "groups": ["strain"], "ranges": {"strain": [11040.0, 12800.0]}, "assets": ["M-14"],
            "categories": {"product_type": ["L", "M"]}, "corrections": [1, 2, 3], "readings": 466, "agreeing": 2,
        }  # fmt: skip
        st.markdown(conflict_text(load("milling"), told))

    said = texts(show(page))
    assert "3 corrections say **failure (overstrain failure)** at Strain (wear × torque) 11,040–12,800" in said
    assert "466 readings of the history say otherwise" in said and "look at its sensors first" in said


def test_two_people_say_of_held_out_rows_what_they_were_and_neither_is_told_the_other_s(plant):
    store, _ = plant

    def page():
        import numpy as np

        from data.usecase.file import load
        from data.usecases.milling.history import training_history
        from models.corrections.label_errors import Part
        from models.corrections.mending import Denied
        from pages.parts.releases.history_in_doubt import second_looks

        use_case, nothing = load("milling"), np.array([], int)
        history = training_history(use_case, rows=60).assign(origin="history")
        part = Part("shift", "22:00", nothing, np.array([0, 1]), 0.1, 0.0)
        second_looks(use_case, Denied(history, [], [part], np.ones(60, bool)))

    for who in ("erik", "dana"):
        app = show(page, who)
        assert "2 held-out readings to look at" in texts(app) and "The history says" in texts(app)
        app.button_group(key=f"look_milling_{who}_0").set_value(1)
        next(one for one in app.button if one.label == "Say so").click().run()
        assert not app.exception and "1 held-out reading to look at" in texts(app)
    assert [outcome for outcome, _ in settled_of(MILLING, store).answers.values()] == [1.0]
    assert "held-out" not in texts(show(page, "olga"))


def test_a_sensor_and_a_part_of_the_history_read_as_sentences():
    def page():
        import streamlit as st

        from data.usecase.file import load
        from models.corrections.repair_preview import Preview
        from models.corrections.sensor_doubt import SensorDoubt
        from pages.parts.releases.history_in_doubt import part_text, preview_text, sensor_text

        use_case = load("milling")
        st.markdown(sensor_text(use_case, SensorDoubt("M-03", "torque", 18.4, 12, 11)))
        for kind, value in (("shift", "22:00"), ("time", "until 2022-01-08 11:20"), ("product_type", "H"), ("asset", "M-07")):
            told = {"kind": kind, "value": value, "readings": 281, "held_out": 59, "share": 0.047, "elsewhere": 0.002}
            st.markdown(part_text(use_case, told))
        pair = {"signal": "product_type", "one": "L", "other": "H", "rows": 40, "right": 38}
        st.markdown(part_text(use_case, told | {"held_out": 0, "exchanged": pair}))
        st.markdown(preview_text(Preview(4800, 31, 2, ("M-07",))))

    said = texts(show(page))
    assert "Bad data: Torque of M-03 is off by +18.4\u00a0Nm against its siblings" in said and "11 of 12 reviewed cases" in said
    for where in ("in the shift from 22:00", "until 2022-01-08 11:20 UTC", "Product H", "M-07"):
        assert f"**{where}**: the rest of the history says the opposite of 281 readings (4.7 % of them; elsewhere 0.2 %)" in said
    assert "Product L and H seem to be written down for each other there: with them exchanged 38 of 40 readings fit" in said
    assert "59 more are held out" in said and "of 4,800 readings of the last week about 31 more" in said


def test_where_it_is_safety_relevant_two_people_stand_behind_a_release(plant):
    store, home = plant
    with pytest.raises(GateError, match="somebody other than Dana Kim has to approve release 2"):
        promote(home, store, SAFE, 2, DANA, "better", override=True)
    approve(home, store, SAFE, 2, DANA, "looked at it")
    with pytest.raises(GateError, match="somebody other"):
        promote(home, store, SAFE, 2, DANA, "better", override=True)
    approve(home, store, SAFE, 2, ERIK, "reasons are right"), approve(home, store, SAFE, 2, ERIK, "twice is once")
    assert promote(home, store, SAFE, 2, DANA, "better", override=True).number == 2
    trail = [entry.action for entry in store.audit.trail("release:milling/2")]
    assert trail.count("approve_release") == 2 and trail[-1] in ("release", "override_release")
    with pytest.raises(PermissionError):
        approve(home, store, SAFE, 2, OLGA, "me too")


def test_the_screen_asks_for_the_second_person_and_says_who_has_approved(plant):
    def page():
        from data.usecase.file import load
        from pages.parts.releases.release_actions import approval

        approval(load("milling").model_copy(update={"safety_relevant": True}), 2)

    store, home = plant
    app = show(page, "erik")
    assert "a second person has to approve it" in texts(app)
    assert button(app, "approve") is not None and button(show(page, "olga"), "approve") is None
    approve(home, store, SAFE, 2, ERIK, "reasons are right")
    assert store.releases.approvals("milling", 2) == ["erik"] and button(show(page, "erik"), "approve") is None
    assert "Approved by Erik Lund." in texts(show(page, "maria")) and button(show(page, "maria"), "approve") is None


def test_reasons_that_changed_are_told_and_readings_are_opened_side_by_side(plant):
    def page():
        from data.usecase.file import load
        from pages.parts.releases.reason_changes_view import main_reason_view
        from pages.parts.shell import session

        record = session.store().releases.get("milling", 2)
        main_reason_view(load("milling"), record, record.figures["other"])

    app = show(page, "dana")
    assert "For **5.0" in texts(app) and "Heat dissipation → Power: 2" in texts(app)
    app.toggle(key="changes_2").set_value(True).run(timeout=30)
    assert not app.exception and "No recorded reading that was looked at is told differently." in texts(app)


def test_a_new_release_is_told_on_the_board_with_the_flags_it_learned_from(plant):
    def page():
        from pages.board import _notices
        from pages.parts.board.board_reading import read_board
        from pages.parts.board.looking import look_at
        from pages.parts.shell import session

        use_case = session.use_case()
        st_notices = _notices(use_case, read_board(use_case), look_at(use_case), [])
        import streamlit as st

        st.markdown(" | ".join(one["text"] for one in st_notices))

    store, home = plant
    correction = corrected(store, 1)
    first = store.releases.get("milling", 1)
    shutil.copytree(home / first.folder, home / "releases/milling/3")
    store.releases.add(replace(first, number=3, folder="releases/milling/3", parent=1, corrections=(correction.id,)))
    store.releases.set_champion("milling", 3, "dana", "better")
    said = texts(show(page, "olga"))
    assert "Release 3 is new: learned from 1 flag of this line" in said and "was answered" in said
    store.people.mark_seen("olga", "my_flags")
    st.cache_resource.clear()
    assert "was answered" not in texts(show(page, "olga"))


def test_a_bad_stretch_stands_with_the_release_that_left_it_out():
    def page():
        import streamlit as st

        from data.usecase.file import load
        from pages.parts.releases.release_view import _stretch

        told = {
            "case": 7,
            "asset": "M-14",
            "start": "2026-03-02T12:00:00+00:00",
            "end": "2026-03-02T12:30:00+00:00",
            "signal": "torque",
        }
        st.markdown(_stretch(load("milling"), told))

    said = texts(show(page))
    assert "M-14, " in said and "13:00" in said and "13:30" in said and "Torque (case 7)" in said

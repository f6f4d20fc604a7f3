"""Review in two browsers at once: nobody decides what they have not read, nobody's words are lost or shown to somebody else, and the screen says who was faster."""

import re
from dataclasses import replace

import numpy as np
import pytest

from data.records import About, CaseState, FlagKind, Person, Verdict, VerdictKind
from data.store import Conflict
from explainers.local.alike import alike
from models.review import verbs
from models.review.reviewing import decide_all
from pages.parts.review.canned import canned
from pages.parts.review.verdict_details import Found
from tests import deliveries
from tests.screens import button, decided, flag, recorded_plant, show, texts, visit_of

RIGHT = VerdictKind.MODEL_RIGHT


@pytest.fixture
def plant(tmp_path, monkeypatch, use_case):
    """A store with readings 1 to 8 of M-01 to M-04, odd ones with advice."""
    yield from recorded_plant(tmp_path / "home", monkeypatch, use_case)


def review():
    from pages.review import render

    render()


def prediction():
    from pages.prediction import render

    render()


def answer(app):
    return next(area for area in app.text_area if area.label == "Answer to the operator")


def in_hand(case, who="erik", kind=RIGHT, words="Checked."):
    """A browser in which somebody has the case, has chosen what they found and has written an answer."""
    app = show(review, who, case=case)
    button(app, "claim").click().run()
    button(app, f"kind_{kind}_{case}").click().run()
    answer(app).input(words).run()
    return app


def test_a_case_that_somebody_decided_since_it_was_opened_is_not_reopened_unread(plant):
    raised = flag(plant)
    app = show(review, "dana", case=raised.case)
    decided(plant, raised.case, RIGHT, None)
    button(app, "claim").click().run()
    assert plant.feedback.case(raised.case).state is CaseState.DECIDED and "erik gave a verdict" in texts(app)
    assert "**Erik Lund** decided" in texts(app)
    button(app, "claim").click().run()  # now she has read it
    assert plant.feedback.case(raised.case).claimed_by == "dana"


def test_a_decision_gives_the_verdict_as_it_was_recorded(plant):
    raised, erik = flag(plant), plant.people.get("erik")
    verbs.claim(erik, plant, raised.case)
    given = verbs.decide(erik, plant, Verdict(raised.case, "", RIGHT, "Checked."))
    assert (given.person, given.settled) == ("erik", True) and plant.feedback.verdicts(raised.case) == [given]


def test_a_verdict_does_not_rest_on_less_than_was_said(plant):
    raised = flag(plant)
    app = in_hand(raised.case)
    plant.feedback.comment(raised.id, "olga", "It smells burnt.")
    button(app, "decide").click().run()
    assert plant.feedback.verdicts(raised.case) == [] and "Something was said of case" in texts(app)
    assert "It smells burnt." in texts(app) and answer(app).value == "Checked."
    button(app, "decide").click().run()
    assert not app.exception and [one.answer for one in plant.feedback.verdicts(raised.case)] == ["Checked."]


def test_a_verdict_does_not_rest_on_an_outcome_that_came_in_after_the_form_was_drawn(plant, use_case):
    raised = flag(plant)
    app = in_hand(raised.case, kind=VerdictKind.MODEL_WRONG)
    deliveries.record(plant, use_case, truth=deliveries.truths(("M-01", 0, 1, 1.0, "OSF")), last=100)
    button(app, "decide").click().run()
    assert plant.feedback.verdicts(raised.case) == [] and "What was found has changed" in texts(app)
    button(app, "decide").click().run()
    assert len(plant.feedback.verdicts(raised.case)) == 1


def test_an_answer_outlives_a_lost_case_and_another_person_at_the_same_screen(plant):
    raised = flag(plant)
    app = in_hand(raised.case, words="The lamp was on.")
    plant.feedback.claim(raised.case, "erik", minutes=-1)
    plant.feedback.claim(raised.case, "dana")  # the lease ran out, and she took it
    button(app, "decide").click().run()
    assert plant.feedback.verdicts(raised.case) == [] and "With Dana Kim until" in texts(app)
    assert "Your answer was not given." in texts(app) and "The lamp was on." in texts(app)
    visit_of(app).who = "dana"
    app.run()
    assert "The lamp was on." not in texts(app) and all(area.value != "The lamp was on." for area in app.text_area)
    again = show(review, "erik", case=raised.case)  # another browser, another day
    assert "The lamp was on." in texts(again)
    button(again, "throw_away").click().run()
    assert "The lamp was on." not in texts(again)


def test_a_note_stays_in_its_field_until_it_was_added(plant, monkeypatch):
    raised = flag(plant)
    app = show(review, "erik", case=raised.case)
    note = next(area for area in app.text_area if area.label == "A note to other reviewers")
    note.input("See the photo.").run()
    other = show(review, "erik", case=raised.case)
    (there,) = [area for area in other.text_area if area.label == "A note to other reviewers"]
    assert there.value == "See the photo."
    assert all(area.value != "See the photo." for area in show(review, "dana", case=raised.case).text_area)
    button(app, "add_note").click().run()
    assert [one.text for one in plant.feedback.thread(raised.case)] == ["See the photo."]
    assert all(area.value == "" for area in app.text_area)
    button(app, "add_note").click().run()
    assert "There is nothing to add" in texts(app) and len(plant.feedback.thread(raised.case)) == 1


def test_whom_a_case_is_for_is_changed_by_a_choice_alone_and_not_against_another_one(plant):
    raised = flag(plant)
    erik, dana = show(review, "erik", case=raised.case), show(review, "dana", case=raised.case)
    erik.selectbox(key=f"assign_{raised.case}_None").set_value("adam").run()
    for _ in range(2):
        dana.run()
    assert plant.feedback.case(raised.case).assigned_to == "adam"
    late = show(review, "dana", case=raised.case)
    plant.feedback.assign(raised.case, "erik", "erik")
    late.selectbox(key=f"assign_{raised.case}_adam").set_value("dana").run()
    assert plant.feedback.case(raised.case).assigned_to == "erik" and "was given to erik by somebody else" in texts(late)


def test_cases_that_are_decided_together_are_those_that_were_read(plant):
    flags = [flag(plant, reading=reading) for reading in (1, 3, 5)]
    read = [plant.feedback.case(one.case) for one in flags]
    decided(plant, flags[1].case, by="dana")
    plant.feedback.comment(flags[2].id, "olga", "It smells burnt.")
    erik = plant.people.get("erik")
    failed = decide_all(plant, erik, Verdict(0, "", RIGHT, "Checked."), read)
    assert set(failed) == {flags[1].case, flags[2].case}
    assert [len(plant.feedback.verdicts(one.case)) for one in flags] == [1, 1, 0]
    assert plant.feedback.case(flags[2].case).state is CaseState.OPEN  # not left in the hands of who could not decide it


def test_a_correction_is_confirmed_once_by_one_name(plant):
    raised = flag(plant)
    _, correction = decided(plant, raised.case)
    plant.feedback.confirm_correction(correction.id, "dana")
    with pytest.raises(Conflict, match="confirmed by dana already"):
        plant.feedback.confirm_correction(correction.id, "adam")
    assert plant.feedback.corrections("milling")[0].confirmed_by == "dana"


def test_words_of_a_flag_are_not_replaced_from_an_older_screen_nor_taken_back_when_answered(plant):
    raised = flag(plant)
    plant.feedback.comment(raised.id, "olga", "Runs cool.", {"should_not_matter": [], "missing": ""})
    with pytest.raises(Conflict, match="other words by now"):
        plant.feedback.comment(raised.id, "olga", "", None, raised)
    assert plant.feedback.flag(raised.id).comment == "Runs cool."
    app = show(prediction, "olga", reading=1)
    decided(plant, raised.case, RIGHT, None)
    button(app, f"big_undo_{raised.id}").click().run()
    assert plant.feedback.flag(raised.id).withdrawn is None and button(app, "big_answer") is not None


def test_unread_work_of_others_is_not_replaced_in_the_store(plant):
    raised = flag(plant, kind=FlagKind.WRONG)
    seen = plant.feedback.case(raised.case)
    plant.feedback.claim(raised.case, "erik", seen=seen)
    plant.feedback.say(raised.case, "dana", "Wait for the photo.")
    with pytest.raises(Conflict, match="Something was said of case"):
        plant.feedback.decide(Verdict(raised.case, "erik", RIGHT, "Checked."), seen)
    now = plant.feedback.case(raised.case)
    assert (
        now.version > seen.version
        and replace(now, version=seen.version, state=seen.state, claimed_by=None, claimed_until=None) == seen
    )
    plant.feedback.decide(Verdict(raised.case, "erik", RIGHT, "Checked."), now)


def test_ticked_cases_are_decided_with_the_one_in_hand_and_the_next_one_opens(plant):
    flags = [flag(plant, reading=reading) for reading in (1, 3, 5, 7)]
    cases = [one.case for one in flags]
    app = in_hand(cases[0])
    visit_of(app).record.ticked["erik"] = {cases[1], cases[2]}
    app.run()
    assert button(app, "decide").label == "Decide 3 cases" and "2 ticked: they are decided" in texts(app)
    button(app, "decide").click().run()
    assert not app.exception
    assert [len(plant.feedback.verdicts(case)) for case in cases] == [1, 1, 1, 0]
    assert f"Case {cases[3]} · " in texts(app) and visit_of(app).record.ticked["erik"] == set()
    assert "ticked: " not in texts(show(review, "dana"))


def test_the_queue_tells_number_due_age_and_person_before_anything_that_may_be_cut_off(plant):
    raised = flag(plant)
    plant.feedback.claim(raised.case, "dana")
    table = show(review, "erik").dataframe[0].value
    assert list(table)[:5] == ["Case", "Asset", "Due", "Age", "With"]
    assert (table["Case"][0], table["With"][0]) == (raised.case, "Dana Kim") and table["Age"][0].endswith(" s")


def test_two_false_alarms_of_one_machine_for_the_same_reason_are_alike_whatever_else_weighed_in():
    shares = np.array([[2.0, 0.1, 1.3], [2.0, 1.4, 0.0], [2.0, 1.4, 0.0], [-2.0, 0.1, 1.3], [0.1, 2.0, 1.3]])
    machines = np.array(["M-14", "M-14", "M-02", "M-14", "M-14"])
    said = np.zeros(5, int)
    found = alike(shares, said, of=machines)
    assert found[0] == found[1] and len({found[0], found[3], found[4]}) == 3  # not the opposite, nor another reason
    assert len(set(alike(shares, said)[:2])) == 2  # by their direction alone they were not
    assert len(set(alike(shares, np.array([0, 1, 0, 0, 0]), of=machines)[:2])) == 2  # nor where something else was said


def test_a_canned_answer_says_only_what_the_verdict_does(plant, use_case):
    plant.people.save(Person("eve", "Eve New", "engineer"), "adam")  # whose corrections are held back
    case = plant.feedback.case(flag(plant).case)
    for kind in VerdictKind:
        for asks in ("inspection", "lab_value"):
            told = " ".join(canned(use_case, case, kind, Found(about=About(asks=asks)), confirmed=False))
            assert told and not re.search(r"learns|release|report|inspection after|look into|have asked", told)
    assert "An inspection has found" in " ".join(canned(use_case, case, RIGHT, Found(), confirmed=True))
    assert "laboratory" in canned(use_case, case, VerdictKind.CANNOT_TELL, Found(about=About(asks="lab_value")), False)[0]

"""Review: the queue, the case in hand, and what a verdict leaves in the store."""

import pytest
from streamlit.testing.v1 import AppTest

from data.attachments import attachment
from data.records import CaseState, FlagKind, FlagReason, VerdictKind
from pages.parts.words.language import spoken
from tests import deliveries
from tests.screens import SAID, button, decided, flag, recorded_plant, show, texts, visit_of


@pytest.fixture
def plant(tmp_path, monkeypatch, use_case):
    """A store with a few recorded readings; no release on the disk."""
    yield from recorded_plant(tmp_path / "home", monkeypatch, use_case)


def review():
    from pages.review import render

    render()


def test_an_empty_queue_says_what_would_come(plant):
    assert "Nothing is waiting for review" in texts(show(review, "erik"))


def test_the_queue_opens_its_most_important_case_with_what_was_seen_then(plant):
    flag(plant, reading=2, person="omar", kind=FlagKind.UNCLEAR, reason=FlagReason.NOT_UNDERSTOOD, priority=0.5)
    first = flag(plant, reading=1)
    plant.feedback.comment(first.id, "olga", "Runs cool", SAID)
    app = show(review, "erik")
    said = texts(app)
    assert "2 cases" in said and f"Case {first.case} · M-01" in said
    assert "What the operator saw" in said and "As shown." in said
    assert "Priority" in said and "consequence 3 × (uncertainty" in said
    assert "Runs cool" in said and "Overstrain should not matter here." in said


def test_a_more_important_case_that_comes_in_never_takes_the_place_of_the_one_in_hand(plant):
    mine = flag(plant, reading=2, priority=0.5)
    app = show(review, "erik")
    button(app, "claim").click().run()
    flag(plant, reading=1, person="omar", priority=9)
    app.run()
    assert f"Case {mine.case} · M-02" in texts(app) and button(app, "unclaim") is not None


def test_a_case_is_claimed_decided_and_corrected_and_the_next_one_is_offered(plant):
    first, other = flag(plant, reading=1), flag(plant, reading=3, person="omar", priority=1)
    app = show(review, "erik")
    button(app, "claim").click().run()
    assert plant.feedback.case(first.case).claimed_by == "erik" and "You have this case until" in texts(app)
    button(app, f"kind_{VerdictKind.MODEL_WRONG}_{first.case}").click().run()
    button(app, "decide").click().run()
    assert "waits for an answer" in texts(app) and plant.feedback.verdicts(first.case) == []
    button(app, "proposal_0").click().run()
    button(app, "decide").click().run()
    assert not app.exception
    (verdict,) = plant.feedback.verdicts(first.case)
    assert (verdict.kind, verdict.outcome, verdict.person) == (VerdictKind.MODEL_WRONG, 0.0, "erik") and verdict.answer
    assert [one.reading for one in plant.feedback.corrections("milling")] == [1]
    assert f"Case {other.case} · M-03" in texts(app)  # the next one opens by itself


def test_what_was_found_is_read_before_the_verdict_is_asked_for(plant, use_case):
    raised = flag(plant)
    app = show(review, "erik", case=raised.case)
    button(app, "claim").click().run()
    assert _before(app, "No inspection has come in", "What the operator saw")
    deliveries.record(plant, use_case, truth=deliveries.truths(("M-01", 0, 1, 1.0, "OSF")), last=100)
    assert _before(app.run(), "Found afterwards", "Choose what you found")


def _before(app, first, second):
    """Whether what begins with ``first`` stands above what begins with ``second`` on the page, each of them once."""
    told = [str(one.value).strip("*") for one in app.main if one.type in ("markdown", "caption", "subheader")]
    (high,), (low,) = ([at for at, text in enumerate(told) if text.startswith(begins)] for begins in (first, second))
    return high < low


def test_what_an_inspection_found_is_filled_in_and_a_verdict_against_it_is_warned_of(plant, use_case):
    raised = flag(plant)
    deliveries.record(plant, use_case, truth=deliveries.truths(("M-01", 0, 1, 1.0, "OSF")), last=100)
    app = show(review, "erik", case=raised.case)
    button(app, "claim").click().run()
    button(app, f"kind_{VerdictKind.MODEL_WRONG}_{raised.case}").click().run()
    assert app.radio(key=f"outcome_{raised.case}").value == 1 and app.selectbox(key=f"cause_{raised.case}").value == "OSF"
    assert not app.warning
    app.radio(key=f"outcome_{raised.case}").set_value(0).run()
    assert "The inspection found otherwise: failure (overstrain failure)" in app.warning[0].value


def test_what_was_decided_is_listed_by_its_verdict_the_newest_first(plant):
    first, second = flag(plant, reading=1), flag(plant, reading=3, person="omar", priority=1)
    open_still = flag(plant, reading=2)
    decided(plant, first.case), decided(plant, second.case, VerdictKind.MODEL_RIGHT, None, by="dana")
    app = show(review, "erik", case=open_still.case)
    app.button_group(key="shown").set_value("decided").run()
    table = app.dataframe[0].value
    assert list(table["Asset"]) == ["M-03", "M-01"] and list(table["By"]) == ["Dana Kim", "Erik Lund"]
    assert list(table["Verdict"]) == ["The model was right", "The model was wrong: no failure"]
    assert "Priority" not in table and f"Case {second.case} · M-03" in texts(app)


def test_a_case_that_somebody_else_took_meanwhile_is_told_and_not_taken(plant):
    raised = flag(plant)
    app = show(review, "erik")
    plant.feedback.claim(raised.case, "dana")
    button(app, "claim").click().run()
    assert f"Case {raised.case} is with dana" in texts(app) and plant.feedback.case(raised.case).claimed_by == "dana"


def test_that_somebody_else_has_a_case_is_told_whole_in_german(plant):
    raised = flag(plant)
    app = AppTest.from_function(review, default_timeout=120)
    app.query_params["who"], visit_of(app).language = "erik", "de"
    app.run()
    until = plant.feedback.claim(raised.case, "dana").claimed_until
    with spoken("de"):  # the test words the choices once more, outside of the session
        button(app, "claim").click().run()
    assert f"Fall {raised.case} liegt bis {until:%H:%M} UTC bei dana." in texts(app)


def test_a_decided_case_can_be_reopened_and_shows_its_history(plant):
    raised = flag(plant)
    decided(plant, raised.case)
    app = show(review, "dana", case=raised.case)
    assert "**Erik Lund** decided" in texts(app) and "The sensor reads too high." in texts(app)
    button(app, "claim").click().run()
    assert plant.feedback.case(raised.case).state is CaseState.CLAIMED


def test_who_may_not_review_gets_nothing_to_claim(plant):
    flag(plant)
    assert button(show(review, "maria"), "claim") is None


def test_filters_leave_out_what_was_not_asked_for(plant):
    flag(plant, reading=1)
    flag(plant, reading=2, person="omar", kind=FlagKind.UNCLEAR, reason=FlagReason.NO_USE)
    app = show(review, "erik")
    app.button_group(key="kinds").set_value([FlagKind.UNCLEAR]).run()
    assert not app.exception and "1 case" in texts(app)
    app.toggle(key="mine").set_value(True).run()
    assert "No case is left by what you chose" in texts(app)


@pytest.mark.parametrize("case", ["99", "²", "9" * 30, "x"])
def test_an_address_of_no_case_is_told(plant, case):
    assert f"There is no case {case}." in texts(show(review, "erik", case=case))


def test_several_alike_cases_are_decided_with_one_verdict(plant):
    flags = [flag(plant, reading=reading) for reading in (3, 5, 7)]
    app = show(review, "erik", case=flags[0].case)
    button(app, "claim").click().run()
    button(app, f"kind_{VerdictKind.MODEL_RIGHT}_{flags[0].case}").click().run()
    assert "2 cases are alike" in [one.label for one in app.expander]
    app.checkbox(key=f"also_{flags[0].case}_{flags[1].case}_False").check().run()
    button(app, "proposal_0").click().run()
    assert button(app, "decide").label == "Decide 2 cases"
    button(app, "decide").click().run()
    assert not app.exception
    states = [plant.feedback.case(one.case).state for one in flags]
    assert states == [CaseState.DECIDED, CaseState.DECIDED, CaseState.OPEN]


def test_a_reason_that_should_not_matter_is_proposed_from_the_flag_and_kept_with_the_verdict(plant):
    raised = flag(plant)
    plant.feedback.comment(raised.id, "olga", "", SAID)
    app = show(review, "erik")
    button(app, "claim").click().run()
    button(app, f"kind_{VerdictKind.REASON_WRONG}_{raised.case}").click().run()
    assert app.multiselect(key=f"doubt_{raised.case}").value == ["strain"]
    button(app, "proposal_0").click().run()
    button(app, "decide").click().run()
    (doubt,) = plant.feedback.doubts("milling")
    assert doubt.groups == ("strain",) and plant.feedback.verdicts(raised.case)[0].about.missing == "coolant level"


def test_who_reviews_second_is_not_told_what_the_first_one_found(plant):
    raised = flag(plant)
    plant.feedback.ask_second(raised.case, "erik")
    decided(plant, raised.case)
    app = show(review, "dana", case=raised.case)
    assert "The sensor reads too high." not in texts(app) and "A second one is asked for" in texts(app)
    button(app, "claim").click().run()
    assert "The sensor reads too high." not in texts(app)
    own = show(review, "erik", case=raised.case)
    button(own, "claim")
    assert "The sensor reads too high." in texts(own) and "One of two independent verdicts." in texts(own)


def test_a_case_that_waits_comes_back_with_what_was_found(plant):
    raised = flag(plant)
    decided(plant, raised.case, VerdictKind.CANNOT_TELL, None, "We asked for an inspection.")
    assert plant.feedback.case(raised.case).state is CaseState.WAITING
    app = show(review, "erik", case=raised.case)
    next(one for one in app.button if one.label == "Enter it").click().run()
    assert not app.exception and plant.feedback.case(raised.case).state is CaseState.OPEN
    (truth,) = plant.readings.truth_at("milling", "M-01", raised.raised.replace(year=2020), raised.raised.replace(year=2030))
    assert (truth.outcome, truth.by) == (0.0, "erik")


def test_notes_and_files_stand_with_the_case_and_it_can_be_given_to_somebody(plant):
    raised = flag(plant)
    plant.feedback.say(raised.case, "dana", "See the photo.", attachment("photo.txt", b"x"))
    app = show(review, "erik", case=raised.case)
    assert "See the photo." in texts(app) and "Notes and files: 1" in [one.label for one in app.expander]
    app.selectbox(key=f"assign_{raised.case}_None").set_value("dana").run()
    assert plant.feedback.case(raised.case).assigned_to == "dana"


def test_the_queue_is_searched(plant):
    flag(plant, reading=1), flag(plant, reading=2, person="omar")
    app = show(review, "erik")
    app.text_input(key="case_search").set_value("M-02").run()
    assert "1 case" in texts(app)
    app.text_input(key="case_search").set_value("no such thing").run()
    assert "Nothing is found." in texts(app)


def test_a_correction_that_is_held_back_is_confirmed_by_somebody_else(plant):
    from data.records import Person

    plant.people.save(Person("eve", "Eve New", "engineer"), "adam")
    raised = flag(plant)
    decided(plant, raised.case, by="eve")
    app = show(review, "erik")
    assert "the account of who decided is new" in texts(app)
    (held,) = plant.feedback.corrections("milling")
    button(app, f"confirm_{held.id}").click().run()
    assert plant.feedback.corrections("milling")[0].confirmed_by == "erik" and button(app, f"confirm_{held.id}") is None

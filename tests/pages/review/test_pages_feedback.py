"""Prediction and My flags: what a person reads and may do there, down to what the store then holds."""

import shutil

import pytest

from data.records import Answer, FlagKind, FlagReason, ReleaseRecord
from explainers.local.reasons import LARGE
from tests import deliveries
from tests.screens import SAID, button, decided, flag, recorded_plant, show, texts, visit_of


@pytest.fixture
def plant(tmp_path, monkeypatch, use_case):
    """A store with a few recorded readings; no release on the disk."""
    yield from recorded_plant(tmp_path / "home", monkeypatch, use_case)


def prediction():
    from pages.prediction import render

    render()


def my_flags():
    from pages.my_flags import render

    render()


def undo(app):
    """The control that takes a flag back, where there is one."""
    return next((one for one in app.button if (one.key or "").startswith("big_undo_")), None)


def test_a_prediction_says_state_risk_and_release_even_when_its_release_is_gone(plant):
    said = texts(show(prediction, reading=1))
    assert "likely failure, risk 90 %" in said and "release 1" in said and "M-01" in said


def test_a_prediction_without_advice_may_be_opened_and_flagged_too(plant):
    app = show(prediction, "olga", reading=2)
    assert "no advice, risk of failure 2 %" in texts(app) and not button(app, "big_wrong_2").disabled


@pytest.mark.parametrize("reading", ["999999", "-1", "abc", "²", "9" * 30, "1 OR 1=1"])
def test_an_address_of_no_prediction_is_told_with_a_way_on(plant, reading):
    said = texts(show(prediction, reading=reading))
    assert f"There is no prediction {reading} of Milling line" in said and "Go back to the board" in said


def test_no_address_at_all_says_where_to_begin(plant):
    assert "No prediction is chosen" in texts(show(prediction))


def test_nobody_is_told_how_to_become_somebody(plant):
    app = show(prediction, reading=1)
    assert "say who you are at the top right" in texts(app)
    assert all(button(app, f"big_{name}_1").disabled for name in ("agree", "wrong", "unclear"))


def test_a_role_that_reads_gets_no_cord_to_pull(plant):
    app = show(prediction, "maria", reading=1)
    assert button(app, "big_wrong_1") is None and "operators and engineers flag them" in texts(app)


def test_an_agreement_is_bound_to_exactly_what_was_on_the_screen_and_can_be_undone(plant):
    app = show(prediction, "olga", reading=1)
    button(app, "big_agree_1").click().run()
    (raised,) = plant.feedback.flags_on("milling", 1)
    assert (raised.kind, raised.person, raised.release, raised.case) == (FlagKind.AGREE, "olga", 1, None)
    seen = raised.snapshot
    assert (seen["score"], seen["state"], seen["release"], seen["language"], seen["expert"]) == (0.9, "likely", 1, "en", False)
    assert seen["reasons"] and all(reason["text"].endswith(".") for reason in seen["reasons"])
    assert all(abs(reason["share"]) >= LARGE for reason in seen["reasons"][3:])  # three, and whatever would be hidden in the rest
    assert "you agree" in texts(app) and button(app, "big_wrong_1") is None
    undo(app).click().run()
    assert plant.feedback.flags_on("milling", 1) == [] and button(app, "big_wrong_1") is not None


def test_the_second_tap_says_why_and_may_be_gone_back_from(plant):
    app = show(prediction, "olga", reading=1)
    button(app, "big_unclear_1").click().run()
    assert "M-01: what is unclear?" in texts(app) and button(app, "big_agree_1") is None
    button(app, "not_1").click().run()
    assert plant.feedback.flags_on("milling", 1) == [] and button(app, "big_agree_1") is not None
    button(app, "big_wrong_1").click().run()
    button(app, "big_wrong_cause_1").click().run()
    (raised,) = plant.feedback.flags_on("milling", 1)
    assert (raised.kind, raised.reason) == (FlagKind.WRONG, FlagReason.WRONG_CAUSE)
    assert f"Flag {raised.id} is recorded: wrong" in texts(app)


@pytest.mark.parametrize(("tapped", "said"), [("agree", [FlagKind.AGREE]), ("wrong", [])])
def test_a_tap_on_one_reading_is_never_taken_for_the_next(plant, tapped, said):
    app = show(prediction, "olga", reading=1)
    button(app, f"big_{tapped}_1").click()  # and another reading takes the screen before it arrives
    app.query_params["reading"] = "2"
    app.run()
    assert button(app, "big_wrong_2") is not None and "what is wrong" not in texts(app)
    assert [one.kind for one in plant.feedback.flags_on("milling", 1)] == said
    assert plant.feedback.flags_on("milling", 2) == []


def test_the_role_is_checked_in_the_action_whatever_the_screen_shows(plant):
    def force():
        from data.records import FlagKind, FlagReason
        from pages.parts.prediction.flag_buttons import _say
        from pages.parts.reasons.explained import explained
        from pages.parts.shell import session
        from pages.parts.shell.acting import refusal

        use_case = session.use_case()
        told = explained(use_case, session.store().readings.prediction("milling", 1))
        _say(use_case, told, FlagKind.WRONG, FlagReason.FALSE_ALARM)
        refusal()

    app = show(force, "maria")
    assert "Maria Rossi (manager) may not flag" in texts(app) and plant.feedback.flags_on("milling", 1) == []
    app = show(force, "olga")
    assert [one.person for one in plant.feedback.flags_on("milling", 1)] == ["olga"]


def test_the_receipt_stands_after_a_reload_and_takes_what_is_added(plant):
    raised = flag(plant)
    app = show(prediction, "olga", reading=1)
    assert f"Flag {raised.id} is recorded: wrong" in texts(app)
    app.text_area[0].input("Runs cool and quiet")
    app.text_input[0].input("coolant level")
    next(one for one in app.button if one.label == "Add to the flag").click().run()
    assert not app.exception
    told = plant.feedback.flag(raised.id)
    assert told.comment == "Runs cool and quiet" and told.snapshot["feedback"]["missing"] == "coolant level"
    assert told.snapshot["reasons"] == raised.snapshot["reasons"]
    assert "Missing among the reasons: coolant level" in texts(app)


def test_somebody_elses_flag_is_shown_and_leaves_me_my_own_say(plant):
    flag(plant, person="omar")
    app = show(prediction, "olga", reading=1)
    assert "Omar Haddad: wrong: False alarm" in texts(app)
    assert undo(app) is None and not button(app, "big_wrong_1").disabled


def test_an_answered_flag_is_read_and_no_longer_undone(plant):
    decided(plant, flag(plant).case)
    app = show(prediction, "olga", reading=1)
    assert undo(app) is None and button(app, "big_answer") is not None


def test_what_was_found_is_told_once_the_truth_has_arrived(plant, use_case):
    assert "Not known yet" in texts(show(prediction, reading=1))
    deliveries.record(plant, use_case, truth=deliveries.truths(("M-01", 0, 5, 1, "OSF")), last=100)
    assert "failure (overstrain failure)" in texts(show(prediction, reading=1))


@pytest.mark.slow
def test_with_its_release_the_shares_in_points_add_up_to_the_risk(released_home, tmp_path, monkeypatch, use_case):
    shutil.copytree(released_home, tmp_path / "home")
    for _ in recorded_plant(tmp_path / "home", monkeypatch, use_case):

        def shares():
            import streamlit

            from pages.parts.reasons.explained import explained, in_points
            from pages.parts.shell import session

            use_case = session.use_case()
            seen = session.store().readings.prediction("milling", 1)
            told = explained(use_case, seen)
            exact = in_points(use_case, seen, told.release)
            found = told.reasons
            streamlit.session_state["gap"] = 100 * (exact.value - exact.base) - sum(100 * exact.contributions)
            streamlit.session_state["read"] = [
                found.base,
                *(line.number for line in found.strongest),
                found.rest,
                -round(100 * seen.score),
            ]

        state = show(shares).session_state
        assert abs(state["gap"]) < 0.01 and sum(state["read"]) == 0
        app = show(prediction, "dana", reading=1)
        app.toggle(key="expert").set_value(True).run()
        assert not app.exception and "add up within" in texts(app)


def test_without_a_flag_the_page_says_how_to_raise_one(plant):
    assert "You have not flagged anything yet" in texts(show(my_flags, "olga"))


def test_a_flag_shows_its_way_and_its_answer_new_the_first_time(plant):
    raised = flag(plant)
    plant.feedback.comment(raised.id, "olga", "Runs cool", SAID)
    before = texts(show(my_flags, "olga"))
    assert "1 flag, 0 answered" in before and "Runs cool" in before and "Overstrain should not matter here." in before
    decided(plant, raised.case)
    app = show(my_flags, "olga")
    assert "1 new answer" in texts(app) and "**Erik Lund answered:** The sensor reads too high." in texts(app)
    person, arrived, since = visit_of(app).record.flags_fresh
    visit_of(app).record.flags_fresh = (person, arrived.replace(year=2020), since)  # it has lingered long enough
    assert "1 new answer" not in texts(app.run())


def test_what_is_new_stands_first(plant):
    first, later = flag(plant, reading=1), flag(plant, reading=3)
    decided(plant, first.case)
    app = show(my_flags, "olga")
    titles = [one.value for one in app.subheader]
    assert [f"flag {first.id}" in titles[0], f"flag {later.id}" in titles[1]] == [True, True]


def test_a_released_correction_says_what_changed_for_that_very_reading(plant):
    raised = flag(plant)
    _, correction = decided(plant, raised.case)
    for number, corrections in ((1, ()), (2, (correction.id,))):
        record = ReleaseRecord("milling", number, f"r{number}", "d", deliveries.ZERO, "dana", None, {}, corrections)
        plant.releases.add(record, [Answer("milling", 2, 1, 0.12)] if number == 2 else [])
    plant.releases.set_champion("milling", 2, "dana", "learned")
    said = texts(show(my_flags, "olga"))
    assert "1 led to a new release" in said
    assert "the risk was **90 %**; release 2 says **12 %**" in said


def test_a_withdrawn_flag_is_gone_from_the_page(plant):
    plant.feedback.withdraw_flag(flag(plant).id, "olga")
    assert "You have not flagged anything yet" in texts(show(my_flags, "olga"))
